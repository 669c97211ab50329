"""Databases of several sizes with an application on each, side by side in one process."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
from flask import Flask
from sqlalchemy import insert, select

from booking.access.roles import Role
from booking.accounts.api_tokens import create_api_token
from booking.accounts.models import User
from booking.app import create_app
from booking.db import in_transaction
from booking.demo.volume import fill
from booking.extensions import db
from booking.occupancy.models import Claim, Occupancy
from booking.organisations.models import Membership, Organisation
from booking.reservations.models import Occurrence, Reservation
from booking.rooms.models import Room
from tests.factories.organisations import make_organisation
from tests.factories.rooms import make_room
from tests.factories.users import make_user
from tests.support.databases import Databases
from tests.support.settings import settings_for

ROOMS = 200
# Reservations a room and year, the same at every size: what grows is how many years are stored, not how much
# there is to draw on a day. 1,000 would be a busy town, and its search draws ten times as much.
BUSY = 100
FEEDS = (500, 5_000)
HALF_HOUR = timedelta(minutes=30)


class Stage:
    """One database with its application and what the measurements need of it."""

    def __init__(self, name: str, app: Flask, booker: tuple[str, str], rooms: Sequence[str]) -> None:
        self.name = name
        self.app = app
        self.organisation, self.token = booker
        self.rooms = rooms
        self.client = app.test_client()
        self.free: list[tuple[str, datetime]] = []


@contextmanager
def stage(databases: Databases, backend: str, size: int, folder: Path, year: int) -> Iterator[Stage]:
    """Fill a database with `size` reservations in ROOMS rooms, the years ending with `year`."""
    url = databases.copy(backend)
    app = create_app(settings_for(url, folder / f"{backend}-{size}", log_level="ERROR"))
    years = [year - n for n in range(max(1, -(-size // (ROOMS * BUSY))))]
    try:
        with app.app_context():
            with click.progressbar(length=size, label=f"{backend}, {size} reservations") as bar:
                fill(reservations=size, rooms=ROOMS, years=years, tick=bar.update)
            booker = in_transaction(_booker)
            in_transaction(_feeds)
            rooms = db.session.scalars(
                select(Room.slug).where(Room.slug.not_like("syote-%")).limit(ROOMS)
            ).all()
        yield Stage(f"{size}", app, booker, rooms)
    finally:
        with app.app_context():
            db.engine.dispose()
        databases.drop(url)


def _booker() -> tuple[str, str]:
    """Make somebody who may book for an association; return its slug and their API token."""
    user = make_user()
    organisation = make_organisation()
    now = datetime.now(UTC)
    db.session.add(Membership(user=user, organisation=organisation, role=Role.BOOKER, created_at=now))
    return organisation.slug, create_api_token(user, "bench", now=now)


def _feeds() -> None:
    """Give an association of its own to each size of feed, with so many half hours to come in a room."""
    for size in FEEDS:
        organisation = make_organisation(slug=f"syote-{size}")
        room = make_room(slug=f"syote-{size}", owner=organisation)
        _fill_room(room, organisation, make_user(), size)


def _fill_room(room: Room, organisation: Organisation, booker: User, size: int) -> None:
    start = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    next_claim = (db.session.scalar(select(Claim.id).order_by(Claim.id.desc()).limit(1)) or 0) + 1_000_000
    next_reservation = 1_000_000_000 + size * 10
    rows: dict[type, list[dict[str, object]]] = {Claim: [], Occupancy: [], Reservation: [], Occurrence: []}
    for n in range(size):
        begins = start + n * HALF_HOUR
        ends, claim_id, reservation_id = begins + HALF_HOUR, next_claim + n, next_reservation + n
        rows[Claim].append({"id": claim_id, "kind": "occurrence"})
        rows[Occupancy].append(
            {"space_id": room.spaces[0].id, "starts_at": begins, "ends_at": ends, "claim_id": claim_id}
        )
        rows[Reservation].append(
            {
                "id": reservation_id,
                "reference": f"F{size:05}{n:05}",
                "room_id": room.id,
                "organisation_id": organisation.id,
                "booker_id": booker.id,
                "title": f"Kokoontuminen {n}",
                "purpose": "meeting",
                "visibility": "public",
                "people": 5,
                "responsible": "Vastuuhenkilö",
                "contact": "",
                "note": "",
                "terms_version": 1,
                "created_at": start,
                "changed_at": start,
            }
        )
        rows[Occurrence].append(
            {
                "reservation_id": reservation_id,
                "room_id": room.id,
                "slot_starts_at": begins,
                "starts_at": begins,
                "ends_at": ends,
                "turnaround_minutes": 0,
                "state": "confirmed",
                "claim_id": claim_id,
                "uid": f"{size}-{n}@bench.example",
                "sequence": 0,
                "created_at": start,
                "changed_at": start,
            }
        )
    for model, many in rows.items():
        db.session.execute(insert(model), many)


Work = Callable[[Stage, int], None]
"""One measured thing done once on one stage, the number telling which time it is."""
