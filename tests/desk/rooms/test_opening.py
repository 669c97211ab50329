"""Opening a new room: the draft, its place, and who decides on it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from booking.access.roles import Right, Role
from booking.audit.service import history
from booking.desk.rooms.opening import NewRoom, open_room
from booking.errors import Forbidden, RuleViolation
from booking.rooms.catalogue import catalogue
from booking.rooms.models import Room, Venue
from tests.desk.rooms.conftest import Village
from tests.factories.organisations import make_member, make_membership, make_organisation
from tests.factories.rooms import make_room
from tests.factories.users import acting, make_user
from tests.support.client import PageClient

NOW = datetime(2027, 1, 4, 8, tzinfo=UTC)
HOUSE = {
    "name": "Kylätalon sali",
    "kind": "village",
    "people": "60",
    "venue_name": "Kuusikon kylätalo",
    "street_address": "Kylätie 1",
    "district": "Kuusikko",
}


def new(village: Village, **changes: Any) -> NewRoom:
    values = {"organisation": village.society.slug, "name": "Kylätalo", "kind": "village"}
    return NewRoom(**values | {"venue_name": "Kylätalo"} | changes)


def codes(error: Any) -> list[str]:
    return [each.code for each in error.value.violations]


def test_a_manager_opens_the_first_room_in_one_form_and_decides_on_it(
    client: PageClient, village: Village, session: Any
) -> None:
    client.sign_in(village.manager)
    page = client.get("/desk/rooms/new").get_data(as_text=True)
    assert "sinusta tulee sen hyväksyjä" in page
    answer = client.submit(HOUSE, having="name")
    assert (answer.status_code, answer.location) == (303, "/desk/rooms/kylatalon-sali")
    hub = client.follow(answer).get_data(as_text=True)
    assert "Luonnos on tehty" in hub
    assert "Päätät nyt" in hub
    room = catalogue().by_id[session.scalars(select(Room.id).where(Room.slug == "kylatalon-sali")).one()]
    assert (room.state, room.capacity, room.street_address) == ("draft", 60, "Kylätie 1")
    assert len(room.space_ids) == 1
    assert acting(village.manager).has(Right.DECIDE, village.society.id)
    step = history("organisation", village.society.id)[-1]
    assert (step.action, step.details) == ("give_role", {"user": village.manager.id, "role": "approver"})


def test_a_draft_is_seen_by_its_keepers_only(client: PageClient, village: Village, session: Any) -> None:
    room = open_room(new(village), actor=acting(village.manager), now=NOW).room
    client.sign_in(village.manager)
    assert client.get(f"/desk/rooms/{room.slug}").status_code == 200
    for person in (village.approver, make_user(), make_member(village.society, Role.BOOKER)):
        client.sign_in(person)
        assert client.get(f"/rooms/{room.slug}").status_code == 404
        assert client.get(f"/rooms/{room.slug}/request").status_code == 404
        assert client.get(f"/calendars/rooms/{room.slug}.ics").status_code == 404
        assert client.get(f"/api/v1/rooms/{room.slug}").status_code == 404
        assert room.name not in client.get("/rooms").get_data(as_text=True)
        assert room.name not in client.get("/day").get_data(as_text=True)
        assert room.slug not in client.get("/api/v1/rooms").get_data(as_text=True)
    client.sign_in(village.approver)
    assert client.get(f"/desk/rooms/{room.slug}").status_code == 404
    assert room.name not in client.get("/desk/rooms").get_data(as_text=True)


def test_the_second_room_or_one_of_an_approver_gives_nobody_a_role(village: Village, session: Any) -> None:
    make_room(owner=village.society)
    opened = open_room(new(village), actor=acting(village.manager), now=NOW)
    assert not opened.became_approver
    assert not acting(village.manager).has(Right.DECIDE, village.society.id)
    club = make_organisation()
    person = make_member(club, Role.MANAGER)
    make_membership(person, club, Role.APPROVER)
    assert not open_room(new(village, organisation=club.slug), actor=acting(person), now=NOW).became_approver
    assert history("organisation", club.id) == []


def test_nobody_opens_a_room_for_others(village: Village, session: Any) -> None:
    for person in (make_user(), make_member(village.society, Role.BOOKER), village.approver):
        with pytest.raises(Forbidden):
            open_room(new(village), actor=acting(person), now=NOW)
    with pytest.raises(Forbidden):
        open_room(new(village, organisation="ei-ole"), actor=acting(village.manager), now=NOW)


def test_what_is_missing_is_said_and_nothing_typed_is_lost(client: PageClient, village: Village) -> None:
    client.sign_in(village.manager)
    client.get("/desk/rooms/new")
    answer = client.submit(HOUSE | {"venue_name": "", "people": "monta"}, having="name")
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Kirjoita luku numeroin" in text
    assert 'value="Kylätie 1"' in text
    answer = client.submit(HOUSE | {"venue_name": ""}, having="name")
    assert answer.status_code == 422
    assert "Kirjoita toimipisteen nimi" in answer.get_data(as_text=True)
    assert 'value="Kylätalon sali"' in answer.get_data(as_text=True)


def test_a_venue_of_another_owner_cannot_be_chosen(village: Village) -> None:
    with pytest.raises(RuleViolation) as error:
        open_room(new(village, venue=village.city_room.venue.slug), actor=acting(village.manager), now=NOW)
    assert codes(error) == ["unknown_venue"]


def test_a_second_room_goes_into_the_same_house(village: Village, session: Any) -> None:
    actor = acting(village.manager)
    hall = open_room(new(village, name="Sali"), actor=actor, now=NOW).room
    kitchen = open_room(new(village, name="Keittiö", venue=hall.venue.slug), actor=actor, now=NOW).room
    again = open_room(new(village, name="Vintti"), actor=actor, now=NOW).room  # the name of the same house
    assert hall.venue is kitchen.venue is again.venue
    assert {each.id for each in hall.spaces}.isdisjoint(each.id for each in kitchen.spaces)


def test_a_form_sent_twice_makes_one_room(village: Village, session: Any) -> None:
    actor = acting(village.manager)
    first = open_room(new(village), actor=actor, now=NOW).room
    assert open_room(new(village), actor=actor, now=NOW).room is first
    first.state = "published"
    session.flush()
    with pytest.raises(RuleViolation) as error:
        open_room(new(village), actor=actor, now=NOW)
    assert codes(error) == ["room_is_there"]


def test_two_rooms_of_one_name_have_addresses_of_their_own(village: Village, session: Any) -> None:
    make_room(slug="kylatalo")
    make_room(slug="kylatalo-2")
    actor = acting(village.manager)
    assert open_room(new(village), actor=actor, now=NOW).room.slug == "kylatalo-3"
    assert open_room(new(village, name="New"), actor=actor, now=NOW).room.slug == "new-2"
    assert open_room(new(village, name="会議室"), actor=actor, now=NOW).room.slug == "tila"
    assert session.scalar(select(func.count(Venue.id)).where(Venue.name == "Kylätalo")) == 1


def test_the_only_house_there_is_is_chosen_already(client: PageClient, village: Village) -> None:
    client.sign_in(village.manager)
    house = make_room(owner=village.society).venue
    client.get("/desk/rooms/new")
    assert client.form(having="name").values["venue"] == [house.slug]
    make_room(owner=village.society)
    client.get("/desk/rooms/new")
    assert client.form(having="name").values["venue"] == [""]
