"""Divide a hall into parts that are booked by themselves, or add a part to one that is divided.

A whole and its parts are rooms over spaces (decision 2): the whole takes all of them, a part its own.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, TypeVar

from booking.access.actor import Actor
from booking.audit.service import record
from booking.desk.keeping import room_kept, room_to_change
from booking.errors import RuleViolation, Violation, WrongState
from booking.extensions import db
from booking.occupancy import division
from booking.reservations.changes import lock_rooms
from booking.rooms.catalogue import catalogue
from booking.rooms.facts import RoomFacts
from booking.rooms.models import OpeningExceptionRow, OpeningHoursRow, Room, RoomFeature, Space
from booking.rooms.slugs import free_slug
from booking.versions.service import Scope, touch

Hours = TypeVar("Hours", OpeningHoursRow, OpeningExceptionRow)

FEWEST, MOST = 2, 8
LONGEST_NAME: Final = 120
# What a part has of its own: the rest, its rules too, is the whole's until somebody changes it
_OWN: Final = frozenset(
    {
        "id",
        "slug",
        "name",
        "name_sv",
        "name_en",
        "state",
        "capacity",
        "area_m2",
        "price_cents_per_hour",
        "description",
        "terms_version",
        "source",
        "sourced_facts",
        "published_at",
        "changed_at",
    }
)


def divide(slug: str, names: Sequence[str], *, actor: Actor, now: datetime) -> list[Room]:
    """Make parts of a room that has one space; return them, drafts, flushed.

    Whatever holds the room goes on holding all of it: its dates, offers and closures get every new space.
    Raises NotFound, Forbidden, RuleViolation (names), WrongState (divided already, or shared with others).
    """
    room, facts = _for_change(slug, actor)
    if len(facts.space_ids) != 1:
        raise WrongState("room_is_divided")
    wanted = _checked(names, room, fewest=FEWEST)
    old = room.spaces[0]
    spaces = [_space(room, name) for name in wanted]
    _replace(old, spaces, [facts, *catalogue().sharing(facts)])
    parts = [_part(room, name, space) for name, space in zip(wanted, spaces, strict=True)]
    _note("divide", room, parts, actor, now)
    return parts


def add_part(slug: str, name: str, *, actor: Actor, now: datetime) -> Room:
    """Add a part to a divided room; return it, a draft, flushed.

    What holds the whole holds the new part too, what holds another part does not. Raises as `divide`.
    """
    room, facts = _for_change(slug, actor)
    if len(facts.space_ids) < FEWEST:
        raise WrongState("room_is_whole")
    (wanted,) = _checked([name], room, fewest=1)
    wholes = [each for each in catalogue().sharing(facts) if set(each.space_ids) >= set(facts.space_ids)]
    # One of the old spaces is made anew, so that nobody can claim the whole as it was before
    first = room.spaces[0]
    _replace(first, [_space(room, first.name)], catalogue().sharing(facts))
    before = [space.id for space in room.spaces]
    space = _space(room, wanted)
    division.join_whole(before, space.id, now=now)
    for each in wholes:
        db.session.get_one(Room, each.id).spaces.append(space)
    db.session.flush()
    part = _part(room, wanted, space)
    _note("add_part", room, [part], actor, now)
    return part


def parts_of(room: RoomFacts) -> list[RoomFacts]:
    """Return the rooms that are a part of this one, by name."""
    own = set(room.space_ids)
    parts = [each for each in catalogue().sharing(room) if set(each.space_ids) < own]
    return sorted(parts, key=lambda each: (each.name, each.id))


def wholes_of(room: RoomFacts) -> list[RoomFacts]:
    """Return the rooms that this one is a part of, by name."""
    own = set(room.space_ids)
    return sorted(
        (each for each in catalogue().sharing(room) if set(each.space_ids) > own),
        key=lambda each: (each.name, each.id),
    )


def _for_change(slug: str, actor: Actor) -> tuple[Room, RoomFacts]:
    """Return a room with all that shares its space to oneself."""
    facts = catalogue().by_id[room_kept(slug, actor).id]
    lock_rooms([facts])
    room = room_to_change(slug, actor)
    if any(each.owner_id != room.owner_id for each in catalogue().sharing(facts)):
        raise WrongState("space_of_others")
    return room, facts


def _checked(names: Sequence[str], room: Room, *, fewest: int) -> list[str]:
    wanted = [name for name in names if name]
    broken = []
    if len(wanted) < fewest:
        broken.append(Violation("too_few_parts", "names"))
    if len(wanted) > MOST:
        broken.append(Violation("too_many_parts", "names", {"most": MOST}))
    if any(len(name) > LONGEST_NAME for name in wanted):
        broken.append(Violation("too_much_text", "names", {"length": LONGEST_NAME}))
    there = {each.name.casefold() for each in catalogue().by_id.values() if each.owner_id == room.owner_id}
    folded = [name.casefold() for name in wanted]
    if len(set(folded)) < len(folded) or there.intersection(folded):
        broken.append(Violation("same_part_name", "names"))
    if broken:
        raise RuleViolation(broken)
    return wanted


def _space(room: Room, name: str) -> Space:
    space = Space(venue_id=room.venue_id, name=name)
    db.session.add(space)
    db.session.flush()
    return space


def _replace(old: Space, new: Sequence[Space], sharing: Sequence[RoomFacts]) -> None:
    """Put new spaces in place of an old one, everywhere; the old one is gone then."""
    division.replace_space(old.id, [each.id for each in new])
    for facts in {each.id: each for each in sharing if old.id in each.space_ids}.values():
        room = db.session.get_one(Room, facts.id)
        room.spaces = [each for each in room.spaces if each is not old] + list(new)
    db.session.flush()
    db.session.delete(old)
    db.session.flush()


def _part(room: Room, name: str, space: Space) -> Room:
    """Return a draft with the whole's rules and hours, flushed."""
    same = {
        column.key: getattr(room, column.key)
        for column in Room.__mapper__.columns
        if column.key is not None and column.key not in _OWN
    }
    same["example_facts"] = list(room.example_facts)
    part = Room(**same, slug=free_slug(Room, name), name=name, state="draft")
    part.spaces = [space]
    part.features = [
        RoomFeature(feature=each.feature, present=each.present, checked_on=each.checked_on)
        for each in room.features
    ]
    part.opening_hours = [_copy(each) for each in room.opening_hours]
    part.opening_exceptions = [_copy(each) for each in room.opening_exceptions]
    db.session.add(part)
    db.session.flush()
    return part


def _copy(row: Hours) -> Hours:
    columns = [each.key for each in type(row).__mapper__.columns if each.key not in ("id", "room_id")]
    return type(row)(**{name: getattr(row, name) for name in columns if name})


def _note(action: str, room: Room, parts: Sequence[Room], actor: Actor, now: datetime) -> None:
    facts = catalogue().by_id[room.id]
    touch(Scope.ROOM, *(each.id for each in catalogue().sharing(facts)))
    record(action, "room", room.id, actor_id=actor.user_id, now=now, parts=[each.id for each in parts])
