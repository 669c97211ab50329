"""The Atom twin of the events' calendar, held against RFC 4287."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.calendars.atom import NEVER, AtomEntry, AtomHead, atom_bytes
from booking.calendars.public_events import ENTRIES
from booking.db import in_transaction
from booking.reservations.decisions import cancel
from tests.calendars.reading import statements
from tests.factories.organisations import make_organisation
from tests.factories.reservations import EVENING, NOW, make_occurrence, make_reservation
from tests.factories.rooms import make_room, make_venue
from tests.factories.users import acting, make_user

ATOM = "{http://www.w3.org/2005/Atom}"
DAY = timedelta(days=1)
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
TAG_URI = re.compile(r"tag:[A-Za-z0-9.%-]+,2026:[A-Za-z0-9._~%:-]+")


def read(data: bytes) -> tuple[ET.Element, list[ET.Element]]:
    """The feed and its entries, after a look at each "MUST" that it could break."""
    feed = ET.fromstring(data)
    entries = feed.findall(f"{ATOM}entry")
    assert feed.tag == f"{ATOM}feed"
    for part in (feed, *entries):
        for name in ("id", "title", "updated"):
            assert len(part.findall(ATOM + name)) == 1, f"exactly one {name} (4.1.1, 4.1.2)"
        for name in ("subtitle", "summary", "published", "rights"):
            assert len(part.findall(ATOM + name)) <= 1
        assert TAG_URI.fullmatch(text(part, "id")), "an IRI that stays (4.2.6)"
        for name in ("updated", "published"):
            assert all(MOMENT.fullmatch(each.text or "") for each in part.findall(ATOM + name)), "3.3"
        alternates = [each.get("href", "") for each in part.findall(f"{ATOM}link") if is_page(each)]
        assert len(alternates) == 1, "an entry without content links to what it is about (4.1.2)"
        assert alternates[0].startswith("http://localhost/")
        for author in part.findall(f"{ATOM}author"):
            assert [each.tag for each in author] == [f"{ATOM}name"], "no mail, no person's page (3.2)"
            assert author[0].text, "3.2.1"
        for category in part.findall(f"{ATOM}category"):
            assert category.get("term"), "4.2.2.1"
    assert feed.findall(f"{ATOM}author"), "for entries that have none of their own (4.1.1)"
    assert [each.get("rel") for each in feed.findall(f"{ATOM}link")] == ["self", "alternate"]
    ids = [text(each, "id") for each in entries]
    assert len(ids) == len(set(ids))
    assert text(feed, "updated") == max([text(each, "updated") for each in entries], default=moment(NEVER))
    return feed, entries


def text(part: ET.Element, name: str) -> str:
    return part.findtext(ATOM + name) or ""


def is_page(link: ET.Element) -> bool:
    return (link.get("rel"), link.get("type")) == ("alternate", "text/html")


def moment(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


@pytest.fixture(autouse=True)
def _january(frozen: Callable[[datetime], None]) -> None:
    frozen(NOW)


@pytest.fixture
def hall(session: Any) -> Any:
    venue = make_venue(name="Kulttuuritalo Virta", street_address="Virastokatu 1")
    return make_room(slug="karelia", name="Karelia-sali", venue=venue, cancellation_days=0)


def test_an_event_is_an_entry_in_the_language_of_the_address(client: Any, hall: Any) -> None:
    choir = make_organisation(name="Kuoro Koskisointu")
    concert = make_reservation(
        hall, EVENING, visibility="event", organisation=choir, title="Konsertti", purpose="event"
    )
    concert.occurrences[0].uid = "0123abcd@tilat.example.fi"

    answer = client.get("/events.atom")
    feed, [entry] = read(answer.data)

    assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert feed.get("{http://www.w3.org/XML/1998/namespace}lang") == "fi"
    assert text(feed, "title") == "Tapahtumat Imatran tiloissa"
    assert text(entry, "id") == "tag:tilat.example.fi,2026:0123abcd"
    assert text(entry, "title") == "ti 12.1.2027 klo 18.00–20.00: Konsertti"
    place = "Karelia-sali, Kulttuuritalo Virta, Virastokatu 1"
    assert text(entry, "summary") == f"Tapahtuma · {place} · Kuoro Koskisointu"
    assert entry.findtext(f"{ATOM}author/{ATOM}name") == "Kuoro Koskisointu"
    assert text(entry, "updated") == text(entry, "published") == moment(concert.created_at)
    swedish, [entry] = read(client.get("/events.atom?lang=sv").data)
    assert text(swedish, "id") != text(feed, "id")
    assert text(entry, "title") == "tis 12.1.2027 kl. 18.00–20.00: Konsertti"
    assert text(entry, "id") == "tag:tilat.example.fi,2026:0123abcd"


def test_the_next_comes_first_and_what_is_over_or_not_open_to_all_does_not_come(
    client: Any, hall: Any
) -> None:
    for number, title in enumerate(("toinen", "kolmas"), start=1):
        make_reservation(hall, EVENING.shift(number * DAY), visibility="event", title=title)
    make_reservation(hall, EVENING, visibility="event", title="ensimmäinen")
    make_reservation(hall, EVENING.shift(-20 * DAY), visibility="event", title="mennyt")
    make_reservation(hall, EVENING.shift(4 * DAY), visibility="event", state="pending")
    make_reservation(hall, EVENING.shift(5 * DAY), visibility="public")
    make_reservation(hall, EVENING.shift(6 * DAY), visibility="private")

    _feed, entries = read(client.get("/events.atom").data)

    titles = [text(entry, "title").partition(": ")[2] for entry in entries]
    assert titles == ["ensimmäinen", "toinen", "kolmas"]


def test_what_is_cancelled_says_so_and_when_under_the_same_id(client: Any, hall: Any) -> None:
    booker = make_user()
    concert = make_reservation(hall, visibility="event", title="Konsertti", booker=booker)
    first, [before] = read(client.get("/events.atom").data)
    later = NOW + timedelta(hours=1)

    in_transaction(lambda: cancel(concert.reference, None, "Sairastuin", actor=acting(booker), now=later))
    feed, [entry] = read(client.get("/events.atom").data)

    assert text(entry, "title") == "Peruttu, ti 12.1.2027 klo 18.00–20.00: Konsertti"
    assert text(entry, "id") == text(before, "id")
    assert text(feed, "updated") == text(entry, "updated") == moment(later)
    assert text(first, "id") == text(feed, "id")
    assert entry.find(f"{ATOM}author") is None, "who books alone is nobody's business"


def test_an_empty_feed_is_a_feed_whatever_the_clock_says(
    client: Any, session: Any, frozen: Callable[[datetime], None]
) -> None:
    first = client.get("/events.atom")
    assert read(first.data)[1] == []
    frozen(NOW + 100 * DAY)
    assert client.get("/events.atom").data == first.data


def test_it_is_asked_again_as_the_calendars_are(
    client: Any, hall: Any, frozen: Callable[[datetime], None]
) -> None:
    make_reservation(hall, visibility="event")
    first = client.get("/events.atom")
    tag = first.headers["ETag"]
    assert tag.startswith('"'), "a strong tag"
    assert first.headers["Cache-Control"] == "public, no-cache"
    assert "Set-Cookie" not in first.headers
    assert first.headers["Vary"] == "Accept-Encoding"
    with statements() as sent:
        again = client.get("/events.atom", headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    assert len(sent) <= 2, sent
    packed = client.get("/events.atom", headers={"Accept-Encoding": "gzip"})
    assert (packed.headers["Content-Encoding"], packed.headers["ETag"] != tag) == ("gzip", True)
    head = client.head("/events.atom")
    assert (head.status_code, head.data, head.headers["ETag"]) == (200, b"", tag)
    frozen(NOW + timedelta(hours=3))
    assert client.get("/events.atom").headers["ETag"] == tag, "the same day"
    frozen(NOW + DAY)
    assert client.get("/events.atom").headers["ETag"] != tag, "another day: what is over goes"


def test_many_events_cost_as_many_statements_as_one_and_the_feed_has_an_end(client: Any, hall: Any) -> None:
    concert = make_reservation(hall, EVENING, visibility="event", organisation=make_organisation())
    client.get("/events.atom")
    with statements() as few:
        client.get("/events.atom")
    for number in range(1, ENTRIES + 5):
        make_occurrence(concert, EVENING.shift(number * DAY))

    with statements() as many:
        answer = client.get("/events.atom", headers={"If-None-Match": '"other"'})

    assert len(read(answer.data)[1]) == ENTRIES
    assert len(many) <= len(few) <= 4, many


HOSTILE = st.text(
    st.sampled_from("]>&<\"'\x00\x08\x1b\x85\u2028\u202e\u2066\ufffe\uffff\ud800\r\n\t😀漢א aÄ;")
    | st.characters(),
    max_size=30,
)


@given(title=HOSTILE, summary=HOSTILE, author=HOSTILE, uid=HOSTILE)
def test_whatever_people_write_the_feed_is_xml_and_says_it(
    title: str, summary: str, author: str, uid: str
) -> None:
    at = datetime(2027, 1, 12, 16, tzinfo=UTC)
    head = AtomHead(
        "localhost", "fi", "Otsikko", "", "Imatran tilat", "http://localhost/f", "http://localhost/"
    )
    entry = AtomEntry(
        uid=f"x{uid.encode('utf-8', 'replace').hex()}@localhost",
        title=f"ti: {title}",
        summary=summary,
        category="event",
        category_label=author,
        author=f"Ry {author}",
        url="http://localhost/reservations/T1",
        published=at,
        updated=at,
    )

    data = atom_bytes(head, [entry, replace(entry, uid="y@localhost")])
    _feed, [read_entry, _other] = read(data)

    kept = [letter for letter in title if letter in "]>&<\"'😀漢אaÄ;\u202e"]
    assert [letter for letter in text(read_entry, "title")[4:] if letter in kept] == kept


def test_a_hostile_title_goes_all_the_way(client: Any, hall: Any) -> None:
    title = "]]></entry> & <b>\x08 \u202eיום\u202c 😀"
    make_reservation(hall, visibility="event", title=title)

    _feed, [entry] = read(client.get("/events.atom").data)

    assert text(entry, "title") == "ti 12.1.2027 klo 18.00–20.00: ]]></entry> & <b> \u202eיום\u202c 😀"


@pytest.mark.parametrize("page", ["/", "/events", "/organisations"])
def test_programs_find_it_from_the_pages(client: Any, session: Any, page: str) -> None:
    shown = client.get(f"{page}?lang=en").get_data(as_text=True)
    [link] = re.findall(r'<link rel="alternate"[^>]*>', shown)
    assert 'type="application/atom+xml"' in link
    assert 'href="/events.atom?lang=en"' in link
