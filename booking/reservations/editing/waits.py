"""The dates of an edit that are waited for instead of being had now."""

from datetime import datetime

from booking.access.actor import Actor
from booking.availability.fixes import FixKind
from booking.reservations.editing.plan import ENDING, Outcome
from booking.reservations.editing.survey import EditPreview
from booking.reservations.models import Reservation
from booking.reservations.request import ReservationRequest
from booking.reservations.waiting.joining import join
from booking.rooms.facts import RoomFacts
from booking.timetable.interval import Interval


def wait_for(found: EditPreview, *, actor: Actor, now: datetime) -> None:
    """Join the waiting list for the dates of which that was chosen. Raises what joining raises."""
    rooms: dict[int, RoomFacts] = {}
    uses: dict[int, list[Interval]] = {}
    for item in found.plan.of(Outcome.SKIPPED, *ENDING):
        wish = item.wish
        if wish and wish.use and wish.fix and wish.fix.kind is FixKind.WAIT:
            rooms[wish.room.id] = wish.room
            uses.setdefault(wish.room.id, []).append(wish.use)
    for room_id, theirs in uses.items():
        request = _request(found.reservation, rooms[room_id], theirs[0])
        join(request, theirs, actor=actor, now=now)


def _request(reservation: Reservation, room: RoomFacts, use: Interval) -> ReservationRequest:
    organisation = reservation.organisation
    return ReservationRequest(
        room_slug=room.slug,
        start=use.start,
        end=use.end,
        title=reservation.title,
        purpose=reservation.purpose,
        visibility=reservation.visibility,
        people=reservation.people,
        organisation_slug=organisation.slug if organisation else None,
        responsible=reservation.responsible,
        contact=reservation.contact,
        note=reservation.note,
    )
