"""What the display beside a room's door shows: today and tomorrow as anyone may see them, in stretches."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from booking import clock
from booking.access.actor import VISITOR
from booking.availability.river import Stone, river_of
from booking.reservations.day import stones
from booking.reservations.queries import visible_occurrences
from booking.reservations.seen import Seen
from booking.rooms.facts import RoomFacts
from booking.rooms.labels import room_name
from booking.timetable.interval import Interval, subtract
from booking.timetable.zone import day, local_date

_DAY = timedelta(days=1)
TAKEN = ("taken", "pending")
_LOOKED_AHEAD = timedelta(days=14)  # how far the end of what closes the room is looked for


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the day: taken, pending (held for a request), free or closed. `label` where it is public."""

    start: datetime
    end: datetime
    state: str
    label: str = ""

    def holds(self, moment: datetime) -> bool:
        """Say whether a moment lies in it."""
        return self.start <= moment < self.end

    @property
    def goes_on(self) -> bool:
        """Whether it is told by its end: closed time, and what lasts for days."""
        return self.state == "closed" or self.is_long

    @property
    def is_long(self) -> bool:
        """Whether its hours without days would not say when it is."""
        return self.end - self.start >= _DAY


@dataclass(frozen=True, slots=True)
class Door:
    """The display: the stretches of today and tomorrow by start, and those that matter at `at`.

    The last may go on after tomorrow; nothing beyond `horizon` is known.
    `rest` is what is still to come today. The browser moves on by the stretches alone.
    """

    name: str
    venue: str
    slug: str
    at: datetime
    today: date
    stretches: Sequence[Stretch]
    horizon: datetime

    @property
    def now(self) -> Stretch | None:
        """The stretch of this moment."""
        return next((each for each in self.stretches if each.holds(self.at)), None)

    @property
    def next(self) -> Stretch | None:
        """What takes the room next, today or tomorrow."""
        coming = (each for each in self.stretches if each.start > self.at and each.state in TAKEN)
        return next(coming, None)

    @property
    def rest(self) -> Sequence[Stretch]:
        """What is still to come today."""
        return [each for each in self.stretches if self.at < each.start and self.on(each) == self.today]

    def ends_at(self, stretch: Stretch) -> datetime | None:
        """Return when a stretch ends, None where that lies beyond what was looked at."""
        return stretch.end if stretch.end < self.horizon else None

    def on(self, stretch: Stretch) -> date:
        """Return the local date on which a stretch begins."""
        return local_date(stretch.start, clock.zone())


def door_of(room: RoomFacts, now: datetime) -> Door:
    """Return a room's display for anyone. Two statements."""
    local = clock.zone()
    today = local_date(now, local)
    first, last = day(today - _DAY, local).start, day(today + _DAY, local).end
    window = Interval(first, last + _LOOKED_AHEAD)
    by_space: dict[int, list[Seen]] = {}
    for each in visible_occurrences([room], window, VISITOR):
        if each.holds:  # a request that only competes keeps nobody out
            for space_id in each.space_ids:
                by_space.setdefault(space_id, []).append(each)
    laid = river_of(room, window, stones(room, by_space), local, now=first).stones
    taken = [_stretch(stone) for stone in laid]
    free = [
        Stretch(each.start, each.end, "free")
        for each in subtract([window], [Interval(each.start, each.end) for each in taken])
    ]
    midnight = day(today, local).start
    together = _closed_as_one(sorted([*taken, *free], key=_start))
    return Door(
        name=room_name(room),
        venue="" if room.venue == room.name else room.venue,
        slug=room.slug,
        at=now,
        today=today,
        stretches=[each for each in together if each.end > midnight and each.start < last],
        horizon=window.end,
    )


def _closed_as_one(stretches: Sequence[Stretch]) -> list[Stretch]:
    """Return the stretches, closed time that touches as one: a closure may go on as the hours' own."""
    found: list[Stretch] = []
    for each in stretches:
        if found and found[-1].state == each.state == "closed":
            each = replace(found.pop(), end=each.end)
        found.append(each)
    return found


def _stretch(stone: Stone) -> Stretch:
    state = "pending" if stone.state == "pending" else "closed" if stone.state == "closed" else "taken"
    return Stretch(stone.start, stone.end, state, stone.label if state == "taken" else "")


def _start(stretch: Stretch) -> datetime:
    return stretch.start
