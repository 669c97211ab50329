"""Who else uses a room: the associations that were, or will be, there in public around this time.

A private reservation, a request, and whatever a person books alone leave no trace here: not in who is shown,
nor in which order.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, func, select

from booking.extensions import db
from booking.organisations.directory.models import Profile
from booking.organisations.directory.pages import Contact, contact_of
from booking.organisations.directory.queries import in_directory
from booking.organisations.models import Organisation
from booking.reservations.lifecycle import State
from booking.reservations.models import Occurrence, Reservation
from booking.rooms.catalogue import catalogue
from booking.rooms.labels import room_name

NEAR: Final = timedelta(days=183)
"""Half a year back and half a year on."""
MOST: Final = 10


@dataclass(frozen=True, slots=True)
class Neighbour:
    """An association, the contact it has published, and the rooms in which it is met, the usual one first."""

    slug: str
    name: str
    contact: Contact
    rooms: str


def users_of_room(room_id: int, now: datetime) -> list[Neighbour]:
    """Return the associations that use a room in public, those with most dates first. One statement."""
    return _met(and_(_in_public(now), Occurrence.room_id == room_id))


def neighbours_of(organisation_id: int, now: datetime) -> list[Neighbour]:
    """Return who uses the rooms that this association uses, both in public. One statement, as above."""
    own = select(Occurrence.room_id).join(Occurrence.reservation)
    own = own.where(_in_public(now), Reservation.organisation_id == organisation_id)
    others = Reservation.organisation_id != organisation_id
    return _met(and_(_in_public(now), Occurrence.room_id.in_(own), others))


def _in_public(now: datetime) -> ColumnElement[bool]:
    """Return the condition for what anyone may know of: joined dates and reservations, near this time."""
    return and_(
        Reservation.visibility.in_(("public", "event")),
        Occurrence.state.in_((State.CONFIRMED.value, State.USED.value)),
        Occurrence.starts_at > now - NEAR,
        Occurrence.starts_at < now + NEAR,
    )


def _met(which: ColumnElement[bool]) -> list[Neighbour]:
    rows = db.session.execute(
        select(
            Organisation.slug,
            Organisation.name,
            func.coalesce(Profile.contact_name, ""),
            func.coalesce(Profile.contact_email, ""),
            func.coalesce(Profile.contact_phone, ""),
            Occurrence.room_id,
            func.count(Occurrence.id),
        )
        .select_from(Occurrence)
        .join(Occurrence.reservation)
        .join(Reservation.organisation)
        .outerjoin(Profile, Profile.organisation_id == Organisation.id)
        .where(which, Organisation.kind.in_(("association", "group")), in_directory())
        .group_by(Organisation.id, Profile.organisation_id, Occurrence.room_id)
    )
    dates: dict[tuple[str, ...], Counter[int]] = {}
    for *who, room_id, count in rows:
        dates.setdefault(tuple(who), Counter())[room_id] += count
    most_first = sorted(dates.items(), key=lambda each: (-each[1].total(), each[0][1].casefold(), each[0]))
    return [
        Neighbour(slug, name, contact_of(*contact), _names(rooms))
        for (slug, name, *contact), rooms in most_first[:MOST]
    ]


def _names(rooms: Counter[int]) -> str:
    by_id = catalogue().by_id
    return ", ".join(room_name(by_id[room_id]) for room_id, _dates in rooms.most_common() if room_id in by_id)
