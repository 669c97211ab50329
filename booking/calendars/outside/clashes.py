"""Where what a calendar from outside tells meets what is here: reservations, requests and closures.

Nothing of it wins or loses in silence: the reservation stays, the block waits for what frees up, and the
owner is told once of each date that an event meets (docs/decisions/0023).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, insert, select

from booking.availability.taken import Taken
from booking.calendars.outside.models import OutsideClash, OutsideEvent
from booking.db import Ids, among
from booking.extensions import db
from booking.occupancy.models import CLOSURE, OWN_USE, Block, BlockDate, block_spaces
from booking.reservations.in_the_way import Conflict, InTheWay, in_the_way_of_all
from booking.timetable.interval import Interval, merge


@dataclass(frozen=True, slots=True)
class ClosureMet:
    """A date of a closure, or of own use, that an event meets. The title is for the owner's eyes."""

    kind: str
    title: str
    interval: Interval


def clashes_of(source_ids: Collection[int], now: datetime) -> dict[int, InTheWay]:
    """Return what lies in the way of what these calendars tell, by the source's id. A few statements."""
    if not source_ids:
        return {}
    coming = (
        select(
            OutsideEvent.source_id.label("n"),
            block_spaces.c.space_id,
            BlockDate.starts_at,
            BlockDate.ends_at,
        )
        .join(BlockDate, BlockDate.block_id == OutsideEvent.block_id)
        .join(block_spaces, block_spaces.c.block_id == OutsideEvent.block_id)
        .where(
            among(OutsideEvent.source_id, bindparam("source_ids", sorted(source_ids), type_=Ids)),
            BlockDate.ends_at > now,
        )
    )
    return in_the_way_of_all(coming, source_ids, now)


def closures_met(
    space_ids: Collection[int], intervals: Sequence[Interval], now: datetime
) -> list[ClosureMet]:
    """Return the dates of closures on these spaces that some of the intervals meet, by start."""
    if not intervals:
        return []
    rows = db.session.execute(
        select(Block.kind, Block.title, BlockDate.starts_at, BlockDate.ends_at)
        .distinct()
        .select_from(BlockDate)
        .join(BlockDate.block)
        .join(block_spaces, block_spaces.c.block_id == Block.id)
        .where(
            among(block_spaces.c.space_id, bindparam("space_ids", sorted(space_ids), type_=Ids)),
            Block.kind.in_((CLOSURE, OWN_USE)),
            BlockDate.ends_at > now,
            BlockDate.starts_at < max(each.end for each in intervals),
        )
        .order_by(BlockDate.starts_at)
    )
    told = Taken({0: merge(intervals)})
    met = [ClosureMet(kind, title, Interval(start, end)) for kind, title, start, end in rows]
    return [each for each in met if told.meets((0,), each.interval)]


def newly_met(source_id: int, now: datetime) -> list[Conflict]:
    """Return the dates that an event meets and of which the owner has not been told; they are told now.

    What has ceased to be met is forgotten: should it be met again, that is news.
    """
    conflicts = clashes_of([source_id], now)[source_id].conflicts
    told = set(
        db.session.scalars(select(OutsideClash.occurrence_id).where(OutsideClash.source_id == source_id))
    )
    met = {each.occurrence.id for each in conflicts}
    if over := sorted(told - met):
        db.session.execute(
            delete(OutsideClash).where(
                OutsideClash.source_id == source_id,
                among(OutsideClash.occurrence_id, bindparam("over", over, type_=Ids)),
            )
        )
    fresh = [each for each in conflicts if each.occurrence.id not in told]
    if fresh:
        db.session.execute(
            insert(OutsideClash),
            [
                {"source_id": source_id, "occurrence_id": each, "told_at": now}
                for each in sorted({each.occurrence.id for each in fresh})
            ],
        )
    return fresh
