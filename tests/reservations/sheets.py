"""Sheets of reservations for tests."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from booking.access.actor import Actor
from booking.db import in_transaction
from booking.reservations.sheets.importing import Taken, import_dates
from booking.rooms.faults import SheetRefused

HEADER = "reference,room,date,start,end,state,association,title,people"
NOW = datetime(2027, 1, 4, 8, tzinfo=UTC)


def sheet(*lines: str, header: str = HEADER) -> bytes:
    """Return a sheet of these lines; the first is line 2."""
    return "\n".join([header, *lines, ""]).encode()


def winter(slugs: Iterable[str], lines: int, first: date = date(2027, 1, 11)) -> list[str]:
    """Return so many lines in these rooms that do not overlap, two a day and room."""
    rooms = list(slugs)
    found = []
    for number in range(lines):
        day = first + timedelta(days=number // (2 * len(rooms)))
        start = "10:00,12:00" if number // len(rooms) % 2 else "18:00,20:00"
        found.append(f",{rooms[number % len(rooms)]},{day},{start},confirmed,,Kerho {number},5")
    return found


def take(content: bytes, actor: Actor | None, **changes: Any) -> Taken:
    return in_transaction(lambda: import_dates(content, actor=actor, **{"now": NOW} | changes))


def refused(content: bytes, actor: Actor | None) -> list[str]:
    with pytest.raises(SheetRefused) as caught:
        take(content, actor)
    return [str(fault) for fault in caught.value.faults]
