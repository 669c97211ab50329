"""Which rules a room has of its own, and the owner's defaults that it follows in the rest.

The values in force always stand in the room's own columns: search joins on them. What keeps them true is one
look at every room before it is written: a new room takes the defaults for what it does not say, and a value
that differs from the default is the room's own, whoever has set it.
"""

from collections.abc import Collection, Iterable
from typing import Final

from sqlalchemy import event, inspect, select
from sqlalchemy.orm import Session, UOWTransaction

from booking.extensions import db
from booking.organisations.models import Organisation
from booking.rooms.models import OwnerRules, Room
from booking.rooms.rule_columns import RuleColumns
from booking.rooms.rules import RoomRules

RULES: Final = tuple(RoomRules.__dataclass_fields__)
"""The names of all rules, in their order."""


def rules_of(row: RuleColumns) -> RoomRules:
    """Return the rules that a room's or an owner's columns say."""
    return RoomRules(**{name: getattr(row, name) for name in RULES})


def defaults_of(owner_id: int | None) -> RoomRules:
    """Return an owner's default rules."""
    row = db.session.get(OwnerRules, owner_id) if owner_id is not None else None
    return rules_of(row) if row is not None else RoomRules()


def put_rules(row: RuleColumns, rules: RoomRules, names: Iterable[str] = RULES) -> None:
    """Write these rules into the columns of a room or an owner."""
    for name in names:
        setattr(row, name, getattr(rules, name))


def followed(own: Collection[str]) -> tuple[str, ...]:
    """Return the rules in which a room that has these of its own follows its owner, in their order."""
    return tuple(name for name in RULES if name not in own)


def lock_owner(owner_id: int) -> None:
    """Have an owner's rules to oneself until the transaction ends: no room begins to follow meanwhile."""
    db.session.execute(
        select(Organisation.id).where(Organisation.id == owner_id).with_for_update(key_share=True)
    )


def settle_rooms_of(owner_id: int) -> None:
    """Have each room of an owner whose defaults are new keep its values; what differs is its own."""
    defaults = defaults_of(owner_id)
    for room in db.session.scalars(select(Room).where(Room.owner_id == owner_id)):
        _settle(room, defaults, is_new=False)


@event.listens_for(db.session, "before_flush")
def _settle_rooms(session: Session, context: UOWTransaction, instances: object) -> None:
    known: dict[int | None, RoomRules] = {}
    for each in (*session.new, *session.dirty):
        if not isinstance(each, Room):
            continue
        is_new = each in session.new
        if is_new or _touches_rules(each):
            owner = each.__dict__.get("owner")
            owner_id = owner.id if owner is not None else each.owner_id
            if owner_id not in known:
                known[owner_id] = defaults_of(owner_id)
            _settle(each, known[owner_id], is_new=is_new)


def _touches_rules(room: Room) -> bool:
    attributes = inspect(room).attrs
    names = (*RULES, "own_rules", "owner_id", "owner")
    return any(attributes[name].history.has_changes() for name in names if name in room.__dict__)


def _settle(room: Room, defaults: RoomRules, *, is_new: bool) -> None:
    own = set(room.own_rules or ())
    unsaid = [name for name in followed(own) if is_new and name not in room.__dict__]
    put_rules(room, defaults, unsaid)
    if room.longest_minutes < room.shortest_minutes:  # what one of them does not say gives way to the other
        if "longest_minutes" in unsaid:
            room.longest_minutes = room.shortest_minutes
        elif "shortest_minutes" in unsaid:
            room.shortest_minutes = room.longest_minutes
    own |= {name for name in followed(own) if getattr(room, name) != getattr(defaults, name)}
    settled = [name for name in RULES if name in own]
    if room.own_rules != settled:
        room.own_rules = settled
