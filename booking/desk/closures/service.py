"""Close rooms or take them into own use, change that, and end it.

Every function works in the caller's transaction and flushes. What is refused: NotFound, Forbidden for whom
does not keep the owner's rooms, RuleViolation, and WrongState for a closure that is over.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload

from booking.access.actor import Actor
from booking.access.roles import Right
from booking.audit.service import record
from booking.clock import zone
from booking.desk.closures.models import Closure
from booking.desk.closures.plans import Plan
from booking.errors import Forbidden, NotFound, RuleViolation, Violation, WrongState
from booking.extensions import db
from booking.occupancy import blocks
from booking.occupancy.models import CLOSURE, OWN_USE, Block
from booking.reservations.changes import lock_rooms
from booking.rooms.catalogue import catalogue
from booking.rooms.facts import RoomFacts
from booking.rooms.models import Room
from booking.timetable.interval import Interval
from booking.timetable.zone import local_date

KINDS = (CLOSURE, OWN_USE)
TITLE_LENGTH = 120


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a closure is to be. `room_ids`: rooms of one owner."""

    kind: str
    title: str
    is_public: bool
    room_ids: tuple[int, ...]
    plan: Plan


def checked(wanted: Wanted, *, actor: Actor, now: datetime) -> tuple[list[RoomFacts], list[Interval]]:
    """Return the rooms and the stretches that are still to come. Raises Forbidden, RuleViolation."""
    rooms = [catalogue().by_id[room_id] for room_id in wanted.room_ids]
    if any(not actor.has(Right.KEEP_ROOMS, room.owner_id) for room in rooms):
        raise Forbidden
    broken = []
    if not rooms:
        broken.append(Violation("no_room_chosen", "rooms"))
    if len({room.owner_id for room in rooms}) > 1:
        broken.append(Violation("rooms_of_one_owner", "rooms"))
    if not wanted.title.strip():
        broken.append(Violation("closure_title_missing", "title"))
    if len(wanted.title) > TITLE_LENGTH:
        broken.append(Violation("too_much_text", "title", {"length": TITLE_LENGTH}))
    if wanted.kind not in KINDS:
        broken.append(Violation("unknown_closure_kind", "kind"))
    if broken:
        raise RuleViolation(broken)
    coming = [each for each in wanted.plan.intervals(rooms[0].school_breaks) if each.end > now]
    if not coming:
        raise RuleViolation([Violation("closure_is_past", "date")])
    return rooms, coming


def close(wanted: Wanted, *, actor: Actor, now: datetime) -> Closure:
    """Close rooms, or take them into own use, and return the closure: it holds what is free at once."""
    rooms, coming = checked(wanted, actor=actor, now=now)
    lock_rooms(rooms)
    block = blocks.make(wanted.kind, wanted.title.strip(), _spaces(rooms), coming, is_public=wanted.is_public)
    closure = Closure(
        block=block,
        owner_id=rooms[0].owner_id,
        plan=wanted.plan.to_json(),
        created_by_id=actor.user_id,
        created_at=now,
        rooms=_rows(rooms),
    )
    db.session.add(closure)
    db.session.flush()
    _record("close", closure, actor, now, block_kind=wanted.kind, rooms=[room.id for room in rooms])
    return closure


def change(closure_id: int, wanted: Wanted, *, actor: Actor, now: datetime) -> Closure:
    """Give a closure other dates, rooms or words. What it wants no longer is given back; the past stays."""
    rooms, coming = checked(wanted, actor=actor, now=now)
    closure = for_change(closure_id, actor, also=rooms)
    if {room.owner_id for room in rooms} != {closure.owner_id}:
        raise RuleViolation([Violation("rooms_of_one_owner", "rooms")])
    block = closure.block
    block.kind, block.title, block.is_public = wanted.kind, wanted.title.strip(), wanted.is_public
    blocks.change(block, _spaces(rooms), coming, now=now)
    closure.plan, closure.rooms = wanted.plan.to_json(), _rows(rooms)
    db.session.flush()
    _record("change", closure, actor, now, block_kind=wanted.kind, rooms=[room.id for room in rooms])
    return closure


