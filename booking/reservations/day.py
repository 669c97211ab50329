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
from booking.timetable.interval import Interval, subtract
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
        for space_id in each.space_ids:
            by_space.setdefault(space_id, []).append(each)
    return [
        DayRow(
            summary(room, rooms.stamp),
            river_of(room, band, stones(room, by_space), local, now=now),
        )
        for room in shown
    ]


def stones(room: RoomFacts, by_space: dict[int, list[Seen]]) -> list[Stone]:
    """Return what lies in the river of a room. Where several compete, or hold other parts, one is seen."""
    here = dict.fromkeys(each for space_id in room.space_ids for each in by_space.get(space_id, ()))
    laid: list[Interval] = []
    found: list[Stone] = []
    for each in sorted(here, key=lambda each: (not each.holds, each.use.start)):
        for rest in subtract([each.use], laid):
            found.append(Stone(rest.start, rest.end, each.look, each.label, each.reference))
        laid.append(each.use)
    return found
