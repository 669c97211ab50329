"""Any pattern at all, drawn around a first date, and what another library makes of it."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Literal

from dateutil import rrule
from hypothesis import strategies as st

from booking.timetable.pattern import FREQUENCIES, MONTHLY_BY, Frequency, Pattern
from tests.timetable.moments import AUTUMN, DAY, MINUTE, SPRING, any_date

_RULES: dict[str, Literal[1, 2, 3]] = {"daily": rrule.DAILY, "weekly": rrule.WEEKLY, "monthly": rrule.MONTHLY}
_DAYS = {"daily": 120, "weekly": 800, "monthly": 3000, "dates": 800}

starts = st.builds(
    lambda on, minute: datetime.combine(on, datetime.min.time()) + minute * MINUTE,
    st.one_of(any_date, st.sampled_from(SPRING + AUTUMN)),
    st.one_of(st.integers(0, 1439), st.integers(120, 300)),
)


@st.composite
def patterns(draw: st.DrawFn, first: date, wanted: Frequency | None = None) -> Pattern:
    """A pattern of every frequency and field, most of whose skipped dates are near the first date."""
    frequency: Frequency = draw(st.sampled_from((wanted,) if wanted else FREQUENCIES))
    near = st.integers(0, 60).map(lambda n: first + n * DAY)
    dates = st.integers(-_DAYS[frequency], _DAYS[frequency]).map(lambda n: first + n * DAY)
    skip = draw(st.frozensets(near, max_size=10))
    if frequency == "dates":
        return Pattern("dates", dates=tuple(draw(st.lists(dates, min_size=1, max_size=30))), skip=skip)
    until = count = None
    if draw(st.booleans()):
        until = first + draw(st.integers(0, _DAYS[frequency])) * DAY
    else:
        count = draw(st.integers(1, 40))
    return Pattern(
        frequency,
        draw(st.integers(1, 14)),
        until,
        count,
        weekdays=draw(st.frozensets(st.integers(0, 6))) if frequency == "weekly" else frozenset(),
        monthly_by=draw(st.sampled_from(MONTHLY_BY)) if frequency == "monthly" else "day",
        skip=skip,
    )


@st.composite
def patterns_with_leave(draw: st.DrawFn, first: date) -> Pattern:
    """As `patterns`, with holidays and school breaks left out or kept."""
    drawn = draw(patterns(first))
    return Pattern(
        drawn.frequency,
        drawn.interval,
        drawn.until,
        drawn.count,
        drawn.weekdays,
        drawn.monthly_by,
        drawn.dates,
        drawn.skip,
        skip_holidays=draw(st.booleans()),
        skip_school_breaks=draw(st.booleans()),
    )


def by_dateutil(pattern: Pattern, start: datetime) -> Iterator[date]:
    """The dates of the pattern by RFC 5545, the skipped ones as its EXDATE. Holidays and breaks are kept."""
    rules = rrule.rruleset()
    if pattern.frequency == "dates":
        for on in (start.date(), *pattern.dates):
            rules.rdate(datetime.combine(on, start.time()))
    else:
        until = pattern.until and datetime.combine(pattern.until, datetime.max.time())
        rules.rrule(
            rrule.rrule(
                _RULES[pattern.frequency],
                dtstart=start,
                interval=pattern.interval,
                until=until,
                count=pattern.count,
                wkst=rrule.MO,
                byweekday=_weekdays(pattern, start.date()),
            )
        )
    for on in pattern.skip:
        rules.exdate(datetime.combine(on, start.time()))
    return (each.date() for each in rules)


def _weekdays(pattern: Pattern, first: date) -> list[rrule.weekday] | None:
    number = rrule.weekday(first.weekday())
    if pattern.monthly_by == "weekday":
        return [number((first.day - 1) // 7 + 1)]
    if pattern.monthly_by == "last_weekday":
        return [number(-1)]
    return [rrule.weekday(each) for each in sorted(pattern.weekdays)] or None
