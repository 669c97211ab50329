"""Short ways to make offers and moves in a small town, and to read what is held."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from booking.occupancy.models import Occupancy
from booking.reservations.changes import for_change
from booking.reservations.models import Occurrence, Proposal, Reservation
from booking.reservations.policy import require_booker
from booking.reservations.proposals import offer, propose_moves
from booking.rooms.catalogue import catalogue
from booking.rooms.models import Room
from booking.timetable.interval import Interval
from tests.factories.reservations import EVENING, NOW
from tests.factories.users import acting
from tests.reservations.town import Town

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WEEK = timedelta(days=7)

LATER = EVENING.shift(HOUR)

Row = tuple[int, Interval]


def rows(session: Any) -> list[Row]:
    """Return all that is held, by space and start."""
    query = select(Occupancy.space_id, Occupancy.starts_at, Occupancy.ends_at)
    found = session.execute(query.order_by(Occupancy.space_id, Occupancy.starts_at))
    return [(space_id, Interval(start, end)) for space_id, start, end in found]


def of(room: Room, *intervals: Interval) -> list[Row]:
    """Return the rows of these intervals on all of a room's spaces."""
    return sorted((space.id, each) for space in room.spaces for each in intervals)


def offered(
    town: Town,
    reservation: Reservation,
    use: Interval = LATER,
    *,
    room: Room | None = None,
    date: int = 0,
    **changes: Any,
) -> Proposal:
    """Have the approver offer the town's room, or another, for one of the dates."""
    values = {"message": "", "now": NOW, "actor": acting(town.approver)} | changes
    return offer(
        reservation.reference,
        reservation.occurrences[date].id,
        room_slug=(room or town.room).slug,
        use=use,
        **values,
    )


def moved(town: Town, *items: tuple[Occurrence, Interval], room: Room | None = None) -> list[Proposal]:
    """Have the booker propose that confirmed dates of one reservation take other times."""
    actor, to = acting(town.booker), catalogue().room((room or town.room).slug)
    for_change(items[0][0].reservation.reference, require_booker, actor, also=[to])
    return propose_moves([(date, to, use) for date, use in items], actor=actor, now=NOW)
