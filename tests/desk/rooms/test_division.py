"""Dividing a hall: the whole and its parts are never booked against each other, before, during or after."""

import itertools
import threading
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from booking.access.roles import Role
from booking.accounts.models import User
from booking.app import create_app
from booking.audit.service import history
from booking.db import Outdated, in_transaction
from booking.desk.rooms import division
from booking.errors import Forbidden, NotFound, RuleViolation, SlotTaken, WrongState
from booking.extensions import db
from booking.occupancy import blocks
from booking.occupancy import service as occupancy
from booking.occupancy.models import Occupancy
from booking.organisations.membership import actor_of
from booking.reservations.models import Occurrence
from booking.reservations.service import request_reservation
from booking.rooms.catalogue import catalogue
from booking.rooms.models import Room, Space
from booking.rooms.prices import RoomPriceRow
from booking.rooms.pricing import RoomPrice
from booking.timetable.interval import Interval
from tests.desk.rooms.conftest import Village
from tests.factories.organisations import make_membership, make_organisation
from tests.factories.reservations import EVENING, NOW, make_reservation, request_for
from tests.factories.rooms import make_divisible_hall, make_room
from tests.factories.users import acting, make_user
from tests.support.client import PageClient
from tests.support.settings import settings_for

HOUR = timedelta(hours=1)


def rows(space_id: int) -> list[tuple[datetime, datetime, int]]:
    """Return what is held of a space."""
    found = db.session.execute(
        select(Occupancy.starts_at, Occupancy.ends_at, Occupancy.claim_id)
        .where(Occupancy.space_id == space_id)
        .order_by(Occupancy.starts_at)
    )
    return [tuple(row) for row in found]


def spaces(room: Room) -> list[int]:
    return [space.id for space in room.spaces]


@pytest.fixture
def hall(village: Village) -> Room:
    """The city's hall, which confirms at once; undivided."""
    return make_room(
        owner=village.city, slug="sali", name="Sali", approval="at_once", terms="Siivoa.", capacity=100
    )


def divide(village: Village, *names: str) -> list[Room]:
    return division.divide("sali", names or ("Sali A", "Sali B"), actor=acting(village.approver), now=NOW)


def test_what_holds_the_hall_holds_every_part(village: Village, hall: Room, session: Any) -> None:
    kept = make_reservation(hall, EVENING).occurrences[0]
    competing = make_reservation(hall, EVENING, state="pending")
    closed = Interval(EVENING.start - HOUR, EVENING.end + HOUR)
    old = hall.spaces[0].id
    blocks.make("closure", "Remontti", [old], [closed], is_public=True)
    before = rows(old)
    parts = divide(village)
    assert session.get(Space, old) is None
    assert len(spaces(hall)) == 2
    assert [spaces(part) for part in parts] == [[each] for each in spaces(hall)]
    assert all(rows(space_id) == before for space_id in spaces(hall))
    assert len(before) == 3  # the date, and the closure before and after it
    assert kept.claim_id in {claim for _start, _end, claim in before}
    assert competing.occurrences[0].claim_id is None


def test_the_parts_are_drafts_with_the_halls_rules_and_hours(village: Village, hall: Room) -> None:
    a, b = divide(village)
    assert (a.slug, b.slug, a.state, a.owner_id) == ("sali-a", "sali-b", "draft", hall.owner_id)
    assert (a.approval, a.terms, a.terms_version, a.capacity) == ("at_once", "Siivoa.", 1, None)
    assert [(each.weekday, each.opens, each.closes) for each in a.opening_hours] == [
        (each.weekday, each.opens, each.closes) for each in hall.opening_hours
    ]
    assert history("room", hall.id)[-1].details == {"parts": [a.id, b.id]}
    known = catalogue()
    assert [each.slug for each in division.parts_of(known.by_id[hall.id])] == ["sali-a", "sali-b"]
    assert [each.slug for each in division.wholes_of(known.by_id[a.id])] == ["sali"]


def test_a_part_is_divided_again_and_the_whole_still_takes_everything(village: Village) -> None:
    half, other, whole = make_divisible_hall(owner=village.city)
    whole_date = make_reservation(whole, EVENING).occurrences[0]
    later = Interval(EVENING.end, EVENING.end + HOUR)
    half_date = make_reservation(half, later).occurrences[0]
    quarters = division.divide(half.slug, ["Osa 1", "Osa 2"], actor=acting(village.approver), now=NOW)
    assert len(spaces(half)) == 2
    assert set(spaces(whole)) == {*spaces(half), *spaces(other)}
    held = occupancy.held([whole_date.claim_id or 0, half_date.claim_id or 0])
    assert {space for space, _time in held[whole_date.claim_id or 0]} == set(spaces(whole))
    assert {space for space, _time in held[half_date.claim_id or 0]} == set(spaces(half))
    assert [spaces(each) for each in quarters] == [[each] for each in spaces(half)]


