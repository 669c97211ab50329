"""The one way contact details leave for a page, a paper, a sheet or an answer; and the log of it.

What is shown is only remembered while the answer is made (`seen`). After it, what is new today is written in
one small transaction (`write_down`): a page that shows nothing new writes nothing.
"""

import logging
import re
from collections.abc import Collection
from datetime import date, datetime
from typing import Final

from flask import Response, g, has_request_context, request
from sqlalchemy import bindparam, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from booking import clock
from booking.access.guard import current_actor
from booking.accounts.models import User
from booking.clock import zone
from booking.db import Ids, among, in_transaction
from booking.extensions import db
from booking.reservations.contacts.models import ContactView
from booking.reservations.models import Reservation
from booking.timetable.zone import local_date

_NOTED: Final = "contacts_shown"
_PAGE_LENGTH: Final = 60
_BETWEEN: Final = re.compile(r"[\s,;<>()]+")  # what stands between a number and an address
_SHOWS_NOTHING: Final = frozenset({401, 403, 404, 500})  # a page of refusal; 409 and 422 are the page itself

_log = logging.getLogger(__name__)


def contact_of(reservation: Reservation) -> str:
    """Return the contact of a reservation's responsible person, to be shown to who sent this request."""
    if reservation.contact:
        seen([reservation.id])
    return reservation.contact


def seen(reservation_ids: Collection[int]) -> None:
    """Remember that the answer to this request shows the contact details of these reservations.

    Outside of a request nobody is looking.
    """
    if has_request_context():
        g.setdefault(_NOTED, set()).update(reservation_ids)


def write_down(response: Response) -> Response:
    """Note who has been shown whose contact details: called after the answer has been made.

    Who booked, and whose own address it is, has seen nothing of others'. A log that cannot be written is no
    reason to hold back the answer: it is logged as an error.
    """
    shown: set[int] = g.pop(_NOTED, set()) if has_request_context() else set()
    viewer_id = current_actor().user_id
    if not shown or viewer_id is None or response.status_code in _SHOWS_NOTHING:
        return response
    now, page = clock.now(), str(request.endpoint)[:_PAGE_LENGTH]
    try:
        new = _new(shown, viewer_id, local_date(now, zone()))
        if new:
            in_transaction(lambda: add(new, viewer_id, page=page, now=now))
    except SQLAlchemyError:
        db.session.rollback()
        _log.exception("views of contact details were not written down")
    return response


def add(reservation_ids: Collection[int], viewer_id: int, *, page: str, now: datetime) -> None:
    """Note in the caller's transaction that a person was shown these contacts, once a day. One statement."""
    today = local_date(now, zone())
    rows = [
        {"viewer_id": viewer_id, "reservation_id": each, "on_day": today, "page": page, "at": now}
        for each in reservation_ids
    ]
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    db.session.execute(dialect.insert(ContactView).on_conflict_do_nothing(), rows)


def _new(shown: Collection[int], viewer_id: int, today: date) -> list[int]:
    """Return those of these reservations of others that the person has not looked at today. One statement."""
    known = select(ContactView.reservation_id).where(
        ContactView.viewer_id == viewer_id, ContactView.on_day == today
    )
    own_address = select(User.email).where(User.id == viewer_id).scalar_subquery()
    found = select(Reservation.id, Reservation.contact, own_address).where(
        among(Reservation.id, bindparam("ids", type_=Ids())),
        Reservation.booker_id != viewer_id,
        Reservation.contact != "",
        Reservation.id.not_in(known),
    )
    rows = db.session.execute(found.order_by(Reservation.id), {"ids": sorted(shown)})
    return [each for each, contact, own in rows if own not in _BETWEEN.split(contact.lower())]
