"""Reservations as they stand: nobody asked, decided or was told. For that there are the services."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from booking.accounts.models import User
from booking.extensions import db
from booking.occupancy import service as occupancy
from booking.organisations.models import Organisation
from booking.reservations.lifecycle import State, holds_space
from booking.reservations.models import Occurrence, Reservation
from booking.reservations.request import ReservationRequest
from booking.rooms.models import Room
from booking.timetable.interval import Interval
from tests.factories.users import make_user

_numbers = count(1)

NOW = datetime(2027, 1, 4, 8, tzinfo=UTC)  # a Monday, 10:00 in Helsinki
EVENING = Interval(datetime(2027, 1, 12, 16, tzinfo=UTC), datetime(2027, 1, 12, 18, tzinfo=UTC))
"""Tuesday 12.1.2027 18:00-20:00 in Helsinki."""


def request_for(room: Room, use: Interval = EVENING, **changes: Any) -> ReservationRequest:
    """Return a request for a room, by a person for themselves unless `organisation_slug` is given."""
    values: dict[str, Any] = {
        "room_slug": room.slug,
        "start": use.start,
        "end": use.end,
        "title": "Harjoitus",
        "purpose": "rehearsal",
        "visibility": "public",
        "people": 1,
    }
    return ReservationRequest(**values | changes)


def make_reservation(
    room: Room,
    *uses: Interval,
    state: str = "confirmed",
    booker: User | None = None,
    organisation: Organisation | None = None,
    created_at: datetime = NOW - timedelta(days=30),
    **changes: Any,
) -> Reservation:
    """Return a reservation with a date for each use (by default EVENING), all in one state.

    What the state holds is claimed: `SlotTaken` when it is not free.
    """
    number = next(_numbers)
    values: dict[str, Any] = {
        "reference": f"T{number:07}",
        "room": room,
        "organisation": organisation,
        "booker": booker or make_user(),
        "title": f"Tilaisuus {number}",
        "purpose": "meeting",
        "visibility": "public",
        "people": 1,
        "responsible": "Vastuuhenkilö",
        "terms_version": 1,
        "created_at": created_at,
        "changed_at": created_at,
    }
    reservation = Reservation(**values | changes)
    db.session.add(reservation)
    db.session.flush()
    for use in uses or (EVENING,):
        make_occurrence(reservation, use, state=state)
    return reservation


def make_occurrence(
    reservation: Reservation, use: Interval = EVENING, *, state: str = "confirmed", **changes: Any
) -> Occurrence:
    """Add a date to a reservation; what its state holds is claimed."""
    room: Room = changes.get("room") or reservation.room
    turnaround = timedelta(minutes=changes.get("turnaround_minutes", room.turnaround_minutes))
    pending_holds = changes.get("pending_holds", room.pending_holds)
    holds = holds_space(State(state), pending_holds=pending_holds)
    values: dict[str, Any] = {
        "reservation": reservation,
        "room": room,
        "slot_starts_at": use.start,
        "starts_at": use.start,
        "ends_at": use.end,
        "turnaround_minutes": room.turnaround_minutes,
        "pending_holds": pending_holds,
        "state": state,
        "claim_id": claim_spaces(room, use.extend_end(turnaround)) if holds else None,
        "uid": f"{reservation.reference}-{len(reservation.occurrences)}@example.org",
        "created_at": reservation.created_at,
        "changed_at": reservation.created_at,
    }
    occurrence = Occurrence(**values | changes)
    db.session.add(occurrence)
    db.session.flush()
    return occurrence


def claim_spaces(room: Room, taken: Interval) -> int:
    """Take all spaces of a room for an interval, turnaround included; return the claim's id."""
    return occupancy.claim("occurrence", [space.id for space in room.spaces], [taken])