def test_a_part_added_later_is_held_by_the_whole_only(village: Village, hall: Room, session: Any) -> None:
    a, b = divide(village)
    first, second = spaces(hall)
    whole = make_reservation(hall, EVENING).occurrences[0]
    part = make_reservation(a, Interval(EVENING.end, EVENING.end + HOUR)).occurrences[0]
    day = Interval(EVENING.start - 5 * HOUR, EVENING.end + 5 * HOUR)
    blocks.make("closure", "Remontti", spaces(hall), [day], is_public=True)
    c = division.add_part("sali", "Näyttämö", actor=acting(village.approver), now=NOW)
    assert session.get(Space, first) is None  # made anew: nobody can claim the whole as it was
    assert len(spaces(hall)) == 3
    assert set(spaces(hall)) == {*spaces(a), second, *spaces(c)}
    assert spaces(b) == [second]
    held = occupancy.held([whole.claim_id or 0, part.claim_id or 0])
    assert {space for space, _time in held[whole.claim_id or 0]} == set(spaces(hall))
    assert {space for space, _time in held[part.claim_id or 0]} == set(spaces(a))
    taken = sorted((start, end) for start, end, _claim in rows(spaces(c)[0]))
    assert taken == [(day.start, EVENING.start), (EVENING.start, EVENING.end), (EVENING.end, day.end)]


def test_what_cannot_be_divided_is_said(village: Village, hall: Room) -> None:
    actor = acting(village.approver)

    def codes(*names: str) -> list[str]:
        with pytest.raises(RuleViolation) as error:
            division.divide("sali", names, actor=actor, now=NOW)
        return [each.code for each in error.value.violations]

    assert codes("Sali A", "") == ["too_few_parts"]
    assert codes("A", "a") == ["same_part_name"]
    assert codes("A", "Sali") == ["same_part_name"]
    assert codes(*"ABCDEFGHI") == ["too_many_parts"]
    assert codes("A" * 121, "B") == ["too_much_text"]
    with pytest.raises(WrongState) as whole:
        division.add_part("sali", "C", actor=actor, now=NOW)
    divide(village)
    with pytest.raises(WrongState) as divided:
        divide(village, "C", "D")
    make_room(owner=make_organisation(), spaces=hall.spaces[:1])
    with pytest.raises(WrongState) as others:
        division.add_part("sali", "C", actor=actor, now=NOW)
    assert [each.value.code for each in (whole, divided, others)] == [
        "room_is_whole",
        "room_is_divided",
        "space_of_others",
    ]
    for person in (village.manager, make_user()):
        with pytest.raises((Forbidden, NotFound)):
            division.divide("sali", ["A", "B"], actor=acting(person), now=NOW)


def test_the_page_divides_and_loses_no_name(client: PageClient, village: Village, hall: Room) -> None:
    client.sign_in(village.approver)
    client.get("/desk/rooms/sali/parts")
    answer = client.submit({"names": ["Sali A", "", "", ""]}, having="names")
    assert answer.status_code == 422
    assert 'value="Sali A"' in answer.get_data(as_text=True)
    answer = client.submit({"names": ["Sali A", "", "Sali B", ""]}, having="names")
    text = client.follow(answer).get_data(as_text=True)
    assert "Tila on jaettu" in text
    assert 'href="/desk/rooms/sali-b"' in text
    answer = client.submit({"names": "Näyttämö", "add": "1"}, having="names")
    assert "Osa on lisätty" in client.follow(answer).get_data(as_text=True)
    assert client.submit({"names": "Näyttämö", "add": "1"}, having="names").status_code == 422


