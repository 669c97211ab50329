"""Publishing, retiring, coming back, and the page seen beforehand."""

from datetime import timedelta
from typing import Any

import pytest

from booking.access.roles import Role
from booking.audit.service import history
from booking.desk.rooms import division, removing, states
from booking.errors import NotFound, WrongState
from booking.rooms.catalogue import catalogue
from booking.rooms.models import Room, Space
from tests.desk.rooms.conftest import Village
from tests.factories.organisations import make_member
from tests.factories.reservations import EVENING, NOW, make_reservation
from tests.factories.rooms import make_room
from tests.factories.users import acting
from tests.support.client import PageClient


@pytest.fixture
def house(village: Village, client: PageClient) -> Room:
    """The society's draft; its manager is signed in."""
    client.sign_in(village.manager)
    return make_room(owner=village.society, slug="kylatalo", name="Kylätalo", state="draft")


def test_a_draft_is_published_and_found(client: PageClient, house: Room, village: Village) -> None:
    client.get("/desk/rooms/kylatalo")
    answer = client.submit({}, action="/desk/rooms/kylatalo/publish")
    assert "Tila on julkaistu" in client.follow(answer).get_data(as_text=True)
    client.sign_out()
    assert client.get("/rooms/kylatalo").status_code == 200
    assert house.published_at is not None
    assert history("room", house.id)[-1].details == {"before": "draft"}


def test_what_is_missing_keeps_a_room_a_draft_and_is_said(
    client: PageClient, house: Room, village: Village
) -> None:
    house.opening_hours = []
    client.get("/desk/rooms/kylatalo")
    answer = client.follow(client.submit({}, action="/desk/rooms/kylatalo/publish"))
    assert "siitä puuttuu tietoja" in answer.get_data(as_text=True)
    assert house.state == "draft"
    ownerless = make_room(owner=village.society, state="published")
    with pytest.raises(WrongState):
        states.publish(ownerless.slug, actor=acting(village.manager), now=NOW)


def test_the_preview_is_the_public_page_of_a_draft(client: PageClient, house: Room, village: Village) -> None:
    house.description = "Hirsitalo joen rannalla."
    make_reservation(house, title="Hallitus", visibility="private")
    text = client.get("/desk/rooms/kylatalo/preview?week=2027-W02").get_data(as_text=True)
    assert "Esikatselu" in text
    assert "Hirsitalo joen rannalla." in text
    assert "Hallitus" not in text
    assert 'href="/rooms/kylatalo/request' not in text
    client.sign_in(village.approver)
    assert client.get("/desk/rooms/kylatalo/preview").status_code == 404


@pytest.mark.parametrize("state", ["confirmed", "pending"])
def test_a_room_with_something_to_come_is_not_retired(
    client: PageClient, house: Room, village: Village, frozen: Any, state: str
) -> None:
    house.state = "published"
    make_reservation(house, state=state, title="Talkoot", visibility="private")
    actor = acting(village.manager)
    for moment in (NOW, EVENING.end - timedelta(seconds=1)):
        with pytest.raises(WrongState) as error:
            states.retire("kylatalo", actor=actor, now=moment)
        assert error.value.code == "room_in_use"
    frozen(NOW)
    client.sign_in(village.manager)
    text = client.get("/desk/rooms/kylatalo/retire").get_data(as_text=True)
    assert "12.1.2027" in text
    assert "Talkoot" not in text  # the manager decides on nothing and sees no private title
    client.sign_in(make_member(village.society, Role.APPROVER))
    assert "Talkoot" in client.get("/desk/rooms/kylatalo/retire").get_data(as_text=True)
    assert states.retire("kylatalo", actor=actor, now=EVENING.end).state == "retired"


