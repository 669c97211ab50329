"""A decision is undone at the moment in which others act on what it did: one of them wins, whole."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from booking.access.actor import Actor
from booking.access.roles import Role
from booking.app import create_app
from booking.db import in_transaction
from booking.errors import SlotTaken, WrongState
from booking.extensions import db
from booking.occupancy.models import Occupancy
from booking.organisations.membership import actor_of
from booking.outbox.models import OutboxMessage
from booking.reservations.decisions import cancel, confirm
from booking.reservations.models import Occurrence, Reservation
from booking.reservations.service import request_reservation
from booking.reservations.undoing.models import DecisionRecord
from booking.reservations.undoing.service import undo
from tests.factories.organisations import make_member, make_organisation
from tests.factories.reservations import NOW, make_reservation, request_for
from tests.factories.rooms import make_room
from tests.factories.users import make_user
from tests.reservations.test_answers_at_once import all_at_once
from tests.support.effort import times
from tests.support.settings import settings_for

ROUNDS = times(3)
SOON = NOW + timedelta(seconds=30)


@pytest.fixture
def app_with_commits(backend: str, fresh_database: Callable[[str], str], tmp_path: Path) -> Flask:
    """The application on a database of its own, where commits are commits."""
    return create_app(settings_for(fresh_database(backend), tmp_path))


def last_decision() -> int:
    return max(each.id for each in db.session.query(DecisionRecord))


def states_of(*references: str) -> list[str]:
    found = db.session.query(Reservation).filter(Reservation.reference.in_(references))
    return [each.occurrences[0].state for each in found.order_by(Reservation.id)]


def test_an_undone_cancellation_and_a_request_for_the_freed_slot(app_with_commits: Flask) -> None:
    with app_with_commits.app_context():
        owner = make_organisation()
        approver, asker = actor_of(make_member(owner, Role.APPROVER)), actor_of(make_user())
        for _ in range(ROUNDS):
            room = make_room(owner=owner, approval="at_once")
            taken = make_reservation(room).reference
            wanted = request_for(room)
            db.session.commit()
            in_transaction(lambda it=taken: cancel(it, None, "Syy", actor=approver, now=NOW))
            number = last_decision()
            failed = all_at_once(
                app_with_commits,
                [
                    lambda it=number: undo([it], actor=approver, now=SOON),
                    lambda it=wanted: request_reservation(it, actor=asker, now=SOON),
                ],
            )
            db.session.rollback()  # what is read from here on is read anew
            assert [type(each) for each in failed] in ([WrongState], [SlotTaken]), failed
            holding = db.session.query(Occurrence).filter_by(room_id=room.id, state="confirmed").all()
            assert len(holding) == 1
            space = room.spaces[0].id
            held = db.session.query(Occupancy).filter_by(space_id=space).all()
            assert [each.claim_id for each in held] == [holding[0].claim_id]
            won = "confirmed" if isinstance(failed[0], SlotTaken) else "cancelled"
            assert states_of(taken) == [won]
        end()


def test_two_approvers_and_the_booker_at_once(app_with_commits: Flask) -> None:
    with app_with_commits.app_context():
        owner, choir = make_organisation(), make_organisation()
        first, second = (actor_of(make_member(owner, Role.APPROVER)) for _ in range(2))
        booker = make_member(choir, Role.BOOKER)
        for _ in range(ROUNDS):
            room = make_room(owner=owner, cancellation_days=0)
            mine = make_reservation(room, state="pending", booker=booker, organisation=choir).reference
            rival = make_reservation(room, state="pending").reference
            by_booker: Actor = actor_of(booker)
            db.session.commit()
            in_transaction(lambda it=mine: confirm(it, None, actor=first, now=NOW))
            number = last_decision()
            failed = all_at_once(
                app_with_commits,
                [
                    lambda it=number: undo([it], actor=first, now=SOON),
                    lambda it=number: undo([it], actor=second, now=SOON),
                    lambda it=mine, who=by_booker: cancel(it, None, "", actor=who, now=SOON),
                ],
            )
            db.session.rollback()
            assert len(failed) == 2, failed
            assert all(isinstance(each, WrongState) for each in failed)
            undone = db.session.get_one(DecisionRecord, number, populate_existing=True).undone_at is not None
            assert states_of(mine, rival) == (["pending", "pending"] if undone else ["cancelled", "declined"])
            assert db.session.query(Occupancy).count() == 0
            kinds = {each.kind for each in db.session.query(OutboxMessage)}
            assert ("competing_lost" in kinds) is not undone
            db.session.query(OutboxMessage).delete()
            db.session.commit()
        end()


def end() -> None:
    """Let go of the database, which is dropped after the test."""
    db.session.remove()
    db.engine.dispose()
