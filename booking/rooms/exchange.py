"""Rooms out of a sheet (CSV) and into one. All of a sheet goes in, or nothing of it.

Source of the columns: `booking.rooms.sheet`. A room is known by its slug; `parts` names the rooms that a
divisible hall consists of, and decides its spaces when it is made.
"""

from collections.abc import Callable, Collection, Generator, Iterable, Iterator
from functools import partial
from typing import Any

from sqlalchemy import select

from booking.extensions import db
from booking.rooms.csv_file import Row, read_rows, with_comma, write_table
from booking.rooms.faults import Fault, SheetRefused, Unreadable
from booking.rooms.kept_by import Keeper
from booking.rooms.merge import WITH_ALL, Merger, Outcome, ReadRooms, read_cells
from booking.rooms.models import Room
from booking.rooms.sheet import (
    ALL_COLUMNS,
    LIST_COLUMNS,
    NEEDED,
    OWNER_COLUMNS,
    PARTS_COLUMN,
    PRICE_COLUMN,
    PRICES_COLUMN,
    ROOM_COLUMNS,
    SLUG_COLUMN,
    VENUE_COLUMNS,
    VENUE_SLUG_COLUMN,
    Column,
    list_of,
    price_for_everyone,
)
from booking.rooms.steps import EVERY, Step, finished

__all__ = [
    "Fault",
    "Outcome",
    "Row",
    "SheetRefused",
    "export_rooms",
    "import_rooms",
    "import_rows",
    "merge_rooms",
    "reading_rooms",
]

MOST_ROOMS = 1_000  # of an owner's sheet: what one request takes in within its time
_OF_RESERVATIONS = ("room", "date", "start", "end")  # the columns that only that sheet has
_COLUMNS = {column.name: column for column in ALL_COLUMNS}


def export_rooms(owner_ids: Collection[int] | None = None, *, office: bool = False) -> str:
    """Return every room, or these owners' rooms, by slug, as CSV with a header.

    `office`: as a Finnish Excel opens it.
    """
    rooms = list(db.session.scalars(select(Room).options(*WITH_ALL).order_by(Room.slug)))
    parts = parts_of_rooms(rooms)
    rows = (
        _cells(_values(room, parts[room.slug]), office=office)
        for room in rooms
        if owner_ids is None or room.owner_id in owner_ids
    )
    return write_table(_COLUMNS, rows, office=office)


def parts_of_rooms(rooms: Iterable[Room]) -> dict[str, list[str]]:
    """Return by slug the smaller rooms that lie within each room's spaces."""
    spaces = {room.slug: frozenset(space.id for space in room.spaces) for room in rooms}
    by_space: dict[int, set[str]] = {}
    for slug, own in spaces.items():
        for space_id in own:
            by_space.setdefault(space_id, set()).add(slug)
    return {
        slug: sorted(
            other for other in set().union(*(by_space[space_id] for space_id in own)) if spaces[other] < own
        )
        for slug, own in spaces.items()
    }


def import_rooms(
    content: bytes, *, keeper: Keeper | None = None, tick: Callable[[int], None] = lambda _: None
) -> Outcome:
    """Create and change rooms by a sheet, in the caller's transaction. Raises SheetRefused with every fault.

    `keeper`: whose rooms alone it may touch; None is the operator, who may do all. `tick` is called with the
    number of lines done since the last call.
    """
    read = finished(reading_rooms(content, most=None if keeper is None else MOST_ROOMS))
    return merge_rooms(read, keeper=keeper, tick=tick)


def reading_rooms(content: bytes, *, most: int | None = None) -> Generator[Step, None, ReadRooms]:
    """Read a sheet of at most so many rooms; faults come along. Raises SheetRefused for no sheet."""
    rows, faults = read_rows(content, _COLUMNS, NEEDED, {"sheet_is_of_reservations": _OF_RESERVATIONS})
    if most is not None and len(rows) > most:
        raise SheetRefused([Fault(most + 2, "", "sheet_too_many_lines", {"most": most})])
    read = []
    for done, row in enumerate(rows):
        if done % EVERY == 0:
            yield Step(done, len(rows))
        found, its_faults = read_cells(row.line, row.cells)
        read.append(found)
        faults += its_faults
    yield Step(len(rows), len(rows), saves=True)
    return ReadRooms(read, faults)


def import_rows(rows: Iterable[Row]) -> Outcome:
    """Create and change rooms by the rows of a sheet. Raises SheetRefused with every fault."""
    pairs = [read_cells(row.line, row.cells) for row in rows]
    return merge_rooms(ReadRooms([read for read, _ in pairs], [fault for _, each in pairs for fault in each]))


def merge_rooms(
    read: ReadRooms, *, keeper: Keeper | None = None, tick: Callable[[int], None] = lambda _: None
) -> Outcome:
    """Create and change rooms by what was read, in the caller's transaction. Raises SheetRefused."""
    merger = Merger(keeper, tick)
    for row in read.rows:
        merger.take(row)
    outcome = merger.finish(read.faults)
    if merger.faults:
        raise SheetRefused(merger.faults)
    return outcome


def _cells(values: dict[str, Any], *, office: bool) -> list[str]:
    cells = []
    for column in ALL_COLUMNS:
        value = values[column.name]
        cell = column.cell_of(value)
        cells.append(with_comma(cell, partial(_reads_as, column, value)) if office else cell)
    return cells


def _reads_as(column: Column, value: Any, cell: str) -> bool:
    try:
        return bool(column.value_of(cell) == value)
    except Unreadable:
        return False


def _values(room: Room, parts: list[str]) -> dict[str, Any]:
    return dict(_each_value(room)) | {PARTS_COLUMN.name: parts}


def _each_value(room: Room) -> Iterator[tuple[str, Any]]:
    yield SLUG_COLUMN.name, room.slug
    for column in ROOM_COLUMNS:
        yield column.name, getattr(room, column.attribute)
    for column in (*VENUE_COLUMNS, VENUE_SLUG_COLUMN):
        yield column.name, getattr(room.venue, column.attribute)
    for column in OWNER_COLUMNS:
        yield column.name, getattr(room.owner, column.attribute) if room.owner else None
    for column in LIST_COLUMNS:
        yield column.name, list_of(room, column)
    yield PRICE_COLUMN.name, price_for_everyone(list_of(room, PRICES_COLUMN))
