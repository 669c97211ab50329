"""A town with things that are somebody's, and everybody who might come for them with what they hold."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select

from booking.access.roles import Role
from booking.access.scopes import ALL_SCOPES, TokenScope
from booking.accounts.api_tokens import create_api_token
from booking.accounts.models import ApiToken, User
from booking.calendars.service import create as create_calendar
from booking.calendars.service import token_of
from booking.db import in_transaction
from booking.extensions import db
from booking.organisations import stand_ins
from booking.organisations.models import Membership, Organisation
from booking.reservations.decisions import cancel
from booking.reservations.giving_back import link_token
from booking.reservations.waiting.joining import join
from booking.reservations.waiting.offering import offer_free
from booking.rooms.models import Room
from booking.timetable.interval import Interval
from tests.factories.organisations import make_member, make_membership, make_organisation
from tests.factories.reservations import EVENING, NOW, make_reservation, request_for
from tests.factories.rooms import make_room
from tests.factories.users import acting, make_user, sign_in
from tests.support.client import PageClient

CANARY = "kanaria@salaa.example"
"""The contact in the choir's reservations."""
WEEK = timedelta(days=7)
TRACES = frozenset(
    {
        "user_sessions",
        "sign_in_attempts",
        "api_tokens",
        "versions",
        "calendar_subscriptions",
        "contact_views",
    }
)
"""Tables in which looking around leaves traces of who looks."""


@dataclass
class Comer:
    """Somebody who comes: their browser with its CSRF token, and what they hold from better days."""

    client: Any
    csrf: str = ""
    bearer: str | None = None
    feed: str | None = None
    give_up: str | None = None


@dataclass
class Town:
    """The values for the addresses of the table, and who comes, by the table's head."""

    names: dict[str, str] = field(default_factory=dict)
    comers: dict[str, Comer] = field(default_factory=dict)
    keys: dict[str, str | None] = field(default_factory=dict)


def build(app: Flask) -> Town:
    """Build it all at NOW: a choir with a pending, a confirmed and an offered time in the city's room."""
    city, parish, choir, club = (
        make_organisation(kind=kind) for kind in ("city", "parish", "association", "association")
    )
    room, draft = make_room(owner=city), make_room(owner=city, state="draft")
    make_room(owner=parish)
    people: dict[str, User | None] = {
        "visitor": None,
        "member": make_member(choir),
        "booker": make_member(choir, Role.BOOKER),
        "manager": make_member(choir, Role.MANAGER),
        "left": make_member(choir, Role.MANAGER),
        "other": make_member(club, Role.MANAGER),
        "city": make_member(city, Role.APPROVER),
        "excity": make_member(city, Role.APPROVER),
        "parish": make_member(parish, Role.APPROVER),
        "staff": make_member(city, Role.STAFF),
        "admin": make_user(is_admin=True),
        "standin": make_user(is_admin=True),
        "ended": make_user(is_admin=True),
        "closed": make_member(choir, Role.MANAGER),
    }
    booker = people["booker"]
    assert booker is not None
    own: dict[str, Any] = {"organisation": choir, "visibility": "private", "contact": CANARY}
    pending = make_reservation(room, state="pending", booker=people["left"], **own)
    later = Interval(EVENING.start + WEEK, EVENING.end + WEEK)
    confirmed = make_reservation(room, later, booker=booker, **own)
    offered = _offered(room, club, choir, booker, people["city"])
    town = Town(
        {
            "pending": pending.reference,
            "confirmed": confirmed.reference,
            "offer": offered[0],
            "date": offered[1],
            "occurrence": str(confirmed.occurrences[0].id),
            "room": room.slug,
            "draft": draft.slug,
            "choir": choir.slug,
        }
    )
    for name in ("standin", "ended"):
        _stand_in(people[name], choir)
    for name, person in people.items():
        town.comers[name] = _arrive(app, person, confirmed, _feed_of(name, choir, city))
    _part(people, choir, city)
    holder = make_member(choir, Role.BOOKER)
    make_membership(holder, city, Role.APPROVER)
    town.keys = keys_of(holder)
    return town


