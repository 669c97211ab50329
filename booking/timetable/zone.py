"""Wall-clock time and UTC: the only place where one becomes the other.

Europe/Helsinki skips 03:00–04:00 on the last Sunday of March (the missing hour) and lives 03:00–04:00 twice
on the last Sunday of October (the doubled hour). Nothing here assumes those dates: they are read from the
time zone data.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from booking.timetable.interval import Interval

HELSINKI = ZoneInfo("Europe/Helsinki")

FIRST_YEAR = 2000
LAST_YEAR = 2100

_ZERO = timedelta(0)
_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
_SECOND = timedelta(seconds=1)
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_WEEK = re.compile(r"([0-9]{4})-W([0-9]{2})")
# A fraction is let through when it is zero: that is what JavaScript's toISOString() writes.
_TIME = re.compile(r"([0-9-]{10}T[0-9]{2}:[0-9]{2}(?::[0-9]{2})?)(?:\.0{1,9})?(Z|[+-][0-9]{2}:[0-5][0-9])?")


class UnreadableTime(ValueError):
    """A text that is no time, date or week of the years 2000–2100; `text` is what was given."""

    code = "unreadable_time"

    def __init__(self, text: str) -> None:
        super().__init__(f"not a time this service knows: {text[:40]!r}")
        self.text = text


class MissingTime(ValueError):
    """A wall-clock time that the clocks skip.

    `wall` is what was asked for; `earlier` the last whole minute the clocks show before the gap (02:59 in
    Finland) and `later` the first time they show after it (04:00). All three are naive. Equal when they name
    the same gap and time, so that what holds one can be compared.
    """

    code = "missing_time"

    def __init__(self, wall: datetime, earlier: datetime, later: datetime) -> None:
        super().__init__(wall, earlier, later)
        self.wall = wall
        self.earlier = earlier
        self.later = later

    def __str__(self) -> str:
        return f"{self.wall} is skipped by the clocks, which go from {self.earlier} to {self.later}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, MissingTime) and self.args == other.args

    def __hash__(self) -> int:
        return hash(self.args)


@dataclass(frozen=True, order=True, slots=True)
class IsoWeek:
    """A week from Monday to Sunday by ISO 8601; raises ValueError for a week its year lacks."""

    year: int
    week: int

    def __post_init__(self) -> None:
        date.fromisocalendar(self.year, self.week, 1)

    @classmethod
    def parse(cls, text: str) -> IsoWeek:
        """`2027-W03` as a week of the years 2000–2100; anything else raises UnreadableTime (a ValueError)."""
        found = _WEEK.fullmatch(text)
        if found is None or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
            raise UnreadableTime(text)
        try:
            return cls(int(found[1]), int(found[2]))
        except ValueError as error:
            raise UnreadableTime(text) from error

    @classmethod
    def of(cls, on: date) -> IsoWeek:
        """The week the date is in; around New Year its year may not be the date's."""
        year, number, _ = on.isocalendar()
        return cls(year, number)

    def next(self) -> IsoWeek:
        """The week after this one."""
        return IsoWeek.of(self._monday() + 7 * _DAY)

    def previous(self) -> IsoWeek:
        """The week before this one."""
        return IsoWeek.of(self._monday() - 7 * _DAY)

    def days(self) -> tuple[date, ...]:
        """The seven dates, Monday first."""
        monday = self._monday()
        return tuple(monday + number * _DAY for number in range(7))

    def _monday(self) -> date:
        return date.fromisocalendar(self.year, self.week, 1)

    def __str__(self) -> str:
        return f"{self.year:04}-W{self.week:02}"


def to_utc(wall: datetime, zone: ZoneInfo, *, second: bool = False) -> datetime:
    """The UTC moment at which the zone's clocks show `wall` (naive).

    A time of the doubled hour is its first unless `second`. A time of the missing hour raises MissingTime, an
    aware `wall` ValueError.
    """
    if wall.tzinfo is not None:
        raise ValueError(f"a wall-clock time is naive: {wall!r}")
    # PEP 495: the two readings differ at a change only, and the offset grows where clocks go forward.
    before = zone.utcoffset(wall.replace(fold=0)) or _ZERO
    after = zone.utcoffset(wall.replace(fold=1)) or _ZERO
    if before < after:
        raise _missing(wall, zone, wall - after, wall - before)
    return (wall - (after if second else before)).replace(tzinfo=UTC, fold=0)


