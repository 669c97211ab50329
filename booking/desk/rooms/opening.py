"""Open a new room: a draft with a place, a name and a space of its own."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from booking.access.actor import Actor
from booking.access.roles import Right, Role
from booking.audit.service import record
from booking.errors import Forbidden, RuleViolation, Violation
from booking.extensions import db
from booking.organisations.models import Organisation
from booking.organisations.roles import give_role
from booking.rooms.models import KINDS, Room, Space, Venue
from booking.rooms.slugs import free_slug


@dataclass(frozen=True, slots=True)
class NewRoom:
    """What is asked of a new room. `venue` is the slug of one there is; empty: a new one of these texts."""

    organisation: str
    name: str
    kind: str
    capacity: int | None = None
    name_sv: str = ""
    name_en: str = ""
    venue: str = ""
    venue_name: str = ""
    district: str = ""
    street_address: str = ""


@dataclass(frozen=True, slots=True)
class Opened:
    """The draft, and whether its opener has become the owner's approver by it."""

    room: Room
    became_approver: bool


def open_room(new: NewRoom, *, actor: Actor, now: datetime) -> Opened:
    """Make a draft, flushed. Who opens an organisation's first room decides on its requests from now on.

    The same form sent twice makes one room. Raises Forbidden for an organisation whose rooms the person does
    not keep, RuleViolation for what is missing.
    """
    owner = db.session.scalar(
        select(Organisation).where(Organisation.slug == new.organisation).with_for_update()
    )
    if owner is None or not actor.has(Right.KEEP_ROOMS, owner.id):
        raise Forbidden
    venue = _venue(new, owner)
    if venue.id is not None and (there := _of_that_name(new.name, venue, owner)) is not None:
        if there.state == "draft":
            return Opened(there, became_approver=False)
        raise RuleViolation([Violation("room_is_there", "name")])
    is_first = not db.session.scalar(select(func.count(Room.id)).where(Room.owner_id == owner.id))
    room = Room(
        slug=free_slug(Room, new.name),
        venue=venue,
        owner=owner,
        name=new.name,
        name_sv=new.name_sv,
        name_en=new.name_en,
        kind=new.kind,
        capacity=new.capacity,
        state="draft",
        example_facts=[],
        spaces=[Space(venue=venue, name=new.name)],
    )
    db.session.add(room)
    db.session.flush()
    record("open", "room", room.id, actor_id=actor.user_id, now=now, owner=owner.id, venue=venue.id)
    # who only stands in for managers gets nothing that stays
    becomes = is_first and not actor.has(Right.DECIDE, owner.id) and not actor.stands_in(owner.id)
    if becomes and actor.user_id is not None:
        give_role(actor.user_id, owner.id, Role.APPROVER, actor_id=actor.user_id, now=now)
    return Opened(room, becomes)


def would_become_approver(actor: Actor, organisation_ids: frozenset[int]) -> bool:
    """Say whether the person becomes an approver by opening the first room of one of these."""
    undecided = {
        each for each in organisation_ids if not actor.has(Right.DECIDE, each) and not actor.stands_in(each)
    }
    with_rooms = set(db.session.scalars(select(Room.owner_id).where(Room.owner_id.in_(undecided)).distinct()))
    return bool(undecided - with_rooms)


def venues_of(organisation_ids: frozenset[int]) -> list[Venue]:
    """Return the venues in which these organisations have rooms, by name. One statement."""
    own = select(Room.venue_id).where(Room.owner_id.in_(organisation_ids))
    return list(db.session.scalars(select(Venue).where(Venue.id.in_(own)).order_by(Venue.name, Venue.id)))


def _venue(new: NewRoom, owner: Organisation) -> Venue:
    broken = [] if new.name else [Violation("room_name_missing", "name")]
    if new.kind not in KINDS:
        broken.append(Violation("unknown_kind", "kind"))
    venue = None
    if new.venue:
        venue = next((each for each in venues_of(frozenset({owner.id})) if each.slug == new.venue), None)
        if venue is None:
            broken.append(Violation("unknown_venue", "venue"))
    elif not new.venue_name:
        broken.append(Violation("venue_name_missing", "venue_name"))
    else:
        venue = _new_venue(new, owner)
    if broken or venue is None:
        raise RuleViolation(broken)
    return venue


def _new_venue(new: NewRoom, owner: Organisation) -> Venue:
    """Return the owner's venue of that name, else a new one, not yet added."""
    for venue in venues_of(frozenset({owner.id})):
        if venue.name == new.venue_name:
            return venue
    return Venue(
        slug=free_slug(Venue, new.venue_name),
        name=new.venue_name,
        district=new.district,
        street_address=new.street_address,
    )


def _of_that_name(name: str, venue: Venue, owner: Organisation) -> Room | None:
    return db.session.scalar(
        select(Room).where(Room.name == name, Room.venue_id == venue.id, Room.owner_id == owner.id)
    )
