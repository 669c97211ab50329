"""The facts of rooms and venues, and the pages of the rooms one keeps."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from booking.access.roles import Role
from booking.audit.service import history
from booking.rooms.models import Room, RoomFeature
from booking.rooms.prices import RoomPriceRow
from booking.rooms.pricing import RoomPrice
from tests.desk.rooms.conftest import Village
from tests.factories.organisations import make_member, make_organisation
from tests.factories.rooms import make_room, make_venue
from tests.support.client import PageClient
from tests.support.statements import statements

TODAY = datetime(2027, 3, 1, 0, 30, tzinfo=ZoneInfo("Europe/Helsinki"))  # the day before, by UTC


@pytest.fixture
def house(village: Village, client: PageClient) -> Room:
    """The society's published house; its manager is signed in."""
    client.sign_in(village.manager)
    room = make_room(
        owner=village.society,
        slug="kylatalo",
        name="Kylätalo",
        capacity=40,
        example_facts=["capacity", "features", "description", "terms"],
    )
    room.features = [
        RoomFeature(feature="step_free", present=True, checked_on=date(2026, 3, 10)),
        RoomFeature(feature="lift", present=False, checked_on=date(2026, 3, 10)),
    ]
    return room


def known(room: Room) -> dict[str, tuple[bool, date | None]]:
    return {each.feature: (each.present, each.checked_on) for each in room.features}


def test_each_feature_is_yes_no_or_unknown_with_the_day_it_was_checked(
    client: PageClient, house: Room, village: Village, frozen: Any
) -> None:
    frozen(TODAY)
    client.sign_in(village.manager)
    client.get("/desk/rooms/kylatalo/facts")
    said = {
        "feature-lift": "yes",  # differs, and nobody says they looked
        "feature-guide_dogs": "yes",
        "today-guide_dogs": "y",
        "feature-wifi": "no",
        "feature-step_free": "yes",
        "area_m2": "62,5",
        "capacity": "1 000",
    }
    assert client.submit(said, having="name").status_code == 303
    assert known(house) == {
        "step_free": (True, date(2026, 3, 10)),
        "lift": (True, None),
        "guide_dogs": (True, date(2027, 3, 1)),
        "wifi": (False, None),
    }
    assert (house.area_m2, house.capacity) == (62.5, 1000)
    client.get("/desk/rooms/kylatalo/facts")
    client.submit({"feature-lift": "unknown", "today-step_free": "y"}, having="name")
    assert known(house)["step_free"] == (True, date(2027, 3, 1))
    assert "lift" not in known(house)


def test_only_what_the_owner_changes_stops_being_an_example(client: PageClient, house: Room) -> None:
    client.get("/desk/rooms/kylatalo/facts")
    client.submit({}, having="name")
    assert house.example_facts == ["capacity", "features", "description", "terms"]
    assert history("room", house.id) == []
    client.submit({"description": "Hirsitalo joen rannalla.", "feature-wifi": "yes"}, having="name")
    assert house.example_facts == ["capacity", "terms"]
    assert history("room", house.id)[-1].details == {"changed": ["description", "features"]}


def test_a_misspelt_fact_is_said_and_nothing_typed_is_lost(client: PageClient, house: Room) -> None:
    client.get("/desk/rooms/kylatalo/facts")
    answer = client.submit(
        {"name": "", "area_m2": "iso", "feature-wifi": "no", "today-wifi": "y"}, having="name"
    )
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Täytä tämä kohta." in text
    assert "esimerkiksi 62,5" in text
    assert 'value="iso"' in text
    assert 'value="no" selected' in text
    assert 'id="today-wifi"' in text
    assert "wifi" not in known(house)


def test_the_address_follows_the_name_until_the_room_has_been_public(
    client: PageClient, house: Room, session: Any
) -> None:
    client.get("/desk/rooms/kylatalo/facts")
    client.submit({"name": "Seurantalo"}, having="name")
    assert house.slug == "kylatalo"
    house.state = "draft"
    client.get("/desk/rooms/kylatalo/facts")
    assert client.submit({"name": "Seuran talo"}, having="name").location == "/desk/rooms/seuran-talo"
    house.published_at = TODAY
    client.get("/desk/rooms/seuran-talo/facts")
    client.submit({"name": "Talo"}, having="name")
    assert (house.slug, house.name) == ("seuran-talo", "Talo")


