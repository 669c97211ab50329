"""Have the blocks of a room follow what a calendar from outside tells, in the caller's transaction.

Callers hold the locks of the room's spaces and have read the source under them. A fixed number of statements
and of batches, whatever the number of events; where nothing has changed nothing is written.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, delete, exists, insert, select, update

from booking.audit.service import record
from booking.calendars.outside.clashes import newly_met
from booking.calendars.outside.following import Following, Known, follow, is_emptied, told_by, window_of
from booking.calendars.outside.messages import tell_approvers
from booking.calendars.outside.models import OutsideEvent, OutsideSource
from booking.calendars.outside.readings import Reading
from booking.db import Ids, among
from booking.extensions import db
from booking.occupancy import singles
from booking.occupancy.models import OUTSIDE, Block, BlockDate
from booking.occupancy.singles import Single
from booking.reservations.changes import room_of
from booking.timetable.interval import Interval


@dataclass(frozen=True, slots=True)
class Applied:
    """What came of a reading. `emptied`: nothing was done, because too little is left to believe it."""

    added: int = 0
    moved: int = 0
    retitled: int = 0
    removed: int = 0
    emptied: bool = False

    @property
    def is_nothing(self) -> bool:
        """Whether everything stands as it stood."""
        return not (self.added or self.moved or self.retitled or self.removed)


def apply(
    source: OutsideSource,
    reading: Reading,
    *,
    now: datetime,
    actor_id: int | None = None,
    accept_empty: bool = False,
) -> Applied:
    """Have the source's blocks be what the reading tells of the time to come; tell the owner of new clashes.

    `actor_id` is who did it, None for the service; who did it has seen the clashes and is not told by mail.
    """
    _forget_ended(source.id, now)
    known = known_events(source.id, now)
    told = told_by(reading.events, window_of(now))
    if not accept_empty and is_emptied(len(known), len(told)):
        return Applied(emptied=True)
    following = follow(known, told)
    if following.is_nothing:
        return Applied()
    _write(source, following, now)
    applied = Applied(
        added=len(following.added),
        moved=len(following.moved),
        retitled=len(following.retitled),
        removed=len(following.removed),
    )
    record(
        "follow",
        "outside_source",
        source.id,
        actor_id=actor_id,
        now=now,
        added=applied.added,
        moved=applied.moved,
        removed=applied.removed,
    )
    if following.added or following.moved or following.removed:
        tell_approvers(source, newly_met(source.id, now), now=now, besides=actor_id)
    return applied


def drop_all(source: OutsideSource, *, now: datetime) -> None:
    """Do without all that the source has blocked from now on; it is given back in the ordinary order."""
    known = known_events(source.id, now)
    db.session.execute(delete(OutsideEvent).where(OutsideEvent.source_id == source.id))
    singles.drop_singles([each.block_id for each in known.values()], _spaces(source), now=now)


def show(source: OutsideSource, *, is_public: bool, now: datetime) -> None:
    """Have the titles of the source's events be for all to read, or for the room's keepers only."""
    ids = list(db.session.scalars(select(OutsideEvent.block_id).where(OutsideEvent.source_id == source.id)))
    singles.show_singles(ids, _spaces(source), is_public=is_public, now=now)


def known_events(source_id: int, now: datetime) -> dict[str, Known]:
    """Return the events of a source that have not ended, by key. One statement."""
    rows = db.session.execute(
        select(
            OutsideEvent.key,
            OutsideEvent.id,
            OutsideEvent.block_id,
            BlockDate.starts_at,
            BlockDate.ends_at,
            Block.title,
        )
        .join(Block, Block.id == OutsideEvent.block_id)
        .join(BlockDate, BlockDate.block_id == OutsideEvent.block_id)
        .where(OutsideEvent.source_id == source_id, BlockDate.ends_at > now.replace(microsecond=0))
    )
    return {
        key: Known(event_id, block_id, Interval(start, end), title)
        for key, event_id, block_id, start, end, title in rows
    }


def _forget_ended(source_id: int, now: datetime) -> None:
    """Forget the names of what has ended: its blocks stay as what has been."""
    ended = (OutsideEvent.source_id == source_id, ~_is_coming(now))
    if db.session.scalar(select(OutsideEvent.id).where(*ended).limit(1)) is not None:
        db.session.execute(delete(OutsideEvent).where(*ended).execution_options(synchronize_session=False))


def _is_coming(now: datetime) -> ColumnElement[bool]:
    return exists().where(
        BlockDate.block_id == OutsideEvent.block_id, BlockDate.ends_at > now.replace(microsecond=0)
    )


def _write(source: OutsideSource, following: Following, now: datetime) -> None:
    """Write what is to be done. What goes is given back first, so that what comes finds it free."""
    spaces = _spaces(source)
    gone = [each.event_id for each in following.removed]
    if gone:
        ids = bindparam("event_ids", gone, type_=Ids)
        db.session.execute(
            delete(OutsideEvent)
            .where(among(OutsideEvent.id, ids))
            .execution_options(synchronize_session=False)
        )
        singles.drop_singles([each.block_id for each in following.removed], spaces, now=now)
    if following.renamed:
        db.session.execute(
            update(OutsideEvent),
            [{"id": event_id, "key": key} for event_id, key in sorted(following.renamed.items())],
        )
    singles.name_singles(following.retitled, spaces, now=now)
    if following.moved:
        singles.move_singles(following.moved, spaces, now=now)
    if following.added:
        keys, wanted = list(following.added), list(following.added.values())
        made = singles.make_singles(
            OUTSIDE,
            [Single(each.title, each.interval) for each in wanted],
            spaces,
            is_public=source.is_public,
            now=now,
        )
        db.session.execute(
            insert(OutsideEvent),
            [
                {"source_id": source.id, "key": key, "block_id": block_id}
                for key, block_id in zip(keys, made, strict=True)
            ],
        )


def _spaces(source: OutsideSource) -> Collection[int]:
    return room_of(source.room_id).space_ids
