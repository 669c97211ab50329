"""Every route with one owner's real things, tried by people of another: nothing is told, nothing changes."""

import io
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from booking import clock
from booking.access.roles import Role
from booking.accounts.api_tokens import create_api_token
from booking.accounts.models import ApiToken, User
from booking.accounts.sessions import places_of
from booking.calendars.outside import service
from booking.calendars.outside.readings import OutsideEvent, Reading, Rules
from booking.calendars.outside.service import Got, Wanted
from booking.calendars.service import create as create_calendar
from booking.desk.rooms.photos import Words, add_photo
from booking.extensions import db
from booking.organisations import inviting, joining
from booking.organisations.deputies import name_deputy
from booking.organisations.directory.exchanges import Line, write_line
from booking.reservations import decisions
from booking.reservations.undoing.models import DecisionRecord
from booking.rooms.pictures import Picture, picture_of
from tests.access.test_walk import SAFE, Route, arrive, routes_of, token_on_a_page
from tests.desk.closures.closing import shut
from tests.factories.organisations import make_member, make_organisation
from tests.factories.reservations import make_reservation
from tests.factories.rooms import make_room
from tests.factories.users import acting, make_user
from tests.support.signed_in import session_of

OF_RESERVATION = (
    "Kanarian vastuuhenkilö",
    "kanaria@salaa.example",
    "Kanarian huomautus",
    "Kanarian tilaisuus",
)
"""Name, contact, note and private title of a reservation."""
OF_DESK = ("Kanarian lattianhionta", "Kanarian kuva", "Kanarian kuoro", "kanarian-salainen-osoite")
"""The title of a closure that is not public, what the photo of a draft shows, and of a calendar from outside
the title of an event and a part of its address."""
CANARIES = OF_RESERVATION + OF_DESK
"""What may be in no answer to a stranger."""

OUTSIDERS = ("approver", "manager", "staff", "choir", "admin")
ANYBODY_MAY = {"reservations.send_request", "reservations.join_line", "memberships.ask", "profile.send_proof"}
"""What any signed-in person may send, with another's room in the address or about themselves."""
OF_THE_PERSON = frozenset(
    {"sign_in_attempts", "user_sessions", "calendar_subscriptions", "api_tokens", "versions"}
)
"""Tables in which looking around leaves traces of the one who looks."""

KITCHEN_SINK = {
    "action": "confirm",
    "reason": "syy",
    "text": "teksti",
    "answer": "vastaus",
    "message": "viesti",
    "title": "otsikko",
    "name": "nimi",
    "date": "2027-02-02",
    "start": "18:00",
    "end": "20:00",
    "people": "3",
    "which": "all",
    "confirm": "y",
    "save": "y",
    "step": "save",
}
"""What many forms take for a yes."""


@dataclass(frozen=True)
class City:
    """One owner's things, as values for the variables of addresses."""

    values: dict[str, list[str]]
    approver: User


@pytest.fixture
def city(session: Any) -> City:
    """A city with a room, a draft, and reservations that carry canaries."""
    owner = make_organisation(kind="city")
    approver = make_member(owner, Role.APPROVER)
    room, draft = make_room(owner=owner), make_room(owner=owner, state="draft", name="Kanarian tilaisuus")
    name, contact, note, title = OF_RESERVATION
    told = {"responsible": name, "contact": contact, "note": note, "title": title, "visibility": "private"}
    made = [
        make_reservation(room, state=state, booker=make_user(), **told)
        for state in ("pending", "pending", "confirmed")
    ]
    act = acting(approver)
    decided = decisions.decline(made[0].reference, None, "syy", actor=act, now=clock.now())
    assert decided.dates == 1
    closure = shut(approver, room, now=clock.now(), title=OF_DESK[0])
    photo = add_photo(draft.slug, _picture(), Words(OF_DESK[1]), actor=act, now=clock.now())
    source = _tie_calendar(act, room)
    today = clock.now().astimezone(clock.zone()).date()
    session_of(approver)
    offer = write_line(owner.slug, None, Line("offers", "rooms", "Sali"), actor=act, now=clock.now())
    deputy = name_deputy(owner.id, make_user().email, today, today, actor=act, now=clock.now())
    manager, asking = make_member(owner, Role.MANAGER), make_user()
    mail = "kanarialle@example.org"
    invited = inviting.invite(owner.id, mail, Role.MEMBER, actor=acting(manager), now=clock.now())
    asked = joining.ask(owner.id, OF_RESERVATION[2], actor=acting(asking), now=clock.now())
    return City(
        {
            "user_id": [str(approver.id)],
            "invitation_id": [str(invited.id)],
            "request_id": [str(asked.id)],
            "slug": [room.slug, draft.slug, owner.slug, room.venue.slug],
            "reference": [each.reference for each in made],
            "occurrence_id": [str(date.id) for each in made for date in each.occurrences],
            "closure_id": [str(closure.id)],
            "date_id": [str(date.id) for date in closure.block.dates],
            "decision_id": [str(db.session.scalars(select(DecisionRecord.id)).one())],
            "photo_id": [str(photo.id)],
            "sha256": [photo.large],
            "deputy_id": [str(deputy.id)],
            "source_id": [str(source.id)],
            "exchange_id": [str(offer.id)],
            "subscription_id": [str(create_calendar("approver", owner.id, actor=act, now=clock.now()).id)],
            "session_id": [str(places_of(approver.id, now=clock.now())[0].id)],
            "token_id": [str(_token_of(approver))],
            "step": ["renew", "revoke"],
            "kind": ["rooms", "owners"],
            "page": ["email"],
        },
        approver,
    )


