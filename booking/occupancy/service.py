"""Take spaces and give them back: the only functions that write the occupancy table.

The database refuses an overlap whatever happens here; the look before the leap only makes a better message.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from enum import IntEnum
from typing import NamedTuple, cast

from sqlalchemy import Table, delete, insert, select, text
from sqlalchemy.exc import IntegrityError

from booking.db import Outdated, at_commit
from booking.errors import SlotTaken
from booking.extensions import db
from booking.occupancy.models import Claim, Occupancy
from booking.occupancy.queries import taken_rows
from booking.timetable.interval import Interval, merge, subtract

_LOCK_CLASS = 7_141  # our corner of PostgreSQL's advisory locks
_GONE = "foreign key"  # in the message of both databases: there is no such space any more
_REFUSED = "occupancy_no_overlap"  # in the name of the constraint and in the message of the triggers


class Part(NamedTuple):
    """Some spaces for one interval, turnaround included."""

    space_ids: tuple[int, ...]
    interval: Interval


Hold = Sequence[Part]
"""What one claim takes: one part, or several, joined where they meet on a space (a move: old and new)."""

Released = tuple[int, Interval]
"""A space and the time in which it was held until now."""

Listener = Callable[[Sequence[Released], datetime], None]


class Turn(IntEnum):
    """In which order those are told who want what is given back."""

    BLOCKS = 1
    """Closures, own use and outside events: what they want is nobody else's to have."""
    WAITING = 2
    """Who waits for a date."""


_listeners: dict[Turn, Listener] = {}


def on_release(turn: Turn) -> Callable[[Listener], Listener]:
    """Have a function called, in its turn, with what a transaction has given back, just before it commits.

    By then some of it may be taken again. Those called hold the locks that the releasing service took.
    """

    def listen(listener: Listener) -> Listener:
        _listeners[turn] = listener
        return listener

    return listen


def lock(space_ids: Iterable[int]) -> None:
    """Have these spaces to oneself until the transaction ends.

    Always all at once and in order, so that two transactions never wait for each other. On SQLite the
    writing transaction is alone anyway.
    """
    if db.engine.dialect.name != "postgresql":
        return
    for space_id in sorted(set(space_ids)):
        db.session.execute(
            text("SELECT pg_advisory_xact_lock(:class, :space)"), {"class": _LOCK_CLASS, "space": space_id}
        )


def claim(kind: str, space_ids: Collection[int], intervals: Sequence[Interval]) -> int:
    """Take every one of the spaces for every one of the intervals, or nothing; return the claim's id.

    In: the intervals with their turnaround; the caller holds `lock`. Raises SlotTaken with the intervals
    that are not free.
    """
    return claim_all(kind, [[Part(tuple(space_ids), each) for each in intervals]])[0]


def claim_all(kind: str, holds: Sequence[Hold], *, has_looked: bool = False) -> list[int]:
    """Take all of these at once, each by a claim of its own, or nothing; return the claims' ids in order.

    In: parts with their turnaround; the caller holds `lock` of all their spaces and has released what they
    replace. Raises SlotTaken with the parts' intervals that are not free; of a caller who `has_looked`
    already, with all of them, for then only the constraint says no.
    """
    if not holds:
        return []
    if not has_looked:
        require_free([part for hold in holds for part in hold])
    ids = list(
        db.session.scalars(
            # one is like the other, so their order is no matter: asked for, SQLite would insert row by row
            insert(Claim).returning(Claim.id),
            [{"kind": kind} for _ in holds],
        )
    )
    try:
        take(
            (claim_id, space_id, each)
            for claim_id, hold in zip(ids, holds, strict=True)
            for space_id, each in rows_of_hold(hold)
        )
    except SlotTaken as error:
        raise SlotTaken(sorted(part.interval for hold in holds for part in hold)) from error
    return ids


