"""A test client that looks at every page it gets, and fills in forms as a browser does."""

import contextvars
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from booking.accounts.models import User
from booking.extensions import db
from tests.support.pages import Form, Page, path_of, read_page
from tests.support.signed_in import be_signed_in


class PageClient:
    """Like Flask's test client, with cookies of its own; each request has its own app context and session.

    What the test's session holds is committed (into the test's transaction) before a request, and read anew
    after it.
    """

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.raw = app.test_client()
        self.page: Page | None = None  # the last HTML page
        self._address = "/"

    def sign_in(self, user: User) -> None:
        """Be this person from here on, without the cost of a password."""
        be_signed_in(self.raw, user)

    def sign_out(self) -> None:
        """Forget all cookies."""
        self.raw = self.app.test_client()

    def open(self, address: str, **arguments: Any) -> TestResponse:
        """Send a request (arguments as for Flask's client) and check the answer if it is a page."""
        db.session.commit()
        answer: TestResponse = contextvars.Context().run(
            # an answer that is made while it is read belongs to the same context
            lambda: self.raw.open(address, **{"buffered": True} | arguments)
        )
        db.session.expire_all()
        is_page = answer.mimetype == "text/html" and not 300 <= answer.status_code < 400
        if is_page and arguments.get("method") != "HEAD":
            self.page = read_page(answer.get_data(as_text=True))
            self._address = answer.request.path
        return answer

    def get(self, address: str, **arguments: Any) -> TestResponse:
        return self.open(address, method="GET", **arguments)

    def head(self, address: str, **arguments: Any) -> TestResponse:
        return self.open(address, method="HEAD", **arguments)

    def post(self, address: str, **arguments: Any) -> TestResponse:
        return self.open(address, method="POST", **arguments)

    def put(self, address: str, **arguments: Any) -> TestResponse:
        return self.open(address, method="PUT", **arguments)

    def patch(self, address: str, **arguments: Any) -> TestResponse:
        return self.open(address, method="PATCH", **arguments)

    def delete(self, address: str, **arguments: Any) -> TestResponse:
        return self.open(address, method="DELETE", **arguments)

    def form(self, *, action: str | None = None, having: str | None = None) -> Form:
        """Return the last page's only form that posts, or the one with that action path or that field."""
        assert self.page is not None, "no page has been opened"
        fitting = [
            form
            for form in self.page.forms
            if (form.method == "post" or action is not None or having is not None)
            and (action is None or path_of(form.action or self._address) == action)
            and (having is None or form.has(having))
        ]
        assert len(fitting) == 1, (
            f"{len(fitting)} forms fit among {[form.action for form in self.page.forms]}"
        )
        return fitting[0]

    def submit(
        self, values: dict[str, Any] | None = None, *, action: str | None = None, having: str | None = None
    ) -> TestResponse:
        """Send a form of the last page with `values` in place of its own; None leaves a field out.

        `action` and `having` choose the form as in `form`. A redirect is not followed.
        """
        form = self.form(action=action, having=having)
        sent: dict[str, Any] = dict(form.values) | (values or {})
        sent = {name: value for name, value in sent.items() if value is not None}
        address = form.action or self._address
        if form.method == "post":
            return self.post(address, data=sent)
        return self.get(address, query_string=sent)

    def follow(self, answer: TestResponse) -> TestResponse:
        """Get the page a redirect leads to."""
        assert 300 <= answer.status_code < 400, f"{answer.status} is no redirect"
        return self.get(answer.location)
