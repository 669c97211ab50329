"""Routes that take files: how much one of them reads, while every other keeps the application's limit."""

from collections.abc import Callable
from typing import Any, Final, TypeVar

from flask import current_app, request, url_for
from flask import session as cookie
from flask_babel import gettext as _
from werkzeug.exceptions import RequestEntityTooLarge

View = TypeVar("View", bound=Callable[..., Any])
_PATIENCE: Final = (
    100 * 1024 * 1024
)  # of a body that is too large, this much is read to have the answer heard
_PIECE: Final = 64 * 1024


def takes_uploads(most: int, *, page: str) -> Callable[[View], View]:
    """Let a view take bodies of up to `most` bytes from whoever is signed in. Large files lie on the disk.

    `page` is the endpoint with the form, with the view's own variables: a refusal of a body leads back there.
    """

    def mark(view: View) -> View:
        view.most_bytes, view.page = most, page  # type: ignore[attr-defined]
        return view

    return mark


def page_of_uploads() -> str:
    """Return the address of the page whose form sent this body; empty where no files are taken."""
    page = getattr(current_app.view_functions.get(request.endpoint or ""), "page", None)
    return url_for(page, **(request.view_args or {})) if page else ""


def allow_uploads() -> None:
    """Raise the limit where the route says so. A body beyond it is read to its end and refused (413).

    A server that closes on a browser still sending has its answer lost: the person would see a broken
    connection instead of a sentence.
    """
    view = current_app.view_functions.get(request.endpoint or "")
    most = getattr(view, "most_bytes", None)
    if most is None or request.method != "POST" or "_user_id" not in cookie:
        return
    request.max_content_length = most
    length = request.content_length or 0
    if length > most:
        _read_on(min(length, _PATIENCE))
        raise RequestEntityTooLarge(
            _(
                "Lähetys on liian suuri: kerralla voi lähettää enintään %(most)s Mt."
                " Lähetä pienempi tiedosto, kuvat yksi kerrallaan. Mitään ei tallennettu.",
                most=most // (1024 * 1024),
            )
        )


def _read_on(length: int) -> None:
    stream = request.environ["wsgi.input"]
    while length > 0:
        piece = stream.read(min(length, _PIECE))
        if not piece:
            return
        length -= len(piece)
