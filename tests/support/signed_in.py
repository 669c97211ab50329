"""A session for a person without the cost of a password."""

import secrets
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert

from booking import clock
from booking.accounts.models import User, UserSession
from booking.accounts.sessions import digest_of
from booking.extensions import db

_ALWAYS = datetime(2100, 1, 1, tzinfo=UTC)  # wherever a test puts the clock: nothing runs out or is noted


def session_of(user: User, **changes: Any) -> str:
    """Add a session of the person, just begun, and return its key. One statement."""
    key = secrets.token_urlsafe(8)
    values: dict[str, Any] = {
        "user_id": user.id,
        "key_sha256": digest_of(key),
        "made_at": clock.now(),
        "seen_at": _ALWAYS,
        "program": "",
        "way": "password",
        "remembered": False,
    }
    db.session.execute(insert(UserSession).values(values | changes))
    return key


def be_signed_in(browser: Any, user: User, **changes: Any) -> None:
    """Have a Flask test client hold nothing but a session of the person."""
    key = session_of(user, **changes)
    with browser.session_transaction() as cookie:
        cookie.clear()
        cookie.update(_user_id=key, _fresh=True)