def test_a_venue_is_edited_by_the_owners_of_its_rooms(
    client: PageClient, village: Village, house: Room
) -> None:
    make_room(owner=village.city, venue=house.venue)
    address = f"/desk/venues/{house.venue.slug}"
    assert "Kaupunki" in client.get(address).get_data(as_text=True)
    client.submit(
        {"name": "Kylän talo", "position": "61.2, 28.8", "street_address": "Kylätie 2"}, having="name"
    )
    venue = house.venue
    assert (venue.name, venue.latitude, venue.longitude) == ("Kylän talo", 61.2, 28.8)
    for bad in ("91, 0", "kylällä", "61.2"):
        client.get(address)
        answer = client.submit({"position": bad}, having="name")
        assert answer.status_code == 422
        assert f'value="{bad}"' in answer.get_data(as_text=True)
    elsewhere = make_venue()
    assert client.get(f"/desk/venues/{elsewhere.slug}").status_code == 403
    client.sign_in(village.approver)
    assert client.get(address).status_code == 200


def test_keepers_of_another_owner_change_nothing(
    client: PageClient, village: Village, house: Room, session: Any
) -> None:
    pages = (
        ("/desk/rooms/kylatalo/facts", {"name": "Vallattu"}),
        (f"/desk/venues/{house.venue.slug}", {"name": "Vallattu"}),
    )
    for person in (village.approver, make_member(village.society, Role.STAFF)):
        client.sign_in(person)
        token = client.get("/privacy") and client.page and client.page.forms[0].values["csrf_token"][-1]
        for address, values in pages:
            assert client.get(address).status_code == 403
            assert client.post(address, data={"csrf_token": token, **values}).status_code == 403
    assert house.name == "Kylätalo"
    house.state = "draft"
    client.sign_in(village.approver)
    assert client.get("/desk/rooms/kylatalo/facts").status_code == 404


def test_the_list_costs_the_same_for_one_room_and_for_thirty(
    client: PageClient, village: Village, house: Room, session: Any
) -> None:
    def cost() -> int:
        client.get("/desk/rooms")  # after a change the catalogue is read anew once
        with statements() as sent:
            answer = client.get("/desk/rooms")
        assert "Kylätalo" in answer.get_data(as_text=True)
        return len(sent)

    one = cost()
    for number in range(30):
        make_room(owner=village.society, state="draft" if number % 2 else "published", hours=())
    make_room(owner=make_organisation(), name="Vieras tila")
    assert cost() == one
    text = client.get("/desk/rooms").get_data(as_text=True)
    assert "Vieras tila" not in text
    assert "Ennen julkaisua: aukioloajat." in text


def test_facts_changed_in_another_tab_are_shown_and_asked_about(
    client: PageClient, new_client: Any, house: Room, village: Village
) -> None:
    other = new_client()
    other.sign_in(village.manager)
    for tab in (client, other):
        tab.get("/desk/rooms/kylatalo/facts")
    other.submit({"description": "Toisen kuvaus.", "feature-wifi": "yes", "capacity": "55"}, having="name")
    answer = client.submit({"description": "Oma kuvaus."}, having="name")
    shown = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "<dd>Toisen kuvaus.</dd>" in shown
    assert "<dd>55</dd>" in shown
    assert ">Oma kuvaus.</textarea>" in shown.replace("\n", "").replace("\r", "")
    assert house.description == "Toisen kuvaus."
    assert client.submit({"capacity": "60"}, having="name").status_code == 303
    assert (house.description, house.capacity) == ("Oma kuvaus.", 60)


def test_a_check_without_an_answer_is_said_and_kept(client: PageClient, house: Room) -> None:
    client.get("/desk/rooms/kylatalo/facts")
    answer = client.submit({"today-wifi": "y", "capacity": "77"}, having="name")
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert text.count("Valitse ”on” tai ”ei ole”, kun tieto on tarkistettu.") == 2  # above and at its line
    assert client.form(having="name").values["today-wifi"] == ["y"]
    assert client.form(having="name").values["capacity"] == ["77"]
    assert house.capacity == 40
    assert client.submit({"feature-wifi": "no"}, having="name").status_code == 303
    assert known(house)["wifi"][0] is False


def test_the_list_counts_what_is_known_of_access_and_asks_for_a_price(
    client: PageClient, house: Room, session: Any
) -> None:
    hub = " ".join(client.get("/desk/rooms/kylatalo").get_data(as_text=True).split())
    assert "Esteettömyystiedot (2/5 kerrottu)" in hub
    assert "osa kertomatta" in hub
    assert '<a href="/desk/rooms/kylatalo/prices">Hinta</a>' in hub
    assert "hinta" in client.get("/desk/rooms").get_data(as_text=True)
    house.prices = [RoomPriceRow.of(RoomPrice("everyone", "any", "free", 0))]
    session.flush()
    hub = client.get("/desk/rooms/kylatalo").get_data(as_text=True)
    assert '<a href="/desk/rooms/kylatalo/prices">Hinta</a>' not in hub
