"""Gzip for pages, style sheets and JSON, when the browser takes it and it is worth it.

Feeds compress themselves, because their ETag depends on it; fonts and pictures are compressed already.
The CSRF token in a page is masked anew at each rendering, so its length tells nothing (BREACH).
"""

import gzip
from collections.abc import Callable, Iterable
from typing import Any, Final

from flask import Flask
from werkzeug.datastructures import Headers
from werkzeug.http import parse_accept_header
from werkzeug.wsgi import ClosingIterator

WORTH_IT: Final = 1000  # bytes
LEVEL: Final = 5
TYPES: Final = frozenset(
    {
        "text/html",
        "text/css",
        "text/javascript",
        "text/plain",
        "application/json",
        "application/problem+json",
        "image/svg+xml",
    }
)

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def init_app(app: Flask) -> None:
    """Compress what an application answers."""
    app.wsgi_app = Gzip(app.wsgi_app)  # type: ignore[method-assign]


class Gzip:
    """A WSGI application around another."""

    def __init__(self, inner: WsgiApp) -> None:
        self.inner = inner

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer as the inner application does, compressed where that helps."""
        held: list[Any] = []

        def hold(
            status: str, headers: list[tuple[str, str]], exc_info: Any = None
        ) -> Callable[[bytes], None]:
            held[:] = [status, Headers(headers), exc_info]
            return _refuse_write

        body = self.inner(environ, hold)
        status, headers, exc_info = held
        if _is_of_a_type(headers):
            varies = [each for each in (headers.get("Vary"), "Accept-Encoding") if each]
            headers["Vary"] = ", ".join(varies)
            if _is_wanted(environ, status, headers):
                body = [_compress(body, headers)]
        start_response(status, headers.to_wsgi_list(), exc_info)
        return body


def _compress(body: Iterable[bytes], headers: Headers) -> bytes:
    closing = ClosingIterator(body, [getattr(body, "close", lambda: None)])
    try:
        packed = gzip.compress(b"".join(closing), LEVEL, mtime=0)
    finally:
        closing.close()
    headers["Content-Encoding"] = "gzip"
    headers["Content-Length"] = str(len(packed))
    etag = headers.get("ETag", "")
    if etag.startswith('"'):
        headers["ETag"] = f"W/{etag}"  # the same page, other bytes
    return packed


def _is_of_a_type(headers: Headers) -> bool:
    return headers.get("Content-Type", "").partition(";")[0] in TYPES and "Content-Encoding" not in headers


def _is_wanted(environ: dict[str, Any], status: str, headers: Headers) -> bool:
    return (
        environ["REQUEST_METHOD"] != "HEAD"
        and status.startswith(("200", "4", "5"))
        and int(headers.get("Content-Length", 0)) >= WORTH_IT
        and parse_accept_header(environ.get("HTTP_ACCEPT_ENCODING"))["gzip"] > 0
    )


def _refuse_write(data: bytes) -> None:
    raise NotImplementedError("the old way of writing is not supported")
