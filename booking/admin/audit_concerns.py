"""What on record concerns one organisation: itself, its rooms, what is booked by it or there, its people.

An entry names a kind of thing and its number; whose a thing is is looked up in its own table.

A page goes two ways, so that it costs the same however long the record is. Who does much is found among the
newest entries, each looked up by its number; who does little has few things, whose entries are looked up.
"""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select, union_all
from sqlalchemy.orm import aliased

from booking.audit.models import AuditEntry
from booking.calendars.models import Subscription
from booking.calendars.outside.models import OutsideSource
from booking.desk.closures.models import Closure
from booking.extensions import db
from booking.organisations.models import Deputy, Membership
from booking.organisations.stand_in_models import StandIn
from booking.reservations.models import Reservation
from booking.reservations.waiting.models import WaitingEntry
from booking.rooms.models import Room

NEWEST: Final = 2000  # entries in which one who does much is looked for first


def concerning(organisation_id: int) -> ColumnElement[bool]:
    """Return the condition for all that concerns the organisation, for reading the whole record."""
    things = _things(organisation_id)
    return or_(
        and_(AuditEntry.subject_kind == "organisation", AuditEntry.subject_id == organisation_id),
        *(
            and_(AuditEntry.subject_kind == kind, AuditEntry.subject_id.in_(found))
            for kind, found in things.items()
        ),
    )


def newest_concerning(query: Select[AuditEntry], organisation_id: int, size: int) -> list[AuditEntry]:
    """Return the first `size` of an ordered query that concern the organisation. Up to three statements."""
    window = query.limit(NEWEST).subquery()
    among = aliased(AuditEntry, window)
    found = list(
        db.session.scalars(
            select(among)
            .where(_is_of(among, organisation_id))
            .order_by(among.at.desc(), among.id.desc())
            .limit(size)
        )
    )
    return found if len(found) == size else _looked_up(query, organisation_id, size)


def _looked_up(query: Select[AuditEntry], organisation_id: int, size: int) -> list[AuditEntry]:
    """The same by the organisation's things. Sorted here: a database would walk all of the record for it."""
    bare = query.order_by(None).with_only_columns(AuditEntry.at, AuditEntry.id)
    own = bare.where(AuditEntry.subject_kind == "organisation", AuditEntry.subject_id == organisation_id)
    parts = [
        bare.where(AuditEntry.subject_kind == kind, AuditEntry.subject_id.in_(found))
        for kind, found in _things(organisation_id).items()
    ]
    newest = sorted(
        ((at, number) for at, number in db.session.execute(union_all(own, *parts))), reverse=True
    )[:size]
    ids: list[int] = [number for _at, number in newest]
    rows = db.session.scalars(select(AuditEntry).where(AuditEntry.id.in_(ids))) if ids else ()
    by_id = {each.id: each for each in rows}
    return [by_id[number] for number in ids]


def _things(organisation_id: int) -> Mapping[str, Select[int]]:
    """Return the numbers of what is the organisation's, by the kind of thing."""
    return {
        kind: select(number).where(condition) for kind, (number, condition) in _owned(organisation_id).items()
    }


def _is_of(entry: Any, organisation_id: int) -> ColumnElement[bool]:
    """Whether an entry concerns the organisation, by one row of its thing's table."""
    own = and_(entry.subject_kind == "organisation", entry.subject_id == organisation_id)
    return or_(
        own,
        *(
            and_(entry.subject_kind == kind, exists().where(number == entry.subject_id, condition))
            for kind, (number, condition) in _owned(organisation_id).items()
        ),
    )


def _owned(organisation_id: int) -> Mapping[str, tuple[Any, ColumnElement[bool]]]:
    """Return by the kind of thing the column of its number, and when it is the organisation's."""
    rooms = select(Room.id).where(Room.owner_id == organisation_id)
    members = select(Membership.id).where(Membership.organisation_id == organisation_id)
    return {
        "room": (Room.id, Room.owner_id == organisation_id),
        "reservation": (
            Reservation.id,
            or_(Reservation.organisation_id == organisation_id, Reservation.room_id.in_(rooms)),
        ),
        "waiting": (
            WaitingEntry.id,
            or_(WaitingEntry.organisation_id == organisation_id, WaitingEntry.room_id.in_(rooms)),
        ),
        "closure": (Closure.id, Closure.owner_id == organisation_id),
        "outside_source": (OutsideSource.id, OutsideSource.room_id.in_(rooms)),
        "subscription": (Subscription.id, Subscription.organisation_id == organisation_id),
        "stand_in": (StandIn.id, StandIn.organisation_id == organisation_id),
        "deputy": (Deputy.id, Deputy.membership_id.in_(members)),
    }
