"""Reading feeds in tests: by hand, so that nothing a library forgives goes unseen."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from werkzeug.test import TestResponse

from booking.accounts.models import User
from booking.extensions import db
from tests.support.signed_in import be_signed_in

Event = dict[str, str]

FEEDS = ("/calendars/rooms/{room}.ics", "/calendars/owners/{owner}.ics", "/calendars/all.ics")
"""The public feeds of a room: of itself, of its owner, of all."""


def lines(data: bytes) -> list[str]:
    """The content lines, unfolded, without the last empty one."""
    assert data.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in data.replace(b"\r\n", b"")
    return data.replace(b"\r\n ", b"").decode("utf-8").split("\r\n")[:-1]


def events(data: bytes) -> list[Event]:
    """Each VEVENT as raw values by the property's name; parameters stay in front of their value."""
    found: list[Event] = []
    for line in lines(data):
        if line == "BEGIN:VEVENT":
            found.append({})
        elif line == "END:VEVENT":
            found[-1]["whole"] = "yes"
        elif found and "whole" not in found[-1]:
            name, value = line.split(":", 1)
            plain, _semicolon, parameters = name.partition(";")
            assert plain not in found[-1], f"{plain} twice in {found[-1]}"
            found[-1][plain] = f"{parameters}:{value}" if parameters else value
    return found


def read(client: Any, address: str, **arguments: Any) -> list[Event]:
    """The events of a feed that is there."""
    answer: TestResponse = client.get(address, **arguments)
    assert answer.status_code == 200, answer.status
    return events(answer.data)


def public_feeds(room: Any) -> list[str]:
    """The addresses of the public feeds that show a room."""
    return [address.format(room=room.slug, owner=room.owner.slug) for address in FEEDS]


def sign_in(client: Any, user: User) -> None:
    """Give the client the session of a person, as signing in would."""
    be_signed_in(client.raw, user)


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect the statements sent to the database meanwhile, without the savepoints, which are the test's."""
    sent: list[str] = []
    connection = db.session.connection()

    def note(conn: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if "SAVEPOINT" not in statement:
            sent.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(connection, "before_cursor_execute", note)


def blocks(data: bytes) -> list[bytes]:
    """Return each VEVENT as it stands, byte for byte."""
    return re.findall(rb"BEGIN:VEVENT\r\n.*?END:VEVENT\r\n", data, re.DOTALL)
