"""PURE: the hours' form as texts, as they were typed: the buttons that rearrange it lose nothing.

The names of the fields are made here: `week-0` to `week-6`, `season-0-first`, `season-0-0`, `date-0-first`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import count
from typing import Final

from booking.rooms.written_hours import write_day
from booking.timetable.openings import OpeningException, OpeningHours, Weekly

DAYS: Final = range(7)
MOST_SEASONS: Final = 12
CLOSED_ON_HOLIDAYS, OPEN_ON_HOLIDAYS = "closed", "open"

_ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class TypedSeason:
    """A season: its first and last day and the hours of its seven weekdays."""

    first: str
    last: str
    days: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TypedDates:
    """A date, or dates in a row, with hours of their own."""

    first: str = ""
    last: str = ""
    hours: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is typed."""
        return not (self.first or self.last or self.hours)


@dataclass(frozen=True, slots=True)
class Typed:
    """All that the form holds. The last of `dates` is an empty line to write on."""

    week: tuple[str, ...]
    seasons: tuple[TypedSeason, ...] = ()
    dates: tuple[TypedDates, ...] = (TypedDates(),)
    holidays: str = CLOSED_ON_HOLIDAYS

    @classmethod
    def of(cls, hours: OpeningHours, today: date, colon: str = ".") -> Typed:
        """Return a room's hours as texts; exceptions that are over are left out."""
        seasons = sorted(
            {(each.valid_from, each.valid_to) for each in hours.weekly if each.is_seasonal},
            key=lambda season: (season[0] or date.min, season[1] or date.max),
        )
        return cls(
            week=_texts(hours.weekly, (None, None), colon),
            seasons=tuple(
                TypedSeason(_text(season[0]), _text(season[1]), _texts(hours.weekly, season, colon))
                for season in seasons
            ),
            dates=(
                *(
                    TypedDates(_text(first), _text(last) if last != first else "", write_day(minutes, colon))
                    for first, last, minutes in runs_of(hours.exceptions, today)
                ),
                TypedDates(),
            ),
            holidays=OPEN_ON_HOLIDAYS if hours.open_on_holidays else CLOSED_ON_HOLIDAYS,
        )

    @classmethod
    def read(cls, sent: Mapping[str, str]) -> Typed:
        """Return what a form has sent; what it left out is empty."""

        def week(prefix: str) -> tuple[str, ...]:
            return tuple(sent.get(f"{prefix}-{day}", "") for day in DAYS)

        return cls(
            week=week("week"),
            seasons=tuple(
                TypedSeason(
                    sent.get(f"season-{n}-first", ""), sent.get(f"season-{n}-last", ""), week(f"season-{n}")
                )
                for n in range(_count(sent, "season"))
            ),
            dates=tuple(
                TypedDates(*(sent.get(f"date-{n}-{part}", "") for part in ("first", "last", "hours")))
                for n in range(_count(sent, "date"))
            ),
            holidays=sent.get("holidays", ""),
        ).with_an_empty_line()

    def fields(self) -> Iterator[tuple[str, str]]:
        """Yield the form's fields with their texts, as `read` reads them."""
        for day, text in enumerate(self.week):
            yield f"week-{day}", text
        for n, season in enumerate(self.seasons):
            yield f"season-{n}-first", season.first
            yield f"season-{n}-last", season.last
            for day, text in enumerate(season.days):
                yield f"season-{n}-{day}", text
        for n, line in enumerate(self.dates):
            yield f"date-{n}-first", line.first
            yield f"date-{n}-last", line.last
            yield f"date-{n}-hours", line.hours
        yield "holidays", self.holidays

    def with_an_empty_line(self) -> Typed:
        """Return it with one empty line of dates at the end, and none before it."""
        lines = tuple(line for line in self.dates if not line.is_empty)
        return replace(self, dates=(*lines, TypedDates()))

    def with_monday_on_weekdays(self) -> Typed:
        """Return it with Monday's hours from Tuesday to Friday too."""
        return replace(self, week=(*(self.week[0],) * 5, *self.week[5:]))

    def with_season(self) -> Typed:
        """Return it with one season more, whose hours are the usual week's to begin with."""
        if len(self.seasons) >= MOST_SEASONS:
            return self
        return replace(self, seasons=(*self.seasons, TypedSeason("", "", self.week)))

    def without_season(self, number: int) -> Typed:
        """Return it without one season."""
        return replace(self, seasons=self.seasons[:number] + self.seasons[number + 1 :])

    def without_dates(self, number: int) -> Typed:
        """Return it without one line of dates."""
        return replace(self, dates=self.dates[:number] + self.dates[number + 1 :]).with_an_empty_line()


def runs_of(
    exceptions: Sequence[OpeningException], since: date
) -> list[tuple[date, date, tuple[tuple[int, int], ...]]]:
    """Return exceptions from a date on, days in a row with the same hours as one: first, last, hours."""
    runs: list[tuple[date, date, tuple[tuple[int, int], ...]]] = []
    for each in sorted(exceptions, key=lambda each: each.date):
        if each.date < since:
            continue
        if runs and runs[-1][1] + _ONE_DAY == each.date and runs[-1][2] == each.hours:
            runs[-1] = (runs[-1][0], each.date, each.hours)
        else:
            runs.append((each.date, each.date, each.hours))
    return runs


def _texts(weekly: Sequence[Weekly], season: tuple[date | None, date | None], colon: str) -> tuple[str, ...]:
    days: list[list[tuple[int, int]]] = [[] for _day in DAYS]
    for each in weekly:
        if (each.valid_from, each.valid_to) == season:
            days[each.weekday].append((each.opens, each.closes))
    return tuple(write_day(day, colon) for day in days)


def _text(on: date | None) -> str:
    return on.isoformat() if on else ""


def _count(sent: Mapping[str, str], kind: str) -> int:
    """Return how many seasons or lines of dates a form has: they are numbered without a gap."""
    return next(n for n in count() if f"{kind}-{n}-first" not in sent)