def change_date(closure_id: int, date_id: int, wanted: Wanted, *, actor: Actor, now: datetime) -> Closure:
    """Give one date of a repeating closure other times, rooms or words: it becomes a closure of its own."""
    drop_date(closure_id, date_id, actor=actor, now=now)
    return close(wanted, actor=actor, now=now)


def drop_date(closure_id: int, date_id: int, *, actor: Actor, now: datetime) -> Closure:
    """Do without one date of a repeating closure; its time is given back."""
    closure = for_change(closure_id, actor)
    date = next((each for each in closure.block.dates if each.id == date_id), None)
    if date is None:
        raise NotFound("unknown_closure")
    if date.ends_at <= now:
        raise WrongState("closure_is_over")
    rest = [each for each in closure.block.dates if each is not date]
    plan = Plan.of(closure.plan)
    on = local_date(date.starts_at, zone())
    if plan.pattern is None or not any(each.ends_at > now for each in rest):
        return end(closure_id, actor=actor, now=now)
    closure.plan = plan.without(on).to_json()
    kept = [Interval(each.starts_at, each.ends_at) for each in rest]
    blocks.change(closure.block, _held_spaces(closure), kept, now=now)
    db.session.flush()
    _record("drop_date", closure, actor, now, date=on.isoformat())
    return closure


def end(closure_id: int, *, actor: Actor, now: datetime) -> Closure:
    """End a closure now, or remove one that has not begun: what it holds from now on is given back."""
    closure = for_change(closure_id, actor)
    blocks.change(closure.block, _held_spaces(closure), [], now=now)
    closure.removed_at = now
    db.session.flush()
    _record("end", closure, actor, now)
    return closure


def find(closure_id: int, actor: Actor) -> Closure:
    """Return a closure that the person keeps. Raises NotFound, also for another owner's."""
    closure = db.session.scalar(_query(closure_id))
    if closure is None or not actor.has(Right.KEEP_ROOMS, closure.owner_id):
        raise NotFound("unknown_closure")
    return closure


def for_change(closure_id: int, actor: Actor, *, also: Sequence[RoomFacts] = ()) -> Closure:
    """Return a closure as it stands under the locks of its rooms and of those it is to go to.

    Raises NotFound, and WrongState for one that is over.
    """
    known = catalogue().by_id
    rooms = [known[room.id] for room in find(closure_id, actor).rooms]
    lock_rooms([*rooms, *also])
    query = _query(closure_id).execution_options(populate_existing=True)
    closure = db.session.scalars(query).one()
    if closure.removed_at is not None:
        raise WrongState("closure_is_over")
    return closure


def _query(closure_id: int) -> Select[Closure]:
    return (
        select(Closure)
        .where(Closure.id == closure_id)
        .options(
            selectinload(Closure.block).selectinload(Block.dates),
            selectinload(Closure.rooms),
            selectinload(Closure.created_by),
        )
    )


def _spaces(rooms: Sequence[RoomFacts]) -> set[int]:
    return {space_id for room in rooms for space_id in room.space_ids}


def _held_spaces(closure: Closure) -> Collection[int]:
    return blocks.spaces_of([closure.block_id]).get(closure.block_id, [])


def _rows(rooms: Sequence[RoomFacts]) -> list[Room]:
    return list(db.session.scalars(select(Room).where(Room.id.in_([room.id for room in rooms]))))


def _record(action: str, closure: Closure, actor: Actor, now: datetime, **details: object) -> None:
    record(
        action,
        "closure",
        closure.id,
        actor_id=actor.user_id,
        now=now,
        dates=sum(each.ends_at > now for each in closure.block.dates),
        **details,
    )
