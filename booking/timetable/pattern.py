"""How a series repeats, as it was asked for: no clock times, no zone. `recurrence` makes the dates of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

Frequency = Literal["daily", "weekly", "monthly", "dates"]
MonthlyBy = Literal["day", "weekday", "last_weekday"]

FREQUENCIES: tuple[Frequency, ...] = get_args(Frequency)
MONTHLY_BY: tuple[MonthlyBy, ...] = get_args(MonthlyBy)


class PatternError(ValueError):
    """A series that cannot be; `code` says why and `field` which field of the pattern is to blame."""

    code = "bad_pattern"
    field = "frequency"


class UnreadablePattern(PatternError):
    """What was to be read as a pattern is not one's notation."""

    code = "unreadable_pattern"


class UnknownFrequency(PatternError):
    """The frequency is none of daily, weekly, monthly and dates."""

    code = "unknown_frequency"


class NotOfFrequency(PatternError):
    """A field is filled in that series of this frequency do not have, as weekdays of a daily one."""

    code = "not_of_frequency"

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


class BadStep(PatternError):
    """The interval is not a whole number from 1 up."""

    code = "bad_interval"
    field = "interval"


class BadCount(PatternError):
    """The count is not a whole number from 1 up."""

    code = "bad_count"
    field = "count"


class UntilOrCount(PatternError):
    """Both or neither of the last date and the count are given; a list of dates has none of them."""

    code = "until_or_count"
    field = "until"


class BadWeekday(PatternError):
    """A weekday is not one of 0 (Monday) to 6."""

    code = "bad_weekday"
    field = "weekdays"


class UnknownMonthlyBy(PatternError):
    """The months are counted by none of day, weekday and last_weekday."""

    code = "unknown_monthly_by"
    field = "monthly_by"


class NoDates(PatternError):
    """A list of dates is empty."""

    code = "no_dates"
    field = "dates"


class EndsBeforeStart(PatternError):
    """The first occurrence ends at or before its start."""

    code = "end_before_start"
    field = "end"


class UntilBeforeStart(PatternError):
    """The last date is before the first occurrence."""

    code = "until_before_start"
    field = "until"


class OverlapsItself(PatternError):
    """An occurrence is still going on when the next one begins."""

    code = "overlaps_itself"
    field = "interval"


class CountOutOfReach(PatternError):
    """The years this service knows do not hold that many dates of the series, perhaps none."""

    code = "count_out_of_reach"
    field = "count"


class TooManyDates(PatternError):
    """The series has more than `limit` dates."""

    code = "too_many_dates"

    def __init__(self, limit: int, field: str = "until") -> None:
        super().__init__(limit, field)
        self.limit = limit
        self.field = field


@dataclass(frozen=True, slots=True)
class Break:
    """A school break from its first date to its last, both held. ValueError if it ends before it begins."""

    first: date
    last: date
    name: str = ""

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"a break must not end before it begins: {self.first} – {self.last}")

    def holds(self, on: date) -> bool:
        """Whether the date is in the break."""
        return self.first <= on <= self.last


@dataclass(frozen=True, slots=True)
class Pattern:
    """Every `interval` days, weeks or months until a date (inclusive) or `count` times; or a list of dates.

    - `weekdays` (weekly, 0 is Monday): on which of them; none means the weekday of the first date.
    - `monthly_by`: the day of the month (12th), its weekday (2nd Tuesday) or the last such weekday, all taken
      from the first date. A month without a 31st or a fifth Tuesday is passed over.
    - `dates` (frequency "dates"): the dates besides the first one, in any order; one named twice counts once,
      and the first may be among them.
    - `skip`: dates that do not take place but count, as EXDATE in RFC 5545: the series gets none instead.
    - `skip_holidays`, `skip_school_breaks`: such dates are no dates of the series and do not count.

    Raises a PatternError for a value out of range and for one that the frequency has no use for.
    """

    frequency: Frequency
    interval: int = 1
    until: date | None = None
    count: int | None = None
    weekdays: frozenset[int] = frozenset()
    monthly_by: MonthlyBy = "day"
    dates: tuple[date, ...] = ()
    skip: frozenset[date] = frozenset()
    skip_holidays: bool = False
    skip_school_breaks: bool = False

    def __post_init__(self) -> None:
        if self.frequency not in FREQUENCIES:
            raise UnknownFrequency(self.frequency)
        if self.monthly_by not in MONTHLY_BY:
            raise UnknownMonthlyBy(self.monthly_by)
        if not _is_count(self.interval):
            raise BadStep(self.interval)
        if self.count is not None and not _is_count(self.count):
            raise BadCount(self.count)
        if not all(_is_whole(each) and 0 <= each <= 6 for each in self.weekdays):
            raise BadWeekday(self.weekdays)
        if self.frequency == "dates":
            self._require_dates()
        else:
            self._require_rule()

    def _require_dates(self) -> None:
        if self.until is not None or self.count is not None:
            raise UntilOrCount(self.until, self.count)
        if not self.dates:
            raise NoDates
        self._refuse_of_others({"interval": self.interval != 1})

    def _require_rule(self) -> None:
        if (self.until is None) == (self.count is None):
            raise UntilOrCount(self.until, self.count)
        self._refuse_of_others({"dates": bool(self.dates)})

    def _refuse_of_others(self, filled: dict[str, bool]) -> None:
        # "Daily on Mondays" is not taken for "daily": whoever asks would get dates they did not ask for.
        filled["weekdays"] = self.frequency != "weekly" and bool(self.weekdays)
        filled["monthly_by"] = self.frequency != "monthly" and self.monthly_by != "day"
        for field, foreign in filled.items():
            if foreign:
                raise NotOfFrequency(field)


def in_break(on: date, breaks: Collection[Break]) -> bool:
    """Whether the date is in one of the breaks."""
    return any(each.holds(on) for each in breaks)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_count(value: int) -> bool:
    return _is_whole(value) and value >= 1
