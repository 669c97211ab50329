"""Series against dateutil, and what they do where the clocks change."""

from datetime import date, datetime, timedelta

import pytest
from dateutil import rrule
from hypothesis import given
from hypothesis import strategies as st

from booking.timetable.pattern import (
    BadStep,
    EndsBeforeStart,
    Frequency,
    OverlapsItself,
    Pattern,
    PatternError,
    TooManyDates,
    UnknownFrequency,
    UntilBeforeStart,
)
from booking.timetable.recurrence import Slot, expand
from booking.timetable.zone import HELSINKI, MissingTime, to_wall
from tests.timetable.moments import (
    AUTUMN,
    DAY,
    MINUTE,
    SPRING,
    any_date,
    between,
    examples,
    last_sunday,
    wall,
)

FREQUENCIES = {"daily": rrule.DAILY, "weekly": rrule.WEEKLY, "monthly": rrule.MONTHLY}

starts = st.builds(
    lambda on, minute: datetime.combine(on, datetime.min.time()) + minute * MINUTE,
    st.one_of(any_date, st.sampled_from(SPRING + AUTUMN)),
    st.one_of(st.integers(0, 1439), st.integers(120, 300)),
)
lengths = st.integers(1, 600).map(lambda minutes: minutes * MINUTE)


@st.composite
def patterns(draw: st.DrawFn, start: datetime) -> Pattern:
    frequency: Frequency = draw(st.sampled_from(["daily", "weekly", "monthly"]))
    days = {"daily": 120, "weekly": 800, "monthly": 3000}[frequency]
    until = start.date() + draw(st.integers(0, days)) * DAY
    skip = draw(st.frozensets(st.integers(0, 60).map(lambda n: start.date() + n * DAY), max_size=10))
    return Pattern(frequency, draw(st.integers(1, 14)), until, skip=skip)


@examples
@given(st.data(), starts, lengths)
def test_the_dates_are_those_of_another_library(
    data: st.DataObject, start: datetime, lasts: timedelta
) -> None:
    pattern = data.draw(patterns(start))
    rule = rrule.rrule(
        FREQUENCIES[pattern.frequency],
        dtstart=start,
        interval=pattern.interval,
        until=datetime.combine(pattern.until, datetime.max.time()),
    )
    expected = [each.date() for each in rule if each.date() not in pattern.skip]
    slots = expand(pattern, start, start + lasts, HELSINKI)
    assert [slot.date for slot in slots] == expected


@examples
@given(st.data(), starts, lengths)
def test_the_clock_times_hold_or_the_gap_is_the_reason(
    data: st.DataObject, start: datetime, lasts: timedelta
) -> None:
    slots = expand(data.draw(patterns(start)), start, start + lasts, HELSINKI)
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


def series(frequency: Frequency, until: str, start: str, end: str, **more: int) -> tuple[Slot, ...]:
    pattern = Pattern(frequency, more.pop("interval", 1), date.fromisoformat(until))
    return expand(pattern, wall(start), wall(end), HELSINKI, **more)


def test_tuesday_at_six_stays_at_six_over_both_changes() -> None:
    for until, start in (("2027-04-06", "2027-03-16 18:00"), ("2027-11-09", "2027-10-19 18:00")):
        slots = series("weekly", until, start, start[:-5] + "20:00")
        clocks = [to_wall(slot.interval.start, HELSINKI) for slot in slots if slot.interval]
        assert [each.hour for each in clocks] == [18, 18, 18, 18]
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


@pytest.mark.parametrize("interval", [0, -1, 1.5, True])
def test_a_step_that_is_no_count_is_refused(interval: int) -> None:
    with pytest.raises(BadStep):
        Pattern("weekly", interval, date(2027, 1, 12))


def test_an_unknown_frequency_is_refused() -> None:
    with pytest.raises(UnknownFrequency):
        Pattern("yearly", 1, date(2027, 1, 12))  # type: ignore[arg-type]


def test_every_refusal_has_a_code_of_its_own() -> None:
    refusals = PatternError.__subclasses__()
    assert len({refusal.code for refusal in refusals} | {PatternError.code}) == len(refusals) + 1
    assert all(issubclass(refusal, ValueError) for refusal in refusals)
