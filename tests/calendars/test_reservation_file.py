"""One reservation as a file: the bytes of the feeds, for who may see the reservation."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from booking.access.roles import Role
from booking.accounts.models import User
from booking.calendars import service
from booking.calendars.offers import private_path
from booking.db import in_transaction
from booking.organisations.models import Organisation
from booking.reservations.decisions import cancel
from tests.calendars.reading import blocks, events, sign_in, statements
from tests.factories.organisations import make_member, make_organisation
from tests.factories.reservations import EVENING, NOW, make_occurrence, make_reservation
from tests.factories.rooms import make_room
from tests.factories.users import acting, make_user

WEEK = timedelta(days=7)
FULL, PUBLIC, NOTHING = "full", "public", ""


@pytest.fixture(autouse=True)
def _january(frozen: Callable[[datetime], None]) -> None:
    frozen(NOW)


@pytest.fixture
def people(session: Any) -> dict[str, User | None]:
    choir, city, parish = (make_organisation(slug=slug) for slug in ("kuoro", "kaupunki", "seurakunta"))
    return {
        "visitor": None,
        "stranger": make_user(),
        "member": make_member(choir),
        "booker": make_member(choir, Role.BOOKER),
        "approver": make_member(city, Role.APPROVER),
        "other owner": make_member(parish, Role.APPROVER),
        "admin": make_user(is_admin=True),
    }


@pytest.fixture
def booked(people: Any, session: Any) -> Callable[..., Any]:
    """`booked(visibility=…, state=…)`: the choir's reservation in the city's room, on two evenings."""
    booker = people["booker"]
    choir, city = (session.query(Organisation).filter_by(slug=slug).one() for slug in ("kuoro", "kaupunki"))
    room = make_room(slug="karelia", owner=city, cancellation_days=0)

    def make(**changes: Any) -> Any:
        return make_reservation(
            room, EVENING, EVENING.shift(WEEK), organisation=choir, booker=booker, **changes
        )

    return make


def address(reservation: Any) -> str:
    return f"/reservations/{reservation.reference}.ics"


SEEN = {
    # who: of a public, a private and an event reservation
    "visitor": (PUBLIC, NOTHING, PUBLIC),
    "stranger": (PUBLIC, NOTHING, PUBLIC),
    "member": (FULL, FULL, FULL),
    "booker": (FULL, FULL, FULL),
    "approver": (FULL, FULL, FULL),
    "other owner": (PUBLIC, NOTHING, PUBLIC),
    "admin": (PUBLIC, NOTHING, PUBLIC),
}


@pytest.mark.parametrize("visibility", ["public", "private", "event"])
def test_each_reader_gets_what_they_may_see(
    new_client: Any, people: Any, booked: Any, visibility: str
) -> None:
    reservation = booked(visibility=visibility, responsible="Kanarialintu", contact="050 1234567")
    asked = booked(visibility=visibility, state="pending")

    for who, seen in SEEN.items():
        client, expected = new_client(), seen[("public", "private", "event").index(visibility)]
        if people[who] is not None:
            sign_in(client, people[who])
        answer = client.get(address(reservation))
        assert answer.status_code == (200 if expected else 404), who
        assert client.get(address(asked)).status_code == (200 if expected == FULL else 404), who
        if expected:
            described = [event["DESCRIPTION"] for event in events(answer.data)]
            assert len(described) == 2, who
            assert all((reservation.reference in each) == (expected == FULL) for each in described), who
            assert b"Kanarialintu" not in answer.data
            assert b"1234567" not in answer.data


def test_the_events_are_those_of_the_feeds_byte_for_byte(client: Any, people: Any, booked: Any) -> None:
    reservation = booked(visibility="event", title="Konsertti")
    path = address(reservation)
    mine = service.create("mine", None, actor=acting(people["booker"]), now=NOW)

    in_public = blocks(client.get(path).data)
    assert len(in_public) == 2
    for feed in ("/calendars/all.ics", "/calendars/events.ics"):
        assert blocks(client.get(feed).data) == in_public
    secret = blocks(client.get(private_path(service.token_of(mine))).data)
    sign_in(client, people["booker"])
    assert blocks(client.get(path).data) == secret != in_public
    assert b"\r\nMETHOD" not in client.get(path).data


def test_a_file_reaches_back_to_the_first_date_of_a_series(client: Any, people: Any, booked: Any) -> None:
    reservation = booked()
    make_occurrence(reservation, EVENING.shift(-60 * WEEK))
    make_occurrence(reservation, EVENING.shift(2 * WEEK), state="cancelled", changed_at=NOW - 50 * WEEK)

    told = events(client.get(address(reservation)).data)

    assert [event["STATUS"] for event in told] == ["CONFIRMED", "CONFIRMED", "CONFIRMED", "CANCELLED"]


def test_it_comes_as_a_file_that_only_its_reader_keeps(client: Any, people: Any, booked: Any) -> None:
    reservation = booked(reference="KARELIA9")
    sign_in(client, people["booker"])

    answer = client.get(address(reservation))

    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="KARELIA9.ics"'
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert "Cookie" in answer.headers["Vary"]
    assert "Set-Cookie" not in answer.headers


def test_who_has_it_gets_304_until_it_changes(client: Any, people: Any, booked: Any) -> None:
    reservation = booked()
    path = address(reservation)
    seen_by_all = client.get(path)
    sign_in(client, people["booker"])
    first = client.get(path)
    assert first.headers["ETag"] != seen_by_all.headers["ETag"]

    def status(tag: str) -> int:
        return int(client.get(path, headers={"If-None-Match": tag}).status_code)

    assert status(first.headers["ETag"]) == 304
    assert status(seen_by_all.headers["ETag"]) == 200
    date = reservation.occurrences[0].id
    in_transaction(
        lambda: cancel(reservation.reference, [date], "Sairastuin", actor=acting(people["booker"]), now=NOW)
    )
    assert status(first.headers["ETag"]) == 200
    cancelled, other = events(client.get(path).data)
    assert (cancelled["STATUS"], cancelled["SEQUENCE"]) == ("CANCELLED", "1")
    assert (other["STATUS"], other["SEQUENCE"]) == ("CONFIRMED", "0")


def test_a_series_costs_as_many_statements_as_one_date(client: Any, people: Any, booked: Any) -> None:
    reservation = booked()
    client.get(address(reservation))
    with statements() as few:
        client.get(address(reservation))
    for number in range(2, 20):
        make_occurrence(reservation, EVENING.shift(number * WEEK))

    with statements() as many:
        answer = client.get(address(reservation))

    assert len(events(answer.data)) == 20
    assert len(many) <= len(few) <= 7, many


@pytest.mark.parametrize(
    ("state", "offered"), [("pending", True), ("confirmed", True), ("cancelled", False), ("declined", False)]
)
def test_the_page_offers_the_file_while_it_is_of_use(
    client: Any, people: Any, booked: Any, state: str, offered: bool
) -> None:
    reservation = booked(state=state)
    sign_in(client, people["booker"])

    page = client.get(f"/reservations/{reservation.reference}?lang=sv").get_data(as_text=True)

    assert (f'href="{address(reservation)}?lang=sv"' in page) == offered
