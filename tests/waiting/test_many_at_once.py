"""Many at the same moment in one line, on real databases: one answer counts, and nobody waits in vain."""

import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from booking.access.roles import Role
from booking.app import create_app
from booking.db import in_transaction
from booking.errors import DomainError, RuleViolation
from booking.extensions import db
from booking.occupancy.models import Claim
from booking.organisations.membership import actor_of
from booking.reservations.decisions import cancel
from booking.reservations.models import Reservation
from booking.reservations.waiting.joining import join
from booking.reservations.waiting.models import WaitingDate
from booking.reservations.waiting.service import accept, lapse_due
from tests.factories.organisations import make_member, make_organisation
from tests.factories.reservations import EVENING, NOW, make_reservation, request_for
from tests.factories.rooms import make_room
from tests.factories.users import make_user
from tests.support.settings import settings_for

AT_ONCE = 6
DEADLINE = NOW + timedelta(hours=24)


@pytest.fixture
def app_on_its_own(backend: str, fresh_database: Callable[[str], str], tmp_path: Path) -> Iterator[Flask]:
    """An application on a database whose transactions really commit."""
    app = create_app(settings_for(fresh_database(backend), tmp_path))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def together(app: Flask, works: Sequence[Callable[[], Any]]) -> list[Any]:
    """Do all of these at the same moment; return what each gave, or the code with which it was refused."""
    done: list[Any] = [None] * len(works)
    ready = threading.Barrier(len(works), timeout=30)

    def run(number: int) -> None:
        with app.app_context():
            ready.wait()
            try:
                done[number] = in_transaction(works[number])
            except RuleViolation as error:
                done[number] = error.violations[0].code
            except DomainError as error:
                done[number] = error.code
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    db.session.rollback()
    assert None not in done, "somebody failed"
    return done


def claims() -> list[str]:
    return sorted(db.session.scalars(select(Claim.kind)))


def taken_evening() -> tuple[Any, Callable[[], str]]:
    """Return a room whose evening is taken, and what gives it back."""
    owner = make_organisation(kind="city")
    approver, room = actor_of(make_member(owner, Role.APPROVER)), make_room(owner=owner)
    reference = make_reservation(room).reference
    db.session.commit()

    def give_back() -> str:
        cancel(reference, None, "Syy", actor=approver, now=NOW)
        return "given back"

    return room, give_back


def joining(room: Any) -> Callable[[], str]:
    """Return what has a new person join the line."""
    actor, request = actor_of(make_user()), request_for(room)
    db.session.commit()

    def wait() -> str:
        return join(request, [EVENING], actor=actor, now=NOW).reference

    return wait


def offered() -> tuple[Callable[[], str], WaitingDate]:
    """Return what accepts an offer, and the offered date; a second person waits behind it."""
    room, give_back = taken_evening()
    first, second = joining(room), joining(room)
    reference = in_transaction(first)
    in_transaction(second)
    in_transaction(give_back)
    date = db.session.scalars(select(WaitingDate).where(WaitingDate.state == "offered")).one()
    actor, number = actor_of(date.entry.user), date.id
    return lambda: accept(reference, number, actor=actor, now=DEADLINE - timedelta(seconds=1)).reference, date


def test_who_presses_accept_many_times_at_once_gets_one_reservation(app_on_its_own: Flask) -> None:
    press, _date = offered()
    made = together(app_on_its_own, [press] * AT_ONCE)
    assert len(set(made)) == 1
    assert db.session.scalar(select(func.count()).select_from(Reservation)) == 2
    assert claims() == ["occurrence"]


def test_an_offer_is_taken_or_lapses_and_never_both(app_on_its_own: Flask) -> None:
    press, date = offered()
    number = date.id
    done = together(app_on_its_own, [press, *[lambda: f"{lapse_due(now=DEADLINE)} ended"] * (AT_ONCE - 1)])
    state = db.session.get_one(WaitingDate, number).state
    if state == "accepted":
        assert claims() == ["occurrence"]
    else:
        assert (state, done[0]) == ("lapsed", "offer_ended")
        assert claims() == ["waiting"], "the next is offered it"
    assert done[1:].count("1 ended") == (state == "lapsed")


def test_who_joins_while_the_slot_is_given_back_is_offered_it_or_finds_it_free(app_on_its_own: Flask) -> None:
    for _round in range(4):
        room, give_back = taken_evening()
        joiners = [joining(room) for _ in range(AT_ONCE)]
        done = together(app_on_its_own, [*joiners[:3], give_back, *joiners[3:]])
        states = sorted(db.session.scalars(select(WaitingDate.state).where(WaitingDate.room_id == room.id)))
        refused = done.count("not_taken")
        assert len(states) + refused == AT_ONCE
        if states:
            assert refused == 0, "with somebody in the line it is never free"
            assert states == ["offered"] + ["waiting"] * (AT_ONCE - 1)