def to_utc_or_after(wall: datetime, zone: ZoneInfo) -> datetime:
    """As `to_utc`, but a missing time is the moment the gap ends: for opening hours, never for a booking."""
    try:
        return to_utc(wall, zone)
    except MissingTime as missing:
        return to_utc(missing.later, zone)


def to_wall(moment: datetime, zone: ZoneInfo) -> datetime:
    """The moment as an aware local datetime. A naive moment raises ValueError."""
    if moment.tzinfo is None:
        raise ValueError(f"a moment is aware: {moment!r}")
    return moment.astimezone(zone)


def local_date(moment: datetime, zone: ZoneInfo) -> date:
    """The date the zone's calendars show at that moment. A naive moment raises ValueError."""
    return to_wall(moment, zone).date()


def day(on: date, zone: ZoneInfo) -> Interval:
    """From midnight to midnight: 24 hours, 23 or 25 when the clocks change."""
    return _day(on, zone)


def week(iso_year: int, iso_week: int, zone: ZoneInfo) -> Interval:
    """From Monday's midnight to the next Monday's. ValueError for a week the year lacks."""
    monday = date.fromisocalendar(iso_year, iso_week, 1)
    return Interval(day(monday, zone).start, day(monday + 6 * _DAY, zone).end)


def parse_date(text: str) -> date:
    """`2027-01-12` as a date of the years 2000–2100; anything else raises UnreadableTime (a ValueError)."""
    return _read_date(text, text)


def parse_time(text: str, zone: ZoneInfo) -> datetime:
    """ISO 8601 `2027-01-12T18:00[:00][+02:00|Z]` as an aware UTC moment.

    Without an offset it is the zone's wall clock: the doubled hour is its first, the missing one raises
    MissingTime. With an offset it is exactly that moment. All else, and years outside 2000–2100, raises
    UnreadableTime.
    """
    found = _TIME.fullmatch(text)
    if found is None:
        raise UnreadableTime(text)
    written, offset = found.groups()
    _read_date(written[:10], text)
    try:
        read = datetime.fromisoformat(written + (offset or ""))
    except ValueError as error:
        raise UnreadableTime(text) from error
    if offset is None:
        return to_utc(read, zone)
    moment = read.astimezone(UTC)
    _within_years(local_date(moment, zone), text)
    return moment


def isoformat(moment: datetime, zone: ZoneInfo) -> str:
    """The moment in the zone as ISO 8601 with its offset, to the second: `2027-01-12T18:00:00+02:00`."""
    return to_wall(moment, zone).isoformat(timespec="seconds")


@lru_cache(maxsize=4096)
def _day(on: date, zone: ZoneInfo) -> Interval:
    # Elsewhere than in Finland midnight itself may be skipped; that day begins when its clocks do.
    start = to_utc_or_after(datetime.combine(on, time.min), zone)
    return Interval(start, to_utc_or_after(datetime.combine(on + _DAY, time.min), zone))


def _read_date(part: str, text: str) -> date:
    """The date in one part of the text; a refusal names the whole text."""
    found = _DATE.fullmatch(part)
    if found is None:
        raise UnreadableTime(text)
    try:
        read = date(*map(int, found.groups()))
    except ValueError as error:
        raise UnreadableTime(text) from error
    return _within_years(read, text)


def _within_years(on: date, text: str) -> date:
    if not FIRST_YEAR <= on.year <= LAST_YEAR:
        raise UnreadableTime(text)
    return on


def _missing(wall: datetime, zone: ZoneInfo, before: datetime, after: datetime) -> MissingTime:
    """The gap around `wall`, given naive UTC times on either side of the change, found by halving."""
    low, high = before.replace(tzinfo=UTC, microsecond=0), after.replace(tzinfo=UTC, microsecond=0)
    old = low.astimezone(zone).utcoffset()
    while high - low > _SECOND:
        middle = low + (high - low) // 2 // _SECOND * _SECOND
        if middle.astimezone(zone).utcoffset() == old:
            low = middle
        else:
            high = middle
    later = high.astimezone(zone).replace(tzinfo=None)
    return MissingTime(wall, (high - _MINUTE).astimezone(zone).replace(tzinfo=None), later)
