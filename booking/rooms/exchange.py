"""Rooms out of a sheet (CSV) and into one. All of a sheet goes in, or nothing of it.

Source of the columns: `booking.rooms.sheet`. A room is known by its slug; `parts` names the rooms that a
divisible hall consists of, and decides its spaces when it is made.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from booking.extensions import db
from booking.rooms.merge import WITH_ALL, Fault, Merger, Outcome
from booking.rooms.models import Room
from booking.rooms.sheet import (
    ALL_COLUMNS,
    LIST_COLUMNS,
    NEEDED,
    OWNER_COLUMNS,
    PARTS_COLUMN,
    ROOM_COLUMNS,
    SLUG_COLUMN,
    VENUE_COLUMNS,
    VENUE_SLUG_COLUMN,
    list_of,
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

_COLUMNS = {column.name: column for column in ALL_COLUMNS}


class SheetRefused(Exception):
    """A sheet with faults; nothing of it was taken."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults))
        super().__init__("\n".join(str(fault) for fault in self.faults))


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a sheet: its number in the file (the header is 1) and its cells by column."""

    line: int
    cells: dict[str, str]


def export_rooms() -> str:
    """Return every room, by slug, as CSV with a header."""
    rooms = list(db.session.scalars(select(Room).options(*WITH_ALL).order_by(Room.slug)))
    parts = parts_of_rooms(rooms)
    output = io.StringIO()
    writer = csv.writer(output, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for room in rooms:
        values = _values(room, parts[room.slug])
        writer.writerow([column.cell_of(values[column.name]) for column in ALL_COLUMNS])
    return output.getvalue()


def parts_of_rooms(rooms: Iterable[Room]) -> dict[str, list[str]]:
    """Return by slug the smaller rooms that lie within each room's spaces."""
    spaces = {room.slug: frozenset(space.id for space in room.spaces) for room in rooms}
    return {
        slug: sorted(other for other, its in spaces.items() if its and its < own)
        for slug, own in spaces.items()
    }


def import_rooms(content: bytes) -> Outcome:
    """Create and change rooms by a sheet, in the caller's transaction. Raises SheetRefused with faults."""
    return import_rows(read_sheet(content))


def import_rows(rows: Iterable[Row]) -> Outcome:
    """Create and change rooms by the rows of a sheet. Raises SheetRefused with every fault found."""
    merger = Merger()
    for row in rows:
        merger.take(row.line, row.cells)
    outcome = merger.finish()
    if merger.faults:
        raise SheetRefused(merger.faults)
    return outcome


def read_sheet(content: bytes) -> list[Row]:
    """Return the rows of a CSV file in UTF-8, separated by commas or semicolons. Raises SheetRefused."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise SheetRefused([Fault(line, "", "is not in UTF-8")]) from None
    if "\0" in text:
        raise SheetRefused([Fault(text[: text.index("\0")].count("\n") + 1, "", "is not text")])
    header, *lines = _records(text) or [(1, [])]
    names = [cell.strip() for cell in header[1]]
    _check_header(names)
    faults = [
        Fault(line, "", f"has {len(cells)} cells, the header {len(names)}")
        for line, cells in lines
        if len(cells) != len(names)
    ]
    if faults:
        raise SheetRefused(faults)
    return [
        Row(line, dict(zip(names, (cell.strip() for cell in cells), strict=True))) for line, cells in lines
    ]


def _records(text: str) -> list[tuple[int, list[str]]]:
    """Return the records with the number of the line each begins on; empty lines are left out."""
    first_line = text.partition("\n")[0]
    delimiter = ";" if first_line.count(";") > first_line.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    found = []
    try:
        before = 0
        for cells in reader:
            if any(cell.strip() for cell in cells):
                found.append((before + 1, cells))
            before = reader.line_num
    except csv.Error as error:
        raise SheetRefused([Fault(max(reader.line_num, 1), "", f"is not CSV: {error}")]) from None
    return found


def _check_header(names: list[str]) -> None:
    missing = [name for name in NEEDED if name not in names]
    unknown = sorted({name for name in names if name not in _COLUMNS})
    twice = sorted({name for name in names if names.count(name) > 1})
    faults = [Fault(1, name, "this column is missing") for name in missing]
    faults += [Fault(1, name, "is no column of this sheet") for name in unknown]
    faults += [Fault(1, name, "this column is there twice") for name in twice]
    if faults:
        raise SheetRefused(faults)


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
