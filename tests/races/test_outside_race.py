"""An outside calendar comes and goes while a crowd asks for its slots: never two at once, nothing lost."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from booking.access.roles import Role
from booking.accounts.models import User
from booking.app import create_app
from booking.calendars.outside import service
from booking.calendars.outside.fetched import Fetched
from booking.calendars.outside.models import OutsideSource
from booking.calendars.outside.readings import OutsideEvent, Reading, Rules
from booking.calendars.outside.service import Got, Wanted
from booking.calendars.outside.sync import Ways, sync_due
from booking.clock import now
from booking.db import in_transaction
from booking.extensions import db
from booking.organisations.membership import actor_of
from tests.factories.organisations import make_member, make_organisation
from tests.factories.rooms import make_room
from tests.factories.users import make_user
from tests.races.conftest import HOUR, OVERLAPS, WORKERS, day, token_of
from tests.races.crowd import Crowd, Sending
from tests.races.test_closure_race import UNHELD
from tests.support.settings import settings_for

pytestmark = pytest.mark.timeout(240)

ROUNDS, CROWD, SYNCERS = 3, 8, 2


def events_of(number: int) -> list[OutsideEvent]:
    """Return what the calendar tells in a round: four hours of its day, moved by an hour the next round."""
    shift = number % 2 * HOUR
    return [
        OutsideEvent(f"{n}", "", day(n) + shift, day(n) + shift + 4 * HOUR, "Muualla") for n in range(ROUNDS)
    ]


def ways_of(number: int) -> Ways:
    def fetch(address: str, **rest: Any) -> Fetched:
        return Fetched(b"x", "", "")

    def read(data: bytes, **rest: Any) -> Reading:
        return Reading("", events_of(number), ())

    return Ways(fetch, read)


def test_a_calendar_and_a_crowd_share_a_room_without_an_overlap(
    served: Callable[..., AbstractContextManager[Any]],
    fresh_database: Callable[[str], str],
    backend: str,
    tmp_path: Path,
) -> None:
    url = fresh_database(backend)
    app = create_app(settings_for(url, tmp_path / "building"))
    slug, tokens = _build(app)
    with (
        served(backend, database_url=url, workers=WORKERS) as server,
        Crowd(server.base_url, CROWD) as crowd,
        ThreadPoolExecutor(SYNCERS) as workers,
    ):
        for number in range(ROUNDS):
            ready = threading.Barrier(SYNCERS, timeout=30)
            syncing = [workers.submit(_sync, app, number, ready) for _ in range(SYNCERS)]
            answers = crowd.send([_asking(slug, day(number), n, tokens[n]) for n in range(CROWD)])
            assert sum(each.result(timeout=60) for each in syncing) == 1
            assert {answer.status for answer in answers} <= {201, 409, 422}
    engine = create_engine(url)
    with engine.connect() as connection:
        assert connection.scalar(text(OVERLAPS)) == 0
        assert connection.scalar(text(UNHELD)) == 0
        assert connection.scalar(text("SELECT count(*) FROM outside_events")) == ROUNDS
        assert connection.scalar(text("SELECT count(*) FROM blocks")) == ROUNDS
    engine.dispose()
    with app.app_context():
        db.engine.dispose()


def _asking(slug: str, start: datetime, number: int, token: str) -> Sending:
    begins = start + (number % 5) * HOUR
    body = {
        "room": slug,
        "title": f"Kilpailija {number}",
        "start": begins.isoformat(),
        "end": (begins + HOUR).isoformat(),
        "people": 5,
        "purpose": "meeting",
        "visibility": "public",
    }
    return Sending("/api/v1/reservations", body, token)


def _sync(app: Any, number: int, ready: threading.Barrier) -> int:
    with app.app_context():
        try:
            ready.wait()
            return sync_due(now=lambda: now() + timedelta(hours=number), ways=ways_of(number))
        finally:
            db.session.remove()


def _build(app: Any) -> tuple[str, list[str]]:
    with app.app_context():
        owner = make_organisation(kind="city")
        keeper = make_member(owner, Role.APPROVER)
        room = make_room(owner=owner, approval="at_once", longest_ahead_months=24, cancellation_days=0)
        tokens = [token_of(make_user()) for _ in range(CROWD)]
        db.session.commit()
        actor = actor_of(db.session.get_one(User, keeper.id))
        wanted = Wanted(room.id, "https://kalenteri.example/a.ics", "", Rules(), False)
        got = Got(Reading("", [], ()))
        source = in_transaction(lambda: service.add(wanted, got, actor=actor, now=now()))
        in_transaction(
            lambda: setattr(db.session.get_one(OutsideSource, source.id), "next_attempt_at", now())
        )
        slug = room.slug
        db.session.remove()
    return slug, tokens
