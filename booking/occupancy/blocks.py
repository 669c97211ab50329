"""Blocks are wants: closures, own use and outside events take what is free and wait for the rest.

A block may overlap other blocks and what is held already. What nobody holds of what it wants, a block holds;
what frees up later it takes in the transaction that frees it, before anyone on a waiting list. Source:
decision 16. Callers hold the locks of all spaces concerned and those of the rooms that share one. The feeds
that show a block learn of its changes by themselves (`occupancy.shown`).
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, insert, select

from booking.db import Ids, among
from booking.extensions import db
from booking.occupancy import service as occupancy
from booking.occupancy.models import Block, BlockDate, Claim, block_spaces
from booking.occupancy.queries import held_within
from booking.occupancy.service import Released, Turn
from booking.occupancy.shown import touch_spaces
from booking.timetable.interval import Interval, merge, subtract

CLAIM = "block"  # the kind of its claims
_AT_ONCE = 1000  # stretches in one statement
_BY_START = attrgetter("start")


class Want(NamedTuple):
    """A stretch of one space that a block wants for one of its dates, by that date's claim."""

    claim_id: int
    space_id: int
    interval: Interval


def make(
    kind: str,
    title: str,
    space_ids: Collection[int],
    intervals: Sequence[Interval],
    *,
    is_public: bool,
) -> Block:
    """Write a block that wants all of these spaces in each of the intervals; take what is free of them."""
    block = Block(kind=kind, title=title, is_public=is_public)
    db.session.add(block)
    db.session.flush()
    _want_spaces(block, space_ids)
    _add(block, intervals, space_ids)
    return block


def change(block: Block, space_ids: Collection[int], intervals: Sequence[Interval], *, now: datetime) -> None:
    """Have a block want these spaces and times from now on; what it wants no longer is given back.

    What has been stays: dates that have ended, and of one that goes on and is not wanted any more the time
    until now. Dates that want the same as before keep what they hold. One that moves keeps its name in
    calendars.
    """
    known = spaces_of([block.id]).get(block.id, [])
    wanted = [each for each in intervals if each.end > now]
    ahead = [each for each in block.dates if each.ends_at > now]
    same_spaces = set(known) == set(space_ids)
    kept = [each for each in ahead if same_spaces and Interval(each.starts_at, each.ends_at) in wanted]
    ending = [each for each in ahead if each not in kept]
    moment = now.replace(microsecond=0)
    been = [
        Interval(each.starts_at, moment)
        for each in ending
        if each.starts_at < moment and all(new.start != each.starts_at for new in wanted)
    ]
    stay = {Interval(each.starts_at, each.ends_at) for each in kept}
    coming = [each for each in wanted if each not in stay]
    names = _names(ending, [*been, *coming])
    _end(ending, now)
    _add(block, been, known, names)
    if not same_spaces:
        touch_spaces(known)
        for each in block.dates:
            each.sequence, each.changed_at = each.sequence + 1, moment
        db.session.execute(delete(block_spaces).where(block_spaces.c.block_id == block.id))
        _want_spaces(block, space_ids)
    _add(block, coming, space_ids, names)


@occupancy.on_release(Turn.BLOCKS)
def take_released(released: Sequence[Released], now: datetime) -> None:
    """Have blocks take what a transaction gives back of what they want, the oldest block first."""
    coming = [(space_id, each) for space_id, each in released if each.end > now]
    if not coming:
        return
    window = Interval(min(each.start for _id, each in coming), max(each.end for _id, each in coming))
    by_space: dict[int, list[Interval]] = {}
    for space_id, each in coming:
        by_space.setdefault(space_id, []).append(each)
    freed = {space_id: merge(intervals) for space_id, intervals in by_space.items()}
    take_free(
        Want(want.claim_id, want.space_id, shared)
        for want in _wants_within(freed, window)
        for each in _meeting(want.interval, freed[want.space_id])
        if (shared := each.intersection(want.interval)) is not None
    )


def wanted_of(rows: Iterable[Released]) -> list[Interval]:
    """Return what blocks want of these stretches of spaces, whoever holds it, in order. One statement."""
    asked = list(rows)
    if not asked:
        return []
    window = Interval(min(each.start for _id, each in asked), max(each.end for _id, each in asked))
    wants = _wants_within({space_id for space_id, _each in asked}, window)
    return sorted(
        {
            shared
            for want in wants
            for space_id, each in asked
            if space_id == want.space_id and (shared := each.intersection(want.interval)) is not None
        }
    )


def wanted_between(space_ids: Collection[int], window: Interval) -> dict[int, list[Interval]]:
    """Return what blocks want of each space inside the window, sorted, whoever holds it. One statement."""
    found: dict[int, list[Interval]] = {space_id: [] for space_id in space_ids}
    for want in _wants_within(space_ids, window):
        shared = want.interval.intersection(window)
        if shared is not None:
            found[want.space_id].append(shared)
    return {space_id: sorted(intervals) for space_id, intervals in found.items()}


