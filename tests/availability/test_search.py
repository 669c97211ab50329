"""What search finds, how it words the answer, in which order, and in how many statements."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from booking.access.actor import VISITOR, Actor
from booking.access.roles import Role
from booking.availability.alternatives import alternatives
from booking.availability.queries import Filter, matching, search, search_series
from booking.availability.search import Answer, RoomAnswer
from booking.extensions import db
from booking.rooms.catalogue import catalogue
from booking.rooms.models import Room
from tests.factories.organisations import make_member, make_organisation
from tests.factories.reservations import EVENING, NOW, make_reservation
from tests.factories.rooms import (
    every_day,
    make_divisible_hall,
    make_opening_exception,
    make_room,
    make_venue,
)
from tests.factories.users import acting, make_user

HOUR = timedelta(hours=1)
WEEK = timedelta(days=7)


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect the SQL that is sent meanwhile."""
    sent: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        sent.append(statement)

    connection = db.session.connection()
    event.listen(connection, "before_cursor_execute", note)
    yield sent
    event.remove(connection, "before_cursor_execute", note)


def answer(room: Room, wanted: Filter | None = None, actor: Actor = VISITOR) -> RoomAnswer:
    """Return the room's answer to a wish for the evening."""
    found = search(wanted or Filter(), EVENING, actor=actor, now=NOW)
    return next(each for each in found if each.room.id == room.id)


@pytest.mark.parametrize(("rooms", "reservations"), [(1, 0), (4, 3), (12, 20)])
def test_search_is_one_statement_besides_the_catalogues_stamp(
    session: Any, rooms: int, reservations: int
) -> None:
    made = [make_room(turnaround_minutes=30) for _ in range(rooms)]
    for number in range(reservations):
        make_reservation(made[number % rooms], EVENING.shift(number * timedelta(days=1)))
    catalogue()
    uses = [EVENING.shift(week * WEEK) for week in range(20)]
    for ask in (
        lambda: search(Filter(), EVENING, actor=VISITOR, now=NOW),
        lambda: search_series(Filter(), uses, actor=VISITOR, now=NOW),
        lambda: alternatives(catalogue().rooms[0], EVENING, people=1, actor=VISITOR, now=NOW),
    ):
        with statements() as sent:
            ask()
        about = [each for each in sent if "versions" not in each]
        assert len(about) == 1, sent
        assert "occupancy" in about[0]


def test_a_free_room_says_so(session: Any) -> None:
    found = answer(make_room())
    assert (found.answer, found.violations, found.taken, found.other_start) == (Answer.FREE, (), (), None)


def test_a_room_that_is_taken_from_the_middle_is_free_in_part(session: Any) -> None:
    room = make_room(turnaround_minutes=30)
    make_reservation(room, EVENING.shift(HOUR))
    found = answer(room)
    assert found.answer is Answer.PART
    assert found.free_until == EVENING.start + HOUR / 2  # the use before needs its turnaround too
    assert found.free_from == EVENING.end + 1.5 * HOUR


def test_a_room_that_is_taken_says_from_when_it_is_free_and_its_nearest_time(session: Any) -> None:
    room = make_room()
    make_reservation(room, EVENING.shift(-HOUR))
    found = answer(room)
    assert (found.answer, found.free_until) == (Answer.TAKEN, None)
    assert found.free_from == found.other_start == EVENING.start + HOUR


def test_a_hall_answers_for_all_its_parts(session: Any) -> None:
    half_a, half_b, whole = make_divisible_hall()
    make_reservation(half_a)
    assert [answer(room).answer for room in (half_a, half_b, whole)] == [
        Answer.TAKEN,
        Answer.FREE,
        Answer.TAKEN,
    ]


def test_a_pending_request_that_competes_takes_nothing_and_one_that_holds_does(session: Any) -> None:
    competing, holding = make_room(), make_room(pending_holds=True)
    for room in (competing, holding):
        make_reservation(room, state="pending")
    assert [answer(room).answer for room in (competing, holding)] == [Answer.FREE, Answer.TAKEN]


def test_closed_rules_and_obstacles_are_told_apart(session: Any) -> None:
    closed = make_room()
    make_opening_exception(closed, date(2027, 1, 12))
    expected = {
        make_room(hours=every_day(8 * 60, 19 * 60)): (Answer.CLOSED, "closed_outside_hours"),
        closed: (Answer.CLOSED, "closed_exception"),
        make_room(longest_minutes=60): (Answer.RULE, "too_long"),
        make_room(notice_minutes=14 * 24 * 60): (Answer.RULE, "too_soon"),
        make_room(approval="by_round"): (Answer.BY_ROUND, "by_round_only"),
        make_room(who_may_book="members"): (Answer.NOT_FOR_YOU, "owners_members_only"),
        make_room(owner=None): (Answer.UNLISTED, "owner_unknown"),
    }
    for room, (kind, code) in expected.items():
        found = answer(room)
        assert (found.answer, [each.code for each in found.violations]) == (kind, [code])


