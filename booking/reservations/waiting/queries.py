"""Read the waiting list: entries, who waits beside whom, places in the line."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from booking.access.actor import Actor
from booking.access.roles import Right
from booking.errors import NotFound
from booking.extensions import db
from booking.occupancy.service import Part
from booking.reservations.lifecycle import State
from booking.reservations.models import LONGEST_DAYS, Occurrence, Reservation
from booking.reservations.waiting import policy
from booking.reservations.waiting.models import WaitingDate, WaitingEntry
from booking.rooms.catalogue import catalogue
from booking.timetable.interval import Interval

OPEN = ("waiting", "offered")
_REACHES_BACK = timedelta(days=LONGEST_DAYS + 1)  # a use that began so long ago may, with turnaround, last


def entry_query(reference: str) -> Select[WaitingEntry]:
    """Return the statement for an entry with its dates."""
    return (
        select(WaitingEntry)
        .where(WaitingEntry.reference == reference)
        .options(selectinload(WaitingEntry.dates), joinedload(WaitingEntry.room))
    )


def find(reference: str, actor: Actor) -> WaitingEntry:
    """Return an entry that the person may see. Raises NotFound."""
    query = entry_query(reference).options(
        joinedload(WaitingEntry.organisation),
        joinedload(WaitingEntry.user),
        selectinload(WaitingEntry.dates).joinedload(WaitingDate.reservation),
    )
    entry = db.session.scalar(query)
    if entry is None:
        raise NotFound("unknown_waiting")
    policy.require_sight(entry, actor)
    return entry


def of_mine(actor: Actor) -> ColumnElement[bool]:
    """Return the condition for entries of this person and of the associations they see."""
    own = and_(WaitingEntry.user_id == actor.user_id, WaitingEntry.organisation_id.is_(None))
    return or_(own, WaitingEntry.organisation_id.in_(actor.organisations_with(Right.SEE)))


def open_dates(actor: Actor, now: datetime) -> list[WaitingDate]:
    """Return my and my associations' dates that are waited for or offered, by start."""
    query = _in_line(WaitingDate.state.in_(OPEN), WaitingDate.starts_at > now, of_mine(actor))
    return list(db.session.scalars(query.order_by(None).order_by(WaitingDate.starts_at, WaitingDate.id)))


def waiting_inside(room_ids: Collection[int], span: Interval) -> list[WaitingDate]:
    """Return the dates that wait for these rooms and may need a part of the span, in the line's order.

    Read anew: what the session knew of them before it had the locks is forgotten.
    """
    query = _in_line(
        WaitingDate.room_id.in_(sorted(room_ids)),
        WaitingDate.state == "waiting",
        WaitingDate.starts_at > span.start - _REACHES_BACK,
        WaitingDate.starts_at < span.end,
    )
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def all_waiting(now: datetime) -> list[WaitingDate]:
    """Return every date that waits and has not begun, in the line's order."""
    return list(db.session.scalars(_in_line(WaitingDate.state == "waiting", WaitingDate.starts_at > now)))


def part_of(date: WaitingDate) -> Part:
    """Return what the date would take now: the use and the turnaround that the room has today."""
    room = catalogue().by_id[date.room_id]
    return Part(room.space_ids, room.rules.claimed(Interval(date.starts_at, date.ends_at)))


def meet(one: Part, other: Part) -> bool:
    """Say whether two parts want the same space at the same time."""
    return one.interval.overlaps(other.interval) and not set(one.space_ids).isdisjoint(other.space_ids)


def contested(dates: Sequence[WaitingDate]) -> set[int]:
    """Return the ids of the dates for whose time a request awaits a decision that was sent earlier.

    Whose that time is to be, the owner decides first. One statement.
    """
    if not dates:
        return set()
    rooms = catalogue()
    parts = {date.id: part_of(date) for date in dates}
    sharing = {room.id for date in dates for room in rooms.sharing(rooms.by_id[date.room_id])}
    pending = db.session.execute(
        select(
            Occurrence.room_id,
            Occurrence.starts_at,
            Occurrence.ends_at,
            Occurrence.turnaround_minutes,
            Reservation.created_at,
        )
        .join(Occurrence.reservation)
        .where(
            Occurrence.state == State.PENDING.value,
            Occurrence.claim_id.is_(None),
            Occurrence.room_id.in_(sorted(sharing)),
            Occurrence.starts_at > min(part.interval.start for part in parts.values()) - _REACHES_BACK,
            Occurrence.starts_at < max(part.interval.end for part in parts.values()),
        )
    )
    wanted = [
        (
            row.created_at,
            Part(
                rooms.by_id[row.room_id].space_ids,
                Interval(row.starts_at, row.ends_at + timedelta(minutes=row.turnaround_minutes)),
            ),
        )
        for row in pending
    ]
    return {
        date.id
        for date in dates
        if any(sent <= date.entry.created_at and meet(part, parts[date.id]) for sent, part in wanted)
    }


def places(dates: Sequence[WaitingDate]) -> dict[int, int]:
    """Return the place in the line, from 1, of each of these dates, by its id. One statement.

    Ahead are all earlier entries' dates that want a part of the same, waiting or being offered it.
    """
    if not dates:
        return {}
    rooms = catalogue()
    sharing = {room.id for date in dates for room in rooms.sharing(rooms.by_id[date.room_id])}
    parts = {date.id: part_of(date) for date in dates}
    others = db.session.scalars(
        _in_line(
            WaitingDate.room_id.in_(sorted(sharing)),
            WaitingDate.state.in_(OPEN),
            WaitingDate.starts_at > min(part.interval.start for part in parts.values()) - _REACHES_BACK,
            WaitingDate.starts_at < max(part.interval.end for part in parts.values()),
        )
    ).all()
    wanted = [(each, _turn(each), part_of(each)) for each in others]
    return {
        date.id: 1 + sum(turn < _turn(date) and meet(part, parts[date.id]) for _each, turn, part in wanted)
        for date in dates
    }


def _turn(date: WaitingDate) -> tuple[datetime, int]:
    return date.entry.created_at, date.entry_id


def _in_line(*conditions: ColumnElement[bool]) -> Select[WaitingDate]:
    return (
        select(WaitingDate)
        .join(WaitingDate.entry)
        .where(*conditions)
        .options(contains_eager(WaitingDate.entry).joinedload(WaitingEntry.user))
        .options(contains_eager(WaitingDate.entry).joinedload(WaitingEntry.organisation))
        .order_by(WaitingEntry.created_at, WaitingEntry.id, WaitingDate.starts_at, WaitingDate.id)
    )
