"""Blocks as they stand, with what is free of them taken."""

from booking.extensions import db
from booking.occupancy import blocks
from booking.occupancy.models import Block
from booking.rooms.models import Room
from booking.timetable.interval import Interval
from tests.factories.reservations import EVENING


def make_block(
    *rooms: Room, on: tuple[Interval, ...] = (EVENING,), kind: str = "closure", is_public: bool = False
) -> Block:
    """Return a closure of these rooms for each of the intervals."""
    spaces = {space.id for room in rooms for space in room.spaces}
    block = blocks.make(kind, "Remontti", spaces, on, is_public=is_public)
    db.session.flush()
    return block
