"""When a room is open: weekly hours, dated exceptions and public holidays.

Hours are minutes of the local day on which an opening starts (8:00 is 480); a closing above 1440 is past
midnight, so a Friday dance until 01:00 is Friday 1080–1500. An opening belongs to the date it starts on: an
exception or a holiday replaces what starts on that date and leaves the end of the evening before alone. Edges
are wall-clock times; one that the clocks skip moves to the end of the gap, and one in the doubled hour is its
first.

A season (weekly hours with a first or last day) takes the place of the year-round week on its days: the hours
without dates hold only on days that no season covers. Seasons that cover the same day hold together.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from booking.timetable.holidays import is_public_holiday
from booking.timetable.interval import Interval, clip, merge, subtract
from booking.timetable.zone import local_date, to_utc_or_after

MINUTES_A_DAY = 1440

Minutes = tuple[int, int]

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Weekly:
    """Open from `opens` to `closes` each such weekday (0 is Monday), within a season (inclusive) if given."""

    weekday: int
    opens: int
    closes: int
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.weekday <= 6:
            raise ValueError(f"a weekday is 0–6: {self.weekday}")
        if self.valid_from is not None and self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError(f"a season must not end before it begins: {self.valid_from} – {self.valid_to}")
        _require_hours(self.opens, self.closes)

    @property
    def is_seasonal(self) -> bool:
        """Whether it belongs to a season and not to the year-round week."""
        return self.valid_from is not None or self.valid_to is not None

    def valid_on(self, on: dt.date) -> bool:
        """Whether the date is in the season."""
        return (self.valid_from is None or self.valid_from <= on) and (
            self.valid_to is None or on <= self.valid_to
        )


@dataclass(frozen=True, slots=True)
class OpeningException:
    """The hours of one date instead of the weekly ones, holiday or not; none at all means closed all day."""

    date: dt.date
    hours: tuple[Minutes, ...]

    def __post_init__(self) -> None:
        for opens, closes in self.hours:
            _require_hours(opens, closes)


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """All a room's hours. A day's openings may overlap or touch; two exceptions for one date: ValueError."""

    weekly: tuple[Weekly, ...]
    exceptions: tuple[OpeningException, ...] = ()
    open_on_holidays: bool = False
    _weekdays: tuple[tuple[Weekly, ...], ...] = field(init=False, repr=False, compare=False)
    _seasons: tuple[Weekly, ...] = field(init=False, repr=False, compare=False)
    _dated: dict[dt.date, tuple[Minutes, ...]] = field(init=False, repr=False, compare=False)
    _overnight: bool = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        dated = {each.date: each.hours for each in self.exceptions}
        if len(dated) != len(self.exceptions):
            raise ValueError("two exceptions for one date")
        weekdays: list[list[Weekly]] = [[], [], [], [], [], [], []]
        for each in self.weekly:
            weekdays[each.weekday].append(each)
        closings = [each.closes for each in self.weekly] + [
            closes for hours in dated.values() for _, closes in hours
        ]
        by_season = {(each.valid_from, each.valid_to): each for each in self.weekly if each.is_seasonal}
        object.__setattr__(self, "_weekdays", tuple(map(tuple, weekdays)))
        object.__setattr__(self, "_seasons", tuple(by_season.values()))
        object.__setattr__(self, "_dated", dated)
        object.__setattr__(self, "_overnight", any(closes > MINUTES_A_DAY for closes in closings))


class ClosureKind(StrEnum):
    """Why a room is not open."""

    HOLIDAY = "holiday"
    EXCEPTION = "exception"
    OUTSIDE_HOURS = "outside_hours"
    CLOSED_DAY = "closed_day"


@dataclass(frozen=True, slots=True)
class Closure:
    """Why a room is not open for an interval, and the local date whose hours are to blame."""

    kind: ClosureKind
    date: dt.date


def opened_on(hours: OpeningHours, on: dt.date, zone: ZoneInfo) -> tuple[Interval, ...]:
    """The openings that start on that local date, merged; they may end on the next.

    Exceptions beat holidays, holidays beat weekly hours.
    """
    return _openings(_minutes(hours, on), on, zone)


def opening_span(hours: OpeningHours, on: dt.date, zone: ZoneInfo) -> Interval | None:
    """From the date's first opening to its last closing, breaks included; None when it is closed all day."""
    openings = opened_on(hours, on, zone)
    return Interval(openings[0].start, openings[-1].end) if openings else None