WHERE = st.sampled_from(["sali", "a", "b", "closure"])
USES = st.lists(st.tuples(WHERE, st.integers(0, 12), st.integers(1, 4)), max_size=7)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=USES, between=USES, after=USES)
def test_whole_and_parts_never_overlap_however_it_is_booked(
    village: Village, hall: Room, session: Any, before: Any, between: Any, after: Any
) -> None:
    """After a division every date of the whole holds every space, and no two claims meet on one."""
    point = session.begin_nested()
    try:
        book(hall, {}, before)
        check(hall, {})
        a, b = divide(village)
        parts = {"a": a, "b": b}
        check(hall, parts)
        book(hall, parts, between)
        check(hall, parts)
        parts["c"] = division.add_part("sali", "Näyttämö", actor=acting(village.approver), now=NOW)
        check(hall, parts)
        book(hall, parts, after)
        check(hall, parts)
    finally:
        point.rollback()
        session.expire_all()


def book(hall: Room, parts: dict[str, Room], uses: Sequence[tuple[str, int, int]]) -> None:
    for where, start, length in uses:
        use = Interval(EVENING.start + start * HOUR, EVENING.start + (start + length) * HOUR)
        if where == "closure":
            blocks.make("closure", "Sulku", spaces(hall), [use], is_public=True)
            continue
        try:
            make_reservation(parts.get(where, hall), use)
        except SlotTaken:
            continue


def check(hall: Room, parts: dict[str, Room]) -> None:
    held: dict[int, set[tuple[datetime, datetime, int]]] = {each: set(rows(each)) for each in spaces(hall)}
    for date in db.session.scalars(select(Occurrence).where(Occurrence.claim_id.is_not(None))):
        own = (date.starts_at, date.ends_at, date.claim_id)
        for space_id in spaces(hall):
            assert (own in held[space_id]) is (space_id in spaces(date.room))
    for taken in held.values():
        ordered = sorted(taken)
        assert all(one[1] <= other[0] for one, other in itertools.pairwise(ordered))
    for part in parts.values():
        assert set(spaces(part)) < set(spaces(hall))


def test_who_read_the_hall_before_its_division_cannot_take_the_old_space(
    village: Village, hall: Room
) -> None:
    stale = spaces(hall)
    divide(village)
    with pytest.raises(Outdated), db.session.begin_nested():
        occupancy.claim("occurrence", stale, [EVENING])


def test_a_request_that_meets_a_division_takes_all_of_the_hall(fresh_database: Any, tmp_path: Any) -> None:
    """Two transactions on PostgreSQL: one reads the rooms, the other divides the hall, the first goes on."""
    app = create_app(settings_for(fresh_database("postgresql"), tmp_path))
    read, divided = threading.Event(), threading.Event()
    attempts: list[int] = []
    with app.app_context():
        owner = make_organisation()
        make_room(owner=owner, slug="sali", approval="at_once")
        booker, keeper = make_user(), make_user()
        make_membership(keeper, owner, Role.APPROVER)
        db.session.commit()
        ids = booker.id, keeper.id
        hall_request = request_for(db.session.scalars(select(Room)).one())

    def ask() -> None:
        with app.app_context():
            in_transaction(work)
            db.session.remove()

    def work() -> None:
        attempts.append(len(catalogue().room("sali").space_ids))
        read.set()
        assert divided.wait(30)
        person = db.session.get_one(User, ids[0])
        request_reservation(hall_request, actor=actor_of(person), now=NOW)

    asking = threading.Thread(target=ask)
    asking.start()
    with app.app_context():
        assert read.wait(30)
        person = db.session.get_one(User, ids[1])
        actor = actor_of(person)
        in_transaction(lambda: division.divide("sali", ["A", "B"], actor=actor, now=NOW))
        divided.set()
        asking.join(30)
        assert attempts == [1, 2]
        date = db.session.scalars(select(Occurrence)).one()
        assert len(occupancy.held([date.claim_id or 0])[date.claim_id or 0]) == 2
        db.session.remove()
        db.engine.dispose()


def test_the_page_of_parts_asks_for_the_price_of_each(
    client: PageClient, village: Village, hall: Room, session: Any
) -> None:
    hall.prices = [RoomPriceRow.of(RoomPrice("everyone", "any", "hour", 2000))]
    first, second = divide(village)
    client.sign_in(village.approver)
    text = client.get("/desk/rooms/sali/parts").get_data(as_text=True)
    assert "Kukin osa tarvitsee oman hinnan" in text
    for part in (first, second):
        assert f'href="/desk/rooms/{part.slug}/prices"' in text
        part.prices = [RoomPriceRow.of(RoomPrice("everyone", "any", "share", 50))]
    session.flush()
    assert "Kukin osa tarvitsee" not in client.get("/desk/rooms/sali/parts").get_data(as_text=True)
