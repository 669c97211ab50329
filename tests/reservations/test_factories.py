"""The factories make what they say."""

from datetime import timedelta
from typing import Any

from booking.access.roles import Role
from booking.occupancy.service import held
from booking.rooms.catalogue import catalogue
from tests.factories.organisations import make_member, make_organisation
from tests.factories.reservations import EVENING, make_reservation
from tests.factories.rooms import make_divisible_hall, make_room
from tests.factories.users import acting


def test_a_confirmed_reservation_holds_its_use_and_the_turnaround(session: Any) -> None:
    room = make_room(turnaround_minutes=30)
    reservation = make_reservation(room)
    claim_id = reservation.occurrences[0].claim_id
    assert claim_id is not None
    assert held([claim_id])[claim_id] == [(room.spaces[0].id, EVENING.extend_end(timedelta(minutes=30)))]


def test_a_competing_request_holds_nothing(session: Any) -> None:
    reservation = make_reservation(make_room(), state="pending")
    assert reservation.occurrences[0].claim_id is None


def test_a_hall_is_made_of_its_halves(session: Any) -> None:
    half_a, half_b, whole = make_divisible_hall()
    rooms = catalogue()
    assert [room.id for room in rooms.sharing(rooms.room(half_a.slug))] == [half_a.id, whole.id]
    assert [room.id for room in rooms.sharing(rooms.room(whole.slug))] == [half_a.id, half_b.id, whole.id]


def test_a_member_has_the_role_that_was_given(session: Any) -> None:
    organisation = make_organisation()
    user = make_member(organisation, Role.BOOKER)
    assert acting(user).roles == {(organisation.id, Role.BOOKER)}
