"""Ask for a room."""

import secrets
from datetime import datetime
from uuid import uuid4

from flask import current_app
from sqlalchemy import func, select

from booking.access.actor import Actor
from booking.access.roles import Right
from booking.audit.service import record
from booking.errors import Forbidden, RuleViolation, Violation
from booking.extensions import db
from booking.occupancy import service as occupancy
from booking.organisations.models import Organisation
from booking.reservations import messages
from booking.reservations.changes import lose_competitors, touch_calendars
from booking.reservations.lifecycle import ACTIVE, State, holds_space
from booking.reservations.models import Occurrence, Reservation
from booking.reservations.request import ReservationRequest, broken_by_form, broken_by_room
from booking.rooms.catalogue import catalogue
from booking.rooms.facts import RoomFacts
from booking.timetable.interval import Interval

# Said over the phone and written by hand: no letter that looks or sounds like another
REFERENCE_ALPHABET = "ACDEFHJKMNPRTUVWXY3479"
REFERENCE_LENGTH = 8


def request_reservation(request: ReservationRequest, *, actor: Actor, now: datetime) -> Reservation:
    """Ask for a room, in the caller's transaction, and return the reservation, flushed.

    A room that is free at once for anyone entitled confirms by itself; otherwise the request is pending.
    Raises NotFound (no such room), Forbidden (not one of the association's bookers), RuleViolation with
    everything that is wrong, SlotTaken.
    """
    if not actor.is_signed_in or actor.user_id is None:
        raise Forbidden
    rooms = catalogue()
    room = rooms.room(request.room_slug)
    organisation = _organisation(request, actor)
    _refuse_broken_rules(request, room, actor, organisation, now)
    use = Interval(request.start, request.end)
    occupancy.lock(room.space_ids)
    _refuse_over_quota(room, organisation, now)
    state = State.CONFIRMED if room.rules.approval == "at_once" else State.PENDING
    claimed = room.rules.claimed(use)
    if holds_space(state, pending_holds=room.rules.pending_holds):
        claim_id = occupancy.claim("occurrence", room.space_ids, [claimed]).id
    else:
        occupancy.require_free(room.space_ids, [claimed])
        claim_id = None
    reservation = _write(request, room, organisation, state, claim_id, actor, now)
    record("request", "reservation", reservation.id, actor_id=actor.user_id, now=now, state=state.value)
    touch_calendars(reservation, rooms.sharing(room))
    if state is State.CONFIRMED:
        messages.tell_booker("confirmed", reservation, now=now)
        lose_competitors(reservation.occurrences, now=now)
    else:
        messages.tell_booker("request_received", reservation, now=now)
        messages.tell_approvers("request_to_decide", reservation, now=now)
    return reservation


def _organisation(request: ReservationRequest, actor: Actor) -> Organisation | None:
    if not request.organisation_slug:
        return None
    found = db.session.scalar(select(Organisation).where(Organisation.slug == request.organisation_slug))
    if found is None:
        raise RuleViolation([Violation("unknown_organisation", "organisation")])
    if not actor.has(Right.BOOK, found.id):
        raise Forbidden("not_a_booker", organisation=found.name)
    return found


def _refuse_broken_rules(
    request: ReservationRequest,
    room: RoomFacts,
    actor: Actor,
    organisation: Organisation | None,
    now: datetime,
) -> None:
    broken = broken_by_form(request)
    if not any(each.code == "end_before_start" for each in broken):
        organisation_id = organisation.id if organisation else None
        broken += broken_by_room(request, room, actor, organisation_id, now)
    if broken:
        raise RuleViolation(broken)


def _refuse_over_quota(room: RoomFacts, organisation: Organisation | None, now: datetime) -> None:
    """A series counts once: what is counted is reservations with a date still to come, not dates."""
    most = room.rules.most_active
    if most is None or organisation is None:
        return
    active = db.session.scalar(
        select(func.count(Reservation.id.distinct()))
        .join(Occurrence)
        .where(
            Reservation.organisation_id == organisation.id,
            Occurrence.room_id == room.id,
            Occurrence.state.in_(ACTIVE),
            Occurrence.ends_at > now,
        )
    )
    if (active or 0) >= most:
        raise RuleViolation([Violation("too_many_active", "organisation", {"most": most})])


def _write(
    request: ReservationRequest,
    room: RoomFacts,
    organisation: Organisation | None,
    state: State,
    claim_id: int | None,
    actor: Actor,
    now: datetime,
) -> Reservation:
    reservation = Reservation(
        reference="".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(REFERENCE_LENGTH)),
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
        created_at=now,
        changed_at=now,
    )
    reservation.occurrences.append(
        Occurrence(
            room_id=room.id,
            slot_starts_at=request.start,
            starts_at=request.start,
            ends_at=request.end,
            turnaround_minutes=room.rules.turnaround_minutes,
            state=state.value,
            claim_id=claim_id,
            uid=f"{uuid4().hex}@{current_app.config['SETTINGS'].host}",
            sequence=0,
            created_at=now,
            changed_at=now,
        )
    )
    db.session.add(reservation)
    db.session.flush()
    return reservation
