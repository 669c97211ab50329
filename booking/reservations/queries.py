"""Read reservations: what a calendar shows to whom, one's own, the approver's queue. No rule is made here."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from booking.access.actor import Actor
from booking.access.roles import Right
from booking.errors import NotFound
from booking.extensions import db
from booking.occupancy.queries import between, rows_between
from booking.organisations.models import Organisation
from booking.reservations.lifecycle import State
from booking.reservations.models import LONGEST_DAYS, Occurrence, Reason, Reservation
from booking.reservations.policy import Sight, sight
from booking.reservations.request import ReservationRequest
from booking.reservations.seen import Listed, Seen
from booking.rooms.catalogue import catalogue
from booking.rooms.facts import RoomFacts
from booking.rooms.models import Room
from booking.timetable.interval import Interval

SENT_TWICE_WITHIN = timedelta(minutes=10)
QUEUE_LENGTH = 200  # requests on one page of the approver's queue


_SEEN_COLUMNS = (
    Occurrence.id,
    Occurrence.room_id,
    Occurrence.starts_at,
    Occurrence.ends_at,
    Occurrence.turnaround_minutes,
    Occurrence.state,
    Occurrence.claim_id,
    Reservation.reference,
    Reservation.title,
    Reservation.visibility,
    Reservation.booker_id,
    Reservation.organisation_id,
    Organisation.name.label("organisation"),
)


def visible_occurrences(rooms: Iterable[RoomFacts], window: Interval, actor: Actor) -> list[Seen]:
    """Return what lies on these rooms' spaces in the window, as this reader may see it, by start.

    What holds a space is found through the occupancy table, also another room's use of a shared space;
    requests that only compete are few and found by their state. Two statements.
    """
    facts, every = list(rooms), catalogue().by_id
    space_ids = {space_id for room in facts for space_id in room.space_ids}
    taken = rows_between().subquery()
    holding = _seen_rows().join(taken, taken.c.claim_id == Occurrence.claim_id).distinct()
    competing = _seen_rows().where(
        Occurrence.state == State.PENDING.value,
        Occurrence.claim_id.is_(None),
        Occurrence.room_id.in_([room.id for room in facts]),
        Occurrence.starts_at < window.end,
        Occurrence.ends_at > window.start,
        Occurrence.starts_at > window.start - timedelta(days=LONGEST_DAYS),
    )
    rows = [*db.session.execute(holding, between(space_ids, window)), *db.session.execute(competing)]
    # the owner of the booked room: of a whole hall, when a half is looked at
    seen = [_seen(row, every[row.room_id].owner_id, actor) for row in rows]
    return sorted(
        (each for each in seen if each.claimed.overlaps(window)),
        key=lambda each: (each.use.start, each.occurrence_id),
    )


def find(reference: str, actor: Actor) -> tuple[Reservation, Sight]:
    """Return a reservation and how much of it this reader sees. Raises NotFound when that is nothing."""
    reservation = db.session.scalar(
        select(Reservation)
        .where(Reservation.reference == reference)
        .options(
            selectinload(Reservation.occurrences),
            joinedload(Reservation.room),
            joinedload(Reservation.organisation),
            joinedload(Reservation.booker),
        )
    )
    if reservation is None:
        raise NotFound("unknown_reservation")
    seen = sight(reservation, actor)
    if seen is Sight.NOTHING:
        raise NotFound("unknown_reservation")
    return reservation, seen


def sent_before(request: ReservationRequest, actor: Actor, now: datetime) -> Reservation | None:
    """Return the same request if the same person sent it a moment ago: a form that was sent twice."""
    return db.session.scalar(
        select(Reservation)
        .join(Reservation.occurrences)
        .join(Room, Room.id == Occurrence.room_id)
        .outerjoin(Reservation.organisation)
        .where(
            Reservation.booker_id == actor.user_id,
            Reservation.created_at > now - SENT_TWICE_WITHIN,
            Reservation.title == request.title.strip(),
            Room.slug == request.room_slug,
            func.coalesce(Organisation.slug, "") == (request.organisation_slug or ""),
            Occurrence.starts_at == request.start,
            Occurrence.ends_at == request.end,
            Occurrence.state.in_((State.PENDING.value, State.CONFIRMED.value)),
        )
        .limit(1)
    )


def waiting(actor: Actor, now: datetime) -> list[Listed]:
    """Return my and my associations' dates that await a decision, by start."""
    return _listed(of_mine(actor), Occurrence.state == State.PENDING.value, Occurrence.ends_at > now)


def coming(actor: Actor, now: datetime) -> list[Listed]:
    """Return my and my associations' confirmed dates that have not ended, by start."""
    return _listed(of_mine(actor), Occurrence.state == State.CONFIRMED.value, Occurrence.ends_at > now)


