"""The people of a small town, and short ways to say what stands in its books."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from booking.accounts.models import User
from booking.audit.models import AuditEntry
from booking.audit.service import history
from booking.organisations.models import Organisation
from booking.outbox.models import OutboxMessage
from booking.reservations.models import Reservation
from booking.rooms.models import Room
from booking.timetable.interval import Interval
from tests.factories.reservations import make_reservation


@dataclass(frozen=True)
class Town:
    """Everybody a reservation meets. The room goes by approval and its pending requests compete."""

    owner: Organisation
    approver: User
    room: Room
    choir: Organisation
    booker: User
    member: User
    manager: User
    chess_club: Organisation
    rival: User
    """Books for the chess club."""


def of_choir(town: Town, *uses: Interval, state: str = "pending", **changes: Any) -> Reservation:
    """Return a reservation of the choir's booker in the town's room."""
    room = changes.pop("room", town.room)
    return make_reservation(room, *uses, state=state, booker=town.booker, organisation=town.choir, **changes)


def states(reservation: Reservation) -> list[str]:
    return [each.state for each in reservation.occurrences]


def last_step(reservation: Reservation) -> AuditEntry:
    return history("reservation", reservation.id)[-1]


def kinds_of_mail(session: Any) -> list[str]:
    return list(session.scalars(select(OutboxMessage.kind).order_by(OutboxMessage.id)))