def _offered(
    room: Room, club: Organisation, choir: Organisation, booker: User, approver: Any
) -> tuple[str, str]:
    when = Interval(EVENING.start + 2 * WEEK, EVENING.end + 2 * WEEK)
    taken = make_reservation(room, when, organisation=club)
    request = request_for(room, when, organisation_slug=choir.slug, visibility="private")
    entry = in_transaction(lambda: join(request, (when,), actor=acting(booker), now=NOW))
    in_transaction(lambda: cancel(taken.reference, None, "Remontti", actor=acting(approver), now=NOW))
    in_transaction(lambda: offer_free(now=NOW))
    assert [each.state for each in entry.dates] == ["offered"]
    return entry.reference, str(entry.dates[0].id)


def _stand_in(person: Any, organisation: Organisation) -> None:
    reason = "Hallinto pyysi apua."
    stand_ins.begin(organisation.slug, reason, 60, decides=False, actor=acting(person), now=NOW)


def _feed_of(name: str, choir: Organisation, city: Organisation) -> tuple[str, int] | None:
    if name in ("member", "booker", "manager", "left", "standin", "ended", "closed"):
        return "organisation", choir.id
    return ("approver", city.id) if name in ("city", "excity") else None


def _arrive(app: Flask, person: User | None, confirmed: Any, feed: tuple[str, int] | None) -> Comer:
    client = PageClient(app)
    if person is None:
        client.get("/login")
        return Comer(client, str(client.page.forms[0].values["csrf_token"][-1]))
    sign_in(client, person)
    client.get("/privacy")
    comer = Comer(client, str(client.page.forms[0].values["csrf_token"][-1]))
    comer.bearer = create_api_token(person, "kävely", now=NOW)
    comer.give_up = link_token(confirmed.occurrences[0], person)
    if feed is not None:
        comer.feed = token_of(create_calendar(*feed, actor=acting(person), now=NOW))
    return comer


def _part(people: Any, choir: Organisation, city: Organisation) -> None:
    """Take from those who have left what they had, while their sessions, tokens and links are out."""
    for name, organisation in (("left", choir), ("excity", city)):
        held = select(Membership).where(
            Membership.user_id == people[name].id, Membership.organisation_id == organisation.id
        )
        for membership in db.session.scalars(held):
            membership.ended_at = NOW
    stand_ins.end(actor=acting(people["ended"]), now=NOW)
    people["closed"].closed_at = NOW
    db.session.commit()


def keys_of(person: User) -> dict[str, str | None]:
    """Return tokens of every kind that one person can have, by name."""
    made: dict[str, str | None] = {"none": None, "invented": "imt_" + "x" * 43}
    limits: dict[str, frozenset[TokenScope]] = {
        "read": frozenset({TokenScope.READ}),
        "book": frozenset({TokenScope.BOOK}),
        "decide": frozenset({TokenScope.DECIDE}),
        "all": ALL_SCOPES,
    }
    for name, scopes in limits.items():
        made[name] = create_api_token(person, name, now=NOW, scopes=scopes, days=30)
    made["expired"] = create_api_token(person, "expired", now=NOW - timedelta(days=31), days=30)
    made["revoked"] = create_api_token(person, "revoked", now=NOW)
    revoked = db.session.scalars(select(ApiToken).where(ApiToken.name == "revoked")).one()
    revoked.revoked_at = NOW
    db.session.commit()
    return made


def everything() -> dict[str, set[tuple[str, ...]]]:
    """Return what the database holds, table by table."""
    return {
        table.name: {tuple(map(repr, row)) for row in db.session.execute(select(table))}
        for table in db.metadata.sorted_tables
        if table.name not in TRACES
    }


@contextmanager
def undone() -> Iterator[None]:
    """Undo what is done meanwhile, commits too."""
    db.session.commit()
    db.session.remove()
    connection: Any = db.session.get_bind()
    point = connection.begin_nested()
    try:
        yield
    finally:
        db.session.remove()
        if point.is_active:
            point.rollback()
