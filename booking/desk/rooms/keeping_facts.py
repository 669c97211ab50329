"""Change what is said of a room and of its venue."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime

from sqlalchemy import select

from booking.access.actor import Actor
from booking.access.roles import Right
from booking.audit.service import record
from booking.clock import zone
from booking.desk.keeping import room_to_change
from booking.desk.rooms.seen import mark_of, refuse_unseen
from booking.errors import Forbidden, NotFound, RuleViolation, Violation
from booking.extensions import db
from booking.organisations.models import Organisation
from booking.rooms.examples import no_longer_examples
from booking.rooms.models import FEATURES, KINDS, Room, RoomFeature, Venue
from booking.rooms.slugs import free_slug
from booking.timetable.zone import local_date


@dataclass(frozen=True, slots=True)
class Known:
    """What is said of one feature: there, not there, or (None) unknown; `today`: somebody looked today."""

    present: bool | None
    today: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts of a room as its keeper says them; empty is unknown."""

    name: str
    name_sv: str
    name_en: str
    kind: str
    capacity: int | None
    area_m2: float | None
    description: str
    contact: str


@dataclass(frozen=True, slots=True)
class Place:
    """The facts of a venue. `position` is (latitude, longitude) in degrees."""

    name: str
    district: str
    street_address: str
    position: tuple[float, float] | None


def facts_of(room: Room) -> Facts:
    """Return what is said of a room, its features aside."""
    return Facts(**{each.name: getattr(room, each.name) for each in fields(Facts)})


def mark_of_facts(room: Room) -> str:
    """Return the mark of all that the page of facts shows (`seen`)."""
    return mark_of(*_shown(room))


def _shown(room: Room) -> tuple[object, ...]:
    return facts_of(room), sorted((each.feature, each.present, each.checked_on) for each in room.features)


def keep_facts(
    slug: str, facts: Facts, features: Mapping[str, Known], *, seen: str, actor: Actor, now: datetime
) -> Room:
    """Change a room's facts and return it, flushed. A name of a draft that nobody has seen gives its address.

    What differs is no example any more. `seen` is the mark of what was looked at. Raises NotFound, Forbidden,
    RuleViolation without a name, and WrongState when something else is in force.
    """
    room = room_to_change(slug, actor)
    refuse_unseen(seen, *_shown(room))
    broken = [] if facts.name else [Violation("room_name_missing", "name")]
    if facts.kind not in KINDS:
        broken.append(Violation("unknown_kind", "kind"))
    if broken:
        raise RuleViolation(broken)
    changed = [each.name for each in fields(facts) if getattr(room, each.name) != getattr(facts, each.name)]
    for name in changed:
        setattr(room, name, getattr(facts, name))
    if "name" in changed and room.state == "draft" and room.published_at is None:
        room.slug = free_slug(Room, room.name, besides=room.id)
    if _keep_features(room, features, local_date(now, zone())):
        changed.append("features")
    no_longer_examples(room, *changed)
    db.session.flush()
    if changed:
        record("keep_facts", "room", room.id, actor_id=actor.user_id, now=now, changed=changed)
    return room


def _keep_features(room: Room, said: Mapping[str, Known], today: date) -> bool:
    """Bring the features into line; return whether anything differed.

    A fact that changes without anybody having looked today has no date.
    """
    rows = {each.feature: each for each in room.features}
    before = {name: (row.present, row.checked_on) for name, row in rows.items()}
    after: dict[str, tuple[bool, date | None]] = {}
    for name in FEATURES:
        known = said.get(name)
        if known is None:
            after |= {name: before[name]} if name in before else {}
        elif known.present is not None:
            kept = before[name][1] if name in before and before[name][0] == known.present else None
            after[name] = (known.present, today if known.today else kept)
    for name, (present, checked_on) in after.items():
        if name in rows:
            rows[name].present, rows[name].checked_on = present, checked_on
        else:
            room.features.append(RoomFeature(feature=name, present=present, checked_on=checked_on))
    for name in set(rows) - set(after):
        room.features.remove(rows[name])
    return before != after


def venue_kept(slug: str, actor: Actor) -> tuple[Venue, list[Organisation]]:
    """Return a venue that the person may edit, and the other owners who have rooms in it, by name.

    Whoever keeps a room in it may. Raises NotFound, Forbidden.
    """
    venue = db.session.scalar(select(Venue).where(Venue.slug == slug))
    if venue is None:
        raise NotFound("unknown_venue")
    in_it = select(Room.owner_id).where(Room.venue_id == venue.id)
    owners = db.session.scalars(
        select(Organisation).where(Organisation.id.in_(in_it)).order_by(Organisation.name)
    ).all()
    others = [each for each in owners if not actor.has(Right.KEEP_ROOMS, each.id)]
    if len(others) == len(owners):
        raise Forbidden
    return venue, others


def keep_venue(slug: str, place: Place, *, actor: Actor, now: datetime) -> Venue:
    """Change a venue's facts and return it, flushed. Raises NotFound, Forbidden, RuleViolation."""
    venue, _others = venue_kept(slug, actor)
    if not place.name:
        raise RuleViolation([Violation("venue_name_missing", "name")])
    latitude, longitude = place.position or (None, None)
    wanted = {
        "name": place.name,
        "district": place.district,
        "street_address": place.street_address,
        "latitude": latitude,
        "longitude": longitude,
    }
    changed = [name for name, value in wanted.items() if getattr(venue, name) != value]
    for name in changed:
        setattr(venue, name, wanted[name])
    db.session.flush()
    if changed:
        record("keep_venue", "venue", venue.id, actor_id=actor.user_id, now=now, changed=changed)
    return venue
