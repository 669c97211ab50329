"""What the times of a series do where the clocks change, and which series cannot be."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from booking.timetable.pattern import (
    MONTHLY_BY,
    CountOutOfReach,
    EndsBeforeStart,
    Frequency,
    MonthlyBy,
    OverlapsItself,
    Pattern,
    TooManyDates,
    UntilBeforeStart,
)
from booking.timetable.recurrence import Slot, expand
from booking.timetable.zone import HELSINKI, MissingTime, to_wall
from tests.timetable.moments import (
    AUTUMN,
    DAY,
    MINUTE,
    SPRING,
    between,
    examples,
    last_sunday,
    wall,
)
from tests.timetable.patterns import patterns, starts

lengths = st.integers(1, 600).map(lambda minutes: minutes * MINUTE)


@examples
@given(st.data(), starts, lengths)
def test_the_clock_times_hold_or_the_gap_is_the_reason(
    data: st.DataObject, start: datetime, lasts: timedelta
) -> None:
    try:
        slots = expand(data.draw(patterns(start.date())), start, start + lasts, HELSINKI)
    except CountOutOfReach:
        assume(False)
    for slot in slots:
        begins = datetime.combine(slot.date, start.time())
        skipped = [
            time
            for time in (begins, begins + lasts)
            if time.date() == last_sunday(time.year, 3) and time.hour == 3
        ]
        if skipped:
            assert slot.interval is None
            assert slot.missing is not None
            assert slot.missing.wall == skipped[0]
        else:
            assert slot.missing is None
            assert slot.interval is not None
            assert to_wall(slot.interval.start, HELSINKI).replace(tzinfo=None) == begins
            assert to_wall(slot.interval.end, HELSINKI).replace(tzinfo=None) == begins + lasts
            assert to_wall(slot.interval.start, HELSINKI).fold == 0


def series(frequency: Frequency, until: str, start: str, end: str, **more: Any) -> tuple[Slot, ...]:
    pattern = Pattern(frequency, more.pop("interval", 1), date.fromisoformat(until))
    return expand(pattern, wall(start), wall(end), HELSINKI, **more)


def test_tuesday_at_six_stays_at_six_over_both_changes() -> None:
    for until, start in (("2027-04-06", "2027-03-16 18:00"), ("2027-11-09", "2027-10-19 18:00")):
        slots = series("weekly", until, start, start[:-5] + "20:00")
        clocks = [to_wall(slot.interval.start, HELSINKI) for slot in slots if slot.interval]
        assert [each.hour for each in clocks] == [18, 18, 18, 18]
        assert len({each.utcoffset() for each in clocks}) == 2


NIGHT = [minute * MINUTE for minute in range(120, 300, 15)]
CHANGES = {"spring": SPRING, "autumn": AUTUMN}


@pytest.mark.parametrize("season", CHANGES)
@pytest.mark.parametrize("lasts", [15, 60, 150, 1440])
def test_every_quarter_of_an_hour_of_every_change_keeps_its_clock_time(season: str, lasts: int) -> None:
    for on in CHANGES[season]:
        for begins in NIGHT:
            start = datetime.combine(on - 2 * DAY, datetime.min.time()) + begins
            slots = expand(Pattern("daily", count=5), start, start + lasts * MINUTE, HELSINKI)
            assert [slot.date for slot in slots] == [on + n * DAY for n in range(-2, 3)]
            for slot in slots:
                edges = [start + (slot.date - start.date()) + n * MINUTE for n in (0, lasts)]
                gone = [each for each in edges if each.hour == 3 and each.date() in SPRING]
                shown = slot.interval and [
                    to_wall(each, HELSINKI).replace(tzinfo=None)
                    for each in (slot.interval.start, slot.interval.end)
                ]
                assert shown == (None if gone else edges)
                assert (slot.missing and slot.missing.wall) == (gone[0] if gone else None)


def test_the_last_sunday_of_the_month_misses_its_hour_each_march() -> None:
    start = wall("2020-01-26 03:15")
    pattern = Pattern("monthly", until=AUTUMN[-1], monthly_by="last_weekday")
    slots = expand(pattern, start, start + 30 * MINUTE, HELSINKI)
    assert len(slots) == 15 * 12 + 10
    assert {slot.date for slot in slots} > {*SPRING, *AUTUMN}
    assert tuple(slot.date for slot in slots if slot.interval is None) == SPRING
    doubled = [slot.interval.start for slot in slots if slot.interval and slot.date in AUTUMN]
    assert {to_wall(each, HELSINKI).fold for each in doubled} == {0}


@pytest.mark.parametrize("monthly_by", MONTHLY_BY)
def test_a_month_by_any_count_keeps_its_clock_time_over_both_changes(monthly_by: MonthlyBy) -> None:
    start = wall("2027-01-12 18:00")
    slots = expand(Pattern("monthly", count=12, monthly_by=monthly_by), start, start + 90 * MINUTE, HELSINKI)
    clocks = [to_wall(slot.interval.start, HELSINKI) for slot in slots if slot.interval]
    assert {each.time() for each in clocks} == {start.time()}
    assert len({each.utcoffset() for each in clocks}) == 2


def test_a_night_in_the_missing_hour_has_no_interval_and_says_why() -> None:
    slots = series("daily", "2027-03-29", "2027-03-27 03:00", "2027-03-27 03:45")
    gap = MissingTime(wall("2027-03-28 03:00"), wall("2027-03-28 02:59"), wall("2027-03-28 04:00"))
    assert slots == (
        Slot(date(2027, 3, 27), between("2027-03-27 03:00", "2027-03-27 03:45")),
        Slot(date(2027, 3, 28), None, gap),
        Slot(date(2027, 3, 29), between("2027-03-29 03:00", "2027-03-29 03:45")),
    )
    assert slots[1].missing is not None
    assert slots[1].missing.__traceback__ is None
    assert len(set(slots)) == 3


def test_an_end_past_midnight_is_on_the_next_day() -> None:
    slots = series("weekly", "2027-01-22", "2027-01-15 20:00", "2027-01-16 01:00")
    assert [slot.interval for slot in slots] == [
        between("2027-01-15 20:00", "2027-01-16 01:00"),
        between("2027-01-22 20:00", "2027-01-23 01:00"),
    ]


def test_a_month_that_lacks_the_day_is_passed_over() -> None:
    slots = series("monthly", "2027-06-01", "2027-01-31 18:00", "2027-01-31 19:00")
    assert [slot.date.month for slot in slots] == [1, 3, 5]


def test_the_last_date_is_included_and_may_be_the_first() -> None:
    for frequency in ("daily", "weekly", "monthly"):
        assert len(series(frequency, "2027-01-12", "2027-01-12 18:00", "2027-01-12 19:00")) == 1
    assert len(series("weekly", "2027-01-19", "2027-01-12 18:00", "2027-01-12 19:00")) == 2
    assert len(series("weekly", "2027-01-18", "2027-01-12 18:00", "2027-01-12 19:00")) == 1


def test_a_series_whose_dates_are_all_skipped_is_empty() -> None:
    pattern = Pattern("daily", 1, date(2027, 1, 12), skip=frozenset({date(2027, 1, 12)}))
    assert expand(pattern, wall("2027-01-12 18:00"), wall("2027-01-12 19:00"), HELSINKI) == ()


def test_as_many_dates_as_the_limit_are_taken_and_one_more_is_not() -> None:
    assert len(series("daily", "2028-02-15", "2027-01-12 18:00", "2027-01-12 19:00")) == 400
    with pytest.raises(TooManyDates) as caught:
        series("daily", "2028-02-16", "2027-01-12 18:00", "2027-01-12 19:00")
    assert caught.value.limit == 400
    with pytest.raises(TooManyDates):
        series("weekly", "2027-01-26", "2027-01-12 18:00", "2027-01-12 19:00", limit=2)


def test_skipped_dates_do_not_count_towards_the_limit() -> None:
    pattern = Pattern("daily", 1, date(2027, 1, 14), skip=frozenset({date(2027, 1, 13)}))
    assert len(expand(pattern, wall("2027-01-12 18:00"), wall("2027-01-12 19:00"), HELSINKI, limit=2)) == 2


@pytest.mark.parametrize("frequency", ["daily", "weekly", "monthly"])
def test_a_series_until_the_end_of_time_stops_at_the_limit(frequency: Frequency) -> None:
    with pytest.raises(TooManyDates):
        series(frequency, "9999-12-31", "2027-01-12 18:00", "2027-01-12 19:00")


@pytest.mark.parametrize("frequency", ["daily", "weekly", "monthly"])
def test_a_step_beyond_the_calendar_leaves_the_first_date(frequency: Frequency) -> None:
    slots = series(frequency, "2027-12-31", "2027-01-12 18:00", "2027-01-12 19:00", interval=10**12)
    assert [slot.date for slot in slots] == [date(2027, 1, 12)]


def test_an_occurrence_that_runs_into_the_next_is_refused() -> None:
    whole_days = series("daily", "2027-01-14", "2027-01-12 18:00", "2027-01-13 18:00")
    assert len(whole_days) == 3
    with pytest.raises(OverlapsItself):
        series("daily", "2027-01-14", "2027-01-12 18:00", "2027-01-13 18:15")
    assert len(series("daily", "2027-01-12", "2027-01-12 18:00", "2027-01-13 18:15")) == 1


@pytest.mark.parametrize("end", ["2027-01-12 18:00", "2027-01-12 17:00", "2027-01-11 19:00"])
def test_an_end_before_its_start_is_refused(end: str) -> None:
    with pytest.raises(EndsBeforeStart):
        series("weekly", "2027-02-12", "2027-01-12 18:00", end)


def test_a_last_date_before_the_first_is_refused() -> None:
    with pytest.raises(UntilBeforeStart):
        series("weekly", "2027-01-11", "2027-01-12 18:00", "2027-01-12 19:00")
