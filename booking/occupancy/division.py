"""Have new spaces take the place of one, or join a whole, with all that is held and wanted there.

A divided space is gone: its row is deleted, so a transaction that still knew it cannot claim it whatever it
has locked: the database refuses a claim of a space that is not there (docs/decisions/0013). Callers hold the
locks of all spaces concerned and of the rooms that share one, and put the rooms' spaces right.
"""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime

from sqlalchemy import delete, insert, literal, select

from booking.extensions import db
from booking.occupancy import blocks
from booking.occupancy import service as occupancy
from booking.occupancy.models import Claim, Occupancy, block_spaces
from booking.timetable.interval import Interval, subtract

_END_OF_TIME = datetime(2200, 1, 1, tzinfo=UTC)


def replace_space(space_id: int, into: Sequence[int]) -> None:
    """Have every claim and every block that has a space have all of these new ones instead.

    The new spaces hold nothing yet, so nothing can overlap: they get what did not overlap before.
    """
    for new in into:
        held = select(literal(new), Occupancy.starts_at, Occupancy.ends_at, Occupancy.claim_id).where(
            Occupancy.space_id == space_id
        )
        db.session.execute(
            insert(Occupancy).from_select(["space_id", "starts_at", "ends_at", "claim_id"], held),
        )
        wanted = select(block_spaces.c.block_id, literal(new)).where(block_spaces.c.space_id == space_id)
        db.session.execute(insert(block_spaces).from_select(["block_id", "space_id"], wanted))
    db.session.execute(delete(Occupancy).where(Occupancy.space_id == space_id))
    db.session.execute(delete(block_spaces).where(block_spaces.c.space_id == space_id))


def join_whole(space_ids: Collection[int], new: int, *, now: datetime) -> None:
    """Have what holds a whole, all of these spaces at once, hold a new space too, and blocks that want it.

    Who holds some of the spaces only leaves the new one free.
    """
    occupancy.take(
        (claim_id, new, each)
        for claim_id, held in _held_of(space_ids).items()
        for each in _in_all(held, space_ids)
    )
    wanting = blocks_wanting(space_ids)
    if wanting:
        db.session.execute(
            insert(block_spaces), [{"block_id": each, "space_id": new} for each in sorted(wanting)]
        )
        blocks.take_released([(new, Interval(now.replace(microsecond=0), _END_OF_TIME))], now)


def blocks_wanting(space_ids: Collection[int]) -> set[int]:
    """Return the blocks that want every one of these spaces."""
    rows = db.session.execute(select(block_spaces).where(block_spaces.c.space_id.in_(space_ids)))
    found: dict[int, set[int]] = {}
    for block_id, space_id in rows:
        found.setdefault(block_id, set()).add(space_id)
    return {block_id for block_id, wanted in found.items() if wanted >= set(space_ids)}


def _held_of(space_ids: Collection[int]) -> dict[int, dict[int, list[Interval]]]:
    """Return what claims other than blocks' hold of these spaces, by claim and space."""
    rows = db.session.execute(
        select(Occupancy.claim_id, Occupancy.space_id, Occupancy.starts_at, Occupancy.ends_at)
        .join(Claim, Claim.id == Occupancy.claim_id)
        .where(Occupancy.space_id.in_(space_ids), Claim.kind != blocks.CLAIM)
    )
    found: dict[int, dict[int, list[Interval]]] = {}
    for claim_id, space_id, start, end in rows:
        found.setdefault(claim_id, {}).setdefault(space_id, []).append(Interval(start, end))
    return found


def _in_all(held: dict[int, list[Interval]], space_ids: Collection[int]) -> Sequence[Interval]:
    """Return the times in which a claim holds every one of the spaces."""
    if set(held) != set(space_ids):
        return []
    first, *rest = held.values()
    common = tuple(first)
    for other in rest:
        common = subtract(common, subtract(common, other))
    return common
