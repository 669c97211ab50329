"""Closures, own use and outside events in feeds: each date of them as an event.

Everybody is told that the time is taken, and why: closed, or in the owner's own use. Its title is told if it
is public, and to those who decide on the rooms. What is no longer wanted is no longer told (decision 24).
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import bindparam, select

from booking.calendars.events import EVENTS_KEPT, Place, joined, place_of
from booking.db import Ids, among
from booking.extensions import db
from booking.ical.event import CalendarEvent, event_bytes
from booking.occupancy.blocks import spaces_of
from booking.occupancy.models import CLOSURE, OWN_USE, Block, BlockDate, block_spaces
from booking.reservations.policy import Sight
from booking.rooms.facts import RoomFacts
from booking.rooms.labels import room_name

ROOMS_NAMED = 3  # more are counted


class Blocked(NamedTuple):
    """One date of a block. Moments are aware UTC; `changed_at` is the date's own, or the block's if later."""

    changed_at: datetime
    space_ids: frozenset[int]
    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    created_at: datetime
    kind: str
    title: str
    is_public: bool


class BlockTold(NamedTuple):
    """Everything the bytes of a block's date are made of, and so the key they are kept under.

    `title` is empty for whom it is not. `rooms` names those it is about where the feed does not, and
    `all_rooms` every one of them where they are too many to be named.
    """

    language: str
    sight: Sight
    place: Place
    rooms: str
    all_rooms: str
    uid: str
    sequence: int
    start: datetime
    end: datetime
    created_at: datetime
    changed_at: datetime
    kind: str
    title: str
    is_public: bool


def blocked(space_ids: Collection[int], *, since: datetime) -> Sequence[Blocked]:
    """Return the dates of blocks that want one of these spaces and end after `since`, by start and id.

    Two statements.
    """
    wanting = select(block_spaces.c.block_id).where(
        among(block_spaces.c.space_id, bindparam("space_ids", sorted(space_ids), type_=Ids))
    )
    rows = db.session.execute(
        select(
            BlockDate.block_id,
            BlockDate.changed_at,
            Block.changed_at,
            BlockDate.uid,
            BlockDate.sequence,
            BlockDate.starts_at,
            BlockDate.ends_at,
            BlockDate.created_at,
            Block.kind,
            Block.title,
            Block.is_public,
        )
        .join(Block, Block.id == BlockDate.block_id)
        .where(BlockDate.block_id.in_(wanting), BlockDate.ends_at > since)
        .order_by(BlockDate.starts_at, BlockDate.id)
    ).all()
    spaces = spaces_of({block_id for block_id, *_rest in rows}) if rows else {}
    wanted = {block_id: frozenset(each) for block_id, each in spaces.items()}
    return [
        Blocked(max(filter(None, (own, shared))), wanted[block_id], *told)
        for block_id, own, shared, *told in rows
    ]


def rooms_of(space_ids: frozenset[int], rooms: Iterable[RoomFacts]) -> list[RoomFacts]:
    """Return which of the rooms a block is about: those it takes all of, the whole rather than its parts.

    Where there is none, those it takes a part of.
    """
    known = [room for room in rooms if not space_ids.isdisjoint(room.space_ids)]
    found = [room for room in known if space_ids.issuperset(room.space_ids)] or known
    parts = [set(room.space_ids) for room in found]
    return [room for room in found if not any(set(room.space_ids) < other for other in parts)]


def block_told(
    row: Blocked, rooms: Sequence[RoomFacts], language: str, sight: Sight, *, own_room: int | None
) -> BlockTold:
    """Return what may be told of a block's date in these rooms, in the language spoken now."""
    names = [room_name(room) for room in rooms]
    many = len(names) > ROOMS_NAMED
    listed = ", ".join(names)
    counted = ngettext("%(num)s tila", "%(num)s tilaa", len(names)) if many else listed
    place = _place(rooms, counted)
    return BlockTold(
        language=language,
        sight=sight,
        place=place,
        rooms="" if [room.id for room in rooms] == [own_room] else counted,
        all_rooms=listed if many else "",
        uid=row.uid,
        sequence=row.sequence,
        start=row.starts_at,
        end=row.ends_at,
        created_at=row.created_at,
        changed_at=max(filter(None, (row.changed_at, place.changed_at))),
        kind=row.kind,
        title=row.title if row.is_public or sight is Sight.FULL else "",
        is_public=row.is_public,
    )


def _place(rooms: Sequence[RoomFacts], named: str) -> Place:
    """Return where the rooms are: their venue if it is one, else their names alone."""
    if len(rooms) == 1:
        return place_of(rooms[0])
    venues = {(room.venue, room.street_address, room.position) for room in rooms}
    venue, street, position = venues.pop() if len(venues) == 1 else ("", "", None)
    changed = max(filter(None, (room.changed_at for room in rooms)), default=None)
    return Place(named, ", ".join(filter(None, (named, venue, street))), position, changed)


@lru_cache(maxsize=EVENTS_KEPT)
def written_block(event: BlockTold) -> bytes:
    """Return a block's date as a VEVENT, in its language, which must be the one spoken now."""
    why = why_taken(event.kind)
    return event_bytes(
        CalendarEvent(
            uid=event.uid,
            stamp=event.changed_at,
            last_modified=event.changed_at,
            created=event.created_at,
            sequence=event.sequence,
            start=event.start,
            end=event.end,
            summary=joined(event.title or why, [event.rooms]),
            description="\n".join(_description(event, why)),
            location=event.place.location,
            geo=event.place.position,
            status="CONFIRMED",
            busy=True,
            # As of a private reservation: an outside event tells nothing but that the time is taken
            private=not event.title and event.kind not in (CLOSURE, OWN_USE),
            categories=(why,),
            url="",
            color=None,
        )
    )


def why_taken(kind: str) -> str:
    """Return why a kind of block takes the time, as far as everybody may know."""
    return str({CLOSURE: _("Suljettu"), OWN_USE: _("Oma käyttö")}.get(kind, _("Varattu")))


def _description(event: BlockTold, why: str) -> Iterable[str]:
    if event.title:
        yield why
    if event.all_rooms:
        yield event.all_rooms
    if event.title and not event.is_public:
        yield _("Muille näkyy vain ”%(why)s”", why=why.lower())
