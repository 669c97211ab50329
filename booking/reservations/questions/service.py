"""Ask the booker's side before deciding, and answer. Each works in the caller's transaction and flushes.

The exchange is open while a date of the request awaits a decision: whatever decides the last one closes it,
and whatever undoes that opens it again.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import exists, select

from booking.access.actor import Actor
from booking.audit.service import record
from booking.errors import RuleViolation, Violation, WrongState
from booking.extensions import db
from booking.reservations import messages, policy
from booking.reservations.changes import for_change
from booking.reservations.decisions import is_to_decide
from booking.reservations.models import Occurrence, Reservation
from booking.reservations.questions.models import QuestionMessage
from booking.reservations.reasons import words_of


def ask(reference: str, text: str, *, actor: Actor, now: datetime) -> QuestionMessage:
    """Ask the booker's side something about a request, as an approver.

    Raises NotFound, Forbidden, WrongState for a request that is decided, RuleViolation without a question or
    for more than 500 characters.
    """
    reservation, open_dates = _open_request(reference, policy.require_decider, actor, now)
    message = _write(reservation, "owner", _required(text, "question"), actor, now)
    messages.tell_booker("question_asked", reservation, open_dates, now=now, reason=message.text)
    return message


def answer(reference: str, text: str, *, actor: Actor, now: datetime) -> QuestionMessage:
    """Answer for the booker's side; whoever asked hears of it among the owner's approvers.

    Raises NotFound, Forbidden, WrongState where nothing is asked or the request is decided, RuleViolation
    without an answer or for more than 500 characters.
    """
    reservation, open_dates = _open_request(reference, policy.require_booker, actor, now)
    asked = exists().where(QuestionMessage.reservation_id == reservation.id, QuestionMessage.side == "owner")
    if not db.session.scalar(select(asked)):
        raise WrongState("nothing_asked")
    message = _write(reservation, "booker", _required(text, "answer"), actor, now)
    messages.tell_approvers("question_answered", reservation, open_dates, now=now, reason=message.text)
    return message


def dates_to_ask_about(reservation: Reservation, now: datetime) -> list[Occurrence]:
    """Return the dates that await a decision and have not begun: without any there is nothing to ask."""
    return [each for each in reservation.occurrences if is_to_decide(each) and each.starts_at > now]


def _open_request(
    reference: str, require: Callable[[Reservation, Actor], None], actor: Actor, now: datetime
) -> tuple[Reservation, list[Occurrence]]:
    reservation = for_change(reference, require, actor)
    open_dates = dates_to_ask_about(reservation, now)
    if not open_dates:
        raise WrongState("question_closed")
    return reservation, open_dates


def _required(text: str, field: str) -> str:
    words = words_of(text, field)
    if not words:
        raise RuleViolation([Violation(f"{field}_missing", field)])
    return words


def _write(reservation: Reservation, side: str, text: str, actor: Actor, now: datetime) -> QuestionMessage:
    message = QuestionMessage(
        reservation_id=reservation.id, side=side, author_id=actor.user_id, text=text, created_at=now
    )
    db.session.add(message)
    db.session.flush()
    action = "ask" if side == "owner" else "answer"
    record(action, "reservation", reservation.id, actor_id=actor.user_id, now=now, message=message.id)
    return message
