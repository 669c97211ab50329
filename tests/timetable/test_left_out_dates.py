"""Skipped dates, holidays and school breaks against an oracle that walks from day to day."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.timetable.holidays import is_public_holiday
from booking.timetable.pattern import (
    FREQUENCIES,
    Break,
    CountOutOfReach,
    Frequency,
    Pattern,
    TooManyDates,
)
from booking.timetable.recurrence import expand
from booking.timetable.school_breaks import example_breaks
from booking.timetable.zone import HELSINKI
from tests.timetable.moments import DAY, any_date, examples, wall
from tests.timetable.patterns import patterns_with_leave

HOUR = timedelta(hours=1)
TUESDAY = date(2026, 12, 1)


def matches(pattern: Pattern, first: date, on: date) -> bool:
    """Whether the rule alone has that date, asked of the one date and nothing else."""
    months = (on.year - first.year) * 12 + on.month - first.month
    if pattern.frequency == "daily":
        return (on - first).days % pattern.interval == 0
    if pattern.frequency == "weekly":
        weeks = ((on - on.weekday() * DAY) - (first - first.weekday() * DAY)).days // 7
        return weeks % pattern.interval == 0 and on.weekday() in (pattern.weekdays or {first.weekday()})
    if months % pattern.interval:
        return False
    if pattern.monthly_by == "day":
        return on.day == first.day
    if pattern.monthly_by == "weekday":
        return on.weekday() == first.weekday() and (on.day - 1) // 7 == (first.day - 1) // 7
    return on.weekday() == first.weekday() and (on + 7 * DAY).month != on.month


def day_by_day(pattern: Pattern, first: date) -> Iterator[date]:
    if pattern.frequency == "dates":
        yield from sorted({first, *pattern.dates})
        return
    on = first
    while on <= (pattern.until or date(2100, 12, 31)):
        if matches(pattern, first, on):
            yield on
        on += DAY


def expected(pattern: Pattern, first: date, breaks: Sequence[Break]) -> list[date]:
    """The dates that appear. Only holidays and breaks make room for another; what is skipped counts."""
    found: list[date] = []
    counted = 0
    for on in day_by_day(pattern, first):
        if pattern.skip_holidays and is_public_holiday(on):
            continue
        if pattern.skip_school_breaks and any(each.first <= on <= each.last for each in breaks):
            continue
        counted += 1
        if on not in pattern.skip:
            found.append(on)
        if counted == pattern.count:
            break
    assert pattern.count is None or counted == pattern.count
    return found


def dates(pattern: Pattern, first: date, breaks: Sequence[Break] = ()) -> list[date]:
    start = datetime.combine(first, datetime.min.time()) + 18 * HOUR
    return [slot.date for slot in expand(pattern, start, start + HOUR, HELSINKI, breaks=breaks)]


some_breaks = st.lists(st.builds(lambda on, n: Break(on, on + n * DAY), any_date, st.integers(0, 90)))


@examples
@given(st.data(), any_date, some_breaks)
def test_the_dates_are_those_met_by_walking(data: st.DataObject, first: date, breaks: list[Break]) -> None:
    pattern = data.draw(patterns_with_leave(first))
    near = first + data.draw(st.integers(0, 30)) * DAY
    breaks.append(Break(near, near + 14 * DAY))
    try:
        found = dates(pattern, first, breaks)
    except CountOutOfReach:
        with pytest.raises(AssertionError):
            expected(pattern, first, breaks)
    else:
        assert found == expected(pattern, first, breaks)


def test_a_skipped_date_counts_and_a_holiday_does_not() -> None:
    # From Monday 30.11.2026, daily, eight times: Independence Day is a Sunday.
    plain = dates(Pattern("daily", count=8), date(2026, 11, 30))
    assert plain[-1] == date(2026, 12, 7)
    skipped = dates(Pattern("daily", count=8, skip=frozenset({date(2026, 12, 6)})), date(2026, 11, 30))
    assert skipped == [on for on in plain if on != date(2026, 12, 6)]
    holiday = dates(Pattern("daily", count=8, skip_holidays=True), date(2026, 11, 30))
    assert holiday == [*skipped, date(2026, 12, 8)]


def test_a_skipped_holiday_is_a_holiday_and_does_not_count() -> None:
    feast = frozenset({date(2026, 12, 6)})
    both = Pattern("daily", count=8, skip=feast, skip_holidays=True)
    assert dates(both, date(2026, 11, 30))[-1] == date(2026, 12, 8)


def test_school_breaks_are_left_out_when_the_pattern_says_so() -> None:
    breaks = example_breaks(2026)
    kept = dates(Pattern("weekly", until=date(2027, 1, 12)), TUESDAY, breaks)
    left = dates(Pattern("weekly", until=date(2027, 1, 12), skip_school_breaks=True), TUESDAY, breaks)
    assert [on for on in kept if on not in left] == [date(2026, 12, 22), date(2026, 12, 29), date(2027, 1, 5)]
    assert dates(Pattern("weekly", count=5, skip_school_breaks=True), TUESDAY, breaks) == [
        *left,
        date(2027, 1, 19),
    ]


def test_the_first_and_the_last_day_of_a_break_are_in_it() -> None:
    breaks = [Break(date(2026, 12, 2), date(2026, 12, 4))]
    pattern = Pattern("daily", until=date(2026, 12, 6), skip_school_breaks=True)
    assert [on.day for on in dates(pattern, TUESDAY, breaks)] == [1, 5, 6]


def test_without_breaks_there_is_nothing_to_leave_out() -> None:
    assert len(dates(Pattern("weekly", count=52, skip_school_breaks=True), TUESDAY)) == 52


def test_a_first_date_in_a_break_or_on_a_holiday_is_left_out_too() -> None:
    assert dates(Pattern("weekly", count=2, skip_holidays=True), date(2026, 12, 25)) == [
        date(2027, 1, 8),
        date(2027, 1, 15),
    ]
    listed = Pattern("dates", dates=(date(2026, 12, 26), date(2026, 12, 28)), skip_holidays=True)
    assert dates(listed, date(2026, 12, 24)) == [date(2026, 12, 28)]


FOREVER = [Break(date(2000, 1, 1), date(2200, 12, 31))]


@pytest.mark.parametrize("frequency", [each for each in FREQUENCIES if each != "dates"])
def test_a_pattern_that_never_matches_comes_to_an_end(frequency: Frequency) -> None:
    assert dates(Pattern(frequency, until=date.max, skip_school_breaks=True), TUESDAY, FOREVER) == []
    with pytest.raises(CountOutOfReach):
        dates(Pattern(frequency, count=1, skip_school_breaks=True), TUESDAY, FOREVER)


def test_christmas_every_year_is_always_a_holiday() -> None:
    with pytest.raises(CountOutOfReach):
        dates(Pattern("monthly", 12, count=1, skip_holidays=True), date(2026, 12, 24))


def test_skipping_every_date_of_a_count_leaves_none() -> None:
    skip = frozenset(TUESDAY + n * DAY for n in range(5))
    assert dates(Pattern("daily", count=5, skip=skip), TUESDAY) == []
    assert dates(Pattern("dates", dates=(TUESDAY,), skip=skip), TUESDAY) == []


@pytest.mark.parametrize("frequency", [each for each in FREQUENCIES if each != "dates"])
def test_a_count_beyond_the_limit_is_refused_however_large(frequency: Frequency) -> None:
    assert len(dates(Pattern(frequency, count=400), TUESDAY)) == 400
    for count in (401, 10**100):
        with pytest.raises(TooManyDates) as caught:
            dates(Pattern(frequency, count=count), TUESDAY)
        assert caught.value.limit == 400


def test_a_list_beyond_the_limit_is_refused() -> None:
    listed = tuple(TUESDAY + n * DAY for n in range(401))
    with pytest.raises(TooManyDates):
        dates(Pattern("dates", dates=listed), TUESDAY)
    assert len(dates(Pattern("dates", dates=listed, skip=frozenset({TUESDAY})), TUESDAY)) == 400


def test_what_is_left_out_does_not_reach_the_limit() -> None:
    pattern = Pattern("daily", until=date(2026, 12, 7), skip_holidays=True)
    start = wall("2026-12-05 18:00")
    assert len(expand(pattern, start, start + HOUR, HELSINKI, limit=2)) == 2