def take(rows: Iterable[tuple[int, int, Interval]]) -> None:
    """Have claims hold this as well, given as (claim id, space id, interval), or nothing of it.

    The caller holds `lock` and has looked what is free. Raises SlotTaken, and Outdated where a space is gone:
    it has been divided since the caller read of it.
    """
    ordered = sorted(rows, key=lambda row: (row[1], row[2]))
    if not ordered:
        return
    try:
        db.session.execute(
            insert(cast(Table, Occupancy.__table__)),
            [
                {"claim_id": claim_id, "space_id": space_id, "starts_at": each.start, "ends_at": each.end}
                for claim_id, space_id, each in ordered
            ],
        )
    except IntegrityError as error:
        if _REFUSED in str(error.orig):
            raise SlotTaken(sorted(each for _claim_id, _space_id, each in ordered)) from error
        if _GONE in str(error.orig).lower():
            raise Outdated from error
        raise


def rows_of_hold(hold: Hold) -> list[tuple[int, Interval]]:
    """Return what a hold takes of each space, joined where its parts overlap or touch, by space and start."""
    by_space: dict[int, list[Interval]] = {}
    for part in hold:
        for space_id in part.space_ids:
            by_space.setdefault(space_id, []).append(part.interval)
    return [(space_id, each) for space_id in sorted(by_space) for each in merge(by_space[space_id])]


def require_free(parts: Sequence[Part]) -> None:
    """Raise SlotTaken with the intervals of those parts in which any of the spaces is taken."""
    wanted = [(n, space_id) for n, part in enumerate(parts) for space_id in part.space_ids]
    taken = taken_rows([(space_id, parts[n].interval) for n, space_id in wanted])
    conflicts = {parts[wanted[index][0]].interval for index in taken}
    if conflicts:
        raise SlotTaken(sorted(conflicts))


def release(claim_ids: Collection[int], *, now: datetime) -> None:
    """Give back all that these claims hold; the claims end. They must be forgotten by their holders first."""
    if not claim_ids:
        return
    db.session.flush()
    given_back = db.session.execute(
        delete(Occupancy)
        .where(Occupancy.claim_id.in_(claim_ids))
        .returning(Occupancy.space_id, Occupancy.starts_at, Occupancy.ends_at)
    )
    at_commit(_tell_listeners, *((now, *row) for row in given_back if row.ends_at > now))
    db.session.execute(delete(Claim).where(Claim.id.in_(claim_ids)))


def _tell_listeners(items: list[tuple[datetime, int, datetime, datetime]]) -> None:
    released = [(space_id, Interval(start, end)) for _now, space_id, start, end in items]
    for _turn, listener in sorted(_listeners.items()):
        if items:
            listener(released, items[0][0])


def yield_to(rows: Sequence[tuple[int, int, Interval]]) -> None:
    """Have claims let go of stretches that somebody else is about to take again; what else they hold stays.

    In: (claim id, space id, interval), no two overlapping. Nobody is told: nothing gets free.
    """
    for claim_id, space_id, interval in rows:
        cut = db.session.execute(
            delete(Occupancy)
            .where(
                Occupancy.claim_id == claim_id,
                Occupancy.space_id == space_id,
                Occupancy.starts_at < interval.end,
                Occupancy.ends_at > interval.start,
            )
            .returning(Occupancy.starts_at, Occupancy.ends_at)
        ).all()
        left = subtract([Interval(row.starts_at, row.ends_at) for row in cut], [interval])
        take([(claim_id, space_id, each) for each in left])


def held(claim_ids: Collection[int]) -> dict[int, list[tuple[int, Interval]]]:
    """Return what each of these claims holds as (space id, interval), by space and start. One statement."""
    found: dict[int, list[tuple[int, Interval]]] = {}
    if not claim_ids:
        return found
    rows = db.session.execute(
        select(Occupancy.claim_id, Occupancy.space_id, Occupancy.starts_at, Occupancy.ends_at)
        .where(Occupancy.claim_id.in_(claim_ids))
        .order_by(Occupancy.space_id, Occupancy.starts_at)
    )
    for claim_id, space_id, start, end in rows:
        found.setdefault(claim_id, []).append((space_id, Interval(start, end)))
    return found
