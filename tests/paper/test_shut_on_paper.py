"""When a room is closed, on paper: never as a booking, with its end, each whole day told."""

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from booking.access.roles import Role
from booking.timetable.interval import Interval
from booking.timetable.zone import day
from tests.factories.blocks import make_block
from tests.factories.organisations import make_member, make_organisation
from tests.factories.reservations import EVENING, NOW, make_reservation
from tests.factories.rooms import every_day, make_opening_exception, make_room
from tests.paper.reading import text_of
from tests.paper.test_rooms_on_paper import WEEK, pdf

HELSINKI = ZoneInfo("Europe/Helsinki")
TUESDAY = date(2027, 1, 12)  # of EVENING
HOUR = timedelta(hours=1)


def days(first: date, number: int, hours: int = 0) -> Interval:
    """Return so many days, and hours more, from a midnight in Helsinki."""
    return Interval(
        day(first, HELSINKI).start, day(first + timedelta(days=number), HELSINKI).start + hours * HOUR
    )


@pytest.fixture(autouse=True)
def at_now(frozen: Any) -> None:
    frozen(NOW)


def test_a_seasons_closures_are_no_bookings_and_tell_both_days(client: Any) -> None:
    owner = make_organisation(kind="city")
    room = make_room(owner=owner, hours=every_day(480, 1260))
    until = Interval(day(TUESDAY, HELSINKI).start, EVENING.start)
    after = Interval(EVENING.end, days(TUESDAY, 3, 13).end)
    make_block(room, on=(until, after))
    make_block(room, on=(days(date(2027, 2, 1), 1),))
    make_block(room, on=(days(date(2027, 2, 2), 2),))  # touches the one before: one line
    make_block(room, on=(days(date(2027, 3, 1), 1),), kind="own_use")
    make_reservation(room, EVENING, title="Harjoitus")
    page = f"/rooms/{room.slug}/season.pdf?season=2026-winter"
    text = text_of(pdf(client, page))
    assert text.count("vahvistettu") == 1
    assert "ti 12.1.2027 00.00–18.00 suljettu" in text
    assert "20.00 – pe 15.1. klo 13.00 Koko päivän ke 13.1.–to 14.1.2027. suljettu" in text
    assert "ma 1.2.–ke 3.2.2027 koko päivän suljettu" in text
    assert "ma 1.3.2027 koko päivän oma käyttö oma käyttö" in text
    assert "Remontti" not in text
    client.sign_in(make_member(owner, Role.APPROVER))
    client.sign_in(make_member(owner, Role.APPROVER))
    assert "Remontti" in text_of(pdf(client, f"{page}&details=1"))


def test_a_season_names_the_days_that_holidays_and_exceptions_close(client: Any) -> None:
    room = make_room(open_on_holidays=False)
    make_opening_exception(room, date(2027, 2, 26))
    make_block(room, on=(days(date(2027, 3, 25), 5),), is_public=True)  # Easter lies within
    text = text_of(pdf(client, f"/rooms/{room.slug}/season.pdf?season=2026-winter"))
    assert "su 6.12.2026 koko päivän Itsenäisyyspäivä suljettu" in text
    assert "pe 26.2.2027 koko päivän suljettu" in text
    assert "to 25.3.–ma 29.3.2027 koko päivän Remontti suljettu" in text
    assert "Pitkäperjantai" not in text
    assert "ei ole varauksia" in text


def test_a_weeks_list_tells_each_closed_day_and_where_a_closure_ends(client: Any) -> None:
    room = make_room(hours=[each for each in every_day(480, 1260) if each[0] != 6])
    make_reservation(room, EVENING, title="Harjoitus")
    make_block(room, on=(Interval(EVENING.end, days(TUESDAY, 6, 13).end),))
    text = text_of(pdf(client, f"/rooms/{room.slug}/week.pdf?week={WEEK}"))
    assert "pisteet: suljettu" in text
    assert "ti 12.1.2027 18.00–20.00 Harjoitus 20.00 – ma 18.1. klo 13.00 suljettu" in text
    for on in ("ke 13.1.2027", "to 14.1.2027", "la 16.1.2027", "su 17.1.2027"):
        assert f"{on} koko päivän suljettu" in text
    assert "ma 11.1.2027 koko" not in text
    following = text_of(pdf(client, f"/rooms/{room.slug}/week.pdf?week=2027-W03"))
    assert "ma 18.1.2027 00.00–13.00 suljettu" in following
    assert "su 24.1.2027 koko päivän suljettu" in following


def test_a_closure_from_before_the_week_tells_its_end_once(client: Any) -> None:
    room = make_room()
    make_block(room, on=(days(date(2027, 1, 7), 12),), is_public=True)
    text = text_of(pdf(client, f"/rooms/{room.slug}/week.pdf?week={WEEK}"))
    assert "ma 11.1.2027 koko päivän, ma 18.1.2027 asti suljettu: Remontti" in text
    assert text.count("asti") == 1
    assert "ti 12.1.2027 koko päivän suljettu: Remontti" in text


def test_a_stay_of_several_days_tells_the_day_it_ends(client: Any) -> None:
    room = make_room(longest_minutes=4 * 1440)
    make_reservation(room, Interval(EVENING.start, EVENING.start + 43 * HOUR), title="Leiri")
    for document in (f"week.pdf?week={WEEK}", "season.pdf?season=2026-winter"):
        assert "18.00 – to 14.1. klo 13.00 Leiri" in text_of(pdf(client, f"/rooms/{room.slug}/{document}"))
