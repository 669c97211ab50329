"""Rooms out of a sheet (CSV) and into one. All of a sheet goes in, or nothing of it.

Source of the columns: `booking.rooms.sheet`. A room is known by its slug; `parts` names the rooms that a
divisible hall consists of, and decides its spaces when it is made.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from functools import partial
from typing import Any

from sqlalchemy import select

from booking.extensions import db
from booking.rooms.csv_file import Row, read_table, with_comma, write_table
from booking.rooms.faults import Fault, SheetRefused, Unreadable
from booking.rooms.kept_by import Keeper
from booking.rooms.merge import WITH_ALL, Merger, Outcome
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

__all__ = [
    "Fault",
    "Outcome",
    "Row",
    "SheetRefused",
    "export_rooms",
    "import_rooms",
    "import_rows",
    "read_sheet",
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
    """Create and change rooms by a sheet, in the caller's transaction. Raises SheetRefused with faults.

    `keeper`: whose rooms alone it may touch; None is the operator, who may do all. `tick` is called with the
    number of lines done since the last call.
    """
    rows = read_sheet(content)
    if keeper is not None and len(rows) > MOST_ROOMS:
        raise SheetRefused([Fault(MOST_ROOMS + 2, "", "sheet_too_many_lines", {"most": MOST_ROOMS})])
    return import_rows(rows, keeper=keeper, tick=tick)


def import_rows(
    rows: Iterable[Row], *, keeper: Keeper | None = None, tick: Callable[[int], None] = lambda _: None
) -> Outcome:
    """Create and change rooms by the rows of a sheet. Raises SheetRefused with every fault found."""
    merger = Merger(keeper, tick)
    for row in rows:
        merger.take(row.line, row.cells)
    outcome = merger.finish()
    if merger.faults:
        raise SheetRefused(merger.faults)
    return outcome


def read_sheet(content: bytes) -> list[Row]:
    """Return the rows of a sheet of rooms. Raises SheetRefused."""
    return read_table(content, _COLUMNS, NEEDED, {"sheet_is_of_reservations": _OF_RESERVATIONS})


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
