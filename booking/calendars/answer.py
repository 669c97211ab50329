"""The answer to a calendar program: the feed, or nothing when it has it already."""

import gzip
from collections.abc import Callable

from flask import Flask, Response, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin

MIMETYPE = "text/calendar; charset=utf-8"

# Anyone may keep it, nobody may use it without asking: a cancelled evening must not stand for minutes more.
_PUBLIC = {"Cache-Control": "public, no-cache"}
SECRET = {
    "Cache-Control": "private, no-cache",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
}


def feed_answer(tag: str, build: Callable[[], bytes], *, language: str, public: bool) -> Response:
    """Answer this request with the feed that `build` makes, or 304 without building it.

    If-None-Match alone decides: there is no Last-Modified, since no date can tell two changes of one second
    apart. The packed feed is another representation and has a tag of its own.
    """
    packed = _asks_for_gzip()
    tag = f"{tag}-gzip" if packed else tag
    if request.if_none_match.contains_weak(tag):
        answer = Response(status=304)
        del answer.headers["Content-Type"]
    else:
        # No time in the packed bytes: same data, same bytes
        body = gzip.compress(build(), compresslevel=5, mtime=0) if packed else build()
        answer = Response(body, content_type=MIMETYPE)
        answer.headers["Content-Language"] = language
        if packed:
            answer.headers["Content-Encoding"] = "gzip"
    answer.set_etag(tag)
    answer.vary.add("Accept-Encoding")
    answer.headers.update(_PUBLIC if public else SECRET)
    return answer


def _asks_for_gzip() -> bool:
    """Say whether gzip is named and wanted; `*` is not enough, as plain readers send it by habit."""
    return any(coding.lower() == "gzip" and quality > 0 for coding, quality in request.accept_encodings)


class Sessions(SecureCookieSessionInterface):
    """Sessions as Flask keeps them, except that a feed neither sets a cookie nor says that it varies by one.

    Nothing a feed tells depends on the cookie, but Flask-Login looks into the session after every request.
    """

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Save the session unless the answer is a feed."""
        if not (request.path.endswith(".ics") and response.status_code in (200, 304)):
            super().save_session(app, session, response)
