"""The mails of a person who goes: to whom they went, which of them go too, and which lose the person's words.

An address is the person's when their account has had it, also before a change that was undone. One that was
only asked for may be anybody's: the mails about the change go, what others have sent there stays.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from sqlalchemy import ColumnElement, and_, delete, or_, select, update

from booking.accounts.models import ApiToken, EmailChange, User
from booking.extensions import db
from booking.organisations.models import JoinRequest
from booking.outbox.models import OutboxMessage
from booking.privacy.feedback.models import Feedback
from booking.privacy.traces import REMOVED
from booking.reservations.models import Occurrence, Reservation
from booking.reservations.questions.models import QuestionMessage
from booking.reservations.waiting.models import WaitingEntry

_ASKS: Final = "prove_address"  # goes to the address that is wished
_CHANGED: Final = "address_changed"  # goes to the one before
_TO_OTHERS: Final = (_ASKS, "take_over", "sole_manager_unused")
"""Kinds of mails about an account that do not go to its address."""


Words = Mapping[str, Collection[str]]
"""What somebody has typed themselves, by the reference of the reservation that mails tell it of."""
_SHORTEST: Final = 3
"""Letters of a text that is looked for: fewer say nothing of anybody, and are in every word."""


def addresses_of(user_id: int) -> set[str]:
    """Return the addresses an account has or had, as far as changes and mails tell. Two statements."""
    changes = db.session.execute(
        select(EmailChange.old_email, EmailChange.new_email, EmailChange.done_at).where(
            EmailChange.user_id == user_id
        )
    ).all()
    had = {old for old, _new, _done in changes} | {new for _old, new, done in changes if done is not None}
    mails = db.session.execute(
        select(OutboxMessage.kind, OutboxMessage.recipient)
        .where(_of_account(user_id))
        .order_by(OutboxMessage.id)
    )
    wished = None
    for kind, recipient in mails:
        if kind == _ASKS:
            wished = recipient
        elif kind == _CHANGED and wished is not None:
            had.add(wished)  # only the last one that was asked for can have been proved
        if kind not in _TO_OTHERS:
            had.add(recipient)
    return had


def own_words(user_id: int) -> Words:
    """Return what somebody has typed in reservations: of their own all of it, and questions and answers.

    Their name is theirs beside their own reservation, whoever else has it.
    """
    typed: dict[str, set[str]] = {}
    mine = select(Reservation.reference, Reservation.title, Reservation.note, Occurrence.own_title, User.name)
    for reference, *texts in db.session.execute(mine.join(Occurrence).join(User).where(_alone(user_id))):
        typed.setdefault(reference, set()).update(text for text in texts if text and text != REMOVED)
    asked = select(Reservation.reference, QuestionMessage.text).join(
        QuestionMessage, QuestionMessage.reservation_id == Reservation.id
    )
    for reference, text in db.session.execute(asked.where(QuestionMessage.author_id == user_id)):
        typed.setdefault(reference, set()).add(text)
    return typed


def remove(user_id: int, emails: Iterable[str], words: Words) -> frozenset[str]:
    """Delete the mails to a person and about what is theirs alone, and their words in others; flush.

    Returns the Message-IDs, by which their files are found. `words` are those of `own_words`.
    """
    theirs = or_(OutboxMessage.recipient.in_(list(emails)), *_about(user_id))
    gone = db.session.scalars(delete(OutboxMessage).where(theirs).returning(OutboxMessage.message_id)).all()
    changed = [each for reference, texts in words.items() for each in _without(reference, texts)]
    return frozenset([*gone, *changed])


def _of_account(user_id: int) -> ColumnElement[bool]:
    return and_(OutboxMessage.subject_kind == "user", OutboxMessage.subject_id == user_id)


def _alone(user_id: int) -> ColumnElement[bool]:
    """Return the condition for reservations that are nobody's but the person's."""
    return and_(
        Reservation.booker_id == user_id,
        Reservation.organisation_id.is_(None),
        Reservation.on_behalf.is_(False),
    )


def _about(user_id: int) -> list[ColumnElement[bool]]:
    """Return the conditions for mails about the account, and about what goes with it."""
    waits = and_(WaitingEntry.user_id == user_id, WaitingEntry.organisation_id.is_(None))
    subjects = {
        "reservation": select(Reservation.id).where(_alone(user_id)),
        "waiting": select(WaitingEntry.id).where(waits),
        "feedback": select(Feedback.id).where(Feedback.user_id == user_id),
        "join_request": select(JoinRequest.id).where(JoinRequest.user_id == user_id),
        "token": select(ApiToken.id).where(ApiToken.user_id == user_id),
    }
    return [
        _of_account(user_id),
        *(
            and_(OutboxMessage.subject_kind == kind, OutboxMessage.subject_id.in_(ids))
            for kind, ids in subjects.items()
        ),
    ]


def _without(reference: str, texts: Iterable[str]) -> list[str]:
    """Take the texts out of the mails that name the reservation; return the Message-IDs of those changed."""
    rows = db.session.execute(
        select(OutboxMessage.id, OutboxMessage.message_id, OutboxMessage.subject, OutboxMessage.body).where(
            OutboxMessage.body.contains(reference, autoescape=True)
        )
    ).all()
    changed = []
    for row in rows:
        subject, body = row.subject, row.body
        for text in sorted((each for each in texts if len(each) >= _SHORTEST), key=len, reverse=True):
            subject, body = subject.replace(text, REMOVED), body.replace(text, REMOVED)
        if (subject, body) != (row.subject, row.body):
            values = {"subject": subject[:300], "body": body}
            db.session.execute(update(OutboxMessage).where(OutboxMessage.id == row.id).values(values))
            changed.append(row.message_id)
    return changed
