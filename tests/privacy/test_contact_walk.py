"""Every address is tried: whoever is shown a contact of another has a line in the log, and nobody else."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import delete, select

from booking.access.roles import Role
from booking.accounts.api_tokens import create_api_token
from booking.accounts.models import User
from booking.calendars.service import create as create_calendar
from booking.calendars.service import token_of
from booking.extensions import db
from booking.reservations.behalf.caller import Caller
from booking.reservations.behalf.calls import note_call
from booking.reservations.contacts.models import ContactView
from booking.reservations.models import Reservation
from booking.reservations.service import request_reservation
from booking.reservations.waiting.joining import join
from booking.timetable.interval import Interval
from tests.factories.organisations import make_member, make_membership, make_organisation
from tests.factories.reservations import EVENING, NOW, make_reservation, request_for
from tests.factories.rooms import make_room
from tests.factories.users import acting, sign_in
from tests.paper.reading import read_pdf, text_of
from tests.support.addresses import addresses
from tests.support.client import PageClient
from tests.support.transaction import outer_transaction

MARK = re.compile(r"merkki([0-9])@salaa\.example")
"""What stands in the contact of each reservation; the number is its own, 9 is the waiting entry's."""
SHOWING = {
    "reservations.show",
    "editing.edit",
    "behalf.calls",
    "sheets.season_pdf",
    "sheets.reservations_csv",
    "api-reservations.list_reservations",
    "api-reservations.show_reservation",
}
"""Every place that shows a contact: a new one is written here by whoever decides that it should."""
KEEPERS = {"behalf.calls", "sheets.season_pdf", "sheets.reservations_csv"}
ELSEWHERE = {"outbox.demo_mail", "outbox.demo_calendar", "photos.show", "board.door_qr", "second_factor.qr"}
"""Shown in a demonstration only, or pictures."""
WHO = ("member", "keeper")
"""Visitors, strangers and administrators are shown no contact at all (tests/access/test_objects.py)."""


@dataclass
class Town:
    """A room's reservations in every state, by the number of their mark, and who comes to look."""

    known: dict[str, list[Any]]
    ids: dict[int, int]
    bookers: dict[int, int]
    people: dict[str, User]
    tokens: dict[str, str]


@pytest.fixture(scope="session", params=("sqlite",))
def backend(request: pytest.FixtureRequest) -> str:
    """One database for this walk, as for the doors: what is told is no matter of the database."""
    return str(request.param)


@pytest.fixture(scope="module")
def town(_applications: Callable[[str], Any], backend: str) -> Iterator[tuple[Flask, Town]]:
    """One town for the whole walk, at NOW."""
    app = _applications(backend)
    with time_machine.travel(NOW, tick=False), outer_transaction(app):
        yield app, build()


def mark(number: int) -> dict[str, str]:
    return {"contact": f"050 123 456{number}, merkki{number}@salaa.example", "title": f"Tilaisuus {number}"}


def days(count: int) -> Interval:
    return Interval(EVENING.start + timedelta(days=count), EVENING.end + timedelta(days=count))


def build() -> Town:
    """Book for a choir: asked, confirmed, private, past, cancelled, by phone, and a place in a queue.

    `keeper` has every role with the owner and one with the choir.
    """
    city, choir = make_organisation(kind="city"), make_organisation()
    room = make_room(owner=city)
    keeper = make_member(city, Role.STAFF)
    for role in (Role.APPROVER, Role.MANAGER):
        make_membership(keeper, city, role)
    make_membership(keeper, choir, Role.MANAGER)
    member = make_member(choir, Role.BOOKER)
    made = [
        make_reservation(room, days(0), state="pending", organisation=choir, **mark(0)),
        make_reservation(room, days(1), organisation=choir, booker=member, **mark(1)),
        make_reservation(room, days(2), organisation=choir, visibility="private", **mark(2)),
        make_reservation(room, days(-12), organisation=choir, **mark(3)),
        make_reservation(room, days(3), state="cancelled", organisation=choir, **mark(4)),
        make_reservation(room, days(4), **mark(5)),
        _phoned(room, member=make_member(city, Role.STAFF)),
    ]
    entry = join(
        request_for(room, days(4), organisation_slug=choir.slug, **mark(9)),
        (days(4),),
        actor=acting(make_member(choir, Role.BOOKER)),
        now=NOW,
    )
    people = {"member": member, "keeper": keeper}
    feeds = [
        create_calendar(kind, number, actor=acting(keeper), now=NOW)
        for kind, number in (("approver", city.id), ("organisation", choir.id), ("mine", None))
    ]
    known = {
        "slug": [room.slug, city.slug, choir.slug],
        "reference": [*(each.reference for each in made), entry.reference],
        "occurrence_id": [each.occurrences[0].id for each in made[:2]],
        "token": [token_of(each) for each in feeds],
        "user_id": [member.id],
        "subscription_id": [feeds[0].id],
    }
    numbers = dict(enumerate(made))
    return Town(
        known,
        {number: each.id for number, each in numbers.items()},
        {number: each.booker_id for number, each in numbers.items()},
        people,
        {name: create_api_token(person, "kävely", now=NOW) for name, person in people.items()},
    )


