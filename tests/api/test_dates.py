"""What the API tells of each date of a reservation: its own room, title and people, and what is proposed."""

from datetime import timedelta
from typing import Any

import pytest

from booking.access.roles import Role
from booking.api import outgoing
from booking.audit.service import record
from booking.extensions import db
from booking.reservations import labels
from booking.reservations.lifecycle import Step
from booking.reservations.models import Proposal, Reservation
from booking.rooms.models import Room
from tests.factories.organisations import make_member, make_organisation
from tests.factories.reservations import EVENING, NOW, make_occurrence, make_reservation
from tests.factories.rooms import make_room

WEEK = timedelta(days=7)


@pytest.fixture
def choir(session: Any) -> Any:
    return make_organisation()


@pytest.fixture
def hall(session: Any) -> Room:
    return make_room(slug="karelia-sali")


@pytest.fixture
def series(choir: Any, hall: Room) -> Reservation:
    """Three Tuesdays: one in another room, one under its own name, one pending with an offer."""
    made = make_reservation(hall, EVENING, organisation=choir, title="Harjoitus", people=30)
    garden = make_room(slug="talvipuutarha", owner=hall.owner)
    make_occurrence(made, EVENING.shift(WEEK), room=garden, own_title="Konsertti", own_people=90)
    asked = make_occurrence(made, EVENING.shift(2 * WEEK), state="pending", own_title="Kenraali")
    later = EVENING.shift(2 * WEEK + timedelta(hours=2))
    db.session.add(
        Proposal(
            occurrence=asked,
            side="owner",
            room=garden,
            starts_at=later.start,
            ends_at=later.end,
            turnaround_minutes=0,
            deadline_at=NOW + WEEK,
            created_by_id=made.booker_id,
            created_at=NOW,
        )
    )
    db.session.flush()
    return made


def test_its_own_people_read_all_of_each_date(api: Any, choir: Any, series: Reservation) -> None:
    answer = api(make_member(choir)).get(f"/reservations/{series.reference}")
    first, second, third = answer.get_json()["occurrences"]
    assert (first["room"], first["title"], first["people"]) == ("karelia-sali", "Harjoitus", 30)
    assert (second["room"], second["title"], second["people"]) == ("talvipuutarha", "Konsertti", 90)
    assert [each["proposal"] for each in (first, second)] == [None, None]
    assert third["proposal"] == {
        "room": "talvipuutarha",
        "start": "2027-01-26T20:00:00+02:00",
        "end": "2027-01-26T22:00:00+02:00",
        "side": "owner",
        "deadline": "2027-01-11T10:00:00+02:00",
    }


def test_the_approver_reads_the_same(api: Any, hall: Room, series: Reservation) -> None:
    answer = api(make_member(hall.owner, Role.APPROVER)).get(f"/reservations/{series.reference}")
    assert answer.get_json()["occurrences"][2]["proposal"]["side"] == "owner"


def test_a_stranger_reads_the_confirmed_dates_and_of_them_what_is_public(
    api: Any, series: Reservation
) -> None:
    stranger = make_member(make_organisation())
    told = api(stranger).get(f"/reservations/{series.reference}").get_json()
    assert [each["title"] for each in told["occurrences"]] == ["Harjoitus", "Konsertti"]
    assert told["state"] == "confirmed"
    assert {each["people"] for each in told["occurrences"]} == {None}
    assert {each["proposal"] for each in told["occurrences"]} == {None}


def test_who_sees_all_reads_how_many_came_and_what_was_proposed(api: Any, choir: Any, series: Any) -> None:
    first, _second, asked = series.occurrences
    first.state, first.attendance = "used", 24
    details = {"occurrences": [asked.id], "proposal": asked.proposals[0].id}
    record("offer", "reservation", series.id, actor_id=series.booker_id, now=NOW, **details)
    told = api(make_member(choir)).get(f"/reservations/{series.reference}").get_json()
    assert [each["attendance"] for each in told["occurrences"]] == [24, None, None]
    assert told["history"][-1]["proposed"] == {
        "room": "talvipuutarha",
        "start": "2027-01-26T20:00:00+02:00",
        "end": "2027-01-26T22:00:00+02:00",
    }
    seen = api(make_member(make_organisation())).get(f"/reservations/{series.reference}").get_json()
    assert {each["attendance"] for each in seen["occurrences"]} == {None}


def test_a_stranger_reads_used_and_unused_dates_as_confirmed_ones(api: Any, series: Reservation) -> None:
    unused, used, _pending = series.occurrences
    unused.state, used.state, used.attendance = "no_show", "used", 40
    visitor = make_member(make_organisation())
    told = api(visitor).get(f"/reservations/{series.reference}").get_json()
    assert [told["state"], *(each["state"] for each in told["occurrences"])] == ["confirmed"] * 3
    calendar = api().get("/rooms/karelia-sali/calendar", from_="2027-01-12", to="2027-01-12").get_json()
    assert [each["state"] for each in calendar["items"]] == ["confirmed"]


def test_a_proposal_that_was_answered_is_not_told(api: Any, choir: Any, series: Reservation) -> None:
    series.occurrences[2].proposals[0].state = "refused"
    told = api(make_member(choir)).get("/reservations").get_json()["items"]
    assert [each["proposal"] for each in told[0]["occurrences"]] == [None] * 3


def test_every_step_of_a_history_has_words_and_is_in_the_document() -> None:
    told_otherwise = {"request_at_once", "cancel_short", "give_back_late"}
    assert set(outgoing.STEPS) == set(labels.STEPS) - told_otherwise
    assert set(Step) <= set(outgoing.STEPS)
