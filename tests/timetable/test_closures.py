"""Why a room is not open, in words a user could be told."""

from datetime import date

import pytest

from booking.timetable.openings import Closure, ClosureKind, OpeningException, OpeningHours, Weekly, closure
from booking.timetable.zone import HELSINKI
from tests.timetable.moments import between

WEEKDAYS = tuple(Weekly(weekday, 480, 1260) for weekday in range(5))
HALL = OpeningHours(
    WEEKDAYS,
    (OpeningException(date(2027, 1, 13), ()), OpeningException(date(2027, 1, 14), ((600, 720),))),
)


@pytest.mark.parametrize(
    ("start", "end", "kind", "on"),
    [
        ("2027-01-12 18:00", "2027-01-12 22:00", ClosureKind.OUTSIDE_HOURS, date(2027, 1, 12)),
        ("2027-01-12 07:00", "2027-01-12 09:00", ClosureKind.OUTSIDE_HOURS, date(2027, 1, 12)),
        ("2027-01-12 22:00", "2027-01-13 01:00", ClosureKind.OUTSIDE_HOURS, date(2027, 1, 12)),
        ("2027-01-13 18:00", "2027-01-13 20:00", ClosureKind.EXCEPTION, date(2027, 1, 13)),
        ("2027-01-14 11:00", "2027-01-14 13:00", ClosureKind.EXCEPTION, date(2027, 1, 14)),
        ("2027-01-14 18:00", "2027-01-14 20:00", ClosureKind.EXCEPTION, date(2027, 1, 14)),
        ("2027-01-16 12:00", "2027-01-16 14:00", ClosureKind.CLOSED_DAY, date(2027, 1, 16)),
        ("2027-12-06 18:00", "2027-12-06 20:00", ClosureKind.HOLIDAY, date(2027, 12, 6)),
        ("2027-12-24 10:00", "2027-12-24 12:00", ClosureKind.HOLIDAY, date(2027, 12, 24)),
        # Christmas Day 2027 is a Saturday, closed anyway: the holiday is the better answer.
        ("2027-12-25 10:00", "2027-12-25 12:00", ClosureKind.HOLIDAY, date(2027, 12, 25)),
    ],
)
def test_the_first_closed_moment_says_why(start: str, end: str, kind: ClosureKind, on: date) -> None:
    assert closure(HALL, between(start, end), HELSINKI) == Closure(kind, on)


def test_an_open_room_has_no_closure() -> None:
    assert closure(HALL, between("2027-01-12 18:00", "2027-01-12 21:00"), HELSINKI) is None


def test_a_holiday_is_no_reason_in_a_room_open_on_holidays() -> None:
    hall = OpeningHours(WEEKDAYS, (), open_on_holidays=True)
    assert closure(hall, between("2027-12-06 18:00", "2027-12-06 20:00"), HELSINKI) is None
    late = closure(hall, between("2027-12-06 22:00", "2027-12-06 23:00"), HELSINKI)
    assert late == Closure(ClosureKind.OUTSIDE_HOURS, date(2027, 12, 6))


def test_a_night_that_runs_into_a_holiday_is_past_its_own_closing() -> None:
    club = OpeningHours(tuple(Weekly(weekday, 1080, 1500) for weekday in range(7)))
    found = closure(club, between("2027-12-05 23:00", "2027-12-06 02:00"), HELSINKI)
    assert found == Closure(ClosureKind.OUTSIDE_HOURS, date(2027, 12, 5))


def test_a_room_always_open_but_for_a_holiday_is_closed_by_the_holiday() -> None:
    always = OpeningHours(tuple(Weekly(weekday, 0, 1440) for weekday in range(7)))
    found = closure(always, between("2027-12-05 23:00", "2027-12-06 02:00"), HELSINKI)
    assert found == Closure(ClosureKind.HOLIDAY, date(2027, 12, 6))


def test_an_evening_cut_short_by_an_exception_closes_the_night_after_it() -> None:
    club = OpeningHours(
        tuple(Weekly(weekday, 1080, 1560) for weekday in range(7)),
        (OpeningException(date(2027, 1, 16), ((1080, 1320),)),),
    )
    found = closure(club, between("2027-01-17 00:30", "2027-01-17 01:30"), HELSINKI)
    assert found == Closure(ClosureKind.EXCEPTION, date(2027, 1, 16))


def test_a_room_without_hours_is_closed_every_day() -> None:
    found = closure(OpeningHours(()), between("2027-01-12 18:00", "2027-01-12 20:00"), HELSINKI)
    assert found == Closure(ClosureKind.CLOSED_DAY, date(2027, 1, 12))


def test_out_of_season_is_a_closed_day() -> None:
    summer = OpeningHours((Weekly(1, 480, 960, date(2027, 6, 1), date(2027, 8, 31)),))
    found = closure(summer, between("2027-01-12 10:00", "2027-01-12 11:00"), HELSINKI)
    assert found == Closure(ClosureKind.CLOSED_DAY, date(2027, 1, 12))
