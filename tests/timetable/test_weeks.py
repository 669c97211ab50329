"""ISO weeks."""

from datetime import date, timedelta

import pytest
from hypothesis import given

from booking.timetable.zone import HELSINKI, IsoWeek, UnreadableTime, day, week
from tests.timetable.moments import any_date, examples


@examples
@given(any_date)
def test_a_date_is_in_its_week_and_the_text_reads_back(on: date) -> None:
    found = IsoWeek.of(on)
    assert found.days()[on.weekday()] == on
    assert str(found) == on.strftime("%G-W%V")
    assert IsoWeek.parse(str(found)) == found


@examples
@given(any_date)
def test_the_weeks_follow_each_other(on: date) -> None:
    found = IsoWeek.of(on)
    assert len(found.days()) == 7
    assert found.days()[0].weekday() == 0
    assert found.next().days()[0] == found.days()[6] + timedelta(days=1)
    assert found.next().previous() == found
    assert found.previous() < found < found.next()


@examples
@given(any_date)
def test_a_week_is_its_seven_days(on: date) -> None:
    found = IsoWeek.of(on)
    days = [day(each, HELSINKI) for each in found.days()]
    assert week(found.year, found.week, HELSINKI).start == days[0].start
    assert week(found.year, found.week, HELSINKI).end == days[6].end
    assert week(found.year, found.week, HELSINKI).duration == sum(
        (each.duration for each in days), timedelta()
    )


def test_the_weeks_of_the_changes_are_an_hour_off() -> None:
    assert week(2027, 12, HELSINKI).duration == timedelta(hours=7 * 24 - 1)
    assert week(2027, 43, HELSINKI).duration == timedelta(hours=7 * 24 + 1)


def test_a_long_year_has_week_53_and_new_year_may_belong_to_the_year_before() -> None:
    assert IsoWeek.parse("2026-W53").next() == IsoWeek(2027, 1)
    assert IsoWeek.of(date(2027, 1, 1)) == IsoWeek(2026, 53)


@pytest.mark.parametrize(
    "text",
    [
        "2027-W53",
        "2027-W00",
        "2027-W54",
        "2027-W3",
        "2027W03",
        "2027-w03",
        "1999-W03",
        "2101-W01",
        "27-W03",
        "",
        "x",
    ],
)
def test_what_is_no_week_is_refused(text: str) -> None:
    with pytest.raises(UnreadableTime):
        IsoWeek.parse(text)


def test_a_week_its_year_lacks_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="week"):
        IsoWeek(2027, 53)
    with pytest.raises(ValueError, match="week"):
        week(2027, 53, HELSINKI)
