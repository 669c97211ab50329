"""A client of the API: sends JSON and a token, and holds every answer to the OpenAPI document."""

import re
from typing import Any

from schemathesis.core.transport import Response
from werkzeug.test import TestResponse

from booking.api.docs import PROBLEMS
from tests.support.client import PageClient

EXPLAINED = {(status, code) for status, code, _ in PROBLEMS}


class Api:
    """One program's way in. What it gets must be what the document says."""

    def __init__(self, client: PageClient, contract: Any, token: str | None) -> None:
        self.client = client
        self.contract = contract
        self.token = token

    def get(self, path: str, **query: Any) -> TestResponse:
        """Ask; a list is sent as a repeated name, and `from_` as `from`."""
        return self.send("GET", path, query_string={name.rstrip("_"): value for name, value in query.items()})

    def post(self, path: str, body: Any = None, **headers: str) -> TestResponse:
        """Send JSON; header names are written with underscores. No body: nothing is sent."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.send("POST", path, headers=sent, **({} if body is None else {"json": body}))

    def send(self, method: str, path: str, **arguments: Any) -> TestResponse:
        """Send anything."""
        headers = dict(arguments.pop("headers", {}))
        if self.token is not None:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        answer = self.client.open(f"/api/v1{path}", method=method, headers=headers, **arguments)
        self._hold_to_contract(method, answer)
        return answer

    def _hold_to_contract(self, method: str, answer: TestResponse) -> None:
        path = re.sub(r"/rooms/[^/]+", "/rooms/{slug}", answer.request.path)
        path = re.sub(r"/reservations/[^/]+", "/reservations/{reference}", path)
        operation = self.contract[path][method]
        assert str(answer.status_code) in operation.definition.raw["responses"], (
            f"undocumented {answer.status}"
        )
        self.contract.validate_response(operation, Response.from_any(answer))


def problem_of(answer: TestResponse) -> dict[str, Any]:
    """Return the problem an answer is."""
    assert answer.mimetype == "application/problem+json"
    problem: dict[str, Any] = answer.get_json()
    assert problem["status"] == answer.status_code
    assert (problem["status"], problem["code"]) in EXPLAINED
    assert problem["type"] == f"/api/docs#{problem['code']}"
    return problem


def codes_of(answer: TestResponse) -> set[tuple[str, str]]:
    """Return (field, code) of everything that is wrong."""
    return {(each["field"], each["code"]) for each in problem_of(answer)["violations"]}
