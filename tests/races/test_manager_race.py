"""Managers who go at the same moment, in processes of their own: one of them stays."""

import multiprocessing
from collections.abc import Callable
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

from booking.access.roles import Role
from booking.accounts.models import User
from booking.app import create_app
from booking.clock import now
from booking.db import in_transaction
from booking.errors import Forbidden, RuleViolation
from booking.extensions import db
from booking.organisations import members
from booking.organisations.membership import actor_of
from tests.factories.organisations import make_member, make_organisation
from tests.support.effort import times
from tests.support.settings import settings_for

ROUNDS = times(8)
PATIENCE_SECONDS = 60
WAYS = ("leave", "close", "remove the other", "hand the other down")
BEREFT = """
SELECT count(*) FROM organisations WHERE NOT EXISTS (SELECT 1 FROM memberships
WHERE organisation_id = organisations.id AND role = 'manager' AND ended_at IS NULL)
"""


def test_two_managers_who_go_at_once_never_both_go(
    fresh_database: Callable[[str], str], backend: str, tmp_path: Path
) -> None:
    url = fresh_database(backend)
    pairs = _build(url, tmp_path)
    context = multiprocessing.get_context("spawn")
    together = context.Barrier(2, timeout=PATIENCE_SECONDS)
    going = [
        context.Process(target=_go, args=(url, tmp_path / str(side), pairs, side, together))
        for side in (0, 1)
    ]
    for process in going:
        process.start()
    for process in going:
        process.join(timeout=2 * PATIENCE_SECONDS)
    assert [process.exitcode for process in going] == [0, 0]
    engine = create_engine(url)
    with engine.connect() as connection:
        assert connection.scalar(text(BEREFT)) == 0
        gone = connection.scalar(text("SELECT count(*) FROM memberships WHERE ended_at IS NOT NULL"))
    engine.dispose()
    assert gone == ROUNDS  # one of each two went


def _build(url: str, folder: Path) -> list[tuple[int, int, int]]:
    """Make an association a round with two managers; return (organisation, one, the other) by their ids."""
    app = create_app(settings_for(url, folder / "building"))
    with app.app_context():
        pairs = []
        for _ in range(ROUNDS):
            club = make_organisation()
            one, other = make_member(club, Role.MANAGER), make_member(club, Role.MANAGER)
            pairs.append((club.id, one.id, other.id))
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    return pairs


def _go(url: str, folder: Path, pairs: list[tuple[int, int, int]], side: int, together: Barrier) -> None:
    """Have one side's manager go, each round by another way, when the other side's does."""
    app = create_app(settings_for(url, folder))
    with app.app_context():
        for number, (club, *managers) in enumerate(pairs):
            me, other = managers[side], managers[1 - side]
            way = WAYS[number % len(WAYS)]
            together.wait()

            def step(me: int = me, other: int = other, club: int = club, way: str = way) -> None:
                actor: Any = actor_of(db.session.get_one(User, me))
                if way == "leave":
                    members.leave(club, actor=actor, now=now())
                elif way == "close":
                    members.end_all(me, actor=actor, now=now())
                elif way == "remove the other":
                    members.remove(other, club, actor=actor, now=now())
                else:
                    members.set_roles(other, club, {Role.BOOKER}, actor=actor, now=now())

            try:
                in_transaction(step)
            except (RuleViolation, Forbidden):
                continue
        db.session.remove()
        db.engine.dispose()
