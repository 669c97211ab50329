"""Ask for a room, once or for a whole series."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, select

from booking.access.actor import VISITOR, Actor
from booking.access.roles import Right
from booking.audit.service import record
from booking.availability.search import closed_by_owner
from booking.availability.wishes import Wish, wishes_of
from booking.clock import zone
from booking.errors import Forbidden, RuleViolation, Violation
from booking.extensions import db
from booking.occupancy import service as occupancy
from booking.occupancy.queries import taken_dates
from booking.organisations.models import Organisation
from booking.reservations import messages
from booking.reservations.accepted_terms import unseen
from booking.reservations.behalf.caller import Caller
from booking.reservations.behalf.models import Behalf
from booking.reservations.changes import lock_rooms, lose_competitors, touch_calendars
from booking.reservations.lifecycle import ACTIVE, State
from booking.reservations.models import Companion, Occurrence, Reservation
from booking.reservations.request import (
    ReservationRequest,
    broken_by_dates,
    broken_by_form,
    broken_by_rooms,
)
from booking.reservations.series import slots_wanted
from booking.reservations.writing import write
from booking.rooms.catalogue import catalogue
from booking.rooms.facts import Catalogue, RoomFacts
from booking.rooms.rules import broken_by_quota
from booking.timetable.interval import Interval
from booking.timetable.recurrence import Slot
from booking.timetable.zone import local_date


def request_reservation(
    request: ReservationRequest, *, actor: Actor, now: datetime, holds: bool = False
) -> Reservation:
    """Ask for a room, in the caller's transaction, and return the reservation, flushed.

    A date in a room that is free at once for anyone entitled confirms by itself; otherwise it is pending, and
    with `holds` takes its space until it is decided, whatever the room says: what the waiting list has held
    for who asks, also where a closure has come since. All dates are asked for or none.
    Dates that `request.fixes` put into another owner's room become a reservation of their own, a companion.
    With `request.caller` staff of the rooms' owner asks for somebody else, by the rules for anyone.
    Raises NotFound (no such room), Forbidden (not one of the association's bookers), RuleViolation with
    everything that is wrong, SlotTaken with the times that are not free.
    """
    if not actor.is_signed_in or actor.user_id is None:
        raise Forbidden
    rooms = catalogue()
    room = rooms.room(request.room_slug)
    organisation = organisation_of(request, actor)
    wishes = _wishes(request, room, rooms)
    asked = list({wish.room.id: wish.room for wish in wishes if wish.is_booked}.values()) or [room]
    refuse_other_owners_staff(request, asked, actor)
    refuse_broken_rules(request, wishes, asked, actor, organisation, now)
    if not holds:
        refuse_closed(wishes)
    lock_rooms(asked)
    for each in asked:
        refuse_over_quota(each, organisation, now)
    made = _written(request, wishes, room, organisation, actor, now, holds=holds)
    for reservation in made:
        _tell(reservation, actor, rooms, now)
    lose_competitors(
        [each for one in made for each in one.occurrences if each.state == State.CONFIRMED], now=now
    )
    return made[0]


def organisation_of(request: ReservationRequest, actor: Actor) -> Organisation | None:
    """Return the association a request is made for, None for the person alone.

    Raises RuleViolation for one that does not exist or is archived, Forbidden when the person does not book
    for it.
    """
    if not request.organisation_slug:
        return None
    found = db.session.scalar(select(Organisation).where(Organisation.slug == request.organisation_slug))
    if found is None or found.archived_at is not None:
        raise RuleViolation([Violation("unknown_organisation", "organisation")])
    if request.caller is None and not actor.has(Right.BOOK, found.id):
        raise Forbidden("not_a_booker", organisation=found.name)
    return found


def refuse_other_owners_staff(request: ReservationRequest, rooms: Sequence[RoomFacts], actor: Actor) -> None:
    """Raise Forbidden when somebody asks on behalf of others who is not staff of these rooms' owners."""
    if request.caller is not None and not all(
        actor.has(Right.BOOK_ON_BEHALF, room.owner_id) for room in rooms
    ):
        raise Forbidden("not_staff")


def _wishes(request: ReservationRequest, room: RoomFacts, rooms: Catalogue) -> list[Wish]:
    """Return the dates that are wanted: of a series, or the one of a single use."""
    if request.end <= request.start:
        raise RuleViolation([*broken_by_form(request)])
    if request.pattern is None:
        use = Interval(request.start, request.end)
        slots: Sequence[Slot] = [Slot(local_date(request.start, zone()), use)]
    else:
        slots = slots_wanted(request, room)
    return wishes_of(room, slots, request.fixes, zone(), rooms.room)


def refuse_broken_rules(
    request: ReservationRequest,
    wishes: Sequence[Wish],
    rooms: Sequence[RoomFacts],
    actor: Actor,
    organisation: Organisation | None,
    now: datetime,
) -> None:
    """Raise RuleViolation with everything the request and its dates break in these rooms' rules."""
    organisation_id = organisation.id if organisation else None
    broken = broken_by_form(request)
    asker = actor if request.caller is None else VISITOR  # what staff belongs to is no right of who phones
    broken += broken_by_rooms(request, wishes, rooms, asker, organisation_id)
    broken += broken_by_dates(wishes, now)
    broken += unseen(rooms, request.terms_shown)
    if broken:
        raise RuleViolation(broken)


def refuse_closed(wishes: Sequence[Wish]) -> None:
    """Raise RuleViolation for the dates at which the owner has closed the room: a courtesy, as any look.

    The constraint decides: what a closure wants is held, by itself or by whom it waits for.
    """
    booked = [(wish, wish.use) for wish in wishes if wish.is_booked and wish.use is not None]
    found = taken_dates({wish.room.id for wish, _use in booked}, [use for _wish, use in booked])
    several = len(wishes) > 1
    broken = [
        replace(closed_by_owner(use), on=wish.on if several or wish.fix is not None else None)
        for n, (wish, use) in enumerate(booked)
        if found.get((wish.room.id, n)) == "closed"
    ]
    if broken:
        raise RuleViolation(broken)


def refuse_over_quota(room: RoomFacts, organisation: Organisation | None, now: datetime) -> None:
    """Raise RuleViolation when the association has as many active reservations of the room as it may have.

    A series counts once: what is counted is reservations with a date still to come, not dates.
    """
    if room.rules.most_active is None or organisation is None:
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
    broken = broken_by_quota(room.rules, active or 0)
    if broken:
        raise RuleViolation(broken)


def _written(
    request: ReservationRequest,
    wishes: Sequence[Wish],
    room: RoomFacts,
    organisation: Organisation | None,
    actor: Actor,
    now: datetime,
    *,
    holds: bool,
) -> list[Reservation]:
    """Take what has to be taken and write a reservation for each owner, the asked room's owner first."""
    booked = [(wish, wish.use) for wish in wishes if wish.is_booked and wish.use is not None]
    parts = [occupancy.Part(wish.room.space_ids, wish.room.rules.claimed(use)) for wish, use in booked]
    holding = [_holds(wish.room, holds=holds) for wish, _use in booked]
    occupancy.require_free([part for part, held in zip(parts, holding, strict=True) if not held])
    made = iter(
        occupancy.claim_all("occurrence", [[part] for part, held in zip(parts, holding, strict=True) if held])
    )
    claims = [next(made) if held else None for held in holding]
    owners = {room.owner_id: None} | {wish.room.owner_id: None for wish, _use in booked}
    reservations: list[Reservation] = []
    for owner_id in owners:
        mine = [
            (wish, use, claim_id)
            for (wish, use), claim_id in zip(booked, claims, strict=True)
            if wish.room.owner_id == owner_id
        ]
        if mine:
            reservations.append(write(request, mine, room, organisation, actor, now, holds=holds))
    if request.caller is not None:
        _note_caller(request.caller, reservations, now)
    main = reservations[0]
    for companion in reservations[1:]:
        db.session.add(Companion(reservation_id=companion.id, main_id=main.id))
    db.session.flush()
    return reservations


def _note_caller(caller: Caller, reservations: Sequence[Reservation], now: datetime) -> None:
    for each in reservations:
        db.session.add(
            Behalf(
                reservation_id=each.id, caller=caller.who.strip(), language=caller.language, created_at=now
            )
        )


def _holds(room: RoomFacts, *, holds: bool) -> bool:
    return room.rules.approval == "at_once" or room.rules.pending_holds or holds


def _tell(reservation: Reservation, actor: Actor, rooms: Catalogue, now: datetime) -> None:
    """Write the asking into the history, raise the calendars' versions, and tell both sides."""
    dates = reservation.occurrences
    confirmed = [each for each in dates if each.state == State.CONFIRMED]
    pending = [each for each in dates if each.state == State.PENDING]
    state = State.PENDING if pending else State.CONFIRMED
    details = {"state": state.value} | ({"on_behalf": True} if reservation.on_behalf else {})
    record("request", "reservation", reservation.id, actor_id=actor.user_id, now=now, **details)
    sharing = {other.id: other for each in dates for other in rooms.sharing(rooms.by_id[each.room_id])}
    touch_calendars(reservation, list(sharing.values()))
    if confirmed:
        messages.tell_booker("confirmed", reservation, confirmed, now=now)
    if pending:
        messages.tell_booker("request_received", reservation, pending, now=now)
        messages.tell_approvers("request_to_decide", reservation, pending, now=now)
