"""Draft, published, retired: what the public sees of a room, and the steps between them.

History stays whatever the state: a retired room's reservations can be read, and nobody books it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from booking.access.actor import Actor
from booking.access.roles import Right
from booking.audit.service import record
from booking.desk.keeping import room_kept, room_to_change
from booking.desk.rooms.checklist import missing
from booking.errors import WrongState
from booking.extensions import db
from booking.reservations.changes import lock_rooms
from booking.reservations.lifecycle import ACTIVE, State
from booking.reservations.models import LONGEST_DAYS, Occurrence, Proposal, Reservation
from booking.reservations.waiting.models import WaitingDate
from booking.rooms.catalogue import catalogue
from booking.rooms.models import Room

MOST_LISTED: Final = 200


@dataclass(frozen=True, slots=True)
class Ahead:
    """A date that keeps a room from being retired. `reference` is empty where the reader may not look."""

    start: datetime
    end: datetime
    state: str
    title: str
    reference: str


def publish(slug: str, *, actor: Actor, now: datetime) -> Room:
    """Show a draft to everybody. Raises NotFound, Forbidden, WrongState for no draft or an unready one."""
    room = room_to_change(slug, actor)
    if room.state != "draft":
        raise WrongState
    if missing(catalogue().by_id[room.id]):
        raise WrongState("room_not_ready")
    room.published_at = room.published_at or now
    return _set(room, "published", actor, now)


def retire(slug: str, *, actor: Actor, now: datetime) -> Room:
    """Take a room out of use. Raises NotFound, Forbidden, and WrongState while anything is still to come."""
    kept = room_kept(slug, actor)
    lock_rooms([catalogue().by_id[kept.id]])
    room = room_to_change(slug, actor)
    if room.state != "published":
        raise WrongState
    if ahead(room, actor, now):
        raise WrongState("room_in_use")
    room.published_at = room.published_at or now
    return _set(room, "retired", actor, now)


def take_back(slug: str, *, actor: Actor, now: datetime) -> Room:
    """Make a retired room a draft again, to be looked over before it is published."""
    room = room_to_change(slug, actor)
    if room.state != "retired":
        raise WrongState
    return _set(room, "draft", actor, now)


def ahead(room: Room, actor: Actor, now: datetime) -> list[Ahead]:
    """Return what is still to come in a room, by start: dates, times that are proposed or offered in it."""
    full = actor.has(Right.DECIDE, room.owner_id)
    found = [*_dates(room, full, now), *_proposed(room, now)]
    return sorted(found, key=lambda each: (each.start, each.end, each.reference))


def _dates(room: Room, full: bool, now: datetime) -> list[Ahead]:
    rows = db.session.scalars(
        select(Occurrence)
        .where(
            Occurrence.room_id == room.id,
            Occurrence.state.in_(ACTIVE),
            Occurrence.ends_at > now,
            Occurrence.starts_at > now - timedelta(days=LONGEST_DAYS),
        )
        .options(joinedload(Occurrence.reservation))
        .order_by(Occurrence.starts_at, Occurrence.id)
        .limit(MOST_LISTED)
    )
    return [_ahead(each, each.reservation, full) for each in rows]


def _ahead(date: Occurrence, reservation: Reservation, full: bool) -> Ahead:
    shown = full or (reservation.visibility != "private" and date.state == State.CONFIRMED)
    title, reference = (date.title, reservation.reference) if shown else ("", "")
    return Ahead(date.starts_at, date.ends_at, date.state, title, reference)


def _proposed(room: Room, now: datetime) -> list[Ahead]:
    """Return the times in the room that are proposed for dates elsewhere, or offered to who waits."""
    proposals = select(Proposal.starts_at, Proposal.ends_at).where(
        Proposal.room_id == room.id, Proposal.state == "open", Proposal.ends_at > now
    )
    offers = select(WaitingDate.starts_at, WaitingDate.ends_at).where(
        WaitingDate.room_id == room.id, WaitingDate.state == "offered", WaitingDate.ends_at > now
    )
    rows = db.session.execute(proposals.union_all(offers).limit(MOST_LISTED))
    return [Ahead(start, end, "pending", "", "") for start, end in rows]


def _set(room: Room, state: str, actor: Actor, now: datetime) -> Room:
    before, room.state = room.state, state
    db.session.flush()
    record(state, "room", room.id, actor_id=actor.user_id, now=now, before=before)
    return room
