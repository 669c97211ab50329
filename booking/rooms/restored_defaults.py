"""An owner's default rules, out of a sheet of rooms that follow them.

A sheet tells each room's values in force and which of them are its own. What the rest of an owner's rooms
have in common is the default they follow: so a sheet brings the defaults along to a database without any.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from booking.extensions import db
from booking.rooms.models import OwnerRules, Room
from booking.rooms.own_rules import followed, put_rules, settle_rooms_of
from booking.rooms.rules import RoomRules


def restore_defaults(said: Iterable[tuple[Room, Mapping[str, Any]]], now: datetime) -> None:
    """Make the defaults of owners who have none, where all their following rooms agree. Flushes.

    In: the rooms of a sheet, written already, with what it said of them by column.
    """
    by_owner: dict[int, list[tuple[Room, Mapping[str, Any]]]] = {}
    for room, values in said:
        if room.owner_id is not None and "own_rules" in values:
            by_owner.setdefault(room.owner_id, []).append((room, values))
    for owner_id, rooms in by_owner.items():
        if db.session.get(OwnerRules, owner_id) is None:
            _restore(owner_id, rooms, now)


def _restore(owner_id: int, rooms: Iterable[tuple[Room, Mapping[str, Any]]], now: datetime) -> None:
    wanted: dict[str, set[Any]] = {}
    for _room, values in rooms:
        for name in followed(values["own_rules"]):
            if name in values:
                wanted.setdefault(name, set()).add(values[name])
    agreed = {name: next(iter(found)) for name, found in wanted.items() if len(found) == 1}
    defaults = replace(RoomRules(), **agreed)
    if defaults == RoomRules() or defaults.longest_minutes < defaults.shortest_minutes:
        return
    row = OwnerRules(organisation_id=owner_id, changed_at=now)
    put_rules(row, defaults)
    db.session.add(row)
    db.session.flush()  # first the defaults: a room is held against them when it is written
    for room, values in rooms:
        room.own_rules = list(values["own_rules"])
    db.session.flush()
    settle_rooms_of(owner_id)
    db.session.flush()
