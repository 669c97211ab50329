"""Change a room's booking rules or an owner's defaults, once it is known which dates would break them."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select

from booking.access.actor import Actor
from booking.access.roles import Right
from booking.audit.service import record
from booking.clock import zone
from booking.desk.keeping import room_kept
from booking.desk.rules.breaking import Breaking, newly_broken
from booking.errors import Forbidden, RuleViolation, Violation, WrongState
from booking.extensions import db
from booking.organisations.models import Membership, Organisation
from booking.organisations.queries import organisation_by_slug
from booking.reservations.coming import coming_dates
from booking.rooms.catalogue import catalogue
from booking.rooms.facts import RoomFacts
from booking.rooms.models import OwnerRules, Room
from booking.rooms.own_rules import RULES, defaults_of, followed, lock_owner, put_rules, rules_of
from booking.rooms.rules import RoomRules


@dataclass(frozen=True, slots=True)
class RoomChange:
    """What would change in one room: the names of the rules whose value in force differs, and what breaks."""

    room: RoomFacts
    rules: RoomRules
    names: Sequence[str]
    breaking: Sequence[Breaking]


@dataclass(frozen=True, slots=True)
class RulesChange:
    """What new rules would do. `was` and `rules` are the room's in force or the owner's defaults.

    `rooms` are those where something changes; `begins` and `ceases` name the rules that begin and cease to
    follow the owner's default. `mark` names all of it, and changes with any.
    """

    was: RoomRules
    rules: RoomRules
    rooms: Sequence[RoomChange]
    begins: Sequence[str]
    ceases: Sequence[str]
    mark: str

    @property
    def names(self) -> Sequence[str]:
        """The rules whose value changes."""
        return _differing(self.was, self.rules)

    @property
    def changes_nothing(self) -> bool:
        """Whether all stays as it is."""
        return not (self.names or self.rooms or self.begins or self.ceases)

    @property
    def hit(self) -> int:
        """How many dates to come break the new rules."""
        return sum(len(each.breaking) for each in self.rooms)


def rules_kept(slug: str, *, actor: Actor) -> tuple[Room, RoomRules]:
    """Return a room that the person keeps and its owner's defaults. Raises NotFound, Forbidden."""
    row = room_kept(slug, actor)
    return row, defaults_of(row.owner_id)


def owner_kept(slug: str, *, actor: Actor) -> Organisation:
    """Return an organisation whose rooms the person keeps. Raises NotFound, Forbidden."""
    found = organisation_by_slug(slug)
    if not actor.has(Right.KEEP_ROOMS, found.id):
        raise Forbidden
    return found


def preview_rules(
    slug: str, rules: RoomRules, own: Collection[str], *, actor: Actor, now: datetime
) -> RulesChange:
    """Return what these rules would change, `own` being those that do not follow the owner's default.

    Raises NotFound, Forbidden, and RuleViolation for rules that contradict each other.
    """
    row, defaults = rules_kept(slug, actor=actor)
    wanted = replace(rules, **{name: getattr(defaults, name) for name in followed(own)})
    _refuse_contradiction(wanted)
    rooms = _changes([(row, wanted)], actor=actor, now=now)
    return _change(rules_of(row), wanted, rooms, own_before=row.own_rules, own_after=own)


def save_rules(
    slug: str, rules: RoomRules, own: Collection[str], *, seen: str, actor: Actor, now: datetime
) -> RulesChange:
    """Make these the room's rules, in the caller's transaction; its reservations stay as they are.

    `seen` is the mark of the change that was looked at. Raises as `preview_rules`, and WrongState when what
    would change is no longer that.
    """
    row, _defaults = rules_kept(slug, actor=actor)
    lock_owner(row.owner_id or 0)
    db.session.refresh(row)
    change = preview_rules(slug, rules, own, actor=actor, now=now)
    if change.mark != seen:
        raise WrongState("rules_changed_meanwhile")
    row.own_rules = [name for name in RULES if name in own]
    put_rules(row, change.rules)
    db.session.flush()
    _record(row.id, change.names, change.hit, actor, now, own=row.own_rules)
    return change


def preview_defaults(slug: str, rules: RoomRules, *, actor: Actor, now: datetime) -> RulesChange:
    """Return what these defaults would change in the rooms that follow them. Raises as `preview_rules`.

    The number of statements does not grow with the rooms or their dates.
    """
    owner = owner_kept(slug, actor=actor)
    _refuse_contradiction(rules)
    wanted = [(row, _following(row, rules)) for row in _rooms_of(owner.id)]
    contrary = [row.name for row, found in wanted if found.longest_minutes < found.shortest_minutes]
    if contrary:
        raise RuleViolation([Violation("default_contradicts_rooms", "longest_minutes", {"rooms": contrary})])
    rooms = _changes(wanted, actor=actor, now=now)
    return _change(defaults_of(owner.id), rules, rooms)


