"""Wait for a slot that is taken: join the line."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from booking.access.actor import Actor
from booking.audit.service import record
from booking.availability.fixes import FixKind
from booking.availability.wishes import Wish
from booking.clock import zone
from booking.errors import Forbidden, RuleViolation, Violation
from booking.extensions import db
from booking.occupancy.queries import between, rows_between, taken_slots
from booking.organisations.models import Organisation
from booking.reservations.changes import lock_rooms
from booking.reservations.models import Occurrence, Reservation
from booking.reservations.request import ReservationRequest
from booking.reservations.series import slots_wanted
from booking.reservations.service import (
    organisation_of,
    refuse_broken_rules,
    refuse_closed,
    request_reservation,
)
from booking.reservations.waiting import messages, policy
from booking.reservations.waiting.models import WaitingDate, WaitingEntry
from booking.reservations.waiting.queries import OPEN, places
from booking.reservations.writing import new_reference
from booking.rooms.catalogue import catalogue
from booking.rooms.facts import RoomFacts
from booking.timetable.interval import Interval
from booking.timetable.zone import local_date


def join(
    request: ReservationRequest, uses: Sequence[Interval], *, actor: Actor, now: datetime
) -> WaitingEntry:
    """Wait for these uses of the request's room, none of which is free, and return the entry, flushed.

    Who asks twice for the same waits once: the entry is the one that is there. Raises what asking raises but
    SlotTaken, and RuleViolation for a slot that is free (`not_taken`) or one's own (`already_yours`).
    """
    room, organisation = checked(request, uses, actor=actor, now=now)
    lock_rooms([room])
    known = _waited_already(room, organisation, actor, uses)
    new = [use for use in uses if use not in known]
    if not new:
        return known[uses[0]].entry
    _refuse_free(room, new)
    _refuse_own(room, organisation, actor, new)
    entry = _write(request, new, room, organisation, actor, now)
    record(
        "join", "waiting", entry.id, actor_id=actor.user_id, now=now, dates=[each.id for each in entry.dates]
    )
    messages.tell(
        "waiting_joined", policy.side(entry), entry, entry.dates, now=now, places=places(entry.dates)
    )
    return entry


def ask_or_wait(
    request: ReservationRequest, *, actor: Actor, now: datetime
) -> tuple[Reservation | None, WaitingEntry | None]:
    """Ask for the dates of a request that are to be booked and wait for those that are to be waited for.

    Raises what `request_reservation` and `join` raise; then nothing is done.
    """
    chosen = {fix.on for fix in request.fixes if fix.kind is FixKind.WAIT}
    if request.pattern is None or not chosen:
        return request_reservation(request, actor=actor, now=now), None
    slots = slots_wanted(request, catalogue().room(request.room_slug))
    uses = [slot.interval for slot in slots if slot.date in chosen and slot.interval is not None]
    left_out = {fix.on for fix in request.fixes if fix.kind in (FixKind.WAIT, FixKind.SKIP)}
    books = any(slot.date not in left_out for slot in slots)
    reservation = request_reservation(request, actor=actor, now=now) if books or not uses else None
    return reservation, join(request, uses, actor=actor, now=now) if uses else None


def checked(
    request: ReservationRequest, uses: Sequence[Interval], *, actor: Actor, now: datetime
) -> tuple[RoomFacts, Organisation | None]:
    """Return the room and the association of a request once its uses break no rule.

    Raises what asking raises before it looks at the calendar: NotFound, Forbidden, RuleViolation.
    """
    if actor.user_id is None:
        raise Forbidden
    room = catalogue().room(request.room_slug)
    organisation = organisation_of(request, actor)
    wishes = [Wish(local_date(use.start, zone()), room, use, use) for use in uses]
    refuse_broken_rules(request, wishes, [room], actor, organisation, now)
    refuse_closed(wishes)
    return room, organisation


def _waited_already(
    room: RoomFacts, organisation: Organisation | None, actor: Actor, uses: Sequence[Interval]
) -> dict[Interval, WaitingDate]:
    """Return the open dates of the same waiting side for these uses: an association has one place."""
    found = db.session.scalars(
        select(WaitingDate)
        .join(WaitingDate.entry)
        .where(
            WaitingDate.room_id == room.id,
            WaitingDate.state.in_(OPEN),
            WaitingDate.starts_at.in_([use.start for use in uses]),
            _is_of(organisation, actor, WaitingEntry.organisation_id, WaitingEntry.user_id),
        )
        .order_by(WaitingEntry.created_at.desc(), WaitingEntry.id.desc())
    )
    return {Interval(each.starts_at, each.ends_at): each for each in found}


def _refuse_free(room: RoomFacts, uses: Sequence[Interval]) -> None:
    taken = set(taken_slots(room.space_ids, [room.rules.claimed(use) for use in uses]))
    free = [use for use in uses if room.rules.claimed(use) not in taken]
    _refuse("not_taken", free, uses)


def _refuse_own(
    room: RoomFacts, organisation: Organisation | None, actor: Actor, uses: Sequence[Interval]
) -> None:
    """Refuse to wait for what the same association, or the person for themselves, holds."""
    wanted = {use: room.rules.claimed(use) for use in uses}
    span = Interval(min(each.start for each in wanted.values()), max(each.end for each in wanted.values()))
    rows = db.session.execute(rows_between(), between(room.space_ids, span)).all()
    holding = {
        row.claim_id: use
        for row in rows
        for use, taken in wanted.items()
        if taken.overlaps(Interval(row.starts_at, row.ends_at))
    }
    own = db.session.scalars(
        select(Occurrence.claim_id)
        .join(Occurrence.reservation)
        .where(
            Occurrence.claim_id.in_(sorted(holding)),
            _is_of(organisation, actor, Reservation.organisation_id, Reservation.booker_id),
            Reservation.on_behalf.is_(False) if organisation is None else true(),
        )
    )
    _refuse("already_yours", sorted({holding[claim_id] for claim_id in own if claim_id}), uses)


def _is_of(
    organisation: Organisation | None,
    actor: Actor,
    organisation_id: InstrumentedAttribute[int | None],
    user_id: InstrumentedAttribute[int],
) -> ColumnElement[bool]:
    """Return the condition for what is the association's, or the person's own when there is none."""
    if organisation is not None:
        return organisation_id == organisation.id
    return and_(organisation_id.is_(None), user_id == actor.user_id)


def _refuse(code: str, refused: Sequence[Interval], uses: Sequence[Interval]) -> None:
    if refused:
        several = len(uses) > 1
        raise RuleViolation(
            [
                Violation(code, "start", on=local_date(use.start, zone()) if several else None)
                for use in refused
            ]
        )


def _write(
    request: ReservationRequest,
    uses: Sequence[Interval],
    room: RoomFacts,
    organisation: Organisation | None,
    actor: Actor,
    now: datetime,
) -> WaitingEntry:
    entry = WaitingEntry(
        reference=new_reference(),
        room_id=room.id,
        organisation_id=organisation.id if organisation else None,
        user_id=actor.user_id,
        title=request.title.strip(),
        purpose=request.purpose,
        visibility=request.visibility,
        people=request.people,
        responsible=request.responsible.strip() or actor.name,
        contact=request.contact.strip(),
        note=request.note.strip(),
        age=request.age,
        created_at=now,
    )
    entry.dates = [
        WaitingDate(room_id=room.id, starts_at=use.start, ends_at=use.end, state="waiting", changed_at=now)
        for use in sorted(uses)
    ]
    db.session.add(entry)
    db.session.flush()
    return entry
