"""A form that is sent twice, by a second click or a reload, asks once."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from booking.access.actor import Actor
from booking.availability.wishes import wishes_of
from booking.clock import zone
from booking.extensions import db
from booking.organisations.models import Organisation
from booking.reservations.lifecycle import ACTIVE
from booking.reservations.models import Companion, Reservation
from booking.reservations.request import ReservationRequest
from booking.reservations.series import slots_wanted
from booking.rooms.catalogue import catalogue

SENT_TWICE_WITHIN = timedelta(minutes=10)

Date = tuple[int, datetime, datetime]
"""Room id, start and end of a use."""


def sent_before(request: ReservationRequest, actor: Actor, now: datetime) -> Reservation | None:
    """Return the same request if the same person sent it a moment ago, a series' companions aside.

    The same are those that ask for the same dates in the same rooms. Raises NotFound and RuleViolation for a
    request that cannot be. One statement where nothing was sent.
    """
    recent = _recent(request, actor, now)
    if not recent:
        return None
    wanted = _wanted(request)
    mains = _mains([each.id for each in recent])
    for reservation in recent:
        together = [each for each in recent if mains.get(each.id, each.id) == reservation.id]
        if wanted and _dates(together) == wanted and _is_active(together) and _is_for(request, reservation):
            return reservation
    return None


def _is_for(request: ReservationRequest, reservation: Reservation) -> bool:
    """Say whether both are for the same person, where staff asks for people without an account."""
    if request.caller is None or request.organisation_slug:
        return True
    whom = (request.responsible.strip(), request.contact.strip())
    return (reservation.responsible, reservation.contact) == whom


def _recent(request: ReservationRequest, actor: Actor, now: datetime) -> Sequence[Reservation]:
    return db.session.scalars(
        select(Reservation)
        .outerjoin(Reservation.organisation)
        .where(
            Reservation.booker_id == actor.user_id,
            Reservation.created_at > now - SENT_TWICE_WITHIN,
            Reservation.title == request.title.strip(),
            Reservation.on_behalf.is_(request.caller is not None),
            func.coalesce(Organisation.slug, "") == (request.organisation_slug or ""),
        )
        .options(selectinload(Reservation.occurrences))
        .order_by(Reservation.id)
    ).all()


def _mains(ids: Sequence[int]) -> dict[int, int]:
    """Return the request with which each of these, a companion, was sent."""
    rows = db.session.execute(
        select(Companion.reservation_id, Companion.main_id).where(Companion.reservation_id.in_(ids))
    )
    return {row.reservation_id: row.main_id for row in rows}


def _wanted(request: ReservationRequest) -> set[Date]:
    rooms = catalogue()
    room = rooms.room(request.room_slug)
    if request.pattern is None:
        return {(room.id, request.start, request.end)}
    wishes = wishes_of(room, slots_wanted(request, room), request.fixes, zone(), rooms.room)
    return {(each.room.id, each.use.start, each.use.end) for each in wishes if each.is_booked and each.use}


def _dates(reservations: Iterable[Reservation]) -> set[Date]:
    return {(each.room_id, each.starts_at, each.ends_at) for one in reservations for each in one.occurrences}


def _is_active(reservations: Iterable[Reservation]) -> bool:
    return any(each.state in ACTIVE for one in reservations for each in one.occurrences)
