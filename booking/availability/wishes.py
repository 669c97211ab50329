"""PURE: the dates of a series as they are wanted, after the choices made for single dates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from booking.availability.fixes import Fix, FixKind
from booking.rooms.facts import RoomFacts
from booking.timetable.interval import Interval
from booking.timetable.recurrence import Slot
from booking.timetable.zone import MissingTime, to_utc

NOT_BOOKED = frozenset({FixKind.SKIP, FixKind.WAIT, FixKind.KEEP})


@dataclass(frozen=True, slots=True)
class Wish:
    """One date of a series: the date the pattern gives, and what is wanted on it.

    `use` is None when the clocks skip the time (`missing` tells it). `slot` is what the pattern gives,
    without the choice made for the date. A wish whose choice is to skip or to wait is not booked.
    """

    on: date
    room: RoomFacts
    use: Interval | None
    slot: Interval | None
    fix: Fix | None = None
    missing: MissingTime | None = None

    @property
    def is_booked(self) -> bool:
        """Whether this date is asked for at all."""
        return self.fix is None or self.fix.kind not in NOT_BOOKED


def wishes_of(
    room: RoomFacts,
    slots: Sequence[Slot],
    fixes: Iterable[Fix],
    zone: ZoneInfo,
    find_room: Callable[[str], RoomFacts],
) -> list[Wish]:
    """Return what is wanted on each slot's date. Choices for dates that the pattern lacks are left out.

    `find_room` gives the room of a slug, or raises. A chosen time that the clocks skip leaves `use` empty.
    """
    chosen = {fix.on: fix for fix in fixes}
    return [_wish(room, slot, chosen.get(slot.date), zone, find_room) for slot in slots]


def use_on(on: date, start: time, end: time, zone: ZoneInfo) -> Interval:
    """Return the use of a date from wall-clock times; an end at or before the start is on the next day.

    Raises MissingTime for a time that the clocks skip.
    """
    later = timedelta(days=1 if end <= start else 0)
    first, last = datetime.combine(on, start), datetime.combine(on, end) + later
    return Interval(to_utc(first, zone), to_utc(last, zone))


def _wish(
    room: RoomFacts, slot: Slot, fix: Fix | None, zone: ZoneInfo, find_room: Callable[[str], RoomFacts]
) -> Wish:
    chosen = find_room(fix.room) if fix is not None and fix.kind is FixKind.ROOM else room
    if fix is None or fix.start is None or fix.end is None:
        return Wish(slot.date, chosen, slot.interval, slot.interval, fix, slot.missing)
    try:
        use = use_on(slot.date, fix.start, fix.end, zone)
    except MissingTime as missing:
        return Wish(slot.date, chosen, None, slot.interval, fix, missing.with_traceback(None))
    return Wish(slot.date, chosen, use, slot.interval, fix)
