"""A closure is told for what it is: on the room's page, the day, in the search, the API and to approvers."""

from typing import Any

import pytest

from booking.errors import SlotTaken
from tests.desk.closures.closing import shut
from tests.factories.reservations import EVENING, NOW
from tests.factories.users import sign_in
from tests.reservations.requesting import ask
from tests.reservations.town import Town, of_choir

SEARCH = "/?date=2027-01-12&start=18:00&end=20:00&people=2"
CALENDAR = "/api/v1/rooms/karelia-sali/calendar?from=2027-01-12T00:00&to=2027-01-13T00:00"


@pytest.fixture(autouse=True)
def at_now(frozen: Any) -> None:
    frozen(NOW)


def body(client: Any, address: str) -> str:
    return str(client.get(address).get_data(as_text=True))


@pytest.mark.parametrize(
    ("kind", "is_public", "shown"),
    [
        ("closure", False, "suljettu"),
        ("closure", True, "Lattian hionta"),
        ("own_use", False, "oma käyttö"),
        ("own_use", True, "Lattian hionta"),
    ],
)
def test_the_week_and_the_day_say_what_it_is(
    client: Any, town: Town, kind: str, is_public: bool, shown: str
) -> None:
    shut(town.approver, town.room, kind=kind, is_public=is_public)
    for address in ("/rooms/karelia-sali?week=2027-W02", "/day?date=2027-01-12"):
        page = body(client, address)
        assert shown in page
        assert ("Lattian hionta" in page) == is_public
    (item,) = client.get(CALENDAR).json["items"]
    assert (item["block"], item["busy"]) == (kind, True)
    assert item["title"] == ("Lattian hionta" if is_public else "oma käyttö" if kind == "own_use" else None)


def test_who_keeps_the_room_always_reads_its_name(client: Any, town: Town) -> None:
    shut(town.approver, town.room)
    sign_in(client, town.approver)
    assert "Lattian hionta" in body(client, "/rooms/karelia-sali?week=2027-W02")


def test_search_says_that_it_is_closed_also_where_a_reservation_stays(client: Any, town: Town) -> None:
    asked = "start=2027-01-12T18:00&end=2027-01-12T20:00&room=karelia-sali"
    series = f"{asked}&repeat=weekly&until=2027-01-26"
    of_choir(town, EVENING, state="confirmed")
    shut(town.approver, town.room)
    assert "Omistaja on sulkenut tilan" in body(client, SEARCH)
    (item,) = client.get(f"/api/v1/availability?{asked}").json["items"]
    assert [date["reason"] for date in item["dates"]] == ["closed"]
    (item,) = client.get(f"/api/v1/availability?{series}").json["items"]
    assert [date["reason"] for date in item["dates"]] == ["closed", None, None]


def test_own_use_is_taken_and_not_closed(client: Any, town: Town) -> None:
    shut(town.approver, town.room, kind="own_use")
    asked = "start=2027-01-12T18:00&end=2027-01-12T20:00&room=karelia-sali"
    (item,) = client.get(f"/api/v1/availability?{asked}").json["items"]
    assert [date["reason"] for date in item["dates"]] == ["taken"]
    with pytest.raises(SlotTaken):
        ask(town)


def test_the_approver_reads_what_stands_in_the_way(client: Any, town: Town) -> None:
    asking = of_choir(town, EVENING)
    shut(town.approver, town.room)
    sign_in(client, town.approver)
    assert "suljettu: Lattian hionta" in body(client, f"/approvals/{asking.reference}")
