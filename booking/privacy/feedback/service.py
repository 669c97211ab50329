"""Take feedback in, answer it, and remind of what has waited too long.

Source of the 14 days: act 306/2019 on digital services, section 9 (feedback about accessibility).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, func, select

from booking.access.actor import Actor
from booking.accounts import throttle
from booking.accounts.models import User
from booking.audit.service import record
from booking.errors import Forbidden, NotFound, WrongState
from booking.extensions import db
from booking.outbox.service import post
from booking.privacy.feedback import mails
from booking.privacy.feedback.models import Feedback

ANSWER_WITHIN: Final = timedelta(days=14)
REMIND_AFTER: Final = timedelta(days=10)
REMINDED_AT_ONCE: Final = 50


@dataclass(frozen=True, slots=True)
class Words:
    """What somebody sends. `reply_to` "" when no answer is wanted; `page` is a path of this site or ""."""

    kind: str
    text: str
    page: str
    reply_to: str


def send(words: Words, *, language: str, actor: Actor, address: str | None, now: datetime) -> Feedback:
    """Take feedback in and tell the administrators, in the caller's transaction; return it, flushed.

    `address` is that of the network. Raises TooManyAttempts.
    """
    throttle.begin_attempt("feedback", str(actor.user_id or address), address, now)
    found = Feedback(
        kind=words.kind,
        text=words.text,
        page=words.page,
        reply_to=words.reply_to,
        language=language,
        user_id=actor.user_id,
        created_at=now,
        answer="",
    )
    db.session.add(found)
    db.session.flush()
    record("send", "feedback", found.id, actor_id=actor.user_id, now=now, about=words.kind)
    for administrator in administrators():
        post(mails.received(found, administrator, until(found)), now=now)
    return found


def answer(feedback_id: int, words: str, *, actor: Actor, now: datetime) -> Feedback:
    """Note feedback as answered; with words and an address of the sender they are mailed.

    Raises Forbidden, NotFound, WrongState for what has been answered.
    """
    if not actor.is_admin:
        raise Forbidden
    found = db.session.get(Feedback, feedback_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound
    if found.answered_at is not None:
        raise WrongState
    found.answer, found.answered_at, found.answered_by_id = words, now, actor.user_id
    if words and found.reply_to:
        post(mails.answered(found), now=now)
    record(
        "answer", "feedback", found.id, actor_id=actor.user_id, now=now, mailed=bool(words and found.reply_to)
    )
    return found


def remind(now: datetime) -> int:
    """Remind the administrators once of what has waited nearly as long as the law allows; return how many."""
    due = db.session.scalars(
        select(Feedback)
        .where(_open(), Feedback.reminded_at.is_(None), Feedback.created_at <= now - REMIND_AFTER)
        .order_by(Feedback.id)
        .limit(REMINDED_AT_ONCE)
    ).all()
    people = administrators() if due else ()
    for found in due:
        found.reminded_at = now
        for administrator in people:
            post(mails.reminder(found, administrator, until(found)), now=now)
    return len(due)


def until(found: Feedback) -> datetime:
    """Return by when feedback is to be answered."""
    return found.created_at + ANSWER_WITHIN


def count() -> int:
    """Return how much feedback there is."""
    return db.session.scalar(select(func.count()).select_from(Feedback)) or 0


def received(*, first: int, size: int) -> Sequence[Feedback]:
    """Return feedback: first what is open, by age; then what is answered, the latest first."""
    open_first = Feedback.answered_at.is_not(None)
    query = select(Feedback).order_by(
        open_first, Feedback.answered_at.desc(), Feedback.created_at, Feedback.id
    )
    return db.session.scalars(query.offset(first).limit(size)).all()


def administrators() -> Sequence[User]:
    """Return who runs the installation, by id."""
    query = select(User).where(User.is_admin, User.closed_at.is_(None), User.confirmed_at.is_not(None))
    return db.session.scalars(query.order_by(User.id)).all()


def _open() -> ColumnElement[bool]:
    return Feedback.answered_at.is_(None)
