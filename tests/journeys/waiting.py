"""Somebody who is offered what they waited for, in a served town."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from booking import clock
from booking.access.actor import Actor
from booking.accounts.service import user_with_email
from booking.app import create_app
from booking.db import in_transaction
from booking.extensions import db
from booking.organisations.membership import actor_of
from booking.reservations.decisions import cancel
from booking.reservations.request import ReservationRequest
from booking.reservations.waiting.joining import join
from booking.reservations.waiting.queries import open_dates
from booking.rooms.models import Room
from booking.timetable.interval import Interval
from tests.factories.reservations import make_reservation
from tests.journeys.steps import GUESTS, Wish, working_day
from tests.support.settings import settings_for


def an_offer(town: Any) -> str:
    """Return the address at which the booker is offered an evening, which frees up now unless it has."""
    app = create_app(settings_for(town.database_url, town.instance_dir))
    with app.app_context():
        booker, now = _person("varaaja"), clock.now()
        offered = [each.entry.reference for each in open_dates(booker, now) if each.state == "offered"]
        reference = offered[0] if offered else _wait_and_be_offered(booker, now)
        db.session.remove()
        db.engine.dispose()
    return f"/waiting/{reference}"


def _wait_and_be_offered(booker: Actor, now: datetime) -> str:
    wish = Wish(working_day(11), "Peruutuspaikan harjoitus", people=4)
    use = Interval(wish.starts_at.astimezone(UTC), wish.ends_at.astimezone(UTC))
    room = db.session.scalars(select(Room).where(Room.slug == GUESTS)).one()
    taken = make_reservation(room, use).reference
    db.session.commit()
    request = ReservationRequest(
        GUESTS, use.start, use.end, wish.title, "rehearsal", "public", wish.people, "kuoro-koskisointu"
    )
    reference = in_transaction(lambda: join(request, [use], actor=booker, now=now).reference)
    approver = _person("paattaja")
    in_transaction(lambda: cancel(taken, None, "Remontti", actor=approver, now=now))
    return reference


def _person(mailbox: str) -> Actor:
    user = user_with_email(f"{mailbox}@demo.example")
    assert user is not None
    return actor_of(user)
