"""Where people are signed in: a row for each browser, so that each can be seen and ended.

A session runs out 14 days after it was last used, one that is to be remembered after 365. Any process of the
service may ask: what decides lies in the database.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Final

from sqlalchemy import ColumnElement, and_, delete, not_, or_, select, update

from booking.access.actor import Actor
from booking.accounts.models import User, UserSession
from booking.audit.service import record
from booking.errors import Forbidden, NotFound
from booking.extensions import db

UNUSED: Final = timedelta(days=14)
UNUSED_WHEN_REMEMBERED: Final = timedelta(days=365)
NOTED_EVERY: Final = timedelta(minutes=15)
FRESH: Final = timedelta(minutes=10)
"""How long after signing in nobody is asked again who they are."""


class Way(StrEnum):
    """How somebody signed in."""

    PASSWORD = "password"  # noqa: S105 - a way, not a word
    LINK = "link"
    PROVIDER = "provider"


@dataclass(frozen=True, slots=True)
class Place:
    """A session as it was read: where a person is signed in, how and since when."""

    id: int
    user_id: int
    program: str
    way: str
    made_at: datetime
    seen_at: datetime
    remembered: bool

    def is_fresh(self, now: datetime) -> bool:
        """Say whether the person has just signed in, and need not prove again who they are."""
        return now - self.made_at <= FRESH


def begin(
    user_id: int, *, program: str, way: Way, remembered: bool, now: datetime, instead_of: int | None = None
) -> str:
    """Add a session and return its key, which cannot be read again; end the one it replaces. Flushes."""
    if instead_of is not None:
        end(instead_of, now=now)
    key = secrets.token_urlsafe(32)
    db.session.add(
        UserSession(
            user_id=user_id,
            key_sha256=digest_of(key),
            made_at=now,
            seen_at=now,
            program=program[:40],
            way=way.value,
            remembered=remembered,
        )
    )
    db.session.flush()
    return key


def digest_of(key: str) -> str:
    """Return what is stored of a session's key."""
    return sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def find(key: str, *, now: datetime) -> tuple[User, Place] | None:
    """Return whose session a key opens, and the session; None for one that has ended. One statement.

    The account may be closed: that is for the caller to look at.
    """
    query = (
        select(User, UserSession)
        .join(UserSession, UserSession.user_id == User.id)
        .where(UserSession.key_sha256 == digest_of(key), _is_open(now))
    )
    row = db.session.execute(query).one_or_none()
    return None if row is None else (row.User, _place(row.UserSession))


def places_of(user_id: int, *, now: datetime) -> list[Place]:
    """Return where a person is signed in, the last used first. One statement."""
    query = (
        select(UserSession)
        .where(UserSession.user_id == user_id, _is_open(now))
        .order_by(UserSession.seen_at.desc(), UserSession.id.desc())
    )
    return [_place(row) for row in db.session.scalars(query)]


def note_use(session_id: int, *, now: datetime) -> None:
    """Note that a session is in use, in the caller's transaction, unless another process has just done so."""
    db.session.execute(
        update(UserSession)
        .where(UserSession.id == session_id, UserSession.seen_at <= now - NOTED_EVERY, _is_open(now))
        .values(seen_at=now)
        .execution_options(synchronize_session=False)
    )


def end(session_id: int, *, now: datetime) -> None:
    """End one session: who signs out ends their own, and one sign-in replaces another. Writes no record."""
    _end(UserSession.id == session_id, now=now)


def end_one(session_id: int, *, actor: Actor, now: datetime) -> None:
    """End one of one's own sessions. Raises NotFound for another's, or one that has ended."""
    theirs = (UserSession.id == session_id, UserSession.user_id == _own_id(actor))
    if not _end(*theirs, _is_open(now), now=now):
        raise NotFound
    record("end_session", "user", _own_id(actor), actor_id=actor.user_id, now=now, session=session_id)


def end_everywhere(*, actor: Actor, now: datetime) -> int:
    """End all of one's own sessions, this one too; return how many there were."""
    ended = end_all(_own_id(actor), now=now)
    record("end_sessions", "user", _own_id(actor), actor_id=actor.user_id, now=now, sessions=ended)
    return ended


def end_all(user_id: int, *, now: datetime, besides: int | None = None) -> int:
    """End a person's sessions, save the one with the id `besides`; return how many. Writes no record."""
    kept = (UserSession.id != besides,) if besides is not None else ()
    return _end(UserSession.user_id == user_id, *kept, now=now)


def forget_ended(now: datetime) -> int:
    """Delete the sessions that have ended or run out; return how many. For the periodic jobs."""
    gone = delete(UserSession).where(not_(_is_open(now)))
    gone = gone.execution_options(synchronize_session=False)
    return len(db.session.execute(gone.returning(UserSession.id)).all())


def _end(*which: ColumnElement[bool], now: datetime) -> int:
    ended = (
        update(UserSession)
        .where(*which, UserSession.ended_at.is_(None))
        .values(ended_at=now)
        .execution_options(synchronize_session=False)
        .returning(UserSession.id)
    )
    return len(db.session.execute(ended).all())


def _is_open(now: datetime) -> ColumnElement[bool]:
    """Return the condition for a session that has neither ended nor run out."""
    in_use = or_(
        UserSession.seen_at > now - UNUSED,
        and_(UserSession.remembered, UserSession.seen_at > now - UNUSED_WHEN_REMEMBERED),
    )
    return and_(UserSession.ended_at.is_(None), in_use)


def _place(row: UserSession) -> Place:
    return Place(row.id, row.user_id, row.program, row.way, row.made_at, row.seen_at, row.remembered)


def _own_id(actor: Actor) -> int:
    if actor.user_id is None:
        raise Forbidden
    return actor.user_id