def open_within(hours: OpeningHours, window: Interval, zone: ZoneInfo) -> tuple[Interval, ...]:
    """The open time inside the window, joined over midnight."""
    on = local_date(window.start, zone)
    last = local_date(window.end - dt.timedelta.resolution, zone)
    if hours._overnight:
        on -= _DAY
    if on == last:
        return clip(opened_on(hours, on, zone), window)
    found: list[Interval] = []
    while on <= last:
        found += opened_on(hours, on, zone)
        on += _DAY
    return clip(merge(found), window)


def is_open(hours: OpeningHours, interval: Interval, zone: ZoneInfo) -> bool:
    """Whether the room is open for the whole interval."""
    opening = _opening_at(hours, interval.start, zone)
    # An opening that ends too soon may still be joined by the next day's at midnight.
    while opening is not None and opening.end < interval.end:
        opening = _opening_at(hours, opening.end, zone)
    return opening is not None


def closure(hours: OpeningHours, interval: Interval, zone: ZoneInfo) -> Closure | None:
    """Why the room is not open for the whole interval, or None when it is.

    The first closed moment decides. It is put down to the exception or holiday that took the weekly opening
    away, if one did; else to the date whose opening ended there; else to what the date itself is.
    """
    if is_open(hours, interval, zone):
        return None
    moment = subtract((interval,), open_within(hours, interval, zone))[0].start
    today = local_date(moment, zone)
    yesterday = today - _DAY
    for on in (today, yesterday):
        usual = _openings(_weekly_minutes(hours, on), on, zone)
        if any(opening.holds(moment) for opening in usual):
            return Closure(_kind_on(hours, on), on)
    if moment > interval.start:
        ended = any(opening.end == moment for opening in opened_on(hours, today, zone))
        blamed = today if ended else yesterday
        return Closure(_kind_on(hours, blamed), blamed)
    return Closure(_kind_on(hours, today), today)


def is_closed_for_holiday(hours: OpeningHours, on: dt.date) -> bool:
    """Say whether a public holiday, and no exception, keeps closed what the week would open on the date."""
    return _kind_on(hours, on) is ClosureKind.HOLIDAY and bool(_weekly_minutes(hours, on))


def _require_hours(opens: int, closes: int) -> None:
    if not 0 <= opens < MINUTES_A_DAY or not opens < closes <= opens + MINUTES_A_DAY:
        raise ValueError(f"not opening hours in minutes of the day: {opens}–{closes}")


def _kind_on(hours: OpeningHours, on: dt.date) -> ClosureKind:
    if on in hours._dated:
        return ClosureKind.EXCEPTION
    if not hours.open_on_holidays and is_public_holiday(on):
        return ClosureKind.HOLIDAY
    return ClosureKind.OUTSIDE_HOURS if _weekly_minutes(hours, on) else ClosureKind.CLOSED_DAY


def _minutes(hours: OpeningHours, on: dt.date) -> tuple[Minutes, ...]:
    """What holds on the date, in minutes, in any order."""
    dated = hours._dated.get(on)
    if dated is not None:
        return dated
    if not hours.open_on_holidays and is_public_holiday(on):
        return ()
    return _weekly_minutes(hours, on)


def _weekly_minutes(hours: OpeningHours, on: dt.date) -> tuple[Minutes, ...]:
    rows = hours._weekdays[on.weekday()]
    if any(each.valid_on(on) for each in hours._seasons):
        return tuple([(each.opens, each.closes) for each in rows if each.is_seasonal and each.valid_on(on)])
    return tuple([(each.opens, each.closes) for each in rows if not each.is_seasonal])


def _opening_at(hours: OpeningHours, moment: dt.datetime, zone: ZoneInfo) -> Interval | None:
    """An opening that holds the moment, or None."""
    on = local_date(moment, zone)
    for each in opened_on(hours, on, zone):
        if each.holds(moment):
            return each
    if hours._overnight:
        for each in opened_on(hours, on - _DAY, zone):
            if each.holds(moment):
                return each
    return None


# The key is a handful of numbers and not the room's whole hours: rooms share their days, and hours read anew
# from the database find the days of the last reading.
@lru_cache(maxsize=16384)
def _openings(minutes: tuple[Minutes, ...], on: dt.date, zone: ZoneInfo) -> tuple[Interval, ...]:
    return merge(_intervals(minutes, on, zone))


def _intervals(minutes: Iterable[Minutes], on: dt.date, zone: ZoneInfo) -> Iterable[Interval]:
    midnight = dt.datetime.combine(on, dt.time.min)
    for opens, closes in minutes:
        start = to_utc_or_after(midnight + dt.timedelta(minutes=opens), zone)
        end = to_utc_or_after(midnight + dt.timedelta(minutes=closes), zone)
        if start < end:  # an opening inside the missing hour does not take place
            yield Interval(start, end)