def _tie_calendar(act: Any, room: Any) -> Any:
    """Have a calendar kept elsewhere block the room, tomorrow for an hour; it is not asked for any more."""
    start = clock.now().replace(microsecond=0) + timedelta(days=1)
    event = OutsideEvent("1", "", start, start + timedelta(hours=1), OF_DESK[2])
    wanted = Wanted(room.id, f"https://127.0.0.1:1/{OF_DESK[3]}/a.ics", "", Rules(), is_public=False)
    got = Got(Reading("Kalenteri", [event], ()))
    source = service.add(wanted, got, actor=act, now=clock.now())
    return service.pause(source.id, actor=act, now=clock.now())


def _token_of(person: User) -> int:
    create_api_token(person, "Kanarian avain", now=clock.now())
    return db.session.scalars(select(ApiToken.id).where(ApiToken.user_id == person.id)).one()


def _picture() -> Picture:
    content = io.BytesIO()
    Image.new("RGB", (60, 40), (10, 90, 70)).save(content, "PNG")
    return picture_of(content.getvalue())


def addresses_of(app: Flask, values: dict[str, list[str]]) -> Iterator[tuple[Route, str]]:
    """Return every route that has a variable, with each of the addresses that these values make of it."""
    for route, endpoint in sorted(routes_of(app).items()):
        names = re.findall(r"<(?:[^:<>]+:)?(\w+)>", route.rule)
        if not names or endpoint in ANYBODY_MAY or set(names) & {"filename", "token"}:
            continue
        for chosen in itertools.product(*(values.get(name, ["1"]) for name in names)):
            address = route.rule
            for value in chosen:
                address = re.sub(r"<[^<>]+>", value, address, count=1)
            yield route, address


def walk(client: Any, app: Flask, person: User, values: dict[str, list[str]]) -> list[tuple[Route, Any]]:
    """Send every route with these things as the person; return the answers."""
    bearer = {"Authorization": f"Bearer {create_api_token(person, 'kävely', now=clock.now())}"}
    arrive(client, person)
    token = token_on_a_page(client, person)
    found = []
    for route, address in addresses_of(app, values):
        arguments: dict[str, Any] = {} if route.is_page else {"headers": bearer}
        if route.method not in SAFE and route.is_page:
            arguments["data"] = KITCHEN_SINK | {"csrf_token": token, "occurrences": values["occurrence_id"]}
        elif route.method not in SAFE:
            arguments["json"] = {"reason": "syy"}
        answer = client.open(address, method=route.method, **arguments)
        assert answer.status_code < 500, f"{route.method} {address}: {answer.status}"
        found.append((route, answer))
    return found


def everything() -> dict[str, set[tuple[str, ...]]]:
    """Return what the database holds, table by table."""
    return {
        table.name: {tuple(map(repr, row)) for row in db.session.execute(select(table))}
        for table in db.metadata.sorted_tables
        if table.name not in OF_THE_PERSON
    }


def make_outsider(kind: str) -> User:
    """Return somebody who has nothing to do with the city."""
    if kind == "admin":
        return make_user(is_admin=True)
    if kind == "choir":
        return make_member(make_organisation(), Role.BOOKER)
    parish = make_organisation(kind="parish")
    make_room(owner=parish)
    return make_member(parish, Role(kind))


@pytest.mark.parametrize("kind", OUTSIDERS)
def test_nothing_of_another_owner_is_told_or_changed(client: Any, app: Flask, city: City, kind: str) -> None:
    outsider = make_outsider(kind)
    before = everything()
    answers = walk(client, app, outsider, city.values)
    told = [
        f"{route.method} {route.rule}: {canary}"
        for route, answer in answers
        for canary in CANARIES
        if canary.encode() in answer.data
    ]
    assert told == []
    after = everything()
    changed = {name: after[name] ^ rows for name, rows in before.items() if after[name] != rows}
    assert changed == {}


def test_the_owner_s_approver_is_told_and_can_change(client: Any, app: Flask, city: City) -> None:
    before = everything()
    answers = walk(client, app, city.approver, city.values)
    for canary in CANARIES:
        telling = {route.rule for route, answer in answers if canary.encode() in answer.data}
        assert telling, f"nobody was told {canary!r}: the walk above proves nothing"
    assert everything()["occurrences"] != before["occurrences"]
