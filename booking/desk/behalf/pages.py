"""What the pages of booking on behalf show: free rooms of the staff's owners, and what was booked so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from booking.access.actor import Actor
from booking.access.roles import Right
from booking.availability.queries import refuse_hopeless, search
from booking.availability.results import Result, results
from booking.errors import Forbidden
from booking.extensions import db
from booking.reservations.models import Occurrence, Reservation
from booking.reservations.summary import look_of
from booking.rooms.catalogue import catalogue
from booking.rooms.facts import Filter, RoomFacts
from booking.rooms.labels import room_name
from booking.rooms.models import Room
from booking.timetable.interval import Interval

PAGE_SIZE = 30


@dataclass(frozen=True, slots=True)
class Made:
    """One reservation that was made on behalf, by its next date."""

    reference: str
    title: str
    whom: str
    room: str
    use: Interval
    state: str


def rooms_served(actor: Actor) -> list[RoomFacts]:
    """Return the published rooms that the person books for others, by venue and name."""
    served = actor.organisations_with(Right.BOOK_ON_BEHALF)
    return [room for room in catalogue().rooms if room.owner_id in served]


def room_served(slug: str, actor: Actor) -> RoomFacts:
    """Return a published room of the person's owners. Raises NotFound, Forbidden for another owner's."""
    room = catalogue().room(slug)
    if not actor.has(Right.BOOK_ON_BEHALF, room.owner_id):
        raise Forbidden("not_staff")
    return room


def rooms_for(use: Interval, people: int, *, actor: Actor, now: datetime) -> Sequence[Result]:
    """Return how the time stands in each of the person's rooms, best first. One statement.

    Raises RuleViolation for a time that no room can take.
    """
    refuse_hopeless(use, now)
    slugs = frozenset(room.slug for room in rooms_served(actor))
    answers = search(Filter(people=people, rooms=slugs), use, actor=actor, now=now) if slugs else []
    return results(answers, use, now=now, stamp=catalogue().stamp)


def count_made(actor: Actor, words: str) -> int:
    """Count what `made` lists."""
    return db.session.scalar(_made(select(func.count(Reservation.id)), actor, words)) or 0


def made(actor: Actor, words: str, now: datetime, *, limit: int, offset: int) -> list[Made]:
    """Return what was booked on behalf in the person's owners' rooms, the latest first. A few statements.

    `words`: a part of the reference, of the title, or of the contact's name or phone.
    """
    query = _made(select(Reservation), actor, words).options(
        selectinload(Reservation.occurrences), joinedload(Reservation.organisation)
    )
    found = db.session.scalars(query.order_by(Reservation.id.desc()).limit(limit).offset(offset))
    return [_item(each, now) for each in found]


def _item(reservation: Reservation, now: datetime) -> Made:
    dates: Sequence[Occurrence] = reservation.occurrences
    shown = next((each for each in dates if each.ends_at > now), dates[-1])
    organisation = reservation.organisation
    return Made(
        reference=reservation.reference,
        title=reservation.title,
        whom=organisation.name if organisation else reservation.responsible,
        room=room_name(catalogue().by_id[shown.room_id]),
        use=Interval(shown.starts_at, shown.ends_at),
        state=look_of({each.state for each in dates}),
    )


def _made(query: Select[Any], actor: Actor, words: str) -> Select[Any]:
    query = query.join(Room, Room.id == Reservation.room_id).where(
        Reservation.on_behalf.is_(True),
        Room.owner_id.in_(actor.organisations_with(Right.BOOK_ON_BEHALF)),
    )
    return query.where(_says(words)) if words else query


def _says(words: str) -> ColumnElement[bool]:
    """Return the condition for a reservation that somebody on the phone describes with these words.

    The reference is read over the phone with gaps. Names keep their capitals here: SQLite knows no capital Ä.
    """
    columns = (Reservation.title, Reservation.responsible, Reservation.contact)
    spelt = "".join(words.split())
    return or_(
        *(column.icontains(words, autoescape=True) for column in columns),
        Reservation.reference.icontains(spelt, autoescape=True),
        func.replace(Reservation.contact, " ", "").contains(spelt, autoescape=True),
    )
