"""Closures, own use and outside events in feeds: what is told of them, and that no feed misses a change."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from booking.access.roles import Role
from booking.db import in_transaction
from booking.desk.closures.plans import Plan
from booking.desk.closures.service import Wanted, change, close, end
from booking.occupancy import blocks
from booking.occupancy.models import Block
from tests.calendars.reading import Event, public_feeds, read
from tests.calendars.test_secret_feeds import subscribe
from tests.factories.blocks import make_block
from tests.factories.organisations import make_member, make_organisation
from tests.factories.reservations import EVENING, NOW, make_reservation
from tests.factories.rooms import make_divisible_hall, make_room, make_venue
from tests.factories.users import acting

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _january(frozen: Callable[[datetime], None]) -> None:
    frozen(NOW)


@pytest.fixture
def room(session: Any) -> Any:
    venue = make_venue(name="Virta", street_address="Virastokatu 1", latitude=61.171, longitude=28.772)
    owner = make_organisation(slug="kaupunki", kind="city")
    return make_room(slug="karelia", name="Karelia-sali", venue=venue, owner=owner)


def approvers(owner: Any) -> str:
    return subscribe(make_member(owner, Role.APPROVER), "approver", owner)


def named(events: list[Event]) -> list[str]:
    return [event["SUMMARY"] for event in events]


def test_a_closure_stands_in_every_feed_of_its_room_without_its_title(client: Any, room: Any) -> None:
    [date] = make_block(room).dates

    own, owners, every = (read(client, address) for address in public_feeds(room))

    assert own == [
        {
            "UID": date.uid,
            "DTSTAMP": "20270104T080000Z",
            "DTSTART": "TZID=Europe/Helsinki:20270112T180000",
            "DTEND": "TZID=Europe/Helsinki:20270112T200000",
            "SUMMARY": "Suljettu",
            "LOCATION": "Karelia-sali\\, Virta\\, Virastokatu 1",
            "GEO": "61.171000;28.772000",
            "CATEGORIES": "Suljettu",
            "STATUS": "CONFIRMED",
            "TRANSP": "OPAQUE",
            "CLASS": "PUBLIC",
            "SEQUENCE": "0",
            "CREATED": "20270104T080000Z",
            "LAST-MODIFIED": "20270104T080000Z",
            "whole": "yes",
        }
    ]
    assert owners == every == [own[0] | {"SUMMARY": "Suljettu – Karelia-sali"}]


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("closure", ("Suljettu", "Stängt", "Closed")),
        ("own_use", ("Oma käyttö", "Eget bruk", "Own use")),
        ("outside", ("Varattu", "Bokad", "Booked")),
    ],
)
def test_a_title_is_for_everybody_only_if_it_is_public(
    client: Any, room: Any, kind: str, words: tuple[str, ...]
) -> None:
    make_block(room, kind=kind)
    (address, *_others), approver = public_feeds(room), approvers(room.owner)

    for language, word in zip(("fi", "sv", "en"), words, strict=True):
        [event] = read(client, f"{address}?lang={language}")
        assert (event["SUMMARY"], event["CATEGORIES"]) == (word, word)
        assert "DESCRIPTION" not in event
    assert event["CLASS"] == ("PRIVATE" if kind == "outside" else "PUBLIC")
    [event] = read(client, approver)
    assert event["SUMMARY"] == "Remontti – Karelia-sali"
    assert event["DESCRIPTION"] == f"{words[0]}\\nMuille näkyy vain ”{words[0].lower()}”"
    make_block(room, kind=kind, is_public=True, on=(EVENING.shift(DAY),))
    _hidden, event = read(client, address)
    assert (event["SUMMARY"], event["DESCRIPTION"], event["CLASS"]) == ("Remontti", words[0], "PUBLIC")


def test_a_closure_is_told_where_it_takes_a_part_and_by_what_it_takes(client: Any, session: Any) -> None:
    half_a, half_b, whole = make_divisible_hall(owner=make_organisation(kind="city"))
    half_a.name, half_b.name, whole.name = "A-puoli", "B-puoli", "Koko sali"
    make_block(half_a)
    make_block(half_a, half_b, on=(EVENING.shift(DAY),))

    def told(room: Any) -> list[str]:
        return named(read(client, f"/calendars/rooms/{room.slug}.ics"))

    assert told(half_a) == ["Suljettu", "Suljettu – Koko sali"]
    assert told(half_b) == ["Suljettu – Koko sali"]
    assert told(whole) == ["Suljettu – A-puoli", "Suljettu"]
    assert named(read(client, "/calendars/all.ics")) == ["Suljettu – A-puoli", "Suljettu – Koko sali"]


def test_many_rooms_are_counted_and_listed_below(client: Any, room: Any) -> None:
    others = [make_room(owner=room.owner, venue=room.venue, name=f"Huone {number}") for number in range(3)]
    make_block(room, *others[:2])
    make_block(room, *others, on=(EVENING.shift(DAY),))

    few, many = read(client, "/calendars/owners/kaupunki.ics")

    assert few["SUMMARY"] == "Suljettu – Huone 0\\, Huone 1\\, Karelia-sali"
    assert few["LOCATION"] == "Huone 0\\, Huone 1\\, Karelia-sali\\, Virta\\, Virastokatu 1"
    assert many["SUMMARY"] == "Suljettu – 4 tilaa"
    assert many["DESCRIPTION"] == "Huone 0\\, Huone 1\\, Huone 2\\, Karelia-sali"
    assert many["LOCATION"] == "4 tilaa\\, Virta\\, Virastokatu 1"


def test_dates_of_both_kinds_stand_in_order(client: Any, room: Any) -> None:
    make_block(room, on=(EVENING.shift(DAY), EVENING.shift(-DAY)), is_public=True)
    make_reservation(room, EVENING, EVENING.shift(2 * DAY), title="Tanssit")

    told = named(read(client, "/calendars/rooms/karelia.ics"))

    assert told == ["Remontti", "Tanssit", "Remontti", "Tanssit"]


def test_a_date_that_moves_keeps_its_name_and_one_that_ends_is_gone(
    client: Any, room: Any, frozen: Callable[[datetime], None]
) -> None:
    first, second, third = EVENING, EVENING.shift(DAY), EVENING.shift(2 * DAY)
    block, spaces = make_block(room, on=(first, second, third)), {space.id for space in room.spaces}
    before = read(client, "/calendars/rooms/karelia.ics")
    frozen(NOW + DAY)
    later = first.shift(timedelta(hours=1))

    blocks.change(block, spaces, [later, third], now=NOW + DAY)

    moved, kept = read(client, "/calendars/rooms/karelia.ics")
    assert kept == before[2], "what has not changed is told as before"
    assert (moved["UID"], moved["SEQUENCE"]) == (before[0]["UID"], "1")
    assert (moved["CREATED"], moved["LAST-MODIFIED"]) == (before[0]["CREATED"], "20270105T080000Z")
    blocks.change(block, spaces, [later, third], now=NOW + DAY)
    assert read(client, "/calendars/rooms/karelia.ics") == [moved, kept]
    within = later.start + timedelta(minutes=30)
    frozen(within)
    blocks.change(block, spaces, [], now=within)
    [begun] = read(client, "/calendars/rooms/karelia.ics")
    assert (begun["UID"], begun["SEQUENCE"]) == (before[0]["UID"], "2")
    assert begun["DTEND"].endswith("T193000")
    assert "STATUS:CANCELLED" not in client.get("/calendars/all.ics").text


def test_a_closure_with_other_words_is_told_as_changed(
    client: Any, room: Any, session: Any, frozen: Callable[[datetime], None]
) -> None:
    block = make_block(room)
    frozen(NOW + DAY)
    block.is_public = True
    session.flush()

    [event] = read(client, "/calendars/rooms/karelia.ics")

    assert (event["SUMMARY"], event["LAST-MODIFIED"]) == ("Remontti", "20270105T080000Z")


def test_a_closure_that_goes_to_another_room_changes_the_feeds_of_both_and_of_no_third(
    client: Any, room: Any, session: Any
) -> None:
    other, third = make_room(owner=room.owner), make_room(owner=room.owner)
    keeper = acting(make_member(room.owner, Role.APPROVER))
    addresses = [f"/calendars/rooms/{each.slug}.ics" for each in (room, other, third)]
    addresses += ["/calendars/owners/kaupunki.ics", approvers(room.owner)]

    def changed(step: Callable[[], Any]) -> list[bool]:
        """Say of each feed whether it was another after a step, and had another tag if so."""
        before = [client.get(address) for address in addresses]
        in_transaction(step)
        after = [client.get(address) for address in addresses]
        pairs = list(zip(before, after, strict=True))
        assert all(old.headers["ETag"] != new.headers["ETag"] for old, new in pairs if old.data != new.data)
        assert all(
            old.headers["ETag"] == new.headers["ETag"] for old, new in pairs[:3] if old.data == new.data
        )
        return [old.data != new.data for old, new in pairs]

    def wanted(*room_ids: int) -> Wanted:
        return Wanted("closure", "Remontti", False, room_ids, Plan.of_span(EVENING))

    made: list[Any] = []
    assert changed(lambda: made.append(close(wanted(room.id), actor=keeper, now=NOW).id)) == [
        True,
        False,
        False,
        True,
        True,
    ]
    [closure_id] = made
    moved = changed(lambda: change(closure_id, wanted(other.id), actor=keeper, now=NOW))
    assert moved == [True, True, False, True, True]
    assert changed(lambda: end(closure_id, actor=keeper, now=NOW)) == [False, True, False, True, True]


def test_who_changes_a_block_past_every_service_still_raises_the_versions(
    client: Any, room: Any, session: Any
) -> None:
    address = "/calendars/rooms/karelia.ics"
    tags = [client.get(address).headers["ETag"]]

    def step(work: Callable[[], Any]) -> None:
        in_transaction(work)
        tags.append(client.get(address).headers["ETag"])

    step(lambda: make_block(room, kind="outside"))
    step(lambda: setattr(session.query(Block).one(), "title", "Muu"))
    step(lambda: setattr(session.query(Block).one().dates[0], "ends_at", EVENING.end + DAY))
    step(lambda: session.delete(session.query(Block).one().dates[0]))
    step(lambda: make_block(room, kind="outside"))
    assert len(set(tags)) == 6
    same = session.query(Block).order_by(Block.id.desc()).first()
    spaces = {space.id for space in room.spaces}
    step(lambda: blocks.change(same, spaces, [EVENING], now=NOW))
    assert tags[-1] == tags[-2], "a change that changes nothing"
