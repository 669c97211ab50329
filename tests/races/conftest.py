"""A town with real rows in a real database, four processes that serve it, and a crowd before its door."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, text

from booking.access.roles import Role
from booking.accounts.models import ApiToken, User
from booking.app import create_app
from booking.clock import now
from booking.extensions import db
from booking.organisations.models import Organisation
from booking.rooms.models import Room
from booking.timetable.interval import Interval
from tests.factories.organisations import make_member, make_organisation
from tests.factories.reservations import make_reservation
from tests.factories.rooms import make_divisible_hall, make_room
from tests.factories.users import make_user
from tests.races.crowd import Crowd, Sending
from tests.support.effort import times
from tests.support.server import serve
from tests.support.settings import settings_for

ROUNDS = times(6)
WORKERS = 4
BOOKERS, APPROVERS = 10, 4
COMPETITORS = 12
"""Requests that compete in a round of deciding, more than one an approver."""

START = (datetime.now(UTC) + timedelta(days=30)).replace(hour=10, minute=0, second=0, microsecond=0)
HOUR = timedelta(hours=1)

OVERLAPS = """
SELECT count(*) FROM occupancy a JOIN occupancy b ON a.space_id = b.space_id AND a.starts_at < b.ends_at
AND b.starts_at < a.ends_at AND (a.starts_at <> b.starts_at OR a.claim_id <> b.claim_id)
"""
HELD_AND_CONFIRMED = """
SELECT count(*) FROM occurrences o LEFT JOIN occupancy c ON c.claim_id = o.claim_id
WHERE (o.state = 'confirmed') <> (c.claim_id IS NOT NULL)
"""


def day(number: int) -> datetime:
    """Return the tenth hour, UTC, of a round's own day."""
    return START + timedelta(days=number)


@dataclass(frozen=True)
class Request:
    """A request that waits for its decision."""

    reference: str
    use: Interval


@dataclass(frozen=True)
class Arena:
    """What the races are about. Everything in it is plain text and numbers: no session is open."""

    crowd: Crowd
    engine: Engine
    bookers: list[str]
    approvers: list[str]
    at_once: str
    hall: tuple[str, str, str]
    """Half A, half B, the whole."""
    rounds: list[list[Request]]

    def ask(self, room: str, start: datetime, hours: float, number: int) -> Sending:
        """Return the POST by which the `number`th of the crowd asks for a room."""
        body = {
            "room": room,
            "title": f"Kilpailija {number}",
            "start": start.isoformat(),
            "end": (start + hours * HOUR).isoformat(),
            "people": 5,
            "purpose": "meeting",
            "visibility": "public",
        }
        return Sending("/api/v1/reservations", body, self.bookers[number % len(self.bookers)])

    def confirm(self, request: Request, number: int) -> Sending:
        """Return the POST by which one of the approvers confirms a request."""
        token = self.approvers[number % len(self.approvers)]
        return Sending(f"/api/v1/reservations/{request.reference}/confirm", {}, token)

    def count(self, statement: str) -> int:
        with self.engine.connect() as connection:
            return int(connection.scalar(text(statement)) or 0)

    def nothing_overlaps(self) -> bool:
        """Say whether the database holds no overlap, and exactly what is confirmed."""
        return self.count(OVERLAPS) == 0 and self.count(HELD_AND_CONFIRMED) == 0


@pytest.fixture(scope="module")
def racecourse(
    databases: Any, backend: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Crowd]]:
    """An address of a database and a crowd before the four processes that serve it, for race after race.

    A process that survives fails the run.
    """
    url = databases.copy(backend)
    with (
        serve(url, tmp_path_factory.mktemp("races"), workers=WORKERS) as server,
        Crowd(server.base_url, 50) as crowd,
    ):
        yield url, crowd
    databases.drop(url)


@pytest.fixture
def arena(racecourse: tuple[str, Crowd], tmp_path: Path) -> Iterator[Arena]:
    """A town of its own for each race; what raced before is gone."""
    url, crowd = racecourse
    engine = create_engine(url)
    told = _build(url, tmp_path)
    yield Arena(crowd=crowd, engine=engine, **told)
    with engine.begin() as connection:
        for table in ("occupancy", "outbox_messages"):
            connection.execute(text(f"DELETE FROM {table}"))
        connection.execute(text("UPDATE occurrences SET state = 'withdrawn', claim_id = NULL"))
        connection.execute(text("UPDATE reservations SET title = 'gone'"))
    engine.dispose()


def _build(url: str, folder: Path) -> dict[str, Any]:
    app = create_app(settings_for(url, folder / "building"))
    with app.app_context():
        owner = make_organisation(kind="city")
        bookers = [make_user() for _ in range(BOOKERS)]
        approvers = [make_member(owner, Role.APPROVER) for _ in range(APPROVERS)]
        told = {
            "bookers": [token_of(each) for each in bookers],
            "approvers": [token_of(each) for each in approvers],
            "at_once": make_room(approval="at_once", grid_minutes=15).slug,
            "hall": tuple(
                room.slug for room in make_divisible_hall(approval="at_once", longest_ahead_months=24)
            ),
            "rounds": _rounds_to_decide(owner, bookers[0]),
        }
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    return told


def token_of(user: User) -> str:
    """Return a new API token of the person."""
    token = secrets.token_urlsafe(32)
    row = ApiToken(
        user_id=user.id, name="", token_sha256=sha256(token.encode()).hexdigest(), created_at=now()
    )
    db.session.add(row)
    db.session.flush()
    return token


def _rounds_to_decide(owner: Organisation, booker: User) -> list[list[Request]]:
    """Make requests that compete: each begins half an hour after the one before, for one to three hours."""
    room: Room = make_room(owner=owner)
    rounds = []
    for number in range(ROUNDS):
        requests = []
        for place in range(COMPETITORS):
            start = day(number) + place * HOUR / 2
            use = Interval(start, start + (1 + place % 3) * HOUR)
            made = make_reservation(room, use, state="pending", booker=booker, created_at=now())
            requests.append(Request(made.reference, use))
        rounds.append(requests)
    return rounds
