"""Saving hours: which dates they hit, what stays, what is in force at once, and who may."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from booking.access.roles import Role
from booking.audit.service import history
from booking.desk.hours.service import preview_hours, save_hours
from booking.errors import Forbidden, NotFound, RuleViolation, WrongState
from booking.reservations.service import request_reservation
from booking.rooms.catalogue import catalogue
from booking.rooms.models import Room
from booking.timetable.interval import Interval
from booking.timetable.openings import OpeningException, OpeningHours, Weekly
from tests.factories.organisations import make_member, make_organisation
from tests.factories.reservations import EVENING, NOW, make_reservation, request_for
from tests.factories.rooms import make_room
from tests.factories.users import acting, make_user
from tests.support.statements import statements

DAY = timedelta(days=1)
UNTIL_SEVEN = OpeningHours(tuple(Weekly(day, 8 * 60, 19 * 60) for day in range(7)))
ALL_DAY = OpeningHours(tuple(Weekly(day, 0, 1440) for day in range(7)), (), True)


@pytest.fixture
def room(session: Any) -> Room:
    return make_room(owner=make_organisation(kind="city"), name="Karelia-sali", slug="karelia-sali")


def keeper(room: Room, role: Role = Role.APPROVER) -> Any:
    assert room.owner is not None
    return acting(make_member(room.owner, role))


def save(room: Room, hours: OpeningHours, actor: Any, now: datetime = NOW) -> Any:
    seen = preview_hours(room.slug, hours, actor=actor, now=now).mark
    return save_hours(room.slug, hours, seen=seen, actor=actor, now=now)


def test_only_dates_to_come_that_hold_or_wait_are_hit(room: Room) -> None:
    late = make_reservation(room, EVENING, state="confirmed")
    waiting = make_reservation(room, EVENING.shift(DAY), state="pending")
    make_reservation(room, EVENING.shift(2 * DAY), state="cancelled")
    make_reservation(room, EVENING.shift(-14 * DAY), state="confirmed")
    make_reservation(room, EVENING.shift(3 * DAY - timedelta(hours=3)), state="confirmed")
    make_reservation(make_room(), EVENING, state="confirmed")
    found = preview_hours("karelia-sali", UNTIL_SEVEN, actor=keeper(room), now=NOW)
    assert [each.reference for each in found.hit] == [late.reference, waiting.reference]
    assert found.outside == []


def test_the_edge_is_the_minute_of_closing(room: Room) -> None:
    until_eight = OpeningHours(tuple(Weekly(day, 8 * 60, 20 * 60) for day in range(7)))
    make_reservation(room, EVENING)
    actor = keeper(room)
    assert preview_hours(room.slug, until_eight, actor=actor, now=NOW).hit == []
    a_minute_less = OpeningHours(tuple(Weekly(day, 8 * 60, 20 * 60 - 1) for day in range(7)))
    assert len(preview_hours(room.slug, a_minute_less, actor=actor, now=NOW).hit) == 1


def test_what_lies_outside_already_is_told_apart(room: Room) -> None:
    make_reservation(room, EVENING)
    actor = keeper(room)
    save(room, UNTIL_SEVEN, actor)
    until_six = OpeningHours(tuple(Weekly(day, 8 * 60, 18 * 60) for day in range(7)))
    found = preview_hours(room.slug, until_six, actor=actor, now=NOW)
    assert (len(found.hit), len(found.outside)) == (0, 1)


def test_saved_hours_are_in_force_at_once_and_dates_stay(session: Any, room: Room) -> None:
    reservation = make_reservation(room, EVENING)
    actor = keeper(room)
    change = save(room, UNTIL_SEVEN, actor)
    assert len(change.hit) == 1
    assert [each.state for each in reservation.occurrences] == ["confirmed"]
    assert catalogue().room(room.slug).hours == UNTIL_SEVEN
    with pytest.raises(RuleViolation) as caught:
        request_reservation(request_for(room, EVENING.shift(DAY)), actor=acting(make_user()), now=NOW)
    assert [each.code for each in caught.value.violations] == ["closed_outside_hours"]
    step = history("room", room.id)[-1]
    assert (step.action, step.details) == ("edit_hours", {"hit": 1})


def test_seasons_exceptions_and_holidays_are_kept_and_left_out_again(session: Any, room: Room) -> None:
    actor = keeper(room)
    summer = Weekly(5, 600, 900, date(2027, 6, 1), date(2027, 8, 31))
    dance = OpeningException(date(2027, 12, 31), ((1080, 1560),))
    closed = OpeningException(date(2027, 12, 24), ())
    hours = OpeningHours((*UNTIL_SEVEN.weekly, summer), (closed, dance), True)
    save(room, hours, actor)
    assert catalogue().room(room.slug).hours == hours
    save(room, UNTIL_SEVEN, actor)
    assert catalogue().room(room.slug).hours == UNTIL_SEVEN


def test_a_season_takes_the_place_of_the_usual_week(session: Any, room: Room) -> None:
    summer = tuple(Weekly(day, 8 * 60, 15 * 60, date(2027, 6, 1), date(2027, 8, 31)) for day in range(5))
    actor = keeper(room)
    by = timedelta(days=7 * 21)  # Tuesday 8.6.2027, an hour earlier in UTC
    june = EVENING.shift(by - timedelta(hours=1))
    make_reservation(room, EVENING, june)
    found = preview_hours(room.slug, OpeningHours((*ALL_DAY.weekly, *summer), (), True), actor=actor, now=NOW)
    assert [each.use for each in found.hit] == [june]


@pytest.mark.parametrize("what", ["a new date", "a date that has moved", "other hours"])
def test_what_changes_meanwhile_has_to_be_looked_at_again(session: Any, room: Room, what: str) -> None:
    reservation = make_reservation(room, EVENING)
    actor = keeper(room)
    seen = preview_hours(room.slug, UNTIL_SEVEN, actor=actor, now=NOW).mark
    if what == "a new date":
        make_reservation(room, EVENING.shift(DAY))
    elif what == "a date that has moved":
        reservation.occurrences[0].ends_at += timedelta(minutes=30)
        session.flush()
    else:
        room.open_on_holidays = False
        session.flush()
    with pytest.raises(WrongState):
        save_hours(room.slug, UNTIL_SEVEN, seen=seen, actor=actor, now=NOW)
    assert catalogue().room(room.slug).hours.weekly != UNTIL_SEVEN.weekly
    save(room, UNTIL_SEVEN, actor)


def test_nobody_else_looks_or_saves(session: Any, room: Room) -> None:
    strangers = [
        make_member(make_organisation(), Role.APPROVER),
        make_member(room.owner or make_organisation(), Role.MEMBER),
        make_member(room.owner or make_organisation(), Role.STAFF),
        make_user(is_admin=True),
    ]
    for person in strangers:
        with pytest.raises(Forbidden):
            preview_hours(room.slug, UNTIL_SEVEN, actor=acting(person), now=NOW)
        with pytest.raises(Forbidden):
            save_hours(room.slug, UNTIL_SEVEN, seen="", actor=acting(person), now=NOW)
    room.state = "draft"
    session.flush()
    with pytest.raises(NotFound):
        preview_hours(room.slug, UNTIL_SEVEN, actor=acting(strangers[0]), now=NOW)


def test_a_keeper_who_does_not_decide_sees_what_is_public_and_no_more(session: Any, room: Room) -> None:
    choir = make_organisation(name="Kuoro Koskisointu")
    for number, visibility in enumerate(("public", "private")):
        make_reservation(room, EVENING.shift(number * DAY), organisation=choir, visibility=visibility)
    make_reservation(room, EVENING.shift(2 * DAY), booker=make_user(name="Yksin Varaava"))
    manager = keeper(room, Role.MANAGER)
    hit = preview_hours(room.slug, UNTIL_SEVEN, actor=manager, now=NOW).hit
    assert [each.who for each in hit] == ["Kuoro Koskisointu", "", ""]
    assert [bool(each.reference) for each in hit] == [True, False, True]
    hit = preview_hours(room.slug, UNTIL_SEVEN, actor=keeper(room), now=NOW).hit
    assert [each.who for each in hit] == ["Kuoro Koskisointu", "Kuoro Koskisointu", "Yksin Varaava"]


def test_three_hundred_dates_take_as_many_statements_as_one(session: Any, room: Room) -> None:
    actor = keeper(room)
    uses = [Interval(EVENING.start + n * DAY, EVENING.end + n * DAY) for n in range(300)]
    make_reservation(room, uses[0])
    catalogue()
    session.expire_all()
    with statements() as few:
        preview_hours(room.slug, UNTIL_SEVEN, actor=actor, now=NOW)
    make_reservation(room, *uses[1:])
    session.expire_all()
    catalogue()
    with statements() as many:
        assert len(preview_hours(room.slug, UNTIL_SEVEN, actor=actor, now=NOW).hit) == 300
    assert len(many) == len(few)
