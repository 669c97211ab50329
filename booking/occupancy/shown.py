"""Which calendars show a block: their versions rise whenever it, or one of its dates, changes.

Nobody has to remember it: every change of a block that goes through the session is seen here.
"""

from collections.abc import Collection

from sqlalchemy import bindparam, event, select
from sqlalchemy.orm import Session, UOWTransaction

from booking.db import Ids, among, at_commit
from booking.extensions import db
from booking.occupancy.models import Block, BlockDate, block_spaces
from booking.rooms.models import room_spaces
from booking.versions.service import Scope, touch


def touch_spaces(space_ids: Collection[int]) -> None:
    """Raise the versions of the calendars of all rooms with one of these spaces. One statement."""
    spaces = bindparam("space_ids", sorted(space_ids), type_=Ids)
    rooms = select(room_spaces.c.room_id).where(among(room_spaces.c.space_id, spaces)).distinct()
    touch(Scope.ROOM, *db.session.scalars(rooms))


@event.listens_for(db.session, "before_flush")
def _note_changes(session: Session, context: UOWTransaction, instances: object) -> None:
    changed = [*session.new, *(each for each in session.dirty if session.is_modified(each)), *session.deleted]
    known = [_block_id(each) for each in changed if isinstance(each, Block | BlockDate)]
    ids = {each for each in known if each is not None}
    if any(isinstance(each, Block) for each in session.deleted):
        _touch_rooms(sorted(ids))  # its spaces are forgotten with it
    elif ids:
        at_commit(_touch_rooms, *ids)


def _block_id(changed: Block | BlockDate) -> int | None:
    """Return the id of the block itself or of the date's; None: it is new, and shows nothing yet."""
    if isinstance(changed, Block):
        return changed.id
    return changed.block_id or changed.block.id


def _touch_rooms(block_ids: list[int]) -> None:
    wanted = among(block_spaces.c.block_id, bindparam("block_ids", block_ids, type_=Ids))
    touch_spaces(set(db.session.scalars(select(block_spaces.c.space_id).where(wanted))))
