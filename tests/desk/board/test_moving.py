"""Moving a reservation from the desk: what is seen before, whose consent it needs, who may."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from booking.access.roles import Role
from booking.accounts.models import User
from booking.desk.board.moving import move, preview
from booking.errors import Forbidden, NotFound, SlotTaken
from booking.outbox.models import OutboxMessage
from booking.reservations.behalf.caller import Caller
from booking.reservations.behalf.calls import count_calls
from booking.reservations.models import Reservation
from booking.reservations.service import request_reservation
from booking.rooms.catalogue import catalogue
from booking.timetable.interval import Interval
from tests.factories.organisations import make_member, make_organisation
from tests.factories.reservations import EVENING, NOW, make_reservation, request_for
from tests.factories.rooms import every_day, make_room
from tests.factories.users import acting, make_user, sign_in
from tests.reservations.town import Town, of_choir

DAY = timedelta(days=1)
NEXT_DAY = Interval(EVENING.start + DAY, EVENING.end + DAY)
QUERY = "?room=karelia-sali&date=2027-01-13&start=18:00&end=20:00"


def address(reservation: Reservation) -> str:
    return f"/desk/reservations/{reservation.reference}/move/{reservation.occurrences[0].id}"


def moved(town: Town, reservation: Reservation, by: User | None = None, use: Interval = NEXT_DAY) -> None:
    move(
        reservation.reference,
        reservation.occurrences[0].id,
        room_slug="karelia-sali",
        use=use,
        message="",
        actor=acting(by or town.approver),
        now=NOW,
    )


@pytest.mark.parametrize("state", ["pending", "confirmed"])
def test_a_move_is_an_offer_and_the_date_stays_until_it_is_accepted(town: Town, state: str) -> None:
    reservation = of_choir(town, state=state)
    moved(town, reservation)
    (date,) = reservation.occurrences
    assert (date.state, date.starts_at) == (state, EVENING.start)
    assert date.proposal is not None
    assert (date.proposal.side, date.proposal.starts_at) == ("owner", NEXT_DAY.start)


def test_the_owners_own_use_moves_at_once(town: Town) -> None:
    reservation = make_reservation(town.room, organisation=town.owner, booker=town.approver)
    moved(town, reservation)
    (date,) = reservation.occurrences
    assert (date.state, date.starts_at, date.proposal) == ("confirmed", NEXT_DAY.start, None)


def test_a_person_on_the_phone_is_asked_by_phone_and_not_moved(town: Town, session: Any) -> None:
    staff = make_member(town.owner, Role.STAFF)
    town.room.approval = "at_once"
    session.flush()
    wanted = request_for(town.room, responsible="Soittaja", contact="050 12", caller=Caller())
    reservation = request_reservation(wanted, actor=acting(staff), now=NOW)
    moved(town, reservation)
    assert reservation.occurrences[0].starts_at == EVENING.start
    assert count_calls(acting(staff)) == 1
    assert list(session.scalars(select(OutboxMessage.kind))) == []


def test_what_is_held_there_cannot_be_had_and_is_named(town: Town) -> None:
    reservation = of_choir(town, state="confirmed")
    other = make_reservation(
        town.room, NEXT_DAY, organisation=town.chess_club, title="Turnaus", visibility="private"
    )
    found = preview(
        reservation.occurrences[0],
        catalogue().room("karelia-sali"),
        NEXT_DAY,
        actor=acting(town.approver),
        now=NOW,
    )
    assert not found.can_be_offered
    assert [(each.label, each.reference) for each in found.held] == [
        ("Shakkikerho, Turnaus", other.reference)
    ]
    with pytest.raises(SlotTaken):
        moved(town, reservation)


def test_its_own_time_and_its_own_earlier_offer_stand_in_no_way(town: Town) -> None:
    reservation = of_choir(town, state="confirmed")
    moved(town, reservation)
    half_later = Interval(EVENING.start + timedelta(minutes=30), EVENING.end + timedelta(minutes=30))
    for use in (half_later, NEXT_DAY):
        found = preview(
            reservation.occurrences[0],
            catalogue().room("karelia-sali"),
            use,
            actor=acting(town.approver),
            now=NOW,
        )
        assert (found.held, found.can_be_offered) == ([], True), use


def test_requests_for_the_time_are_shown_and_rules_that_may_be_passed_over(town: Town, session: Any) -> None:
    town.room.longest_minutes = 60
    session.flush()
    reservation = of_choir(town, state="confirmed")
    make_reservation(town.room, NEXT_DAY, organisation=town.chess_club, title="Turnaus", state="pending")
    found = preview(
        reservation.occurrences[0],
        catalogue().room("karelia-sali"),
        NEXT_DAY,
        actor=acting(town.approver),
        now=NOW,
    )
    assert [each.label for each in found.wanted] == ["Shakkikerho, Turnaus"]
    assert [each.code for each in found.passed_over] == ["too_long"]
    assert found.can_be_offered


def outsiders(town: Town) -> list[User]:
    parish = make_organisation(name="Seurakunta", kind="parish")
    make_room(owner=parish)
    return [
        make_member(parish, Role.APPROVER),
        make_member(parish, Role.STAFF),
        make_member(town.owner, Role.STAFF),
        town.booker,
        make_user(is_admin=True),
    ]


def test_nobody_but_the_owners_approver_moves_or_sees_what_lies_there(town: Town, client: Any) -> None:
    reservation = of_choir(town, state="confirmed", visibility="private", contact="050 123 9876")
    make_reservation(town.room, NEXT_DAY, organisation=town.chess_club, title="Turnaus", visibility="private")
    for person in outsiders(town):
        with pytest.raises((Forbidden, NotFound)):
            moved(town, reservation, by=person)
        sign_in(client, person)
        answer = client.get(address(reservation) + QUERY)
        assert answer.status_code in (403, 404)
        assert "Turnaus" not in answer.get_data(as_text=True)
        assert "050 123" not in answer.get_data(as_text=True)
    assert reservation.occurrences[0].proposal is None


def test_the_page_shows_and_sends(town: Town, client: Any, frozen: Any) -> None:
    frozen(NOW)
    reservation = of_choir(town, state="confirmed")
    sign_in(client, town.approver)
    page = client.get(address(reservation) + QUERY).get_data(as_text=True)
    assert "Aika on vapaa." in page
    assert "kunnes varaaja hyväksyy" in page
    answer = client.submit({"message": "Saliin tulee vaalit."}, action=address(reservation), having="message")
    assert answer.status_code == 303
    proposal = reservation.occurrences[0].proposal
    assert proposal is not None
    assert (proposal.starts_at, proposal.message) == (NEXT_DAY.start, "Saliin tulee vaalit.")


def test_what_cannot_be_read_keeps_what_was_typed(town: Town, client: Any, frozen: Any) -> None:
    frozen(NOW)
    reservation = of_choir(town)
    sign_in(client, town.approver)
    answer = client.get(address(reservation) + "?room=karelia-sali&date=eilen&start=18:00&end=20:00")
    assert answer.status_code == 422
    assert 'value="eilen"' in answer.get_data(as_text=True)


def test_a_room_that_is_closed_then_refuses_with_its_reason(town: Town, client: Any, frozen: Any) -> None:
    frozen(NOW)
    make_room(owner=town.owner, slug="paivasali", hours=every_day(480, 960))
    reservation = of_choir(town)
    sign_in(client, town.approver)
    query = "?room=paivasali&date=2027-01-13&start=18:00&end=20:00"
    page = client.get(address(reservation) + query).get_data(as_text=True)
    assert "Tähän ei voi siirtää." in page
    assert "Ehdota siirtoa" not in page


def test_what_is_wrong_with_the_grid_is_said_once(town: Town, client: Any, frozen: Any) -> None:
    frozen(NOW)
    make_room(owner=town.owner, slug="tuntisali", grid_minutes=60)
    reservation = of_choir(town, state="confirmed")
    sign_in(client, town.approver)
    query = "?room=tuntisali&date=2027-01-13&start=18:30&end=20:30"
    page = client.get(address(reservation) + query).get_data(as_text=True)
    assert page.count("60 minuutin välein") == 1
