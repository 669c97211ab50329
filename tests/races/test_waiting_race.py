"""A slot that somebody waits for frees up before a crowd: nobody gets it but the first in the line."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

from booking.accounts.models import User
from booking.app import create_app
from booking.clock import now
from booking.db import in_transaction
from booking.extensions import db
from booking.organisations.membership import actor_of
from booking.reservations.waiting.joining import join
from booking.rooms.models import Room
from booking.timetable.interval import Interval
from tests.factories.reservations import make_reservation, request_for
from tests.factories.rooms import make_room
from tests.factories.users import make_user
from tests.races.conftest import HOUR, OVERLAPS, WORKERS, day, token_of
from tests.races.crowd import Crowd, Sending
from tests.support.effort import times
from tests.support.settings import settings_for

CROWD = 30
ROUNDS = times(3)
STATES = "SELECT state FROM waiting_dates ORDER BY starts_at, id"


@dataclass(frozen=True)
class Town:
    """A room in which an evening a round is taken, and two wait for it. `by` are the crowd's tokens."""

    room: str
    cancelling: list[Sending]
    by: list[str]

    def ask(self, number: int, place: int) -> Sending:
        """Return the POST by which one of the crowd asks for a round's slot."""
        body = {
            "room": self.room,
            "title": f"Kilpailija {place}",
            "start": day(number).isoformat(),
            "end": (day(number) + 2 * HOUR).isoformat(),
            "people": 5,
            "purpose": "meeting",
            "visibility": "public",
        }
        return Sending("/api/v1/reservations", body, self.by[place])


def test_nobody_gets_a_cancelled_slot_but_who_waits_for_it(
    served: Callable[..., AbstractContextManager[Any]],
    fresh_database: Callable[[str], str],
    backend: str,
    tmp_path: Path,
) -> None:
    url = fresh_database(backend)
    town = _build(url, tmp_path)
    with served(backend, database_url=url, workers=WORKERS) as server, Crowd(server.base_url, 40) as crowd:
        for number, cancelling in enumerate(town.cancelling):
            asking = [town.ask(number, place) for place in range(CROWD)]
            answers = crowd.send([*asking[:10], cancelling, *asking[10:]])
            others = [answer for answer in answers if answer.sending is not cancelling]
            assert answers[10].status == 200, answers[10].body
            assert {(answer.status, answer.body["code"]) for answer in others} == {(409, "slot_taken")}
    engine = create_engine(url)
    with engine.connect() as connection:
        assert list(connection.scalars(text(STATES))) == ["offered", "waiting"] * ROUNDS
        assert connection.scalar(text(OVERLAPS)) == 0
        assert list(connection.scalars(text("SELECT kind FROM claims"))) == ["waiting"] * ROUNDS
        assert connection.scalar(text("SELECT count(*) FROM occupancy")) == ROUNDS
    engine.dispose()


def _build(url: str, folder: Path) -> Town:
    app = create_app(settings_for(url, folder / "building"))
    with app.app_context():
        room = make_room(approval="at_once", cancellation_days=0)
        holder, first, second = (make_user() for _ in range(3))
        uses = [Interval(day(number), day(number) + 2 * HOUR) for number in range(ROUNDS)]
        taken = [make_reservation(room, use, booker=holder, created_at=now()) for use in uses]
        token = token_of(holder)
        town = Town(
            room=room.slug,
            cancelling=[
                Sending(f"/api/v1/reservations/{each.reference}/cancel", {}, token) for each in taken
            ],
            by=[token_of(make_user()) for _ in range(CROWD)],
        )
        db.session.commit()
        for user in (first, second):
            _wait(room, uses, user)
        db.session.remove()
        db.engine.dispose()
    return town


def _wait(room: Room, uses: list[Interval], user: User) -> None:
    request = request_for(room, uses[0])
    in_transaction(lambda: join(request, uses, actor=actor_of(user), now=now()))
