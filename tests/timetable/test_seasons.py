"""Seasons and the example school breaks, day by day over many years."""

from datetime import date

import pytest
from hypothesis import given

from booking.timetable.school_breaks import example_breaks
from booking.timetable.seasons import Season, season_of
from tests.timetable.moments import DAY, any_date, examples


@examples
@given(any_date)
def test_every_date_is_in_its_season_and_the_next_day_in_it_or_the_next(on: date) -> None:
    season = season_of(on)
    assert season.first <= on <= season.last
    assert season.name == ("summer" if on.month in (6, 7, 8) else "winter")
    assert season_of(season.first) == season_of(season.last) == season
    following = season_of(season.last + DAY)
    assert following.first == season.last + DAY
    assert following.name != season.name


@pytest.mark.parametrize(
    ("on", "season"),
    [
        (date(2026, 8, 31), Season("summer", date(2026, 6, 1), date(2026, 8, 31))),
        (date(2026, 9, 1), Season("winter", date(2026, 9, 1), date(2027, 5, 31))),
        (date(2027, 1, 12), Season("winter", date(2026, 9, 1), date(2027, 5, 31))),
        (date(2027, 5, 31), Season("winter", date(2026, 9, 1), date(2027, 5, 31))),
        (date(2027, 6, 1), Season("summer", date(2027, 6, 1), date(2027, 8, 31))),
    ],
)
def test_a_season_runs_from_its_first_month_to_its_last(on: date, season: Season) -> None:
    assert season_of(on) == season


def test_the_breaks_of_a_school_year_are_named_and_dated() -> None:
    assert [(each.name, each.first, each.last) for each in example_breaks(2026)] == [
        ("syysloma", date(2026, 10, 12), date(2026, 10, 18)),
        ("joululoma", date(2026, 12, 22), date(2027, 1, 6)),
        ("talviloma", date(2027, 3, 1), date(2027, 3, 7)),
        ("kesäloma", date(2027, 6, 7), date(2027, 8, 8)),
    ]


@pytest.mark.parametrize("year", range(2020, 2036))
def test_breaks_come_in_order_and_a_week_off_is_monday_to_sunday(year: int) -> None:
    autumn, christmas, winter, summer = example_breaks(year)
    assert autumn.last < christmas.first < christmas.last < winter.first < winter.last < summer.first
    assert summer.last < example_breaks(year + 1)[0].first
    for week, number in ((autumn, 42), (winter, 9)):
        assert (week.first.isocalendar()[1:], week.last.isocalendar()[1:]) == ((number, 1), (number, 7))
    assert summer.first.weekday() == 0
    assert (summer.first.year, summer.first.month) == (year + 1, 6)
    assert summer.first.day <= 7
