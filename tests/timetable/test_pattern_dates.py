"""The dates of every pattern against dateutil."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from booking.timetable.pattern import FREQUENCIES, CountOutOfReach, Frequency, Pattern, TooManyDates
from booking.timetable.recurrence import DEFAULT_LIMIT, expand
from booking.timetable.zone import HELSINKI
from tests.timetable.moments import wall
from tests.timetable.patterns import by_dateutil, patterns, starts

HOUR = timedelta(hours=1)
END = date(2100, 12, 31)


@pytest.mark.parametrize("frequency", FREQUENCIES)
@settings(max_examples=300)
@given(st.data())
def test_the_dates_are_those_of_another_library(frequency: Frequency, data: st.DataObject) -> None:
    start = data.draw(starts)
    pattern = data.draw(patterns(start.date(), frequency))
    expected = list(by_dateutil(pattern, start))
    if expected and expected[-1] > END:
        with pytest.raises(CountOutOfReach):
            expand(pattern, start, start + HOUR, HELSINKI)
    elif len(expected) > DEFAULT_LIMIT:
        with pytest.raises(TooManyDates):
            expand(pattern, start, start + HOUR, HELSINKI)
    else:
        assert [slot.date for slot in expand(pattern, start, start + HOUR, HELSINKI)] == expected


def dates(pattern: Pattern, first: str) -> list[str]:
    start = wall(f"{first} 18:00")
    return [f"{slot.date:%a %-d.%-m.}" for slot in expand(pattern, start, start + HOUR, HELSINKI)]


def test_chosen_weekdays_begin_on_the_first_that_comes() -> None:
    # 13.1.2027 is a Wednesday: the Tuesday of its week is past.
    pattern = Pattern("weekly", count=4, weekdays=frozenset({1, 3}))
    assert dates(pattern, "2027-01-13") == ["Thu 14.1.", "Tue 19.1.", "Thu 21.1.", "Tue 26.1."]


def test_every_second_week_is_counted_from_the_week_of_the_first_date() -> None:
    pattern = Pattern("weekly", 2, count=4, weekdays=frozenset({0, 6}))
    assert dates(pattern, "2027-01-13") == ["Sun 17.1.", "Mon 25.1.", "Sun 31.1.", "Mon 8.2."]
    # The first date's own week may hold none of them: the second week from it is the first that counts.
    pattern = Pattern("weekly", 2, count=2, weekdays=frozenset({0}))
    assert dates(pattern, "2027-01-13") == ["Mon 25.1.", "Mon 8.2."]


def test_weeks_go_on_over_new_year_whatever_their_numbers() -> None:
    pattern = Pattern("weekly", 2, until=date(2027, 1, 31))  # 2026 has a week 53
    assert dates(pattern, "2026-12-22") == ["Tue 22.12.", "Tue 5.1.", "Tue 19.1."]


def test_the_second_tuesday_is_the_second_of_each_month() -> None:
    pattern = Pattern("monthly", count=3, monthly_by="weekday")
    assert dates(pattern, "2027-01-12") == ["Tue 12.1.", "Tue 9.2.", "Tue 9.3."]


def test_a_month_without_a_fifth_tuesday_is_passed_over() -> None:
    pattern = Pattern("monthly", count=3, monthly_by="weekday")
    assert dates(pattern, "2027-03-30") == ["Tue 30.3.", "Tue 29.6.", "Tue 31.8."]


def test_the_last_tuesday_may_come_after_the_first_date() -> None:
    pattern = Pattern("monthly", count=3, monthly_by="last_weekday")
    assert dates(pattern, "2027-01-12") == ["Tue 26.1.", "Tue 23.2.", "Tue 30.3."]
    assert dates(pattern, "2027-01-26") == ["Tue 26.1.", "Tue 23.2.", "Tue 30.3."]


def test_listed_dates_are_sorted_and_the_first_is_one_of_them() -> None:
    listed = (date(2027, 3, 1), date(2027, 1, 20), date(2027, 3, 1), date(2027, 1, 5), date(2027, 1, 12))
    pattern = Pattern("dates", dates=listed)
    assert dates(pattern, "2027-01-12") == ["Tue 5.1.", "Tue 12.1.", "Wed 20.1.", "Mon 1.3."]


def test_a_series_that_ends_before_its_first_match_has_no_dates() -> None:
    assert dates(Pattern("weekly", until=date(2027, 1, 17), weekdays=frozenset({0})), "2027-01-13") == []
    last = Pattern("monthly", until=date(2027, 1, 25), monthly_by="last_weekday")
    assert dates(last, "2027-01-12") == []


def test_a_date_that_comes_once_in_28_years_is_found_while_there_are_years() -> None:
    # The fifth Tuesday of February is its 29th: 2028, 2056, 2084.
    rare = Pattern("monthly", 12, count=3, monthly_by="weekday")
    assert dates(rare, "2028-02-29") == ["Tue 29.2."] * 3
    with pytest.raises(CountOutOfReach) as caught:
        dates(Pattern("monthly", 12, count=4, monthly_by="weekday"), "2028-02-29")
    assert caught.value.code == "count_out_of_reach"
