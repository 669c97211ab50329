"""The demonstration's places: real ones from the file, made-up facts marked as such."""

import csv
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from booking.clock import zone
from booking.db import in_transaction
from booking.demo.places import DATA, load_places, place_rows
from booking.organisations.models import Organisation
from booking.rooms.catalogue import catalogue
from booking.rooms.facts import RoomFacts
from booking.rooms.models import KINDS
from booking.timetable.interval import Interval
from booking.timetable.openings import is_open

MONDAY = datetime(2027, 1, 11, 8, tzinfo=UTC)  # 10:00 in Helsinki
OWNERS = {
    "imatran-kaupunki",
    "imatran-seurakunta",
    "imatran-kaupunkikeskusta",
    "raution-kaupunginosayhdistys",
    "tainionkosken-tahti",
}


@pytest.fixture
def rooms(session: Any) -> dict[str, RoomFacts]:
    in_transaction(load_places)
    return dict(catalogue().by_slug)


def open_all_day_to_thursday(room: RoomFacts) -> bool:
    days = [
        Interval(MONDAY + timedelta(days=day), MONDAY + timedelta(days=day, hours=12)) for day in range(4)
    ]
    return all(is_open(room.hours, each, zone()) for each in days)


def test_every_real_place_is_there_with_its_source(rooms: dict[str, RoomFacts]) -> None:
    with (DATA / "imatra-rooms.csv").open(encoding="utf-8", newline="") as file:
        real = list(csv.DictReader(file))
    assert len(real) == 23
    for place in real:
        room = rooms[place["slug"]]
        assert (room.name, room.kind, room.venue) == (place["name_fi"], place["kind"], place["venue"])
        assert (room.owner, room.district) == (place["owner"], place["district"])
        assert (room.source, room.sourced_facts) == (place["source"], place["sourced_facts"])
        assert room.street_address == place["street_address"]


def test_what_the_sources_do_not_say_is_marked_as_an_example(rooms: dict[str, RoomFacts]) -> None:
    for room in rooms.values():
        assert room.capacity is None or "capacity" in room.example_facts
        assert not room.description or "description" in room.example_facts
    assert "opening_hours" not in rooms["rajapatsaan-kirjasto"].example_facts
    assert "prices" not in rooms["koskenparras"].example_facts
    assert "prices" in rooms["karelia-sali"].example_facts
    assert {slug for slug, room in rooms.items() if "room" in room.example_facts} == {
        "mansikkalan-liikuntasali-a",
        "mansikkalan-liikuntasali-b",
        "urheilutalo-a",
        "urheilutalo-b",
        "ukonlinna-keittio",
    }


def test_nothing_is_made_up_about_the_place_without_an_owner(rooms: dict[str, RoomFacts]) -> None:
    cottage = rooms["tiinan-tupa"]
    assert cottage.bookable is False
    assert cottage.example_facts == frozenset()


def test_every_name_is_there_in_swedish_and_english(rooms: dict[str, RoomFacts]) -> None:
    assert [room.slug for room in rooms.values() if not room.name_sv or not room.name_en] == []


def test_there_is_a_room_of_every_kind(rooms: dict[str, RoomFacts]) -> None:
    assert {room.kind for room in rooms.values()} == set(KINDS)


def test_the_owners_are_known_by_their_finnish_names(rooms: dict[str, RoomFacts], session: Any) -> None:
    assert {each.slug for each in session.query(Organisation)} == OWNERS
    kinds = {each.slug: each.kind for each in session.query(Organisation)}
    assert (kinds["imatran-kaupunki"], kinds["imatran-seurakunta"]) == ("city", "parish")


def test_two_halls_are_divided_into_two_halves(rooms: dict[str, RoomFacts]) -> None:
    for slug in ("mansikkalan-liikuntasali", "urheilutalo"):
        whole, first, second = rooms[slug], rooms[f"{slug}-a"], rooms[f"{slug}-b"]
        assert set(whole.space_ids) == {*first.space_ids, *second.space_ids}
        assert len(whole.space_ids) == 2


def test_the_parish_decides_and_associations_confirm_at_once(rooms: dict[str, RoomFacts]) -> None:
    approvals = {room.slug: room.rules.approval for room in rooms.values() if room.owner_kind == "parish"}
    assert set(approvals.values()) == {"by_approver"}
    approvals = {
        room.slug: room.rules.approval for room in rooms.values() if room.owner_kind == "association"
    }
    assert set(approvals.values()) == {"at_once"}


@pytest.mark.parametrize("approval", ["at_once", "by_approver"])
def test_at_least_three_rooms_of_the_city_are_open_on_weekdays(
    rooms: dict[str, RoomFacts], approval: str
) -> None:
    found = [
        room.slug
        for room in rooms.values()
        if room.owner_slug == "imatran-kaupunki"
        and room.rules.approval == approval
        and room.rules.who_may_book != "members"
        and not room.rules.pending_holds
        and open_all_day_to_thursday(room)
    ]
    assert len(found) >= 3


def test_one_room_is_open_past_midnight(rooms: dict[str, RoomFacts]) -> None:
    friday_night = Interval(datetime(2027, 1, 15, 20, tzinfo=UTC), datetime(2027, 1, 15, 23, tzinfo=UTC))
    assert is_open(rooms["ukonlinna"].hours, friday_night, zone())
    assert not is_open(rooms["ukonlinna"].hours, friday_night.shift(timedelta(minutes=1)), zone())


def test_nobody_has_a_quota(rooms: dict[str, RoomFacts]) -> None:
    assert {room.rules.most_active for room in rooms.values()} == {None}


def test_some_facts_are_known_some_denied_and_some_unknown(rooms: dict[str, RoomFacts]) -> None:
    loops = [room.features.get("induction_loop") for room in rooms.values()]
    assert any(loop is not None and loop.present and loop.checked_on for loop in loops)
    assert None in loops
    assert any(each.present is False for room in rooms.values() for each in room.features.values())


def test_the_rules_differ_from_room_to_room(rooms: dict[str, RoomFacts]) -> None:
    assert sum(1 for room in rooms.values() if room.rules.turnaround_minutes) >= 5
    assert [room.slug for room in rooms.values() if room.rules.pending_holds] == ["tainionkosken-kirkko"]
    assert {room.rules.who_may_book for room in rooms.values()} == {"anyone", "associations", "members"}


def test_there_are_no_more_rooms_than_said() -> None:
    assert len(place_rows()) == 28
