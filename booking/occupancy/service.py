"""Take spaces and give them back: the only functions that write the occupancy table.

The database refuses an overlap whatever happens here; the look before the leap only makes a better message.
"""

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import delete, insert, select, text
from sqlalchemy.exc import IntegrityError

from booking.errors import SlotTaken
from booking.extensions import db
from booking.occupancy.models import Claim, Occupancy
from booking.occupancy.queries import taken_slots
from booking.timetable.interval import Interval

_LOCK_CLASS = 7_141  # our corner of PostgreSQL's advisory locks
_REFUSED = "occupancy_no_overlap"  # in the name of the constraint and in the message of the triggers


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


def claim(kind: str, space_ids: Collection[int], intervals: Sequence[Interval]) -> Claim:
    """Take every one of the spaces for every one of the intervals, or nothing.

    In: the intervals with their turnaround; the caller holds `lock`. Raises SlotTaken with the intervals
    that are not free.
    """
    require_free(space_ids, intervals)
    made = Claim(kind=kind)
    db.session.add(made)
    db.session.flush()
    rows = [
        {"space_id": space_id, "starts_at": each.start, "ends_at": each.end, "claim_id": made.id}
        for space_id in sorted(space_ids)
        for each in sorted(intervals)
    ]
    try:
        db.session.execute(insert(Occupancy), rows)
    except IntegrityError as error:
        if _REFUSED in str(error.orig):
            raise SlotTaken(intervals) from error
        raise
    return made


def require_free(space_ids: Collection[int], intervals: Sequence[Interval]) -> None:
    """Raise SlotTaken with those of the intervals in which any of the spaces is taken."""
    conflicts = taken_slots(space_ids, intervals)
    if conflicts:
        raise SlotTaken(conflicts)


def release(claim_ids: Collection[int]) -> None:
    """Give back all that these claims hold; the claims end. They must be forgotten by their holders first."""
    if claim_ids:
        db.session.flush()
        db.session.execute(delete(Occupancy).where(Occupancy.claim_id.in_(claim_ids)))
        db.session.execute(delete(Claim).where(Claim.id.in_(claim_ids)))


def held(claim_id: int) -> list[tuple[int, Interval]]:
    """Return what a claim holds as (space id, interval), by space and start."""
    rows = db.session.execute(
        select(Occupancy.space_id, Occupancy.starts_at, Occupancy.ends_at)
        .where(Occupancy.claim_id == claim_id)
        .order_by(Occupancy.space_id, Occupancy.starts_at)
    )
    return [(space_id, Interval(start, end)) for space_id, start, end in rows]