def test_history_of_a_retired_room_stays_and_it_can_come_back(
    client: PageClient, house: Room, village: Village, frozen: Any
) -> None:
    house.state = "published"
    reservation = make_reservation(house, booker=village.manager, title="Talkoot")
    frozen(EVENING.end)
    client.sign_in(village.manager)
    client.get("/desk/rooms/kylatalo/retire")
    client.submit({}, action="/desk/rooms/kylatalo/retire")
    assert client.get("/rooms/kylatalo").status_code == 404
    page = client.get(f"/reservations/{reservation.reference}")
    assert "Talkoot" in page.get_data(as_text=True)
    assert 'href="/rooms/kylatalo"' not in page.get_data(as_text=True)
    client.get("/desk/rooms/kylatalo")
    client.submit({}, action="/desk/rooms/kylatalo/take-back")
    assert house.state == "draft"
    client.get("/desk/rooms/kylatalo/facts")
    assert client.submit({"name": "Uusi nimi"}, having="name").location == "/desk/rooms/kylatalo"


def test_keepers_of_another_owner_change_no_state(client: PageClient, house: Room, village: Village) -> None:
    client.sign_in(village.approver)
    client.get("/desk/rooms")
    token = client.page.forms[0].values["csrf_token"][-1] if client.page else ""
    for state, step, status in (
        ("draft", "publish", 404),
        ("published", "retire", 403),
        ("retired", "take-back", 404),
        ("draft", "terms", 404),
        ("published", "key", 403),
        ("published", "parts", 403),
    ):
        house.state = state
        answer = client.post(
            f"/desk/rooms/kylatalo/{step}",
            data={"csrf_token": token, "terms": "x", "access_instructions": "x", "names": ["A", "B"]},
        )
        assert (step, answer.status_code) == (step, status)
        assert (house.state, house.terms, house.access_instructions) == (state, "", "")
        assert len(house.spaces) == 1


def test_a_mistaken_draft_is_removed_and_the_record_stays(
    client: PageClient, house: Room, session: Any
) -> None:
    house.terms = "Siivoa."
    session.flush()
    room_id, spaces = house.id, [space.id for space in house.spaces]
    client.get("/desk/rooms/kylatalo")
    answer = client.submit({}, action="/desk/rooms/kylatalo/remove")
    assert (answer.status_code, answer.location) == (303, "/desk/rooms")
    assert "Luonnos on poistettu" in client.follow(answer).get_data(as_text=True)
    assert client.get("/desk/rooms/kylatalo").status_code == 404
    assert session.get(Room, room_id) is None
    assert [session.get(Space, each) for each in spaces] == [None]
    assert history("room", room_id)[-1].action == "remove"


def test_a_draft_that_a_reservation_refers_to_stays_and_it_is_said(
    client: PageClient, house: Room, session: Any
) -> None:
    house.terms = "Siivoa."
    make_reservation(house, state="cancelled")
    client.get("/desk/rooms/kylatalo")
    answer = client.follow(client.submit({}, action="/desk/rooms/kylatalo/remove"))
    assert "siihen liittyy varaus" in answer.get_data(as_text=True)
    assert (house.state, house.terms) == ("draft", "Siivoa.")


def test_what_has_been_public_or_is_anothers_is_not_removed(house: Room, village: Village) -> None:
    with pytest.raises(NotFound):
        removing.remove_draft("kylatalo", actor=acting(village.approver), now=NOW)
    house.published_at = NOW
    for state in ("draft", "published", "retired"):
        house.state = state
        with pytest.raises(WrongState) as error:
            removing.remove_draft("kylatalo", actor=acting(village.manager), now=NOW)
        assert error.value.code == "room_was_public"


def test_a_removed_part_leaves_the_whole_its_space(village: Village, house: Room) -> None:
    actor = acting(village.manager)
    house.state = "published"
    first, second = division.divide("kylatalo", ["Sali", "Keittiö"], actor=actor, now=NOW)
    removing.remove_draft(first.slug, actor=actor, now=NOW)
    assert len(catalogue().room("kylatalo").space_ids) == 2
    assert [each.slug for each in division.parts_of(catalogue().room("kylatalo"))] == [second.slug]
