"""Turn a request into rows."""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from booking.access.actor import Actor
from booking.availability.fixes import FixKind
from booking.availability.wishes import Wish
from booking.clock import zone
from booking.extensions import db
from booking.occupancy.uids import new_uid
from booking.organisations.models import Organisation
from booking.reservations.lifecycle import State
from booking.reservations.models import Occurrence, Reservation
from booking.reservations.quotes import promise_to
from booking.reservations.request import ReservationRequest
from booking.reservations.segments import Segment
from booking.reservations.series import written
from booking.rooms.facts import RoomFacts
from booking.timetable.interval import Interval

# Said over the phone and written by hand: no letter that looks or sounds like another
REFERENCE_ALPHABET = "ACDEFHJKMNPRTUVWXY3479"
REFERENCE_LENGTH = 8

Booked = tuple[Wish, Interval, int | None]
"""A date, its use, and the claim that holds it if one does."""


def write(
    request: ReservationRequest,
    booked: Sequence[Booked],
    asked_room: RoomFacts,
    organisation: Organisation | None,
    actor: Actor,
    now: datetime,
    *,
    holds: bool,
) -> Reservation:
    """Return a reservation with these dates, which all lie in rooms of one owner, flushed."""
    first = booked[0][0].room
    room = asked_room if asked_room.owner_id == first.owner_id else first
    reservation = Reservation(
        reference=new_reference(),
        room_id=room.id,
        organisation_id=organisation.id if organisation else None,
        booker_id=actor.user_id,
        title=request.title.strip(),
        purpose=request.purpose,
        visibility=request.visibility,
        people=request.people,
        responsible=request.responsible.strip() or actor.name,
        contact=request.contact.strip(),
        note=request.note.strip(),
        terms_version=room.terms_version,
        on_behalf=request.caller is not None,
        # a companion is a handful of dates: what the pattern says is the main one's
        pattern=_segments(request, booked) if request.pattern and room.id == asked_room.id else None,
        created_at=now,
        changed_at=now,
    )
    reservation.occurrences = [
        new_occurrence(wish, use, claim_id, now=now, holds=holds) for wish, use, claim_id in booked
    ]
    rooms = {wish.room.id: wish.room for wish, _use, _claim_id in booked}
    promise_to(reservation, organisation.kind if organisation else "", request.age, rooms.values())
    db.session.add(reservation)
    db.session.flush()
    return reservation


def new_occurrence(
    wish: Wish, use: Interval, claim_id: int | None, *, now: datetime, holds: bool = False
) -> Occurrence:
    """Return a date that is asked for now: confirmed where the room says so, else pending. Not yet added."""
    rules = wish.room.rules
    state = State.CONFIRMED if rules.approval == "at_once" else State.PENDING
    return Occurrence(
        room_id=wish.room.id,
        slot_starts_at=wish.slot.start if wish.slot else use.start,
        starts_at=use.start,
        ends_at=use.end,
        turnaround_minutes=rules.turnaround_minutes,
        state=state.value,
        claim_id=claim_id,
        pending_holds=rules.pending_holds or holds,
        is_exception=wish.fix is not None and wish.fix.kind in (FixKind.TIME, FixKind.ROOM),
        uid=new_uid(),
        sequence=0,
        created_at=now,
        changed_at=now,
    )


def new_reference() -> str:
    """Return a reference nobody can guess."""
    return "".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(REFERENCE_LENGTH))


def _segments(request: ReservationRequest, booked: Sequence[Booked]) -> dict[str, object] | None:
    """Return the series without what is not booked here: dates skipped, waited for, a companion's."""
    if request.pattern is None:
        return None
    left_out = {fix.on for fix in request.fixes} - {wish.on for wish, _use, _claim in booked}
    pattern = replace(request.pattern, skip=request.pattern.skip | left_out)
    return written([Segment.of(request.start, request.end, pattern, zone())])
