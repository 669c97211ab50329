"""Closures come down on a room while a crowd asks for it: never two at once, and nothing is left free."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from booking.access.roles import Role
from booking.accounts.models import User
from booking.app import create_app
from booking.clock import now, zone
from booking.db import in_transaction
from booking.desk.closures.plans import Plan
from booking.desk.closures.service import Wanted, close, end
from booking.extensions import db
from booking.organisations.membership import actor_of
from booking.timetable.interval import Interval
from booking.timetable.zone import to_wall
from tests.factories.organisations import make_member, make_organisation
from tests.factories.reservations import make_reservation
from tests.factories.rooms import make_divisible_hall
from tests.factories.users import make_user
from tests.races.conftest import HOUR, OVERLAPS, WORKERS, day, token_of
from tests.races.crowd import Crowd, Sending
from tests.support.settings import settings_for

pytestmark = pytest.mark.timeout(240)

ROUNDS, CROWD = 6, 16
UNHELD = """
SELECT count(*) FROM block_dates d JOIN block_spaces s ON s.block_id = d.block_id
WHERE (SELECT count(*) FROM occupancy o WHERE o.space_id = s.space_id
       AND o.starts_at < d.ends_at AND o.ends_at > d.starts_at) = 0
"""
HELD_SECONDS = {
    "sqlite": "SELECT COALESCE(SUM(ends_at - starts_at), 0) FROM occupancy",
    "postgresql": "SELECT COALESCE(SUM(EXTRACT(EPOCH FROM ends_at - starts_at)), 0) FROM occupancy",
}


@dataclass(frozen=True)
class Town:
    """A hall in halves; a round's day has a reservation of its first half that is cancelled in the rush."""

    half: str
    whole: str
    whole_id: int
    keeper_id: int
    cancelling: list[Sending]
    by: list[str]

    def ask(self, number: int, place: int) -> Sending:
        """Return the POST by which one of the crowd asks for a piece of a round's day."""
        first = place % 4
        start = day(number) + first * HOUR
        body = {
            "room": self.half if place % 2 else self.whole,
            "title": f"Kilpailija {place}",
            "start": start.isoformat(),
            "end": (day(number) + min(first + 1 + place % 2, 4) * HOUR).isoformat(),
            "people": 5,
            "purpose": "meeting",
            "visibility": "public",
        }
        return Sending("/api/v1/reservations", body, self.by[place])


def test_a_closure_and_a_crowd_share_a_room_without_a_gap_or_an_overlap(
    served: Callable[..., AbstractContextManager[Any]],
    fresh_database: Callable[[str], str],
    backend: str,
    tmp_path: Path,
) -> None:
    url = fresh_database(backend)
    app = create_app(settings_for(url, tmp_path / "building"))
    town = _build(app)
    with (
        served(backend, database_url=url, workers=WORKERS) as server,
        Crowd(server.base_url, CROWD + 1) as crowd,
        ThreadPoolExecutor(2) as owners,
    ):
        for number, cancelling in enumerate(town.cancelling):
            ready = threading.Barrier(2, timeout=30)
            closing = [owners.submit(_close, app, town, number, ready) for _ in range(2)]
            answers = crowd.send([*(town.ask(number, place) for place in range(CROWD)), cancelling])
            numbers = [each.result(timeout=60) for each in closing]
            assert answers[-1].status == 200, answers[-1].body
            assert {answer.status for answer in answers} <= {200, 201, 409, 422}
            if number % 2:
                _end(app, town, numbers[0])
    engine = create_engine(url)
    with engine.connect() as connection:
        assert connection.scalar(text(OVERLAPS)) == 0
        assert connection.scalar(text(UNHELD)) == 0
        # each round's four hours of both halves are held to the last second
        assert connection.scalar(text(HELD_SECONDS[backend])) == ROUNDS * 2 * 4 * 3600
    engine.dispose()
    with app.app_context():
        db.engine.dispose()


def _wall(moment: datetime) -> datetime:
    return to_wall(moment, zone()).replace(tzinfo=None, fold=0)


def _close(app: Any, town: Town, number: int, ready: threading.Barrier) -> int:
    """Close the whole hall for a round's four hours; two owners' hands do it at once."""
    with app.app_context():
        try:
            actor = actor_of(db.session.get_one(User, town.keeper_id))
            plan = Plan(_wall(day(number)), _wall(day(number) + 4 * HOUR))
            wanted = Wanted("closure", "Remontti", False, (town.whole_id,), plan)
            ready.wait()
            return in_transaction(lambda: close(wanted, actor=actor, now=now()).id)
        finally:
            db.session.remove()


def _end(app: Any, town: Town, closure_id: int) -> None:
    with app.app_context():
        actor = actor_of(db.session.get_one(User, town.keeper_id))
        in_transaction(lambda: end(closure_id, actor=actor, now=now()))
        db.session.remove()


def _build(app: Any) -> Town:
    with app.app_context():
        owner = make_organisation(kind="city")
        keeper = make_member(owner, Role.APPROVER)
        half, _other, whole = make_divisible_hall(
            owner=owner, approval="at_once", longest_ahead_months=24, cancellation_days=0
        )
        holder = make_user()
        token = token_of(holder)
        taken = [
            make_reservation(
                half, Interval(day(n), day(n) + 2 * HOUR), booker=holder, created_at=now()
            ).reference
            for n in range(ROUNDS)
        ]
        town = Town(
            half=half.slug,
            whole=whole.slug,
            whole_id=whole.id,
            keeper_id=keeper.id,
            cancelling=[Sending(f"/api/v1/reservations/{each}/cancel", {}, token) for each in taken],
            by=[token_of(make_user()) for _ in range(CROWD)],
        )
        db.session.commit()
        db.session.remove()
    return town
