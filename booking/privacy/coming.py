"""What a person who goes has still to come: their own is given up, their associations' stays."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from booking.access.actor import Actor
from booking.accounts.models import User
from booking.extensions import db
from booking.reservations import messages, policy
from booking.reservations.changes import for_change, take_step
from booking.reservations.lifecycle import State, Step
from booking.reservations.models import Occurrence, Reservation
from booking.reservations.queries import of_oneself
from booking.reservations.waiting import service as waiting
from booking.reservations.waiting.models import WaitingDate, WaitingEntry
from booking.reservations.waiting.queries import OPEN

ACTIVE = (State.PENDING.value, State.CONFIRMED.value)


def coming_own(actor: Actor, now: datetime) -> list[Reservation]:
    """Return what a person has booked for themselves that is to come: it ends with the account."""
    coming = select(Occurrence.reservation_id).where(Occurrence.state.in_(ACTIVE), Occurrence.starts_at > now)
    query = select(Reservation).where(of_oneself(actor), Reservation.id.in_(coming))
    return list(
        db.session.scalars(query.options(selectinload(Reservation.occurrences)).order_by(Reservation.id))
    )


def coming_of_associations(actor: Actor, now: datetime) -> list[Reservation]:
    """Return what a person has booked for associations that is to come: it stays, and is the managers'."""
    coming = select(Occurrence.reservation_id).where(Occurrence.state.in_(ACTIVE), Occurrence.starts_at > now)
    query = select(Reservation).where(
        Reservation.booker_id == actor.user_id,
        Reservation.organisation_id.is_not(None),
        Reservation.id.in_(coming),
    )
    return list(
        db.session.scalars(query.options(selectinload(Reservation.occurrences)).order_by(Reservation.id))
    )


def give_up_coming(user: User, actor: Actor, *, now: datetime) -> None:
    """Withdraw and cancel what a person has to come for themselves, also after the deadline; owners are told.

    `actor` is that person with the roles they have had. Flushes.
    """
    for reservation in coming_own(actor, now):
        _give_up(for_change(reservation.reference, policy.require_booker, actor), user, now)
    entries = select(WaitingEntry.reference).where(
        WaitingEntry.user_id == user.id,
        WaitingEntry.organisation_id.is_(None),
        WaitingEntry.id.in_(select(WaitingDate.entry_id).where(WaitingDate.state.in_(OPEN))),
    )
    for reference in db.session.scalars(entries.order_by(WaitingEntry.id)).all():
        waiting.leave(reference, None, actor=actor, now=now)


def _give_up(reservation: Reservation, user: User, now: datetime) -> None:
    ahead = [each for each in reservation.occurrences if each.starts_at > now]
    pending = [each for each in ahead if each.state == State.PENDING]
    confirmed = [each for each in ahead if each.state == State.CONFIRMED]
    if pending:
        take_step(Step.WITHDRAW, pending, actor_id=user.id, now=now)
        messages.tell_approvers("withdrawn_by_booker", reservation, pending, now=now)
    if confirmed:
        take_step(Step.CANCEL, confirmed, actor_id=user.id, now=now, by="booker")
        messages.tell_approvers("cancelled_by_booker", reservation, confirmed, now=now)
