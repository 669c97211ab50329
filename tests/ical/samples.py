"""Events and heads the tests of this folder start from."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from booking.ical.calendar import CalendarHead
from booking.ical.event import CalendarEvent

START = datetime(2026, 1, 13, 16, 0, tzinfo=UTC)
"""Tuesday 13 January 2026 at 18:00 in Helsinki."""

EVENT = CalendarEvent(
    uid="17@tilat.example",
    stamp=datetime(2026, 1, 2, 8, 30, tzinfo=UTC),
    last_modified=datetime(2026, 1, 3, 9, 45, 10, tzinfo=UTC),
    created=datetime(2026, 1, 1, 7, 15, tzinfo=UTC),
    sequence=3,
    start=START,
    end=START + timedelta(hours=2),
    summary="Kuoron harjoitukset",
    description="Ovi avataan klo 17.30.",
    location="Kulttuuritalo, Salikatu 1; 55100 Imatra",
    geo=(61.171, 28.772),
    status="CONFIRMED",
    busy=True,
    private=False,
    categories=("Musiikki", "Kuoro, seka"),
    url="https://tilat.example/reservations/17",
    color="teal",
)

HEAD = CalendarHead(
    name="Kulttuuritalo; sali",
    description="Varaukset, joista saa kertoa",
    language="fi",
    source="https://tilat.example/calendars/rooms/sali.ics",
    url="https://tilat.example/rooms/sali",
    color="teal",
)


def event(**changes: Any) -> CalendarEvent:
    """The sample event with the given fields changed."""
    return replace(EVENT, **changes)


def head(**changes: Any) -> CalendarHead:
    """The sample head with the given fields changed."""
    return replace(HEAD, **changes)


def unfolded(data: bytes) -> list[str]:
    """The content lines of a feed or an event, put together again, without the last empty one."""
    return data.replace(b"\r\n ", b"").decode("utf-8").split("\r\n")[:-1]


def values(data: bytes, name: str) -> list[str]:
    """The raw values of the properties whose name with its parameters is exactly `name`."""
    return [line.removeprefix(name + ":") for line in unfolded(data) if line.startswith(name + ":")]
