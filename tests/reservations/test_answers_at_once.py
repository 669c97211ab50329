"""An offer is accepted, taken back and outdone at the same moment: one of them happens, whole."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from flask import Flask

from booking.access.actor import Actor
from booking.access.roles import Role
from booking.app import create_app
from booking.db import in_transaction
from booking.errors import SlotTaken, WrongState
from booking.extensions import db
from booking.occupancy.service import held, rows_of_hold
from booking.organisations.membership import actor_of
from booking.reservations.changes import hold_of
from booking.reservations.decisions import confirm, decline
from booking.reservations.lifecycle import ACTIVE
from booking.reservations.models import Proposal, Reservation
from booking.reservations.proposals import accept, offer, take_back
from booking.rooms.models import Room
from tests.factories.organisations import make_member, make_organisation
from tests.factories.reservations import NOW, make_reservation
from tests.factories.rooms import make_room
from tests.reservations.offering import LATER
from tests.support.effort import times
from tests.support.settings import settings_for

ROUNDS = times(2)


def test_an_offer_that_is_answered_from_all_sides_ends_once(
    backend: str, fresh_database: Callable[[str], str], tmp_path: Path
) -> None:
    app = create_app(settings_for(fresh_database(backend), tmp_path))
    with app.app_context():
        owner, choir = make_organisation(), make_organisation()
        approver, booker = make_member(owner, Role.APPROVER), make_member(choir, Role.BOOKER)
        for _ in range(ROUNDS):
            asked_room, other = make_room(owner=owner), make_room(owner=owner)
            asked = make_reservation(asked_room, state="pending", booker=booker, organisation=choir)
            rival = make_reservation(other, state="pending")
            made = offered(asked, other, actor_of(approver))
            db.session.flush()
            names = Names(asked.reference, asked.occurrences[0].id, made.id, asked_room.slug, rival.reference)
            steps = steps_of(names, actor_of(approver), actor_of(booker))
            db.session.commit()
            failed = all_at_once(app, steps)
            assert all(isinstance(each, SlotTaken | WrongState) for each in failed), failed
            refuse_halves(names)
        db.session.remove()
        db.engine.dispose()


class Names(NamedTuple):
    """What the threads know of a round; no object of one session is in another's hands."""

    asked: str
    date_id: int
    made_id: int
    asked_room: str
    rival: str


def offered(asked: Reservation, room: Room, approver: Actor) -> Proposal:
    """Have the owner offer another room an hour later."""
    date_id = asked.occurrences[0].id
    return offer(
        asked.reference, date_id, room_slug=room.slug, use=LATER, message="", actor=approver, now=NOW
    )


def steps_of(names: Names, approver: Actor, booker: Actor) -> list[Callable[[], object]]:
    """Return everything that can happen to the offer and to what it was made for."""
    asked, date_id, made_id, room, rival = names
    return [
        lambda: accept(asked, made_id, actor=booker, now=NOW),
        lambda: take_back(asked, made_id, actor=approver, now=NOW),
        lambda: confirm(asked, None, actor=approver, now=NOW),
        lambda: decline(asked, None, "Syy", actor=approver, now=NOW),
        lambda: confirm(rival, None, actor=approver, now=NOW),
        lambda: offer(asked, date_id, room_slug=room, use=LATER, message="", actor=approver, now=NOW),
    ]


def all_at_once(app: Flask, steps: list[Callable[[], object]]) -> list[BaseException]:
    """Take all steps in threads of their own, each in a transaction; return what was refused."""
    together = threading.Barrier(len(steps))
    failed: list[BaseException] = []

    def work(step: Callable[[], object]) -> None:
        with app.app_context():
            together.wait(30)
            try:
                in_transaction(step)
            except BaseException as error:  # noqa: BLE001 - shown by the test
                failed.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=work, args=(each,)) for each in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return failed


def refuse_halves(names: Names) -> None:
    """Fail unless the date and what is proposed for it hold exactly what they should."""
    db.session.expire_all()
    reservation = db.session.query(Reservation).filter_by(reference=names.asked).one()
    (date,) = reservation.occurrences
    found = held([date.claim_id]) if date.claim_id else {}
    assert found.get(date.claim_id or 0, []) == rows_of_hold(hold_of(date))
    if db.session.get_one(Proposal, names.made_id).state == "accepted":
        assert (date.state, date.starts_at) == ("confirmed", LATER.start)
    assert sum(each.state == "open" for each in date.proposals) <= 1
    assert date.state in ACTIVE or date.proposal is None
