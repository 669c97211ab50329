"""Blocks take what is free, wait for the rest, and come before anyone who waits."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from booking.db import in_transaction
from booking.occupancy import blocks
from booking.occupancy.models import Block, BlockDate, Claim, Occupancy
from booking.occupancy.queries import lying_between, taken_dates
from booking.occupancy.service import release
from booking.timetable.interval import Interval
from tests.factories.blocks import make_block
from tests.factories.reservations import EVENING, NOW, claim_spaces
from tests.factories.rooms import make_divisible_hall, make_room

HOUR = timedelta(hours=1)


def hours(start: float, end: float) -> Interval:
    """Return an interval in hours after the evening's start."""
    return Interval(EVENING.start + start * HOUR, EVENING.start + end * HOUR)


def held_by(session: Any, block: Block) -> list[Interval]:
    """Return what the block's claims hold, by start."""
    rows = session.execute(
        select(Occupancy.starts_at, Occupancy.ends_at)
        .join(BlockDate, BlockDate.claim_id == Occupancy.claim_id)
        .where(BlockDate.block_id == block.id)
        .order_by(Occupancy.starts_at, Occupancy.space_id)
    )
    return [Interval(*row) for row in rows]


def test_a_block_takes_what_is_free_and_leaves_the_rest(session: Any) -> None:
    room = make_room()
    claim_spaces(room, hours(1, 2))
    assert held_by(session, make_block(room, on=(hours(0, 4),))) == [hours(0, 1), hours(2, 4)]


def test_a_block_over_a_half_and_the_whole_takes_each_space_once(session: Any) -> None:
    half_a, half_b, whole = make_divisible_hall()
    claim_spaces(half_a, hours(0, 1))
    half = make_block(half_b, on=(hours(0, 2),))
    every = make_block(whole, on=(hours(0, 3),))
    assert held_by(session, half) == [hours(0, 2)]
    assert held_by(session, every) == [hours(1, 3), hours(2, 3)]


def test_what_frees_up_falls_to_the_block_that_wants_it(session: Any) -> None:
    room = make_room()
    first, last = claim_spaces(room, hours(0, 2)), claim_spaces(room, hours(3, 5))
    block = make_block(room, on=(hours(1, 4),))
    in_transaction(lambda: release([first], now=NOW))
    assert held_by(session, block) == [hours(1, 2), hours(2, 3)]
    in_transaction(lambda: release([last], now=NOW))
    assert held_by(session, block) == [hours(1, 2), hours(2, 3), hours(3, 4)]


def test_what_a_block_gives_back_falls_to_the_one_it_overlapped(session: Any) -> None:
    room = make_room()
    older, younger = make_block(room, on=(hours(0, 3),)), make_block(room, on=(hours(2, 5),))
    assert held_by(session, younger) == [hours(3, 5)]
    in_transaction(lambda: blocks.change(older, [], [], now=NOW))
    assert held_by(session, younger) == [hours(2, 3), hours(3, 5)]
    assert held_by(session, older) == []
    in_transaction(lambda: blocks.change(younger, [], [], now=NOW))
    assert session.scalars(select(Claim)).all() == []


def test_a_block_that_changes_keeps_what_has_been_and_gives_back_the_rest(session: Any) -> None:
    room = make_room()
    block = make_block(room, on=(hours(-4, -2), hours(0, 4), hours(24, 26)))
    spaces = [space.id for space in room.spaces]
    at = EVENING.start + HOUR
    kept = block.dates[2].claim_id
    in_transaction(lambda: blocks.change(block, spaces, [hours(24, 26), hours(-9, -8)], now=at))
    assert held_by(session, block) == [hours(-4, -2), hours(0, 1), hours(24, 26)]
    assert kept in {each.claim_id for each in block.dates}
    in_transaction(lambda: blocks.change(block, spaces, [], now=at))
    assert held_by(session, block) == [hours(-4, -2), hours(0, 1)]


def test_a_block_that_goes_on_can_be_made_longer(session: Any) -> None:
    room = make_room()
    block = make_block(room, on=(hours(0, 4),))
    spaces = [space.id for space in room.spaces]
    in_transaction(lambda: blocks.change(block, spaces, [hours(0, 6)], now=EVENING.start + HOUR))
    assert held_by(session, block) == [hours(0, 6)]


def test_a_block_that_changes_rooms_wants_the_new_ones(session: Any) -> None:
    old, new = make_room(), make_room()
    block = make_block(old, on=(hours(0, 2),))
    (space,) = new.spaces
    in_transaction(lambda: blocks.change(block, [space.id], [hours(0, 2)], now=NOW))
    assert blocks.spaces_of([block.id]) == {block.id: [space.id]}
    assert set(session.scalars(select(Occupancy.space_id))) == {space.id}


def test_what_lies_on_a_space_tells_what_is_closed(session: Any) -> None:
    room = make_room()
    (space,) = room.spaces
    claim_spaces(room, hours(0, 1))
    make_block(room, on=(hours(0, 2),))
    make_block(room, on=(hours(4, 5),), kind="own_use")
    lying = lying_between([space.id], hours(-1, 6))
    assert lying.taken == {space.id: [hours(0, 1), hours(1, 2), hours(4, 5)]}
    assert lying.blocked == {space.id: [hours(0, 2), hours(4, 5)]}
    assert lying.closed == {space.id: [hours(0, 2)]}


@pytest.mark.parametrize(
    ("use", "reason"),
    [(hours(-2, 0), None), (hours(-1, 0.5), "closed"), (hours(1, 3), "closed"), (hours(2, 3), None)],
)
def test_a_date_is_closed_where_a_closure_wants_it_whoever_holds_it(
    session: Any, use: Interval, reason: str | None
) -> None:
    room = make_room()
    claim_spaces(room, hours(0, 2))
    make_block(room, on=(hours(0, 2),))
    assert taken_dates([room.id], [use]).get((room.id, 0)) == reason


def test_own_use_takes_a_date_without_closing_it(session: Any) -> None:
    room = make_room(turnaround_minutes=30)
    make_block(room, on=(hours(0, 2),), kind="own_use")
    assert taken_dates([room.id], [hours(-1, 0), hours(0, 1)]) == {
        (room.id, 0): "taken",
        (room.id, 1): "taken",
    }
