"""The answer to a calendar program: the feed, or nothing when it has it already."""

import gzip
from collections.abc import Callable
from datetime import datetime

from flask import Flask, Response, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin

from booking.calendars import feeds
from booking.calendars.feeds import Feed
from booking.i18n import LANGUAGES

MIMETYPE = "text/calendar; charset=utf-8"

# Anyone may keep it, nobody may use it without asking: a cancelled evening must not stand for minutes more.
_PUBLIC = {"Cache-Control": "public, no-cache"}
SECRET = {
    "Cache-Control": "private, no-cache",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
}


def calendar_answer(feed: Feed, *, start: datetime, public: bool = True) -> Response:
    """Answer this request with the dates of a feed from `start` on, in the language of the address."""
    language = asked_language()
    return feed_answer(
        feeds.tag_of(feed, language=language, start=start),
        lambda: feeds.feed_bytes(feed, language=language, start=start),
        language=language,
        public=public,
    )


def asked_language() -> str:
    """Return the language of the address, or the installation's: who asks makes no difference."""
    asked = request.args.get("lang", "")
    return asked if asked in LANGUAGES else feeds.default_language()


def feed_answer(
    tag: str, build: Callable[[], bytes], *, language: str, public: bool, content_type: str = MIMETYPE
) -> Response:
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
        answer = Response(body, content_type=content_type)
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


def is_for_everybody() -> bool:
    """Say whether this request is for what tells everybody the same, and so looks at no cookie.

    Such are feeds, a secret one too, and the weeks that other sites show.
    """
    path = request.path
    if path.startswith("/calendars/"):
        return path.endswith(".ics")
    return path == "/events.atom" or path.startswith("/embed/")


class Sessions(SecureCookieSessionInterface):
    """Sessions as Flask keeps them, except that a feed neither sets a cookie nor says that it varies by one.

    Nothing a feed tells depends on the cookie, but Flask-Login looks into the session after every request.
    """

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Save the session unless the answer is a feed, a file of one, or what tells everybody the same."""
        is_feed = is_for_everybody() or request.path.endswith(".ics")
        if not (is_feed and response.status_code in (200, 304)):
            super().save_session(app, session, response)
