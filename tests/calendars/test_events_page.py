"""The page of what is open to anyone: what is on it, by day, narrowed and page by page."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from booking.calendars.public_events import A_PAGE, WEEKS
from tests.calendars.reading import sign_in, statements
from tests.factories.organisations import make_member, make_organisation
from tests.factories.reservations import EVENING, NOW, make_reservation
from tests.factories.rooms import make_room, make_venue

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _january(frozen: Callable[[datetime], None]) -> None:
    frozen(NOW)


@pytest.fixture
def town(session: Any) -> dict[str, Any]:
    """Two associations and a room in each of two venues."""
    virta, kyla = make_venue(name="Kulttuuritalo Virta"), make_venue(name="Raution kylätalo")
    return {
        "choir": make_organisation(slug="kuoro", name="Kuoro Koskisointu"),
        "families": make_organisation(slug="perheet", name="Perheyhdistys"),
        "hall": make_room(venue=virta, name="Karelia-sali"),
        "cabin": make_room(venue=kyla, name="Tupa"),
    }


def book(town: Any, room: str, organisation: str, title: str, days: int = 0, **changes: Any) -> Any:
    return make_reservation(
        town[room],
        EVENING.shift(days * DAY),
        organisation=town[organisation],
        title=title,
        **{"visibility": "event"} | changes,
    )


def titles(client: Any, address: str = "/events") -> list[str]:
    answer = client.get(address)
    assert answer.status_code == 200
    return re.findall(r'<h3><a href="/reservations/[^"]+">([^<]+)</a></h3>', answer.get_data(as_text=True))


def test_what_is_open_to_anyone_stands_under_its_day(client: Any, town: Any) -> None:
    book(town, "hall", "choir", "Konsertti", days=1)
    book(town, "cabin", "families", "Perhekahvila")

    page = client.get("/events").get_data(as_text=True)

    order = ["ti 12.1.2027", "18.00–20.00", "Perhekahvila", "Tupa, Raution kylätalo"]
    order += ["Perheyhdistys", "ke 13.1.2027", "Konsertti", "Karelia-sali, Kulttuuritalo Virta"]
    main = page[page.index("</form>") :]
    places = [main.index(words) for words in order]
    assert places == sorted(places)
    assert "/calendars/events.ics" in page


def test_nothing_else_is_on_it_whoever_looks(client: Any, town: Any) -> None:
    book(town, "hall", "choir", "Julkinen", visibility="public")
    book(town, "hall", "choir", "Salainen", days=1, visibility="private")
    book(town, "hall", "choir", "Pyydetty", days=2, state="pending")
    book(town, "hall", "choir", "Peruttu", days=3, state="cancelled")
    book(town, "hall", "choir", "Mennyt", days=-10)
    book(town, "hall", "choir", "Kaukana", days=7 * WEEKS)
    assert titles(client) == []
    sign_in(client, make_member(town["choir"]))
    assert titles(client) == []
    assert "ei ole tulossa" in client.get("/events").get_data(as_text=True)


def test_what_goes_on_stands_under_this_day(
    client: Any, town: Any, frozen: Callable[[datetime], None]
) -> None:
    make_reservation(town["hall"], EVENING.extend_end(2 * DAY), visibility="event", title="Leiri")
    frozen(EVENING.start + DAY)
    page = client.get("/events").get_data(as_text=True)
    assert "<h2>ke 13.1.2027</h2>" in page
    assert "ti 12.1.2027 klo 18.00 – to 14.1. klo 20.00" in page


def test_it_is_narrowed_to_an_association_and_a_venue(client: Any, town: Any) -> None:
    book(town, "hall", "choir", "Konsertti")
    book(town, "cabin", "choir", "Kyläkonsertti", days=1)
    book(town, "cabin", "families", "Perhekahvila", days=2)

    assert titles(client, "/events?organisation=kuoro") == ["Konsertti", "Kyläkonsertti"]
    assert titles(client, "/events?venue=Raution kylätalo") == ["Kyläkonsertti", "Perhekahvila"]
    assert titles(client, "/events?organisation=kuoro&venue=Raution kylätalo") == ["Kyläkonsertti"]
    assert titles(client, "/events?organisation=perheet&venue=Kulttuuritalo Virta") == []
    assert "ei vastaa rajausta" in client.get("/events?organisation=perheet&venue=Kulttuuritalo Virta").text
    assert len(titles(client, "/events?organisation=ei-ole&venue=' OR 1=1")) == 3, "what is unknown is all"


def test_a_long_list_comes_page_by_page_for_the_same_few_statements(client: Any, town: Any) -> None:
    book(town, "hall", "choir", "Ensimmäinen")
    client.get("/events")
    with statements() as few:
        client.get("/events")
    for number in range(1, A_PAGE + 5):
        book(town, "hall", "choir", f"Tilaisuus {number:02}", days=number)

    with statements() as many:
        first = titles(client)

    assert len(many) <= len(few) <= 6, many
    assert len(first) == A_PAGE
    assert titles(client, "/events?page=2&organisation=kuoro") == [f"Tilaisuus {n}" for n in range(30, 35)]
    page = client.get("/events?page=2&organisation=kuoro").text
    assert re.search(r'href="/events\?page=1&amp;organisation=kuoro"', page), "the choice is kept"


@pytest.mark.parametrize("page", ["/", "/organisations"])
def test_the_page_is_found(client: Any, session: Any, page: str) -> None:
    assert re.search(r'<a href="/events\?lang=sv">', client.get(f"{page}?lang=sv").text)
