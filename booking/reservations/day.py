"""All rooms of a day, each as a river on one common band."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from booking import clock
from booking.access.actor import Actor
from booking.availability.river import River, Stone, band_of, river_of
from booking.reservations.queries import visible_occurrences
from booking.reservations.seen import Seen
from booking.rooms.catalogue import catalogue
from booking.rooms.facts import RoomFacts
from booking.rooms.pages import RoomSummary, summary
from booking.timetable.zone import day


@dataclass(frozen=True, slots=True)
class DayRow:
    """One room and its day."""

    room: RoomSummary
    river: River


def day_rows(shown: Sequence[RoomFacts], on: date, actor: Actor, now: datetime) -> list[DayRow]:
    """Return these rooms with their day, in their order, on one band."""
    local, rooms = clock.zone(), catalogue()
    band = band_of(shown, on, local)
    window = day(on, local).extend_end(timedelta(days=1))
    seen = visible_occurrences(shown, window, actor)
    by_space: dict[int, list[Seen]] = {}
    for each in seen:
        for space_id in rooms.by_id[each.room_id].space_ids:
            by_space.setdefault(space_id, []).append(each)
    return [
        DayRow(
            summary(room, rooms.stamp),
            river_of(room, band, stones(room, by_space), local, now=now),
        )
        for room in shown
    ]


def stones(room: RoomFacts, by_space: dict[int, list[Seen]]) -> list[Stone]:
    """Return what lies in the river of a room. What competes for one stretch is one stone."""
    mine = {each.occurrence_id: each for space_id in room.space_ids for each in by_space.get(space_id, ())}
    ordered = sorted(mine.values(), key=lambda each: (not each.holds, each.use.start))
    laid: list[Stone] = []
    for each in ordered:
        start, end = each.use.start, each.use.end
        if any(stone.start < end and start < stone.end for stone in laid):
            continue
        laid.append(Stone(start, end, each.look, each.label, each.reference))
    return laid