def _phoned(room: Any, *, member: User) -> Reservation:
    """Have staff book for somebody who phoned, with news to be told."""
    wanted = request_for(room, days(5), responsible="Soittaja", caller=Caller(who="Soittaja"), **mark(6))
    made = request_reservation(wanted, actor=acting(member), now=NOW)
    note_call("reminder", made, made.occurrences, decision=False, now=NOW)
    return made


def walk(app: Flask, town: Town) -> Sequence[tuple[str, str]]:
    """Return every address with the things of the town, and those that show more when asked."""
    room = town.known["slug"][0]
    more = [
        ("sheets.season_pdf", f"/rooms/{room}/season.pdf?season=2026-winter&details=1"),
        ("sheets.reservations_csv", "/desk/sheets/reservations.csv?first=2026-12-01&last=2027-02-01"),
        ("reservations.day", "/day?date=2027-01-12"),
        ("api-rooms.show_calendar", f"/api/v1/rooms/{room}/calendar?from=2027-01-11&to=2027-01-18"),
        ("behalf.made_so_far", "/desk/on-behalf/reservations?q=merkki"),
        ("approvals.queue", "/approvals?state=all"),
        ("reservations.request_room", f"/rooms/{room}/request?date=2027-01-20&start=18:00&end=20:00"),
    ]
    found = [each for each in addresses(app, town.known) if each[0] not in ELSEWHERE]
    of_others = re.compile(rf"/(?:rooms|criteria)/(?!{room}\b)|/organisations/{room}\b|season\.pdf")
    return [*(each for each in found if not of_others.search(each[1])), *more]


def shown_by(answer: Any) -> set[int]:
    """Return the numbers of the marks in an answer, of whatever kind it is."""
    if answer.mimetype == "application/pdf":
        return {int(number) for number in MARK.findall(text_of(read_pdf(answer.data)))}
    unfolded = answer.get_data(as_text=True).replace("\r\n ", "")
    return {int(number) for number in MARK.findall(unfolded)}


def noted() -> set[tuple[int, int]]:
    """Return who was shown what since the last look, and forget it."""
    found = {
        (viewer, seen)
        for viewer, seen in db.session.execute(select(ContactView.viewer_id, ContactView.reservation_id))
    }
    db.session.execute(delete(ContactView))
    return found


@pytest.mark.parametrize("who", WHO)
def test_every_address_that_shows_a_contact_leaves_a_line(town: tuple[Flask, Town], who: str) -> None:
    app, built = town
    person, client, showing, answered = built.people[who], PageClient(app), set(), 0
    sign_in(client, person)
    headers = {"Authorization": f"Bearer {built.tokens[who]}"}
    for endpoint, address in walk(app, built):
        answer = client.get(address, headers=headers if address.startswith("/api/") else {})
        answered += answer.status_code == 200
        marks = shown_by(answer)
        if marks:
            showing.add(endpoint)
        others = {number for number in marks if built.bookers.get(number) != person.id}
        assert noted() == {(person.id, built.ids[each]) for each in others}, (address, marks)
    assert answered > 25
    assert showing == (SHOWING if who == "keeper" else SHOWING - KEEPERS)
