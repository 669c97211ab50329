"""The page on which a person finds, makes, renews and revokes calendars."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import pytest

from booking.access.roles import Role
from booking.accounts.models import User
from booking.calendars import service
from tests.calendars.reading import read, sign_in
from tests.factories.organisations import make_member, make_membership, make_organisation
from tests.factories.reservations import NOW, make_reservation
from tests.factories.rooms import make_room
from tests.factories.users import acting


@pytest.fixture(autouse=True)
def _january(frozen: Callable[[datetime], None]) -> None:
    frozen(NOW)


@pytest.fixture
def choir(session: Any) -> Any:
    return make_organisation(slug="koskisointu", name="Kuoro Koskisointu")


@pytest.fixture
def member(client: Any, choir: Any) -> User:
    """A member of the choir and approver of the city's rooms, signed in with `client`."""
    user = make_member(choir)
    city = make_organisation(slug="kaupunki", name="Kaupunki", kind="city")
    make_room(owner=city)
    make_membership(user, city, Role.APPROVER)
    sign_in(client, user)
    return user


def path(address: str) -> str:
    parts = urlsplit(address)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def test_a_visitor_is_sent_to_sign_in(client: Any) -> None:
    answer = client.get("/calendars")

    assert answer.status_code == 303
    assert urlsplit(answer.location).path == "/login"


def test_the_page_offers_what_one_may_have(client: Any, member: User, choir: Any) -> None:
    text = client.get("/calendars").text

    for offer in ("Omat varaukset", "Kuoro Koskisointu: kaikki varaukset", "Kaupunki: varaukset ja pyynnöt"):
        assert offer in text
    assert "Kuoro Koskisointu: varaukset ja pyynnöt" not in text, "a member does not decide"
    for address in ("all", "owners/kaupunki", "organisations/koskisointu"):
        for scheme in ("http", "webcal"):
            assert f"{scheme}://localhost/calendars/{address}.ics" in text
    for program in ("Google", "Apple", "Outlook", "Thunderbird", "8–24"):
        assert program in text


def test_a_feed_is_made_and_its_address_can_be_copied(client: Any, member: User, choir: Any) -> None:
    make_reservation(make_room(), organisation=choir, visibility="private")
    client.get("/calendars")

    answer = client.submit({"scope": f"organisation-{choir.id}"}, having="scope")

    assert answer.status_code == 303
    text = client.follow(answer).text
    [subscription] = service.subscriptions_of(acting(member))
    address = f"http://localhost/calendars/private/{service.token_of(subscription)}.ics"
    assert f'value="{address}"' in text
    assert address.replace("http:", "webcal:") in text
    assert len(read(client, path(address))) == 1
    assert client.form(having="scope").values["scope"] == ["mine"], "what is made is not offered again"


def test_the_address_is_in_the_language_of_the_page(client: Any, member: User) -> None:
    service.create("mine", None, actor=acting(member), now=NOW)

    text = client.get("/calendars?lang=sv").text

    [address] = {part for part in text.split('"') if part.startswith("http://localhost/calendars/private/")}
    assert address.endswith(".ics?lang=sv")
    assert "NAME;LANGUAGE=sv:" in client.get(path(address)).text


def test_nothing_is_chosen_for_what_nobody_offered(client: Any, member: User, choir: Any) -> None:
    client.get("/calendars")
    other = make_organisation()

    for scope in (f"organisation-{other.id}", f"approver-{choir.id}", "organisation", "x-1", ""):
        answer = client.submit({"scope": scope}, action="/calendars")
        assert answer.status_code == 422, scope
    assert service.subscriptions_of(acting(member)) == []


def test_a_feed_is_renewed_and_revoked_on_the_page(client: Any, member: User) -> None:
    made = service.create("mine", None, actor=acting(member), now=NOW)
    number, first = made.id, service.token_of(made)
    client.get("/calendars")

    client.follow(client.submit(action=f"/calendars/{number}/renew"))
    [renewed] = service.subscriptions_of(acting(member))
    second = service.token_of(renewed)
    assert second != first
    assert client.get(f"/calendars/private/{first}.ics").status_code == 404
    assert client.get(f"/calendars/private/{second}.ics").status_code == 200

    client.get("/calendars")
    page = client.follow(client.submit(action=f"/calendars/{number}/revoke"))
    assert second not in page.text
    assert client.get(f"/calendars/private/{second}.ics").status_code == 404


def test_anothers_feed_cannot_be_touched(client: Any, member: User, choir: Any) -> None:
    made = service.create("mine", None, actor=acting(make_member(choir)), now=NOW)
    service.create("mine", None, actor=acting(member), now=NOW)
    number = made.id
    client.get("/calendars")
    token = client.form(having="scope").values["csrf_token"]

    for step in ("renew", "revoke"):
        answer = client.post(f"/calendars/{number}/{step}", data={"csrf_token": token})
        assert answer.status_code == 404
    assert (made.generation, made.revoked_at) == (1, None)


def test_without_the_pages_token_nothing_changes(client: Any, member: User) -> None:
    made = service.create("mine", None, actor=acting(member), now=NOW)
    number = made.id

    for address in ("/calendars", f"/calendars/{number}/renew", f"/calendars/{number}/revoke"):
        assert client.post(address, data={"scope": "mine"}).status_code == 400
    assert (made.generation, made.revoked_at) == (1, None)


def test_a_feed_whose_membership_has_ended_shows_no_address(client: Any, member: User, choir: Any) -> None:
    made = service.create("organisation", choir.id, actor=acting(member), now=NOW)
    token = service.token_of(made)
    assert token in client.get("/calendars").text

    for membership in service.db.session.query(type(make_membership(member, choir, Role.BOOKER))):
        membership.ended_at = NOW

    assert token not in client.get("/calendars").text
