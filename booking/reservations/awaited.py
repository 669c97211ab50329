"""Whether others have asked for a date already: a number and nothing else about them."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from booking.availability.wishes import Wish
from booking.extensions import db
from booking.reservations.lifecycle import State
from booking.reservations.models import Occurrence
from booking.rooms.catalogue import catalogue
from booking.rooms.facts import RoomFacts
from booking.timetable.interval import Interval

_LONGEST_TURNAROUND = timedelta(days=1)


def requests_waiting(wishes: Iterable[Wish]) -> dict[date, int]:
    """Return how many other requests wait for the time of each date, where any does, by the wishes' dates.

    Only of rooms whose owner chooses among requests: elsewhere a request holds its time, or needs no answer.
    At most one statement.
    """
    wanted = [(each.on, each.room, each.use) for each in wishes if each.is_booked and each.use is not None]
    open_ones = [(on, room, use) for on, room, use in wanted if use is not None and chooses(room)]
    if not open_ones:
        return {}
    rooms = catalogue()
    near = {other.id: other for _on, room, _use in open_ones for other in rooms.sharing(room)}
    query = select(
        Occurrence.reservation_id,
        Occurrence.room_id,
        Occurrence.starts_at,
        Occurrence.ends_at,
        Occurrence.turnaround_minutes,
    ).where(
        Occurrence.state == State.PENDING.value,
        Occurrence.pending_holds.is_(False),
        Occurrence.room_id.in_(sorted(near)),
        Occurrence.starts_at < max(use.end for _on, _room, use in open_ones) + _LONGEST_TURNAROUND,
        Occurrence.ends_at > min(use.start for _on, _room, use in open_ones) - _LONGEST_TURNAROUND,
    )
    asked = [
        (row.reservation_id, near[row.room_id].space_ids, _claimed(row)) for row in db.session.execute(query)
    ]
    found: dict[date, set[int]] = defaultdict(set)
    for on, room, use in open_ones:
        claimed = room.rules.claimed(use)
        for reservation_id, space_ids, other in asked:
            if other.overlaps(claimed) and not set(space_ids).isdisjoint(room.space_ids):
                found[on].add(reservation_id)
    return {on: len(ids) for on, ids in found.items()}


def chooses(room: RoomFacts) -> bool:
    """Whether requests for a room compete until its owner decides."""
    return room.rules.approval != "at_once" and not room.rules.pending_holds


def _claimed(row: Any) -> Interval:
    return Interval(row.starts_at, row.ends_at + timedelta(minutes=row.turnaround_minutes))
