"""Series of dates at the same wall-clock time.

Tuesday 18:00 stays 18:00 across both clock changes. A date on which the start or the end is a time the clocks
skip is kept as a slot without an interval, so that whoever asked can be told instead of being moved silently.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from booking.timetable.interval import Interval
from booking.timetable.zone import MissingTime, to_utc

Frequency = Literal["daily", "weekly", "monthly"]

DEFAULT_LIMIT = 400


class PatternError(ValueError):
    """A series that cannot be; `code` says why."""

    code = "bad_pattern"


class UnknownFrequency(PatternError):
    """The frequency is none of daily, weekly and monthly."""

    code = "unknown_frequency"


class BadStep(PatternError):
    """The interval is not a whole number from 1 up."""

    code = "bad_interval"


class EndsBeforeStart(PatternError):
    """The first occurrence ends at or before its start."""

    code = "end_before_start"


class UntilBeforeStart(PatternError):
    """The last date is before the first occurrence."""

    code = "until_before_start"


class OverlapsItself(PatternError):
    """An occurrence is still going on when the next one begins."""

    code = "overlaps_itself"


class TooManyDates(PatternError):
    """The series has more than `limit` dates."""

    code = "too_many_dates"

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit


@dataclass(frozen=True, slots=True)
class Pattern:
    """Every `interval` days, weeks or months until a date (inclusive), without the skipped dates.

    Monthly is by the day of the month; a month that lacks the day is passed over. Raises UnknownFrequency or
    BadStep.
    """

    frequency: Frequency
    interval: int
    until: date
    skip: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if self.frequency not in get_args(Frequency):
            raise UnknownFrequency(self.frequency)
        if not isinstance(self.interval, int) or isinstance(self.interval, bool) or self.interval < 1:
            raise BadStep(self.interval)


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
    limit: int = DEFAULT_LIMIT,
) -> tuple[Slot, ...]:
    """The slots of a series in order; the naive times give the first date and the clock times of all.

    The end may be on a later day than the start. Skipped dates neither appear nor count; empty when all are
    skipped. Raises EndsBeforeStart, UntilBeforeStart, OverlapsItself or TooManyDates.
    """
    if first_end_wall <= first_start_wall:
        raise EndsBeforeStart(first_start_wall, first_end_wall)
    first = first_start_wall.date()
    if pattern.until < first:
        raise UntilBeforeStart(first, pattern.until)
    slots: list[Slot] = []
    for on in _dates(pattern, first):
        if on in pattern.skip:
            continue
        if len(slots) == limit:
            raise TooManyDates(limit)
        slots.append(_slot(on, on - first, first_start_wall, first_end_wall, zone))
    _refuse_overlap(slots)
    return tuple(slots)


def _dates(pattern: Pattern, first: date) -> Iterator[date]:
    """All dates of the pattern from `first`, skipped ones included."""
    if pattern.frequency == "monthly":
        yield from _monthly(pattern, first)
        return
    step = pattern.interval * (7 if pattern.frequency == "weekly" else 1)
    # Counting in ordinals cannot overflow, however large a step was asked for.
    for ordinal in range(first.toordinal(), pattern.until.toordinal() + 1, step):
        yield date.fromordinal(ordinal)


def _monthly(pattern: Pattern, first: date) -> Iterator[date]:
    start = first.year * 12 + first.month - 1
    stop = pattern.until.year * 12 + pattern.until.month
    for months in range(start, stop, pattern.interval):
        try:
            on = date(months // 12, months % 12 + 1, first.day)
        except ValueError:
            continue  # the month has no such day
        if on <= pattern.until:
            yield on


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
