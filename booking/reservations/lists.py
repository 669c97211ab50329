"""Lists of reservations: one line each, however many dates it has. Plain rows, few statements."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, UnaryExpression, and_, bindparam, exists, func, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from booking.access.actor import Actor
from booking.db import Ids, among
from booking.extensions import db
from booking.organisations.models import Organisation
from booking.reservations.lifecycle import ACTIVE, HOLDING, State
from booking.reservations.models import SHOWN_TITLE, Occurrence, Proposal, Reservation
from booking.reservations.queries import of_mine


@dataclass(frozen=True, slots=True)
class Listed:
    """One reservation in a list, and the one of its dates that the list is about.

    `dates` is how many of its dates the list is about; `title` is the reservation's, `date_title` the date's.
    `pattern` is the series as it is stored.
    """

    reservation_id: int
    reference: str
    title: str
    date_title: str
    pattern: dict[str, Any] | None
    room_id: int
    start: datetime
    end: datetime
    state: str
    organisation_id: int | None
    organisation: str | None
    dates: int


@dataclass(slots=True)
class Extent:
    """All dates of one reservation, counted.

    `states` and `rooms` say how many dates each has; `start` is the first date's and `last` the last one's.
    `offers` is how many of the owner's counter-offers await an answer, the first until `answer_by`.
    """

    start: datetime
    last: datetime
    states: Counter[str] = field(default_factory=Counter)
    rooms: Counter[int] = field(default_factory=Counter)
    offers: int = 0
    answer_by: datetime | None = None


def open_ones(actor: Actor, now: datetime) -> tuple[list[Listed], list[Listed]]:
    """Return what awaits a decision and what is confirmed and has not ended, by the next such date.

    My own and my associations' reservations; one that has dates of both kinds is in both. One statement.
    """
    query = _listed(
        (Occurrence.starts_at, Occurrence.id),
        of_mine(actor),
        Occurrence.state.in_(sorted(ACTIVE)),
        Occurrence.ends_at > now,
        partition=(Occurrence.reservation_id, Occurrence.state),
    )
    found = [Listed(*row) for row in db.session.execute(query)]
    waiting = [each for each in found if each.state == State.PENDING]
    return waiting, [each for each in found if each.state != State.PENDING]


def count_past(actor: Actor, now: datetime) -> int:
    """Count what `past` lists."""
    query = select(func.count(Occurrence.reservation_id.distinct())).join(Occurrence.reservation)
    return db.session.scalar(query.where(of_mine(actor), _is_past(now))) or 0


def past(actor: Actor, now: datetime, *, limit: int, offset: int) -> list[Listed]:
    """Return my and my associations' reservations that have nothing ahead any more, the latest first.

    By their last date. A series that goes on is not among them: its past is on its own page.
    """
    query = _listed((Occurrence.starts_at.desc(), Occurrence.id), of_mine(actor), _is_past(now))
    return [Listed(*row) for row in db.session.execute(query.limit(limit).offset(offset))]


def coming_in_public(organisation_id: int, now: datetime, *, limit: int) -> list[Listed]:
    """Return an association's public reservations with confirmed dates to come, by the next one.

    A date that goes on and was marked already is still one of them.
    """
    query = _listed(
        (Occurrence.starts_at, Occurrence.id),
        Reservation.organisation_id == organisation_id,
        Reservation.visibility != "private",
        Occurrence.state.in_(sorted(HOLDING)),
        Occurrence.ends_at > now,
    )
    return [Listed(*row) for row in db.session.execute(query.limit(limit))]


def extents(reservation_ids: Collection[int]) -> dict[int, Extent]:
    """Return all dates of these reservations, counted, by the reservation's id. One statement."""
    offer = and_(Proposal.occurrence_id == Occurrence.id, Proposal.state == "open", Proposal.side == "owner")
    rows = db.session.execute(
        select(
            Occurrence.reservation_id,
            Occurrence.state,
            Occurrence.room_id,
            func.count(Occurrence.id),
            func.min(Occurrence.starts_at),
            func.max(Occurrence.starts_at),
            func.count(Proposal.id),
            func.min(Proposal.deadline_at),
        )
        .outerjoin(Proposal, offer)  # at most one for a date: the database keeps it so
        .where(among(Occurrence.reservation_id, bindparam("ids", sorted(reservation_ids), type_=Ids)))
        .group_by(Occurrence.reservation_id, Occurrence.state, Occurrence.room_id)
    )
    found: dict[int, Extent] = {}
    for reservation_id, state, room_id, dates, start, last, offers, answer_by in rows:
        extent = found.setdefault(reservation_id, Extent(start, last))
        extent.start, extent.last = min(extent.start, start), max(extent.last, last)
        extent.states[state] += dates
        extent.rooms[room_id] += dates
        extent.offers += offers
        extent.answer_by = min(filter(None, (extent.answer_by, answer_by)), default=None)
    return found


def _is_past(now: datetime) -> ColumnElement[bool]:
    """Return the condition for reservations that have nothing ahead any more: no date open and to come."""
    other = aliased(Occurrence)
    ahead = exists().where(
        other.reservation_id == Occurrence.reservation_id,
        other.state.in_(sorted(ACTIVE)),
        other.ends_at > now,
    )
    return ~ahead


def _listed(
    order: tuple[InstrumentedAttribute[Any] | UnaryExpression[Any], ...],
    *conditions: ColumnElement[bool],
    partition: tuple[InstrumentedAttribute[Any], ...] = (Occurrence.reservation_id,),
) -> Select[*tuple[Any, ...]]:
    """Return the statement for each reservation's first date, in that order, that meets the conditions."""
    numbered = (
        select(
            Occurrence.id,
            func.row_number().over(partition_by=partition, order_by=order).label("number"),
            func.count().over(partition_by=partition).label("dates"),
        )
        .join(Occurrence.reservation)
        .where(*conditions)
        .subquery()
    )
    return (
        select(
            Reservation.id,
            Reservation.reference,
            Reservation.title,
            SHOWN_TITLE,
            Reservation.pattern,
            Occurrence.room_id,
            Occurrence.starts_at,
            Occurrence.ends_at,
            Occurrence.state,
            Reservation.organisation_id,
            Organisation.name,
            numbered.c.dates,
        )
        .select_from(numbered)
        .join(Occurrence, Occurrence.id == numbered.c.id)
        .join(Occurrence.reservation)
        .outerjoin(Reservation.organisation)
        .where(numbered.c.number == 1)
        .order_by(*order)
    )
