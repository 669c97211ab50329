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
from booking.occupancy.shown import touch_spaces
from booking.timetable.interval import Interval


class Single(NamedTuple):
    """What one block of one date is to be."""

    title: str
    interval: Interval


class _Coming(NamedTuple):
    """A date that has not ended: its row, its block, its start, its claim, how often it has changed."""

    date_id: int
    block_id: int
    start: datetime
    claim_id: int
    sequence: int


def make_singles(
    kind: str, wanted: Sequence[Single], space_ids: Collection[int], *, is_public: bool, now: datetime
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
    claims, moment = _new_claims(len(made)), now.replace(microsecond=0)
    db.session.execute(
        insert(BlockDate),
        [
            {
                "block_id": block_id,
                "starts_at": each.interval.start,
                "ends_at": each.interval.end,
                "claim_id": claim_id,
                "created_at": moment,
                "changed_at": moment,
            }
            for block_id, claim_id, each in zip(made, claims, wanted, strict=True)
        ],
    )
    _take([(claim_id, each.interval) for claim_id, each in zip(claims, wanted, strict=True)], spaces)
    touch_spaces(spaces)
    return made


def move_singles(moves: Mapping[int, Interval], space_ids: Collection[int], *, now: datetime) -> None:
    """Have these blocks want these times of the same spaces instead; all old is released, then the new taken.

    Calendars know the dates by the same names. One that goes on keeps the time until now (`blocks.change`).
    """
    ahead, running = _coming(list(moves), now)
    if ahead:
        claims = _new_claims(len(ahead))
        moment = now.replace(microsecond=0)
        db.session.execute(
            update(BlockDate),
            [
                {
                    "id": each.date_id,
                    "starts_at": moves[each.block_id].start,
                    "ends_at": moves[each.block_id].end,
                    "claim_id": claim_id,
                    "sequence": each.sequence + 1,
                    "changed_at": moment,
                }
                for each, claim_id in zip(ahead, claims, strict=True)
            ],
        )
        occupancy.release([each.claim_id for each in ahead], now=now)
    for block_id in running:
        blocks.change(db.session.get_one(Block, block_id), space_ids, [moves[block_id]], now=now)
    if ahead:
        _take(
            [(claim_id, moves[each.block_id]) for each, claim_id in zip(ahead, claims, strict=True)],
            space_ids,
        )
    touch_spaces(space_ids)


def drop_singles(block_ids: Collection[int], space_ids: Collection[int], *, now: datetime) -> None:
    """Do without these blocks from now on and give back what they hold; what has been stays."""
    ahead, running = _coming(block_ids, now)
    touch_spaces(space_ids)
    dates = bindparam("date_ids", [each.date_id for each in ahead], type_=Ids)
    db.session.execute(
        delete(BlockDate).where(among(BlockDate.id, dates)).execution_options(synchronize_session=False)
    )
    occupancy.release([each.claim_id for each in ahead], now=now)
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


def name_singles(titles: Mapping[int, str], space_ids: Collection[int], *, now: datetime) -> None:
    """Give these blocks other titles."""
    if titles:
        moment = now.replace(microsecond=0)
        db.session.execute(
            update(Block),
            [{"id": each, "title": titles[each], "changed_at": moment} for each in sorted(titles)],
        )
        touch_spaces(space_ids)


def show_singles(
    block_ids: Collection[int], space_ids: Collection[int], *, is_public: bool, now: datetime
) -> None:
    """Have the titles of these blocks be for all to read, or not."""
    db.session.execute(
        update(Block)
        .where(among(Block.id, bindparam("block_ids", sorted(block_ids), type_=Ids)))
        .values(is_public=is_public, changed_at=now.replace(microsecond=0))
        .execution_options(synchronize_session=False)
    )
    touch_spaces(space_ids)


def _coming(block_ids: Collection[int], now: datetime) -> tuple[list[_Coming], list[int]]:
    """Return the dates of these blocks that have not begun, and the blocks of which one goes on."""
    rows = db.session.execute(
        select(
            BlockDate.id, BlockDate.block_id, BlockDate.starts_at, BlockDate.claim_id, BlockDate.sequence
        ).where(
            among(BlockDate.block_id, bindparam("block_ids", sorted(block_ids), type_=Ids)),
            BlockDate.ends_at > now,
        )
    )
    found = [_Coming(*row) for row in rows]
    moment = now.replace(microsecond=0)
    running = sorted({each.block_id for each in found if each.start < moment})
    return [each for each in found if each.block_id not in running], running


def _new_claims(number: int) -> list[int]:
    # one is like the other, so their order is no matter
    rows = [{"kind": blocks.CLAIM} for _ in range(number)]
    return list(db.session.scalars(insert(Claim).returning(Claim.id), rows))


def _take(wanted: Sequence[tuple[int, Interval]], space_ids: Collection[int]) -> None:
    """Have these claims hold what is free of this, by start."""
    blocks.take_free(
        blocks.Want(claim_id, space_id, each)
        for claim_id, each in sorted(wanted, key=lambda pair: (pair[1], pair[0]))
        for space_id in sorted(set(space_ids))
    )
