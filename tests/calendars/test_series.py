"""A series in feeds: date by date, each with its own state, title and number of people."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from booking.access.roles import Role
from booking.extensions import db
from booking.reservations.changes import hold, hold_of
from booking.reservations.models import Proposal, Reservation
from tests.calendars.reading import Event, public_feeds, read
from tests.calendars.test_secret_feeds import subscribe
from tests.factories.organisations import make_member, make_organisation
from tests.factories.reservations import EVENING, NOW, make_occurrence, make_reservation
from tests.factories.rooms import make_room

WEEK = timedelta(days=7)


@pytest.fixture(autouse=True)
def _january(frozen: Callable[[datetime], None]) -> None:
    frozen(NOW)


@pytest.fixture
def choir(session: Any) -> Any:
    return make_organisation(slug="koskisointu", name="Kuoro Koskisointu")


@pytest.fixture
def series(choir: Any) -> Reservation:
    """Five Tuesdays: two confirmed, one pending, one declined, one confirmed with a name of its own."""
    made = make_reservation(
        make_room(owner=make_organisation(slug="kaupunki", kind="city")),
        EVENING,
        EVENING.shift(WEEK),
        organisation=choir,
        title="Harjoitus",
        people=30,
        created_at=NOW,
    )
    make_occurrence(made, EVENING.shift(2 * WEEK), state="pending")
    make_occurrence(made, EVENING.shift(3 * WEEK), state="declined")
    make_occurrence(made, EVENING.shift(4 * WEEK), own_title="Konsertti", own_people=90)
    return made


def told(events: list[Event]) -> list[tuple[str, str]]:
    return [(event["SUMMARY"].partition(" – ")[0], event["STATUS"]) for event in events]


def test_a_part_confirmed_series_is_told_date_by_date_to_its_own_people(
    client: Any, choir: Any, series: Any
) -> None:
    events = read(client, subscribe(make_member(choir), "organisation", choir))
    assert told(events) == [
        ("Harjoitus", "CONFIRMED"),
        ("Harjoitus", "CONFIRMED"),
        ("Harjoitus", "TENTATIVE"),
        ("Harjoitus", "CANCELLED"),
        ("Konsertti", "CONFIRMED"),
    ]
    assert events[2]["SUMMARY"].endswith("(odottaa)")
    assert events[3]["SUMMARY"].endswith("(hylätty)")
    assert [event["DESCRIPTION"].split("\\n")[2] for event in events] == ["30 henkilöä"] * 4 + ["90 henkilöä"]
    assert len({event["UID"] for event in events}) == 5
    assert not any("RRULE" in event for event in events)


def test_the_public_feeds_tell_the_confirmed_dates_alone(client: Any, series: Any) -> None:
    for address in [*public_feeds(series.room), "/calendars/organisations/koskisointu.ics"]:
        assert told(read(client, address)) == [
            ("Harjoitus", "CONFIRMED"),
            ("Harjoitus", "CONFIRMED"),
            ("Konsertti", "CONFIRMED"),
        ]


def test_neither_a_move_nor_an_offer_is_told_before_it_is_accepted(
    client: Any, choir: Any, series: Any
) -> None:
    approver = make_member(series.room.owner, Role.APPROVER)
    addresses = [subscribe(approver, "approver", series.room.owner), *public_feeds(series.room)]
    before = [read(client, address) for address in addresses]
    for date, side in ((series.occurrences[0], "booker"), (series.occurrences[2], "owner")):
        later = EVENING.shift(timedelta(days=1))
        db.session.add(
            Proposal(
                occurrence=date,
                side=side,
                room=series.room,
                starts_at=later.start,
                ends_at=later.end,
                turnaround_minutes=0,
                created_by_id=approver.id,
                created_at=NOW,
            )
        )
        db.session.flush()
        hold([(date, hold_of(date))], now=NOW)
    assert [read(client, address) for address in addresses] == before


def test_a_date_that_gets_a_name_of_its_own_is_told_as_changed(client: Any, series: Any) -> None:
    (address, *_others) = public_feeds(series.room)
    before = read(client, address)
    date = series.occurrences[0]
    date.own_title, date.sequence, date.changed_at = "Avoimet ovet", 1, NOW + timedelta(hours=1)
    after = read(client, address)
    assert after[0]["SUMMARY"].startswith("Avoimet ovet")
    assert after[0]["LAST-MODIFIED"] > before[0]["LAST-MODIFIED"]
    assert (after[0]["SEQUENCE"], after[0]["UID"]) == ("1", before[0]["UID"])
    assert after[1:] == before[1:]
