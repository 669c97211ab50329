"""Read what happened after the use: dates still to mark, and no-shows by association and season."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from booking.access.actor import Actor
from booking.access.roles import Right
from booking.accounts.models import User
from booking.clock import zone
from booking.extensions import db
from booking.organisations.models import Organisation
from booking.reservations.lifecycle import State
from booking.reservations.models import LONGEST_DAYS, SHOWN_PEOPLE, SHOWN_TITLE, Occurrence, Reservation
from booking.reservations.queries import of_oneself
from booking.rooms.models import Room
from booking.timetable.interval import Interval
from booking.timetable.seasons import Season
from booking.timetable.zone import day

REMEMBERED: Final = timedelta(days=60)  # who used a room longer ago is not asked about it any more


@dataclass(frozen=True, slots=True)
class ToMark:
    """A confirmed date that has ended and of which nobody has said whether it was used."""

    id: int
    reference: str
    title: str
    room_id: int
    start: datetime
    end: datetime
    organisation: str | None
    booked_by: str
    people: int


@dataclass(frozen=True, slots=True)
class ReservationToMark:
    """A reservation with so many dates to mark."""

    reference: str
    title: str
    room_id: int
    count: int


@dataclass(frozen=True, slots=True)
class NoShow:
    """A date an association left unused. `marked_at` is when that was said."""

    reference: str
    room_id: int
    start: datetime
    end: datetime
    marked_at: datetime
    owner_id: int
    organisation_id: int
    organisation: str
    organisation_slug: str


def count_to_mark(owner_ids: Collection[int], now: datetime) -> int:
    """Count what `to_mark` lists."""
    query = select(func.count(Occurrence.id)).join(Room, Room.id == Occurrence.room_id)
    return db.session.scalar(query.where(Room.owner_id.in_(owner_ids), _unmarked(now))) or 0


def to_mark(owner_ids: Collection[int], now: datetime, *, limit: int, offset: int) -> list[ToMark]:
    """Return the dates to mark in the rooms of these owners, the latest first."""
    query = (
        select(
            Occurrence.id,
            Reservation.reference,
            SHOWN_TITLE,
            Occurrence.room_id,
            Occurrence.starts_at,
            Occurrence.ends_at,
            Organisation.name,
            User.name,
            SHOWN_PEOPLE,
        )
        .join(Reservation, Reservation.id == Occurrence.reservation_id)
        .join(User, User.id == Reservation.booker_id)
        .join(Room, Room.id == Occurrence.room_id)
        .outerjoin(Organisation, Organisation.id == Reservation.organisation_id)
        .where(Room.owner_id.in_(owner_ids), _unmarked(now))
        .order_by(Occurrence.starts_at.desc(), Occurrence.id)
    )
    return [ToMark(*row) for row in db.session.execute(query.limit(limit).offset(offset))]


def to_mark_by_booker(actor: Actor, now: datetime, *, limit: int) -> list[ReservationToMark]:
    """Return this person's and their associations' reservations with dates to mark, the latest first."""
    theirs = Reservation.organisation_id.in_(actor.organisations_with(Right.BOOK))
    query = (
        select(Reservation.reference, Reservation.title, Reservation.room_id, func.count(Occurrence.id))
        .join(Occurrence, Occurrence.reservation_id == Reservation.id)
        .where(or_(of_oneself(actor), theirs), _unmarked(now))
        .group_by(Reservation.id, Reservation.reference, Reservation.title, Reservation.room_id)
        .order_by(func.max(Occurrence.starts_at).desc(), Reservation.id)
        .limit(limit)
    )
    return [ReservationToMark(*row) for row in db.session.execute(query)]


def references_of(occurrence_ids: Collection[int]) -> dict[int, str]:
    """Return the reservation of each of these dates, by the date's id."""
    rows = db.session.execute(
        select(Occurrence.id, Reservation.reference)
        .join(Reservation, Reservation.id == Occurrence.reservation_id)
        .where(Occurrence.id.in_(occurrence_ids))
    )
    return {row.id: row.reference for row in rows}


def no_shows(
    owner_ids: Collection[int], window: Interval, *, organisation_id: int | None = None
) -> list[NoShow]:
    """Return what associations (or the given one) left unused in these owners' rooms, by start."""
    query = _no_show_rows().where(
        Room.owner_id.in_(owner_ids),
        Occurrence.state == State.NO_SHOW.value,
        Occurrence.starts_at >= window.start,
        Occurrence.starts_at < window.end,
    )
    if organisation_id is not None:
        query = query.where(Reservation.organisation_id == organisation_id)
    return [NoShow(*row) for row in db.session.execute(query.order_by(Occurrence.starts_at, Occurrence.id))]


def lock_association(organisation_id: int) -> None:
    """Have an association's no-shows counted by one transaction at a time. The last lock of a transaction."""
    db.session.execute(
        select(Organisation.id)
        .where(Organisation.id == organisation_id)
        .with_for_update(key_share=True, of=Organisation)
    )


def span_of(seasons: Sequence[Season]) -> Interval:
    """Return the time from the first date of these seasons to the end of the last."""
    first, last = min(each.first for each in seasons), max(each.last for each in seasons)
    return Interval(day(first, zone()).start, day(last, zone()).end)


def _unmarked(now: datetime) -> ColumnElement[bool]:
    since = now - REMEMBERED
    return and_(
        Occurrence.state == State.CONFIRMED.value,
        Occurrence.ends_at <= now,
        Occurrence.ends_at > since,
        Occurrence.starts_at > since - timedelta(days=LONGEST_DAYS),
        Occurrence.starts_at < now,
    )


def _no_show_rows() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Reservation.reference,
            Occurrence.room_id,
            Occurrence.starts_at,
            Occurrence.ends_at,
            Occurrence.changed_at,
            Room.owner_id,
            Organisation.id,
            Organisation.name,
            Organisation.slug,
        )
        .select_from(Occurrence)
        .join(Reservation, Reservation.id == Occurrence.reservation_id)
        .join(Room, Room.id == Occurrence.room_id)
        .join(Organisation, Organisation.id == Reservation.organisation_id)
    )
