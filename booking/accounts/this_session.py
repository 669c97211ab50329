"""The session of this request: read by its key, noted when it is used, begun and ended.

The browser's cookie holds the key of a `UserSession`; one statement reads the session and its person.
"""

import threading
from collections.abc import Callable
from functools import partial
from typing import Final

import structlog
from flask import Flask, Response, after_this_request, current_app, g, request, session
from flask_login import login_user, logout_user

from booking import clock
from booking.accounts import known_device, sessions
from booking.accounts.models import User
from booking.accounts.programs import program_of
from booking.accounts.sessions import NOTED_EVERY, Place, Way
from booking.db import in_transaction
from booking.extensions import login_manager

log = structlog.get_logger(__name__)

_HERE: Final = "signed_in_here"
# One note at a time in a process: what is not noted now is noted by the next request.
_noting = threading.Lock()


@login_manager.user_loader  # type: ignore[untyped-decorator]  # Flask-Login is not typed
def load_user(key: str) -> User | None:
    """Return the person whose session has this key, unless it has ended or the account is closed."""
    now = clock.now()
    found = sessions.find(key, now=now)
    if found is None:
        return None
    user, here = found
    if not user.is_active:
        return None
    setattr(g, _HERE, here)
    if now - here.seen_at >= NOTED_EVERY:
        after_this_request(partial(_note_after, here))
    return user


def here() -> Place | None:
    """Return the session this request came in, None for a visitor."""
    found: Place | None = g.get(_HERE)
    return found


def own_id() -> int | None:
    """Return the id of this request's session, None for a visitor."""
    found = here()
    return found.id if found else None


def program() -> str:
    """Return the browser of this request in plain words."""
    return program_of(request.user_agent.string)


def open_session(prove: Callable[[], User], *, way: Way, remember: bool) -> None:
    """Sign a person in, in a session that shares nothing with what the browser had before.

    `prove` returns the person. It runs in the transaction that adds the session: what may be used once is
    struck out there, and whatever it raises undoes both.
    """
    before, now, by = here(), clock.now(), program()

    def begin() -> User:
        user = prove()
        user.session_key = sessions.begin(
            user.id,
            program=by,
            way=way,
            remembered=remember,
            now=now,
            instead_of=before.id if before else None,
        )
        return user

    user = in_transaction(begin)
    session.clear()
    session.permanent = remember  # the cookie of one that is not remembered ends with the browser
    login_user(user)
    after_this_request(partial(known_device.keep, user.email))


def close_session() -> None:
    """End this request's session, if there is one, and forget everything its cookie held."""
    place, now = here(), clock.now()
    if place is not None:
        in_transaction(lambda: sessions.end(place.id, now=now))
    forget_cookie()


def forget_cookie() -> None:
    """Have the browser forget a session that has ended."""
    logout_user()
    session.clear()


def _note_after(place: Place, response: Response) -> Response:
    """Have the use noted when the answer has been sent, but not for an answer that says "as before"."""
    if response.status_code != 304:
        if place.remembered:
            session.modified = True  # its cookie lives on from now
        app = current_app._get_current_object()  # type: ignore[attr-defined]
        response.call_on_close(partial(_note_quietly, app, place.id))
    return response


def _note_quietly(app: Flask, session_id: int) -> None:
    """Note in a transaction of its own. The reader has the answer: a fault is ours alone."""
    if not _noting.acquire(blocking=False):
        return
    try:
        with app.app_context():
            now = clock.now()
            in_transaction(lambda: sessions.note_use(session_id, now=now))
    except Exception as fault:  # noqa: BLE001 - see above
        log.warning("session not noted", session=session_id, fault=type(fault).__name__)
    finally:
        _noting.release()
