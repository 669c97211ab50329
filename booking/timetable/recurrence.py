"""The dates of a series, all at the same wall-clock time.

Tuesday 18:00 stays 18:00 across both clock changes. A date on which the start or the end is a time the clocks
skip is kept as a slot without an interval, so that whoever asked can be told instead of being moved silently.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from booking.timetable.holidays import is_public_holiday
from booking.timetable.interval import Interval
from booking.timetable.pattern import (
    Break,
    CountOutOfReach,
    EndsBeforeStart,
    OverlapsItself,
    Pattern,
    TooManyDates,
    UntilBeforeStart,
    in_break,
)
from booking.timetable.zone import LAST_YEAR, MissingTime, to_utc

DEFAULT_LIMIT: Final = 400

_HORIZON: Final = date(LAST_YEAR, 12, 31)


@dataclass(frozen=True, slots=True)
class Slot:
    """One date of a series: its interval, or why it has none. `date` is the local date of the start."""

    date: date
    interval: Interval | None
    missing: MissingTime | None = None


def expand(
    pattern: Pattern,
    first_start_wall: datetime,
    first_end_wall: datetime,
    zone: ZoneInfo,
    *,
    breaks: Sequence[Break] = (),
    limit: int = DEFAULT_LIMIT,
) -> tuple[Slot, ...]:
    """The slots of a series in order; the naive times give the first date and the clock times of all.

    The series begins on the first date that matches, from the first date on; only a list of dates may hold
    earlier ones. The end may be on a later day than the start. `breaks` are the venue's school breaks, left
    out if the pattern says so. Skipped dates do not appear; empty when none is left. No rule goes beyond the
    year 2100. Raises EndsBeforeStart, UntilBeforeStart, OverlapsItself, CountOutOfReach or TooManyDates.
    """
    if first_end_wall <= first_start_wall:
        raise EndsBeforeStart(first_start_wall, first_end_wall)
    first = first_start_wall.date()
    if pattern.until is not None and pattern.until < first:
        raise UntilBeforeStart(first, pattern.until)
    slots: list[Slot] = []
    for on in _dates(pattern, first, breaks):
        if on in pattern.skip:
            continue
        if len(slots) == limit:
            raise TooManyDates(limit, _end_of(pattern))
        slots.append(_slot(on, on - first, first_start_wall, first_end_wall, zone))
    _refuse_overlap(slots)
    return tuple(slots)


def dates_counted(pattern: Pattern, first: date) -> Iterator[date]:
    """All dates of a pattern from the first on, in order, as if none were skipped; no school break is known.

    Raises CountOutOfReach at the end of the years this service knows.
    """
    return _dates(pattern, first, ())


def _end_of(pattern: Pattern) -> str:
    """The field that says how long the series goes on."""
    if pattern.frequency == "dates":
        return "dates"
    return "until" if pattern.count is None else "count"


def _dates(pattern: Pattern, first: date, breaks: Sequence[Break]) -> Iterator[date]:
    """All dates that count, skipped ones included."""
    school_breaks = breaks if pattern.skip_school_breaks else ()
    counted = 0
    for on in _matches(pattern, first):
        if in_break(on, school_breaks) or (pattern.skip_holidays and is_public_holiday(on)):
            continue
        yield on
        counted += 1
        if counted == pattern.count:
            return
    if pattern.count is not None:
        raise CountOutOfReach(pattern.count)


def _matches(pattern: Pattern, first: date) -> Iterator[date]:
    """The dates of the rule alone, in order."""
    last = _HORIZON if pattern.until is None else min(pattern.until, _HORIZON)
    match pattern.frequency:
        case "daily":
            # Counting in ordinals cannot overflow, however large a step was asked for.
            ordinals = range(first.toordinal(), last.toordinal() + 1, pattern.interval)
            yield from map(date.fromordinal, ordinals)
        case "weekly":
            yield from _weekly(pattern, first, last)
        case "monthly":
            yield from _monthly(pattern, first, last)
        case "dates":
            yield from sorted({first, *pattern.dates})


def _weekly(pattern: Pattern, first: date, last: date) -> Iterator[date]:
    """Weeks run from Monday: every second week on Sunday and Monday is not a Sunday and the day after it."""
    weekdays = sorted(pattern.weekdays or {first.weekday()})
    begins, ends = first.toordinal(), last.toordinal()
    for monday in range(begins - first.weekday(), ends + 1, 7 * pattern.interval):
        for weekday in weekdays:
            if begins <= monday + weekday <= ends:
                yield date.fromordinal(monday + weekday)


def _monthly(pattern: Pattern, first: date, last: date) -> Iterator[date]:
    """No date comes before the first one: its own month has it or, later, the last such weekday."""
    start = first.year * 12 + first.month - 1
    stop = last.year * 12 + last.month
    for months in range(start, stop, pattern.interval):
        on = _in_month(pattern, first, months // 12, months % 12 + 1)
        if on is not None and on <= last:
            yield on


def _in_month(pattern: Pattern, first: date, year: int, month: int) -> date | None:
    """The month's own date of the series; None when the month has no such day or no such weekday."""
    opening_weekday, length = monthrange(year, month)
    earliest = 1 + (first.weekday() - opening_weekday) % 7
    match pattern.monthly_by:
        case "day":
            number = first.day
        case "weekday":
            number = earliest + (first.day - 1) // 7 * 7
        case "last_weekday":
            number = earliest + (length - earliest) // 7 * 7
    return date(year, month, number) if number <= length else None


def _slot(on: date, by: timedelta, start: datetime, end: datetime, zone: ZoneInfo) -> Slot:
    try:
        return Slot(on, Interval(to_utc(start + by, zone), to_utc(end + by, zone)))
    except MissingTime as missing:
        # Without its traceback: a slot is a value, and must not keep the frames it was made in alive.
        return Slot(on, None, missing.with_traceback(None))


def _refuse_overlap(slots: list[Slot]) -> None:
    intervals = [slot.interval for slot in slots if slot.interval is not None]
    for earlier, later in pairwise(intervals):
        if earlier.overlaps(later):
            raise OverlapsItself(earlier, later)
