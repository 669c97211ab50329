"""Blocks of one date each, many at a time: what a calendar from outside tells, event by event.

Each event is a block of its own, so that it has its own words, and what does not change is not touched: it
keeps its block, its claim and what it holds. Everything here is done in batches, never row by row. Callers
hold the locks of all spaces concerned and those of the rooms that share one (`occupancy.blocks`).
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, delete, insert, select, update

from booking.db import Ids, among
from booking.extensions import db
from booking.occupancy import blocks
from booking.occupancy import service as occupancy
from booking.occupancy.models import Block, BlockDate, Claim, block_spaces
from booking.timetable.interval import Interval


class Single(NamedTuple):
    """What one block of one date is to be."""

    title: str
    interval: Interval


class _Coming(NamedTuple):
    """A date that has not ended: its row, its block, its time and its claim."""

    date_id: int
    block_id: int
    start: datetime
    claim_id: int


def make_singles(
    kind: str, wanted: Sequence[Single], space_ids: Collection[int], *, is_public: bool
) -> list[int]:
    """Write a block for each of these; take what is free of them; return the blocks' ids in their order."""
    if not wanted:
        return []
    rows = [{"kind": kind, "title": each.title, "is_public": is_public} for each in wanted]
    # blocks of one title are alike: which of them gets which date is no matter, so no order is asked for
    by_title: dict[str, list[int]] = {}
    for block_id, title in db.session.execute(insert(Block).returning(Block.id, Block.title), rows):
        by_title.setdefault(title, []).append(block_id)
    made = [by_title[each.title].pop() for each in wanted]
    spaces = sorted(set(space_ids))
    db.session.execute(
        insert(block_spaces),
        [{"block_id": block_id, "space_id": space_id} for block_id in made for space_id in spaces],
    )
    _add_dates({block_id: each.interval for block_id, each in zip(made, wanted, strict=True)}, spaces)
    return made


def move_singles(moves: Mapping[int, Interval], space_ids: Collection[int], *, now: datetime) -> None:
    """Have these blocks want these times of the same spaces instead; all old is released, then the new taken.

    One that goes on keeps the time until now, as in `blocks.change`.
    """
    ahead, running = _coming(list(moves), now)
    _end(ahead, now)
    for block_id in running:
        blocks.change(db.session.get_one(Block, block_id), space_ids, [moves[block_id]], now=now)
    _add_dates({each.block_id: moves[each.block_id] for each in ahead}, space_ids)


def drop_singles(block_ids: Collection[int], space_ids: Collection[int], *, now: datetime) -> None:
    """Do without these blocks from now on and give back what they hold; what has been stays."""
    ahead, running = _coming(block_ids, now)
    _end(ahead, now)
    for block_id in running:
        blocks.change(db.session.get_one(Block, block_id), space_ids, [], now=now)
    gone = sorted({each.block_id for each in ahead} - set(running))
    ids = bindparam("block_ids", gone, type_=Ids)
    past = select(BlockDate.block_id).where(among(BlockDate.block_id, ids))
    db.session.execute(
        delete(Block)
        .where(among(Block.id, ids), Block.id.not_in(past))
        .execution_options(synchronize_session=False)
    )


def name_singles(titles: Mapping[int, str]) -> None:
    """Give these blocks other titles."""
    if titles:
        db.session.execute(update(Block), [{"id": each, "title": titles[each]} for each in sorted(titles)])


def show_singles(block_ids: Collection[int], *, is_public: bool) -> None:
    """Have the titles of these blocks be for all to read, or not. One statement."""
    db.session.execute(
        update(Block)
        .where(among(Block.id, bindparam("block_ids", sorted(block_ids), type_=Ids)))
        .values(is_public=is_public)
        .execution_options(synchronize_session=False)
    )


def _coming(block_ids: Collection[int], now: datetime) -> tuple[list[_Coming], list[int]]:
    """Return the dates of these blocks that have not begun, and the blocks of which one goes on."""
    rows = db.session.execute(
        select(BlockDate.id, BlockDate.block_id, BlockDate.starts_at, BlockDate.claim_id).where(
            among(BlockDate.block_id, bindparam("block_ids", sorted(block_ids), type_=Ids)),
            BlockDate.ends_at > now,
        )
    )
    found = [_Coming(*row) for row in rows]
    moment = now.replace(microsecond=0)
    running = sorted({each.block_id for each in found if each.start < moment})
    return [each for each in found if each.block_id not in running], running


def _end(dates: Sequence[_Coming], now: datetime) -> None:
    if not dates:
        return
    ids = bindparam("date_ids", [each.date_id for each in dates], type_=Ids)
    db.session.execute(
        delete(BlockDate).where(among(BlockDate.id, ids)).execution_options(synchronize_session=False)
    )
    occupancy.release([each.claim_id for each in dates], now=now)


def _add_dates(dates: Mapping[int, Interval], space_ids: Collection[int]) -> None:
    """Give each of these blocks a date, with a claim, and take what is free of it."""
    if not dates:
        return
    claims = list(
        # one is like the other, so their order is no matter
        db.session.scalars(insert(Claim).returning(Claim.id), [{"kind": blocks.CLAIM} for _ in dates])
    )
    ordered = sorted(dates.items(), key=lambda each: (each[1], each[0]))
    db.session.execute(
        insert(BlockDate),
        [
            {"block_id": block_id, "starts_at": each.start, "ends_at": each.end, "claim_id": claim_id}
            for claim_id, (block_id, each) in zip(claims, ordered, strict=True)
        ],
    )
    blocks.take_free(
        blocks.Want(claim_id, space_id, each)
        for claim_id, (_block_id, each) in zip(claims, ordered, strict=True)
        for space_id in sorted(set(space_ids))
    )
