"""PURE: dates, times and lengths as files write them (RFC 5545, 3.3.4-3.3.6 and 3.3.9)."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

FIRST_YEAR, LAST_YEAR = 1600, 2400
"""Apple writes birthdays without a year into 1604; what lies outside is a slip, and breaks arithmetic."""

_MOMENT = re.compile(
    r"([0-9]{4})([0-9]{2})([0-9]{2})(?:T([0-9]{2})([0-9]{2})([0-9]{2})?(Z)?)?", re.IGNORECASE
)
_LENGTH = re.compile(
    r"([+-]?)P(?:([0-9]{1,6})W)?(?:([0-9]{1,6})D)?"
    r"(?:T(?:([0-9]{1,8})H)?(?:([0-9]{1,8})M)?(?:([0-9]{1,9})S)?)?",
    re.IGNORECASE,
)
_DAY = timedelta(days=1)
_NONE = timedelta(0)


class Bad(Exception):
    """Something in one event that cannot be read: the event is left out. `line` is where it stands."""

    def __init__(self, line: int, code: str, **params: object) -> None:
        super().__init__(line, code)
        self.line = line
        self.code = code
        self.params = params


@dataclass(frozen=True, slots=True)
class Moment:
    """A time as its clock shows it (naive), and the clock. A whole day is midnight by the town's clock."""

    wall: datetime
    zone: tzinfo
    whole_day: bool = False

    def utc(self) -> datetime:
        """Return the moment; of a doubled hour its first, of a missing one as if the clocks had not moved."""
        return moment_of(self.wall, self.zone)

    def wall_in(self, zone: tzinfo) -> datetime:
        """Return what another clock shows then. A whole day is the same day everywhere."""
        if self.whole_day or zone is self.zone:
            return self.wall
        return wall_of(self.utc(), zone)


@dataclass(frozen=True, slots=True)
class Length:
    """How long something lasts: first by the clock on the wall, then so much time that really passes."""

    nominal: timedelta
    exact: timedelta = _NONE

    @property
    def total(self) -> timedelta:
        """The length on a day without a clock change."""
        return self.nominal + self.exact

    def end(self, wall: datetime, zone: tzinfo) -> datetime:
        """Return the moment when what starts at `wall` ends. A start in a missing hour keeps its length."""
        start, end = moment_of(wall, zone), moment_of(wall + self.nominal, zone) + self.exact
        return end if end > start or self.total <= _NONE else start + self.total


def moment_of(wall: datetime, zone: tzinfo) -> datetime:
    """Return a naive time's UTC moment (RFC 5545, 3.3.5: the first one, or by the offset before the gap)."""
    return wall.replace(tzinfo=zone, fold=0).astimezone(UTC)


def wall_of(moment: datetime, zone: tzinfo) -> datetime:
    """Return what the clock shows at an aware moment, naive."""
    return moment.astimezone(zone).replace(tzinfo=None, fold=0)


def read_time(line: int, value: str) -> tuple[datetime, bool, bool]:
    """Return a value as a naive time, whether it is a date only, and whether it is UTC. Raises Bad."""
    found = _MOMENT.fullmatch(value.strip())
    if found is None:
        raise Bad(line, "calendar_bad_time", text=value[:40])
    *numbers, utc = found.groups()
    year, month, day, hour, minute, second = (int(number or 0) for number in numbers)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Bad(line, "calendar_bad_time", text=value[:40])
    try:
        # A leap second is written as 60, which no datetime holds.
        wall = datetime(year, month, day, hour, minute, min(second, 59))  # noqa: DTZ001 - wall clock
    except ValueError as error:
        raise Bad(line, "calendar_bad_time", text=value[:40]) from error
    return wall, numbers[3] is None, utc is not None


def read_length(line: int, value: str) -> Length:
    """Return a DURATION: days and weeks by the clock, hours and less as time that passes. Raises Bad."""
    found = _LENGTH.fullmatch(value.strip())
    if found is None or not any(found.groups()[1:]):
        raise Bad(line, "calendar_bad_length", text=value[:40])
    weeks, days, hours, minutes, seconds = (int(number or 0) for number in found.groups()[1:])
    sign = -1 if found[1] == "-" else 1
    return Length(
        sign * timedelta(weeks=weeks, days=days),
        sign * timedelta(hours=hours, minutes=minutes, seconds=seconds),
    )


def between(start: Moment, end: Moment, line: int) -> Length:
    """Return the length from start to end by the start's clock. Raises Bad for an end before the start.

    A whole day that ends on the day it starts on lasts that day: many programs write it so.
    """
    if start.whole_day is not end.whole_day:
        raise Bad(line, "calendar_mixed_times")
    if start.zone is not end.zone:
        length = Length(_NONE, end.utc() - start.utc())
    else:
        length = Length(end.wall - start.wall)
    if start.whole_day and length.total == _NONE:
        length = Length(_DAY)
    if length.total < _NONE:
        raise Bad(line, "calendar_end_before_start")
    return length
