"""The page on which a person finds, makes, renews and revokes calendars."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

from booking.access.roles import Role
from booking.accounts.models import User
from booking.calendars import service, use
from booking.calendars.clients import Client
from booking.paper.qr import qr_drawing
from tests.calendars.reading import read, sign_in
from tests.factories.organisations import make_member, make_membership, make_organisation
from tests.factories.reservations import NOW, make_reservation
from tests.factories.rooms import make_room
from tests.factories.users import acting, make_user
from tests.support.statements import statements


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

    client.get(f"/calendars/{number}/revoke")  # it is in use now: one is asked first
    page = client.follow(client.submit({"confirm": "y"}, action=f"/calendars/{number}/revoke"))
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


def used_feed(member: User, *, at: datetime = NOW, client: Client = Client.APPLE) -> int:
    """Make a feed that a program has fetched; return its number."""
    made = service.create("mine", None, actor=acting(member), now=NOW)
    assert use.note_fetch(made.id, made.generation, client, now=at)
    return made.id


def address_of(member: User) -> str:
    [subscription] = service.subscriptions_of(acting(member))
    return f"/calendars/private/{service.token_of(subscription)}.ics"


def test_the_page_tells_when_and_by_what_a_feed_was_last_fetched(client: Any, member: User) -> None:
    service.create("mine", None, actor=acting(member), now=NOW)
    assert "Mikään ohjelma ei ole vielä hakenut tätä. Lisää osoite" in client.get("/calendars").text

    used_feed(member, client=Client.THUNDERBIRD)

    text = client.get("/calendars").text
    assert "Haettu ma 4.1.2027 klo 10.00: Thunderbird." in text
    assert "Mikään ohjelma" not in text


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        (Client.GOOGLE, ("Google-kalenteri", "Google Kalender", "Google Calendar")),
        (Client.APPLE, ("Applen Kalenteri", "Apples Kalender", "Apple Calendar")),
        (Client.OUTLOOK, ("Outlook",) * 3),
        (Client.THUNDERBIRD, ("Thunderbird",) * 3),
        (
            Client.ANDROID,
            ("Android-puhelimen ohjelma", "program i en Android-telefon", "an app on an Android phone"),
        ),
        (Client.OTHER, ("muu ohjelma", "annat program", "another program")),
    ],
)
def test_each_kind_of_program_has_a_name_in_every_language(
    client: Any, member: User, kind: Client, names: tuple[str, ...]
) -> None:
    used_feed(member, client=kind)

    for language, name in zip(("fi", "sv", "en"), names, strict=True):
        assert f": {name}.</p>" in client.get(f"/calendars?lang={language}").text


@pytest.mark.parametrize(("days", "warned"), [(13, False), (14, True)])
def test_a_feed_that_nobody_fetched_for_two_weeks_says_what_to_do(
    client: Any, member: User, frozen: Callable[[datetime], None], days: int, warned: bool
) -> None:
    used_feed(member)
    fetched = NOW + timedelta(days=days)
    frozen(fetched)

    text = client.get("/calendars").text

    assert ("Tätä ei ole haettu 14 päivään. Viimeksi haettu ma 4.1.2027 klo 10.00" in text) is warned
    assert ("Avaa kalenteriohjelma ja päivitä se." in text) is warned
    assert "Applen Kalenteri." in text


def test_a_feed_never_fetched_for_two_weeks_says_that_it_can_go(
    client: Any, member: User, frozen: Callable[[datetime], None]
) -> None:
    service.create("mine", None, actor=acting(member), now=NOW)
    frozen(NOW + timedelta(days=14))

    assert "tai poista se käytöstä, jos et tarvitse sitä" in client.get("/calendars").text


@pytest.mark.parametrize(
    ("step", "question"), [("renew", "Vaihdetaanko osoite?"), ("revoke", "Poistetaanko kalenteri käytöstä?")]
)
def test_a_feed_in_use_is_changed_only_when_that_was_confirmed(
    client: Any, member: User, step: str, question: str
) -> None:
    number = used_feed(member)
    address = address_of(member)
    listed = client.get("/calendars").text
    assert f'href="/calendars/{number}/{step}"' in listed
    assert f'action="/calendars/{number}/{step}"' not in listed, "no button that does it at once"
    token = client.form(having="scope").values["csrf_token"]

    asked = client.follow(client.post(f"/calendars/{number}/{step}", data={"csrf_token": token}))
    assert question in asked.text
    assert "Haettu ma 4.1.2027 klo 10.00: Applen Kalenteri." in asked.text
    assert client.get(address).status_code == 200, "nothing has changed yet"

    client.get(f"/calendars/{number}/{step}")
    done = client.submit({"confirm": "y"}, action=f"/calendars/{number}/{step}")
    assert done.status_code == 303
    assert client.get(address).status_code == 404


def test_the_phones_page_has_the_address_as_a_code_and_is_kept_by_nobody(client: Any, member: User) -> None:
    number = used_feed(member)

    answer = client.get(f"/calendars/{number}/phone?events=en")

    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    url = f"http://localhost{address_of(member)}?lang=en"
    assert f'value="{url}"' in answer.text
    assert f'href="{url.replace("http:", "webcal:")}"' in answer.text
    assert str(qr_drawing(url.replace("http:", "webcal:"))) in answer.text
    assert "style=" not in answer.text


def test_what_is_another_persons_is_not_there(client: Any, member: User, choir: Any) -> None:
    number = used_feed(make_member(choir))

    for page in ("phone", "renew", "revoke"):
        assert client.get(f"/calendars/{number}/{page}").status_code == 404
        assert client.get(f"/calendars/2147483648/{page}").status_code == 404


def test_an_ended_feed_has_no_code_and_can_be_taken_off_the_list(
    client: Any, member: User, choir: Any
) -> None:
    made = service.create("organisation", choir.id, actor=acting(member), now=NOW)
    use.note_fetch(made.id, made.generation, Client.APPLE, now=NOW)
    number = made.id
    for membership in service.db.session.query(type(make_membership(make_user(), choir, Role.BOOKER))):
        membership.ended_at = NOW

    assert client.get(f"/calendars/{number}/phone").status_code == 404
    assert "Osoite ei enää vastaa" in client.get("/calendars").text
    client.follow(client.submit(action=f"/calendars/{number}/revoke"))
    assert "Osoite ei enää vastaa" not in client.get("/calendars").text


@pytest.mark.parametrize(
    ("page", "feed"),
    [
        ("rooms/sali", "rooms/sali"),
        ("owners/kaupunki", "owners/kaupunki"),
        ("organisations/koskisointu", "organisations/koskisointu"),
        ("all", "all"),
        ("events", "events"),
    ],
)
def test_every_public_feed_has_a_page_for_phones_in_each_language(
    client: Any, choir: Any, page: str, feed: str
) -> None:
    make_room(owner=make_organisation(slug="kaupunki", kind="city"), slug="sali")

    for events, query in (("fi", ""), ("sv", "?lang=sv"), ("en", "?lang=en"), ("xx", "")):
        text = client.get(f"/calendars/{page}/phone?events={events}").text
        url = f"http://localhost/calendars/{feed}.ics{query}"
        assert f'value="{url}"' in text
        assert str(qr_drawing(url.replace("http:", "webcal:"))) in text
        assert client.get(path(url)).status_code == 200
    assert client.get("/calendars/rooms/ei-ole/phone").status_code == 404


def test_the_events_of_a_feed_can_be_in_another_language_than_the_page(client: Any, member: User) -> None:
    used_feed(member)

    text = client.get("/calendars?events=sv").text

    assert '<html lang="fi">' in text
    assert f'value="http://localhost{address_of(member)}?lang=sv"' in text
    assert 'value="http://localhost/calendars/all.ics?lang=sv"' in text


def test_the_page_says_how_not_to_see_everything_twice(client: Any, member: User) -> None:
    text = client.get("/calendars").text

    assert "Sama varaus näkyy kahdesti" in text
    assert 'href="/profile"' in text


def test_the_page_costs_the_same_with_many_feeds(client: Any, member: User) -> None:
    def cost() -> int:
        client.get("/calendars")
        with statements() as sent:
            client.get("/calendars")
        return len(sent)

    used_feed(member)
    before = cost()
    for number in range(10):
        one = make_organisation(slug=f"yhdistys-{number}")
        make_membership(member, one, Role.MEMBER)
        service.create("organisation", one.id, actor=acting(member), now=NOW)

    assert cost() == before
    assert len(client.get("/calendars").data) < 60_000