def count_past(actor: Actor, now: datetime) -> int:
    """Count what `past` lists."""
    query = select(func.count(Occurrence.id)).join(Occurrence.reservation)
    return db.session.scalar(query.where(of_mine(actor), _is_past(now))) or 0


def past(actor: Actor, now: datetime, *, limit: int, offset: int) -> list[Listed]:
    """Return my and my associations' dates that have ended or came to nothing, the latest first."""
    query = _list_rows().where(of_mine(actor), _is_past(now))
    latest = query.order_by(Occurrence.starts_at.desc(), Occurrence.id).limit(limit).offset(offset)
    return [_list_item(row) for row in db.session.execute(latest)]


def coming_in_public(organisation_id: int, now: datetime, *, limit: int) -> list[Listed]:
    """Return an association's confirmed public dates, by start."""
    return _listed(
        Reservation.organisation_id == organisation_id,
        Reservation.visibility != "private",
        Occurrence.state == State.CONFIRMED.value,
        Occurrence.ends_at > now,
        limit=limit,
    )


def queue(actor: Actor, now: datetime) -> list[Occurrence]:
    """Return the pending dates of the rooms this person decides on, by start, older request first."""
    return list(
        db.session.scalars(
            select(Occurrence)
            .join(Occurrence.reservation)
            .join(Room, Room.id == Occurrence.room_id)
            .where(
                Room.owner_id.in_(actor.organisations_with(Right.DECIDE)),
                Occurrence.state == State.PENDING.value,
                Occurrence.starts_at > now,
            )
            .options(
                joinedload(Occurrence.reservation).joinedload(Reservation.organisation),
                joinedload(Occurrence.reservation).joinedload(Reservation.booker),
            )
            .order_by(Occurrence.starts_at, Reservation.created_at, Occurrence.id)
            .limit(QUEUE_LENGTH)
        )
    )


def of_mine(actor: Actor) -> ColumnElement[bool]:
    """Return the condition for reservations of this person and of the associations they see."""
    own = and_(Reservation.booker_id == actor.user_id, Reservation.organisation_id.is_(None))
    return or_(own, Reservation.organisation_id.in_(actor.organisations_with(Right.SEE)))


def _is_past(now: datetime) -> ColumnElement[bool]:
    open_states = (State.PENDING.value, State.CONFIRMED.value)
    return or_(Occurrence.state.not_in(open_states), Occurrence.ends_at <= now)


def _listed(*conditions: ColumnElement[bool], limit: int | None = None) -> list[Listed]:
    query = _list_rows().where(*conditions).order_by(Occurrence.starts_at, Occurrence.id).limit(limit)
    return [_list_item(row) for row in db.session.execute(query)]


def _list_rows() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Reservation.reference,
            Reservation.title,
            Occurrence.room_id,
            Occurrence.starts_at,
            Occurrence.ends_at,
            Occurrence.state,
            Organisation.name,
        )
        .select_from(Occurrence)
        .join(Occurrence.reservation)
        .outerjoin(Reservation.organisation)
    )


def _list_item(row: Row[*tuple[Any, ...]]) -> Listed:
    return Listed(*row)


def _seen_rows() -> Select[*tuple[Any, ...]]:
    return (
        select(*_SEEN_COLUMNS)
        .select_from(Occurrence)
        .join(Occurrence.reservation)
        .outerjoin(Reservation.organisation)
    )


def _seen(row: Row[*tuple[Any, ...]], owner_id: int | None, actor: Actor) -> Seen:
    if row.organisation_id is None:
        mine = actor.is_signed_in and actor.user_id == row.booker_id
    else:
        mine = actor.has(Right.SEE, row.organisation_id)
    full = mine or actor.has(Right.DECIDE, owner_id)
    state = State(row.state)
    public = row.visibility != "private" and state is not State.PENDING
    shown = full or public
    return Seen(
        occurrence_id=row.id,
        room_id=row.room_id,
        use=Interval(row.starts_at, row.ends_at),
        claimed=Interval(row.starts_at, row.ends_at + timedelta(minutes=row.turnaround_minutes)),
        state=state,
        holds=row.claim_id is not None,
        mine=mine,
        title=row.title if shown else "",
        organisation=(row.organisation or "") if shown else "",
        reference=row.reference if shown else None,
    )


def reasons_of(entry_ids: Collection[int]) -> dict[int, str]:
    """Return the words given with these steps of a history."""
    rows = db.session.execute(
        select(Reason.audit_entry_id, Reason.text).where(Reason.audit_entry_id.in_(entry_ids))
    )
    return {row.audit_entry_id: row.text for row in rows}
