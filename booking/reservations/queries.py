"""Read reservations: what a calendar shows to whom, one's own. No rule is made here."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from booking.access.actor import Actor
from booking.access.roles import Right
from booking.errors import NotFound
from booking.extensions import db
from booking.i18n import gettext as _
from booking.occupancy.models import OWN_USE, Block, BlockDate
from booking.occupancy.queries import between, rows_between
from booking.organisations.models import Organisation
from booking.reservations.lifecycle import State
from booking.reservations.models import (
    LONGEST_DAYS,
    SHOWN_TITLE,
    Companion,
    Occurrence,
    Reason,
    Reservation,
)
from booking.reservations.policy import Sight, sight, state_shown
from booking.reservations.seen import Seen, blocked, unaccounted
from booking.rooms.catalogue import catalogue
from booking.rooms.facts import RoomFacts
from booking.timetable.interval import Interval

_SEEN_COLUMNS = (
    Occurrence.id,
    Occurrence.room_id,
    Occurrence.starts_at,
    Occurrence.ends_at,
    Occurrence.turnaround_minutes,
    Occurrence.state,
    Occurrence.claim_id,
    Reservation.reference,
    SHOWN_TITLE.label("title"),
    Reservation.visibility,
    Reservation.booker_id,
    Reservation.on_behalf,
    Reservation.organisation_id,
    Organisation.name.label("organisation"),
)


def visible_occurrences(rooms: Iterable[RoomFacts], window: Interval, actor: Actor) -> list[Seen]:
    """Return what lies on these rooms' spaces in the window, as this reader may see it, by start.

    What holds a space is found through the occupancy table: dates, also another room's use of a shared
    space, closures and own use, and nameless stretches where nothing accounts for what is held. Requests that
    only compete are few and found by their state. Two statements.
    """
    facts, every = list(rooms), catalogue().by_id
    space_ids = {space_id for room in facts for space_id in room.space_ids}
    held = db.session.execute(_held_rows(), between(space_ids, window)).all()
    competing = db.session.execute(
        _seen_rows().where(
            Occurrence.state == State.PENDING.value,
            Occurrence.claim_id.is_(None),
            Occurrence.room_id.in_([room.id for room in facts]),
            Occurrence.starts_at < window.end,
            Occurrence.ends_at > window.start,
            Occurrence.starts_at > window.start - timedelta(days=LONGEST_DAYS),
        )
    ).all()
    dates = {row.id: row for row in (*held, *competing) if row.id is not None}
    # the owner of the booked room: of a whole hall, when a half is looked at
    seen = [_seen(row, every[row.room_id], actor) for row in dates.values()]
    rows = [(row.space_id, Interval(row.held_from, row.held_until), row.held_by) for row in held]
    blocks = {row.held_by: (row.block, _block_title(row, every, actor)) for row in held if row.block}
    seen += blocked(rows, blocks)
    seen += _unaccounted([row for row in held if not row.block], every)
    return sorted(
        (each for each in seen if each.claimed.overlaps(window) and space_ids.intersection(each.space_ids)),
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


def companions_of(reservation: Reservation, actor: Actor) -> list[Reservation]:
    """Return the reservations that were sent together with this one and that the person sees all of."""
    main_id = select(
        func.coalesce(
            select(Companion.main_id).where(Companion.reservation_id == reservation.id).scalar_subquery(),
            reservation.id,
        )
    ).scalar_subquery()
    sent_with_it = select(Companion.reservation_id).where(Companion.main_id == main_id)
    found = db.session.scalars(
        select(Reservation)
        .where(
            or_(Reservation.id == main_id, Reservation.id.in_(sent_with_it)),
            Reservation.id != reservation.id,
        )
        .options(selectinload(Reservation.occurrences), joinedload(Reservation.room))
        .order_by(Reservation.id)
    )
    return [each for each in found if sight(each, actor) is Sight.FULL]


def of_mine(actor: Actor) -> ColumnElement[bool]:
    """Return the condition for reservations of this person and of the associations they see."""
    return or_(of_oneself(actor), Reservation.organisation_id.in_(actor.organisations_with(Right.SEE)))


def of_oneself(actor: Actor) -> ColumnElement[bool]:
    """Return the condition for what this person books for themselves: as staff they book for others."""
    return and_(
        Reservation.booker_id == actor.user_id,
        Reservation.organisation_id.is_(None),
        Reservation.on_behalf.is_(False),
    )


def _held_rows() -> Select[*tuple[Any, ...]]:
    """Return the statement for what is held in a window, each row with the date that accounts for it."""
    taken = rows_between().subquery()
    return (
        select(
            taken.c.space_id,
            taken.c.starts_at.label("held_from"),
            taken.c.ends_at.label("held_until"),
            taken.c.claim_id.label("held_by"),
            Block.kind.label("block"),
            Block.title.label("block_title"),
            Block.is_public.label("block_is_public"),
            *_SEEN_COLUMNS,
        )
        .select_from(taken)
        .outerjoin(BlockDate, BlockDate.claim_id == taken.c.claim_id)
        .outerjoin(BlockDate.block)
        .outerjoin(Occurrence, Occurrence.claim_id == taken.c.claim_id)
        .outerjoin(Occurrence.reservation)
        .outerjoin(Reservation.organisation)
    )


def _unaccounted(held: Sequence[Row[*tuple[Any, ...]]], every: Mapping[int, RoomFacts]) -> list[Seen]:
    dates = {row.held_by: (every[row.room_id].space_ids, _claimed(row)) for row in held if row.id is not None}
    return unaccounted(
        [(row.space_id, Interval(row.held_from, row.held_until), row.held_by) for row in held], dates
    )


def _block_title(row: Row[*tuple[Any, ...]], every: Mapping[int, RoomFacts], actor: Actor) -> str:
    """Return what a closure or own use is called: by its title to whom it is told, else by its kind."""
    owners = {room.owner_id for room in every.values() if row.space_id in room.space_ids}
    if row.block_title and (row.block_is_public or any(actor.has(Right.KEEP_ROOMS, each) for each in owners)):
        return str(row.block_title)
    return _("oma käyttö") if row.block == OWN_USE else ""


def _seen_rows() -> Select[*tuple[Any, ...]]:
    return (
        select(*_SEEN_COLUMNS)
        .select_from(Occurrence)
        .join(Occurrence.reservation)
        .outerjoin(Reservation.organisation)
    )


def _seen(row: Row[*tuple[Any, ...]], room: RoomFacts, actor: Actor) -> Seen:
    if row.organisation_id is None:
        mine = actor.is_signed_in and actor.user_id == row.booker_id and not row.on_behalf
    else:
        mine = actor.has(Right.SEE, row.organisation_id)
    served = row.on_behalf and actor.has(Right.BOOK_ON_BEHALF, room.owner_id)
    full = mine or served or actor.has(Right.DECIDE, room.owner_id)
    state = State(row.state)
    public = row.visibility != "private" and state is not State.PENDING
    shown = full or public
    return Seen(
        occurrence_id=row.id,
        space_ids=room.space_ids,
        use=Interval(row.starts_at, row.ends_at),
        claimed=_claimed(row),
        state=state_shown(state, Sight.FULL if full else Sight.PUBLIC),
        holds=row.claim_id is not None,
        mine=mine,
        title=row.title if shown else "",
        organisation=(row.organisation or "") if shown else "",
        reference=row.reference if shown else None,
    )


def _claimed(row: Row[*tuple[Any, ...]]) -> Interval:
    return Interval(row.starts_at, row.ends_at + timedelta(minutes=row.turnaround_minutes))


def reasons_of(entry_ids: Collection[int]) -> dict[int, str]:
    """Return the words given with these steps of a history."""
    rows = db.session.execute(
        select(Reason.audit_entry_id, Reason.text).where(Reason.audit_entry_id.in_(entry_ids))
    )
    return {row.audit_entry_id: row.text for row in rows}