def spaces_of(block_ids: Collection[int]) -> dict[int, list[int]]:
    """Return the ids of the spaces that these blocks want, by the block's id. One statement."""
    found: dict[int, list[int]] = {}
    query = select(block_spaces).where(block_spaces.c.block_id.in_(block_ids))
    for block_id, space_id in db.session.execute(query.order_by(block_spaces.c.space_id)):
        found.setdefault(block_id, []).append(space_id)
    return found


def _wants_within(space_ids: Collection[int], window: Interval) -> list[Want]:
    rows = db.session.execute(
        select(BlockDate.claim_id, block_spaces.c.space_id, BlockDate.starts_at, BlockDate.ends_at)
        .join(block_spaces, block_spaces.c.block_id == BlockDate.block_id)
        .where(
            among(block_spaces.c.space_id, bindparam("space_ids", list(space_ids), type_=Ids)),
            BlockDate.starts_at < window.end,
            BlockDate.ends_at > window.start,
        )
        .order_by(BlockDate.id, block_spaces.c.space_id)
    )
    return [Want(claim_id, space_id, Interval(start, end)) for claim_id, space_id, start, end in rows]


def _want_spaces(block: Block, space_ids: Collection[int]) -> None:
    rows = [{"block_id": block.id, "space_id": space_id} for space_id in sorted(set(space_ids))]
    if rows:
        db.session.execute(insert(block_spaces), rows)


def _names(ending: Sequence[BlockDate], coming: Sequence[Interval]) -> dict[Interval, dict[str, Any]]:
    """Return by what names calendars know the dates to come: those of the dates whose place they take.

    A date takes the place of the one that starts when it does; the others, in order, of those that are left.
    """
    left = {each.starts_at: each for each in sorted(ending, key=lambda each: each.starts_at)}
    found = {each: left.pop(each.start) for each in coming if each.start in left}
    moved = sorted(each for each in coming if each not in found)
    return {
        each: {"uid": old.uid, "sequence": old.sequence + 1, "created_at": old.created_at}
        for each, old in (found | dict(zip(moved, left.values(), strict=False))).items()
    }


def _add(
    block: Block,
    intervals: Sequence[Interval],
    space_ids: Collection[int],
    names: dict[Interval, dict[str, Any]] | None = None,
) -> None:
    """Give the block these dates too, each with a claim, and take what is free of them."""
    if not intervals:
        return
    known = names or {}
    ordered = sorted(intervals)
    claims = list(
        db.session.scalars(
            insert(Claim).returning(Claim.id, sort_by_parameter_order=True),
            [{"kind": CLAIM} for _ in ordered],
        )
    )
    block.dates.extend(
        BlockDate(starts_at=each.start, ends_at=each.end, claim_id=claim_id, **known.pop(each, {}))
        for claim_id, each in zip(claims, ordered, strict=True)
    )
    db.session.flush()
    take_free(
        Want(claim_id, space_id, each)
        for claim_id, each in zip(claims, ordered, strict=True)
        for space_id in sorted(set(space_ids))
    )


def _end(dates: Sequence[BlockDate], now: datetime) -> None:
    """Forget these dates and give back what they hold: to other blocks, then to who waits."""
    claims = [each.claim_id for each in dates]
    for each in dates:
        each.block.dates.remove(each)
        db.session.delete(each)
    occupancy.release(claims, now=now)


def take_free(wants: Iterable[Want]) -> None:
    """Have the claims hold what nobody holds of this; of what several want, the first."""
    every = list(wants)
    for first in range(0, len(every), _AT_ONCE):
        some = every[first : first + _AT_ONCE]
        held = held_within([(want.space_id, want.interval) for want in some])
        rows: list[tuple[int, int, Interval]] = []
        now_taken: dict[int, list[Interval]] = {}  # by start; no two of a space overlap
        for want, others in zip(some, held, strict=True):
            mine = now_taken.setdefault(want.space_id, [])
            taken = [*(interval for interval, _claim in others), *_meeting(want.interval, mine)]
            for each in subtract([want.interval], taken):
                rows.append((want.claim_id, want.space_id, each))
                insort(mine, each)
        occupancy.take(rows)


def _meeting(wanted: Interval, ordered: Sequence[Interval]) -> Sequence[Interval]:
    """Return which of these, sorted and without overlaps, overlap what is wanted."""
    first = max(0, bisect_right(ordered, wanted.start, key=_BY_START) - 1)
    last = bisect_left(ordered, wanted.end, key=_BY_START)
    return [each for each in ordered[first:last] if each.end > wanted.start]
