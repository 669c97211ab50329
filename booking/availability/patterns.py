"""How forms, addresses and the API write a pattern, and what they say when it cannot be.

They share names: `repeat`, `interval`, `until`, `count`, `weekday`, `by`, `dates`, `skip`, `skip_holidays`,
`skip_school_breaks`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Final

from booking.clock import zone
from booking.errors import RuleViolation, Violation
from booking.rooms.facts import RoomFacts
from booking.timetable.interval import Interval
from booking.timetable.pattern import Pattern, PatternError, TooManyDates
from booking.timetable.recurrence import Slot, expand
from booking.timetable.zone import MissingTime, to_wall

_NAMES: Final = {"frequency": "repeat", "weekdays": "weekday", "monthly_by": "by"}
_TRUE: Final = "true"


def violation_of(error: PatternError) -> Violation:
    """Return what is wrong with a pattern as a broken rule of the field that forms and the API have."""
    params = {"limit": error.limit} if isinstance(error, TooManyDates) else {}
    return Violation(error.code, _NAMES.get(error.field, error.field), params)


def slots_of(pattern: Pattern, start: datetime, end: datetime, room: RoomFacts | None) -> Sequence[Slot]:
    """Return the dates of a pattern, whose first use is this one of the wall clock (naive), in a room.

    Its venue knows the school breaks; None: no room is chosen yet, so nothing is known of them. Raises
    RuleViolation for a pattern that cannot be.
    """
    breaks = room.school_breaks if room is not None else ()
    try:
        return expand(pattern, start, end, zone(), breaks=breaks)
    except PatternError as error:
        raise RuleViolation([violation_of(error)]) from error


class DatesByRoom:
    """The dates of a series in each room: the school breaks that it leaves out are those of the room's venue.

    `use`: the first one, whose wall-clock times all have.
    """

    def __init__(self, pattern: Pattern, use: Interval) -> None:
        self.pattern, self.use = pattern, use
        self._start, self._end = (
            to_wall(each, zone()).replace(tzinfo=None, fold=0) for each in (use.start, use.end)
        )
        self._slots: dict[object, Sequence[Slot]] = {}
        self._uses: dict[object, list[Interval]] = {}

    def __call__(self, room: RoomFacts) -> Sequence[Interval]:
        """Return the uses in a room, the same object for rooms with the same breaks. Raises RuleViolation."""
        key = room.school_breaks if self.pattern.skip_school_breaks else ()
        if key not in self._uses:
            slots = self._slots[key] = slots_of(self.pattern, self._start, self._end, room)
            self._uses[key] = [slot.interval for slot in slots if slot.interval is not None]
        return self._uses[key]

    def require_some(self) -> Sequence[Slot]:
        """Return the dates where no school has a break. Raises RuleViolation for a series without any."""
        slots = slots_of(self.pattern, self._start, self._end, None)
        if not slots:
            raise RuleViolation([Violation("no_dates", "skip")])
        return slots

    @property
    def total(self) -> int | None:
        """How many dates there are in the rooms asked about, None when that depends on the room."""
        totals = {len(uses) for uses in self._uses.values()}
        return totals.pop() if len(totals) == 1 else None

    @property
    def all_uses(self) -> set[Interval]:
        """The uses in any of the rooms asked about."""
        return {use for uses in self._uses.values() for use in uses}

    @property
    def missing(self) -> dict[date, MissingTime]:
        """The dates on which the clocks skip the time: they have no use."""
        slots = {slot.date: slot.missing for found in self._slots.values() for slot in found}
        return {on: missing for on, missing in sorted(slots.items()) if missing is not None}


def pattern_query(pattern: Pattern) -> dict[str, Any]:
    """Return the pattern as the query of an address: what it says and no more."""
    written: dict[str, Any] = {"repeat": pattern.frequency}
    if pattern.interval != 1:
        written["interval"] = pattern.interval
    if pattern.until is not None:
        written["until"] = pattern.until.isoformat()
    if pattern.count is not None:
        written["count"] = pattern.count
    if pattern.weekdays:
        written["weekday"] = tuple(sorted(pattern.weekdays))
    if pattern.monthly_by != "day":
        written["by"] = pattern.monthly_by
    if pattern.dates:
        written["dates"] = _written(pattern.dates)
    if pattern.skip:
        written["skip"] = _written(pattern.skip)
    flags = {"skip_holidays": pattern.skip_holidays, "skip_school_breaks": pattern.skip_school_breaks}
    return written | {name: _TRUE for name, flag in flags.items() if flag}


def _written(dates: Iterable[date]) -> tuple[str, ...]:
    return tuple(each.isoformat() for each in sorted(dates))
