"""Reservations out as a sheet. Who may have them is the caller's business."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from booking.clock import zone
from booking.reservations.sheets.columns import KEPT, PLAIN, TIMES
from booking.reservations.sheets.dates import SheetDate
from booking.reservations.sheets.notation import write_use
from booking.rooms.csv_file import write_table
from booking.rooms.sheet import Column


def written(dates: Sequence[SheetDate], *, kept: bool = False, office: bool = False) -> str:
    """Return dates as CSV with a header, a line each, in their order.

    `kept`: with everything that brings them back as they were. `office`: as a Finnish Excel opens it.
    """
    local = zone()
    columns = columns_of(kept=kept)
    rows = (list(cells_of(each, columns, local).values()) for each in dates)
    return write_table([column.name for column in columns], rows, office=office)


def columns_of(*, kept: bool) -> Sequence[Column]:
    """Return the columns of a sheet in their order."""
    return (*PLAIN, *KEPT) if kept else PLAIN


def cells_of(date: SheetDate, columns: Sequence[Column], local: ZoneInfo) -> dict[str, str]:
    """Return what a date's line says, by column."""
    times = write_use(date.starts_at, date.ends_at, local)
    return {
        column.name: times[column.name] if column.name in TIMES else column.cell_of(_value(date, column))
        for column in columns
    }


def _value(date: SheetDate, column: Column) -> Any:
    return getattr(date, column.attribute)