def test_what_one_may_book_depends_on_who_asks(session: Any) -> None:
    owner, choir = make_organisation(kind="city"), make_organisation()
    for_associations = make_room(who_may_book="associations")
    for_members = make_room(owner=owner, who_may_book="members")
    expected = {
        VISITOR: (Answer.FREE, Answer.NOT_FOR_YOU),
        acting(make_user()): (Answer.NOT_FOR_YOU, Answer.NOT_FOR_YOU),
        acting(make_member(choir, Role.MEMBER)): (Answer.NOT_FOR_YOU, Answer.NOT_FOR_YOU),
        acting(make_member(choir, Role.BOOKER)): (Answer.FREE, Answer.NOT_FOR_YOU),
        acting(make_member(owner, Role.MEMBER)): (Answer.NOT_FOR_YOU, Answer.FREE),
    }
    for actor, answers in expected.items():
        found = tuple(answer(room, actor=actor).answer for room in (for_associations, for_members))
        assert found == answers, actor
        mine = matching(Filter(bookable_by_me=True), actor)
        assert {room.id for room in mine} == {
            room.id
            for room, each in zip((for_associations, for_members), answers, strict=True)
            if each is Answer.FREE
        }


def test_filters_keep_the_rooms_that_match(session: Any) -> None:
    owner = make_organisation(slug="imatran-kaupunki", name="Imatran kaupunki")
    hall = make_room(
        owner=owner,
        name="Karelia-sali",
        name_sv="Karelensalen",
        kind="hall",
        capacity=200,
        venue=make_venue(name="Kulttuuritalo Virta", district="Mansikkala"),
        features={"step_free": True, "piano": True, "lift": False},
    )
    unknown = make_room(name="Vierashuone", capacity=None, features={"step_free": False})
    small = make_room(name="Pieni", capacity=8, kind="kitchen", features={"step_free": True})
    make_room(name="Luonnos", state="draft")
    cases = {
        Filter(): {hall, unknown, small},
        Filter(people=9): {hall, unknown},
        Filter(people=200): {hall, unknown},
        Filter(people=201): {unknown},
        Filter(kind="hall"): {hall},
        Filter(district="Mansikkala"): {hall},
        Filter(owner="imatran-kaupunki"): {hall},
        Filter(features=frozenset({"step_free"})): {hall, small},
        Filter(features=frozenset({"step_free", "piano"})): {hall},
        Filter(features=frozenset({"lift"})): set(),
        Filter(text="karelia virta"): {hall},
        Filter(text="KARELENSALEN"): {hall},
        Filter(text="karelia pieni"): set(),
        Filter(rooms=frozenset({small.slug, unknown.slug})): {small, unknown},
        Filter(people=9, features=frozenset({"step_free"})): {hall},
    }
    for wanted, expected in cases.items():
        assert {room.id for room in matching(wanted, VISITOR)} == {room.id for room in expected}, wanted


def test_the_best_room_comes_first(session: Any) -> None:
    taken, closed, unlisted = make_room(capacity=20), make_room(hours=[]), make_room(owner=None)
    by_approver, at_once = make_room(capacity=20), make_room(capacity=20, approval="at_once")
    large = make_room(capacity=200, approval="at_once")
    make_reservation(taken)
    found = search(Filter(people=12), EVENING, actor=VISITOR, now=NOW)
    order = [at_once, large, by_approver, taken, closed, unlisted]
    assert [each.room.id for each in found] == [room.id for room in order]


def test_a_series_search_puts_the_room_with_most_free_dates_first(session: Any) -> None:
    some, none, all_of_them = make_room(), make_room(hours=[]), make_room()
    make_reservation(some, EVENING.shift(WEEK))
    uses = [EVENING.shift(week * WEEK) for week in range(3)]
    found = search_series(Filter(), uses, actor=VISITOR, now=NOW)
    assert [room.id for room, _ in found] == [all_of_them.id, some.id, none.id]
    assert [[each.reason for each in dates] for _, dates in found] == [
        ["", "", ""],
        ["", "taken", ""],
        ["closed", "closed", "closed"],
    ]


def test_alternatives_are_the_same_room_at_another_time_and_others_like_it(session: Any) -> None:
    virta = make_venue()
    wished, beside = make_room(venue=virta, kind="hall"), make_room(venue=virta, kind="kitchen")
    far, like = make_room(kind="kitchen"), make_room(kind="hall")
    make_reservation(wished)
    room = catalogue().by_id[wished.id]
    found = alternatives(room, EVENING, people=1, actor=VISITOR, now=NOW)
    assert [each.slug for each in found] == [wished.slug, beside.slug, like.slug, far.slug]
    assert [each.same_room for each in found] == [True, False, False, False]
    assert {each.start for each in found[1:]} == {EVENING.start}
    assert abs(found[0].start - EVENING.start) == 2 * HOUR


def test_without_another_room_another_time_elsewhere_is_offered(session: Any) -> None:
    wished = make_room(hours=[(1, 18 * 60, 20 * 60)])
    other = make_room()
    for room in (wished, other):
        make_reservation(room)
    (found,) = alternatives(catalogue().by_id[wished.id], EVENING, people=1, actor=VISITOR, now=NOW)
    assert (found.slug, found.same_room) == (other.slug, False)
    assert found.start != EVENING.start
