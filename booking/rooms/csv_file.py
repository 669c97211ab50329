"""PURE: a sheet as a file: CSV read the way offices save it, and written so that they open it.

A cell that a spreadsheet would take for a formula is written with an apostrophe before it, which reading
takes away again (source: OWASP, "CSV Injection"); a plain number is none.
"""

import csv
import io
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from booking.rooms.faults import Fault, SheetRefused

_FORMULA: Final = re.compile(r"'*[=+\-@\t\r]")
_NUMBER: Final = re.compile(r"-[0-9]+(?:[.,][0-9]+)?")
_DECIMAL: Final = re.compile(r"-?[0-9]+\.[0-9]+")
_WORKBOOK: Final = b"PK"  # of a ZIP archive, which a workbook of Excel is
_BYTE_ORDER_MARK: Final = "\ufeff"
_NONE: Final[Mapping[str, Collection[str]]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a sheet: its number in the file (the header is 1) and its cells by column."""

    line: int
    cells: dict[str, str]


def write_table(names: Iterable[str], rows: Iterable[Sequence[str]], *, office: bool = False) -> str:
    """Return a header and rows as CSV.

    With `office` as a Finnish Excel opens and saves it by itself: a byte order mark, semicolons and CRLF.
    """
    output = io.StringIO()
    writer = csv.writer(output, delimiter=";" if office else ",", lineterminator="\r\n" if office else "\n")
    writer.writerow(names)
    writer.writerows([guarded(cell) for cell in row] for row in rows)
    return (_BYTE_ORDER_MARK if office else "") + output.getvalue()


def with_comma(cell: str, reads_the_same: Callable[[str], bool]) -> str:
    """Return a decimal number with the comma of a Finnish Excel, which takes 12.5 for the twelfth of May.

    `reads_the_same` says whether the column understands the cell so: a title that looks like a number stays.
    """
    other = cell.replace(".", ",")
    return other if _DECIMAL.fullmatch(cell) and reads_the_same(other) else cell


def guarded(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell) else cell


def unguarded(cell: str) -> str:
    """Return what a cell said before it was guarded."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def read_table(
    content: bytes,
    known: Collection[str],
    needed: Iterable[str],
    mistaken: Mapping[str, Collection[str]] = _NONE,
) -> list[Row]:
    """As `read_rows`, for a sheet that has no fault. Raises SheetRefused."""
    rows, faults = read_rows(content, known, needed, mistaken)
    if faults:
        raise SheetRefused(faults)
    return rows


def read_rows(
    content: bytes,
    known: Collection[str],
    needed: Iterable[str],
    mistaken: Mapping[str, Collection[str]] = _NONE,
) -> tuple[list[Row], list[Fault]]:
    """Return the rows of a CSV file in UTF-8, divided by commas or semicolons, and faults of the others.

    `known`: the columns there may be; `needed`: those there must be. `mistaken`: the columns by which a sheet
    of another kind is known, by the code of the fault that says so. A column that is not known is a fault,
    and its cells are left out. Raises SheetRefused where no row can be told from the others, or its cells
    from each other.
    """
    text = _text_of(content)
    records = _records(text)
    if not records:
        raise SheetRefused([Fault(1, "", "sheet_file_empty")])
    header, *lines = records
    names = [cell.strip() for cell in header[1]]
    for code, theirs in mistaken.items():
        if names and set(theirs) <= set(names) and not set(needed) <= set(names):
            raise SheetRefused([Fault(1, "", code)])
    faults = _faults_of_header(names, known, needed)
    rows = []
    for line, cells in lines:
        if len(cells) != len(names):
            said = {"cells": len(cells), "columns": len(names)}
            faults.append(Fault(line, "", "sheet_cells_differ", said))
            continue
        pairs = zip(names, cells, strict=True)
        rows.append(Row(line, {name: unguarded(cell.strip()) for name, cell in pairs if name in known}))
    return rows, faults


def _text_of(content: bytes) -> str:
    if content.startswith(_WORKBOOK):
        raise SheetRefused([Fault(1, "", "sheet_is_workbook")])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise SheetRefused([Fault(line, "", "sheet_not_utf8")]) from None
    if "\0" in text:
        raise SheetRefused([Fault(text[: text.index("\0")].count("\n") + 1, "", "sheet_not_text")])
    return text


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
        raise SheetRefused(
            [Fault(max(reader.line_num, 1), "", "sheet_not_csv", {"why": str(error)})]
        ) from None
    return found


def _faults_of_header(names: list[str], known: Collection[str], needed: Iterable[str]) -> list[Fault]:
    missing = [name for name in needed if name not in names]
    unknown = sorted({name for name in names if name not in known})
    twice = sorted({name for name in names if names.count(name) > 1})
    unclear = [Fault(1, name, "sheet_column_missing") for name in missing]
    unclear += [Fault(1, name[:40], "sheet_column_twice") for name in twice]
    faults = [Fault(1, name[:40], "sheet_column_unknown") for name in unknown]
    if unclear:
        raise SheetRefused([*unclear, *faults])
    return faults
