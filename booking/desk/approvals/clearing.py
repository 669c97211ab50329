"""Confirm clear requests together: each by itself, as shown, not when somebody has come between."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select

from booking.access.actor import Actor
from booking.access.roles import Right
from booking.desk.approvals.items import stamp_of
from booking.errors import NotFound, WrongState
from booking.extensions import db
from booking.reservations import decisions, policy
from booking.reservations.changes import competing_with, for_change
from booking.reservations.lifecycle import State
from booking.reservations.models import Reservation
from booking.rooms.models import Room


def reference_of(stamp: str) -> str:
    """Return the reference of a request that a stamp names."""
    return stamp.partition(".")[0]


def refuse_foreign(stamps: Collection[str], actor: Actor) -> None:
    """Raise NotFound unless the person decides on every one of these: then nothing is done. One statement."""
    wanted = {reference_of(each) for each in stamps}
    owners = actor.organisations_with(Right.DECIDE)
    query = (
        select(Reservation.reference)
        .join(Room, Room.id == Reservation.room_id)
        .where(Reservation.reference.in_(wanted), Room.owner_id.in_(owners))
    )
    if set(db.session.scalars(query)) != wanted:
        raise NotFound("unknown_reservation")


def confirm_clear(stamp: str, *, actor: Actor, now: datetime) -> decisions.Decided:
    """Confirm all dates of a request that nobody competes for, in the caller's transaction.

    Raises NotFound, Forbidden, WrongState when it is not as it was shown or others have come to want the same
    time, and SlotTaken.
    """
    reservation = for_change(reference_of(stamp), policy.require_decider, actor)
    pending = [
        each for each in reservation.occurrences if each.state == State.PENDING and each.starts_at > now
    ]
    if not pending:
        raise WrongState
    if stamp_of(reservation) != stamp:
        raise WrongState("request_changed")
    if any(competing_with(pending).values()):
        raise WrongState("rival_came")
    return decisions.confirm(reservation.reference, [each.id for each in pending], actor=actor, now=now)