def save_defaults(slug: str, rules: RoomRules, *, seen: str, actor: Actor, now: datetime) -> RulesChange:
    """Make these the owner's defaults and put them in force in every room that follows them, in one go.

    In the caller's transaction. Raises as `preview_defaults`, and WrongState as `save_rules`.
    """
    owner = owner_kept(slug, actor=actor)
    lock_owner(owner.id)
    change = preview_defaults(slug, rules, actor=actor, now=now)
    if change.mark != seen:
        raise WrongState("rules_changed_meanwhile")
    row = db.session.get(OwnerRules, owner.id)
    if row is None:
        row = OwnerRules(organisation_id=owner.id)
        db.session.add(row)
    put_rules(row, rules)
    row.changed_at = now
    db.session.flush()  # first the defaults: a room is held against them when it is written
    names = list(change.names)
    record("edit_default_rules", "organisation", owner.id, actor_id=actor.user_id, now=now, rules=names)
    rows = {each.id: each for each in _rooms_of(owner.id)}
    for each in change.rooms:
        put_rules(rows[each.room.id], each.rules, each.names)
    db.session.flush()
    for each in change.rooms:
        _record(each.room.id, each.names, len(each.breaking), actor, now, by="default")
    return change


def _rooms_of(owner_id: int) -> list[Room]:
    query = select(Room).where(Room.owner_id == owner_id).order_by(Room.name, Room.id)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def _following(row: Room, defaults: RoomRules) -> RoomRules:
    return replace(rules_of(row), **{name: getattr(defaults, name) for name in followed(row.own_rules)})


def _changes(wanted: Iterable[tuple[Room, RoomRules]], *, actor: Actor, now: datetime) -> list[RoomChange]:
    """Return the rooms where something changes, with the dates it breaks. At most two statements."""
    changing = [(row, rules) for row, rules in wanted if rules != rules_of(row)]
    if not changing:
        return []
    dates = coming_dates([row.id for row, _rules in changing], actor=actor, now=now)
    members: frozenset[int] = frozenset()
    if any(rules.who_may_book == "members" for _row, rules in changing):
        members = _members_of(changing[0][0].owner_id)
    rooms = [(catalogue().by_id[row.id], rules) for row, rules in changing]
    return [
        RoomChange(
            room,
            rules,
            _differing(room.rules, rules),
            newly_broken(room, rules, dates, members=members, now=now, zone=zone()),
        )
        for room, rules in rooms
    ]


def _change(
    was: RoomRules,
    rules: RoomRules,
    rooms: Sequence[RoomChange],
    *,
    own_before: Collection[str] = (),
    own_after: Collection[str] = (),
) -> RulesChange:
    begins = [name for name in RULES if name in own_before and name not in own_after]
    ceases = [name for name in RULES if name in own_after and name not in own_before]
    text = repr((was, rules, begins, ceases))
    for each in rooms:
        dates = [(one.date.occurrence_id, one.date.use, one.date.state) for one in each.breaking]
        text += repr((each.room.id, each.room.rules, each.rules, dates))
    return RulesChange(was, rules, rooms, begins, ceases, sha256(text.encode()).hexdigest()[:16])


def _members_of(owner_id: int | None) -> frozenset[int]:
    query = select(Membership.user_id).where(
        Membership.organisation_id == owner_id, Membership.ended_at.is_(None)
    )
    return frozenset(db.session.scalars(query))


def _differing(one: RoomRules, other: RoomRules) -> list[str]:
    return [name for name in RULES if getattr(one, name) != getattr(other, name)]


def contradiction(shortest: int, longest: int) -> Violation | None:
    """Return what is wrong with these minutes, or None."""
    if longest >= shortest:
        return None
    return Violation("longest_below_shortest", "longest_minutes", {"minutes": shortest})


def _refuse_contradiction(rules: RoomRules) -> None:
    broken = contradiction(rules.shortest_minutes, rules.longest_minutes)
    if broken is not None:
        raise RuleViolation([broken])


def _record(
    room_id: int, names: Sequence[str], hit: int, actor: Actor, now: datetime, **details: object
) -> None:
    record(
        "edit_rules", "room", room_id, actor_id=actor.user_id, now=now, rules=list(names), hit=hit, **details
    )
