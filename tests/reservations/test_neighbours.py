"""Who else uses a room: only what anyone may know of counts."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from booking.reservations.models import STATES, VISIBILITIES
from booking.reservations.neighbours import MOST, Neighbour, neighbours_of, users_of_room
from booking.timetable.interval import Interval
from tests.calendars.test_private_never_leaks import undone
from tests.factories.organisations import make_organisation
from tests.factories.reservations import NOW, make_reservation
from tests.factories.rooms import make_room
from tests.support.effort import times
from tests.support.statements import statements

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def used(room: Any, by: Any, days: float, **changes: Any) -> None:
    start = NOW + days * DAY
    make_reservation(room, Interval(start, start + HOUR), organisation=by, **changes)


def names(found: list[Neighbour]) -> list[str]:
    return [each.name for each in found]


def test_those_with_most_dates_come_first_and_ten_are_enough(session: Any) -> None:
    room = make_room()
    for number in range(MOST + 1):
        club = make_organisation(name=f"Kerho {number:02} ry")
        for date in range(1 + (number == 5)):
            used(room, club, number + 20 * date)
    assert names(users_of_room(room.id, NOW))[:2] == ["Kerho 05 ry", "Kerho 00 ry"]
    assert len(users_of_room(room.id, NOW)) == MOST


@pytest.mark.parametrize(
    ("days", "changes", "is_seen"),
    [
        (1, {}, True),
        (-1, {"state": "used"}, True),
        (1, {"visibility": "event"}, True),
        (1, {"visibility": "private"}, False),
        (1, {"state": "pending"}, False),
        (-1, {"state": "no_show"}, False),
        (1, {"state": "cancelled"}, False),
        (182, {}, True),
        (-182, {"state": "used"}, True),
        (184, {}, False),
        (-184, {"state": "used"}, False),
    ],
)
def test_only_what_is_public_certain_and_near_counts(
    session: Any, days: float, changes: dict[str, Any], is_seen: bool
) -> None:
    room, mine, other = make_room(), make_organisation(), make_organisation(name="Toinen ry")
    used(room, mine, 2)
    used(room, other, days, **changes)
    assert ("Toinen ry" in names(users_of_room(room.id, NOW))) is is_seen
    assert (names(neighbours_of(mine.id, NOW)) == ["Toinen ry"]) is is_seen


def test_a_person_an_owner_and_what_is_archived_are_not_among_them(session: Any) -> None:
    room, city, old = make_room(), make_organisation(kind="city"), make_organisation(archived_at=NOW)
    used(room, None, 1)
    used(room, city, 2)
    used(room, old, 3)
    assert users_of_room(room.id, NOW) == []


def test_who_meets_in_private_has_no_neighbours(session: Any) -> None:
    room, mine, other = make_room(), make_organisation(), make_organisation()
    used(room, mine, 1, visibility="private")
    used(room, other, 2)
    assert neighbours_of(mine.id, NOW) == []


@settings(max_examples=times(8), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    bookings=st.lists(
        st.tuples(
            st.integers(0, 1),  # which room
            st.integers(0, 3),  # by which club
            st.sampled_from(VISIBILITIES),
            st.sampled_from(STATES),
            st.integers(-200, 200),
        ),
        max_size=8,
        unique_by=lambda booking: booking[4],
    )
)
def test_a_private_booking_never_changes_what_is_shown(session: Any, bookings: Any) -> None:
    with undone(session):
        rooms = [make_room(), make_room()]
        clubs = [make_organisation() for _number in range(4)]

        def everything() -> list[list[Neighbour]]:
            return [
                *(users_of_room(room.id, NOW) for room in rooms),
                *(neighbours_of(club.id, NOW) for club in clubs),
            ]

        def book(which: int, club: int, visibility: str, state: str, days: int) -> None:
            used(rooms[which], clubs[club], days, visibility=visibility, state=state)

        for booking in bookings:
            if booking[2] != "private":
                book(*booking)
        public = everything()
        for booking in bookings:
            if booking[2] == "private":
                book(*booking)
        assert everything() == public


def test_it_is_one_statement_however_many_there_are(client: Any, session: Any) -> None:
    room, mine = make_room(), make_organisation()
    used(room, mine, 1)
    users_of_room(room.id, NOW)  # the catalogue is read
    for number in range(2):
        for extra in range(3):
            used(room, make_organisation(), 5 + 3 * number + extra)
        for look in (lambda: users_of_room(room.id, NOW), lambda: neighbours_of(mine.id, NOW)):
            session.flush()
            with statements() as sent:
                look()
            assert len([each for each in sent if "occurrences" in each]) == 1
