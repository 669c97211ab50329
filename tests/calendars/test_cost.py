"""What a feed costs: a 304 seeks a few rows, and an event is written once, however many read it."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, text

from booking.calendars import blocked, events, service
from booking.calendars.offers import private_path
from booking.extensions import db
from tests.calendars.test_asking_again import KINDS, feed  # noqa: F401 - a fixture
from tests.factories.blocks import make_block
from tests.factories.organisations import make_member, make_organisation
from tests.factories.reservations import EVENING, NOW, make_reservation
from tests.factories.rooms import make_room
from tests.factories.users import acting

SUBSCRIBERS = 200
Sent = list[tuple[str, Any]]


@pytest.fixture(autouse=True)
def _january(frozen: Callable[[datetime], None]) -> None:
    frozen(NOW)


@contextmanager
def sent_meanwhile() -> Iterator[Sent]:
    """Collect each statement with its parameters, without savepoints."""
    sent: Sent = []
    connection = db.session.connection()

    def note(conn: Any, cursor: Any, statement: str, parameters: Any, *rest: Any) -> None:
        if "SAVEPOINT" not in statement:
            sent.append((statement, parameters))

    event.listen(connection, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(connection, "before_cursor_execute", note)


def plan_of(statement: str, parameters: Any) -> list[str]:
    """How the database finds the rows of a statement, however few there are in this test."""
    connection = db.session.connection()
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        return [row[-1] for row in rows]
    connection.execute(text("SET LOCAL enable_seqscan = off"))
    return [row[0] for row in connection.exec_driver_sql(f"EXPLAIN (COSTS OFF) {statement}", parameters)]


@pytest.mark.parametrize("kind", KINDS)
def test_a_304_reads_by_index_alone(client: Any, feed: Callable[[str], str], kind: str) -> None:  # noqa: F811
    address = feed(kind)
    tag = client.get(address).headers["ETag"]
    with sent_meanwhile() as sent:
        assert client.get(address, headers={"If-None-Match": tag}).status_code == 304

    plans = [plan_of(*each) for each in sent]

    tables = "versions|rooms|organisations|memberships|subscriptions|users|deputies|approver|users_1"
    scanned = re.compile(rf"\bSCAN ({tables})\b|Seq Scan")
    assert [step for plan in plans for step in plan if scanned.search(step)] == []
    assert all(any(re.search("SEARCH|Index", step) for step in plan) for plan in plans)


def test_an_event_is_written_once_for_all_who_subscribe(
    client: Any, session: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    choir, room = make_organisation(), make_room()
    members = [make_member(choir) for _ in range(SUBSCRIBERS)]
    made = [make_reservation(room, EVENING.shift(timedelta(days=n)), organisation=choir) for n in range(3)]
    addresses = [
        private_path(
            service.token_of(
                service.create("organisation", choir.id, actor=acting(member), now=NOW)
                if number % 2
                else service.create("mine", None, actor=acting(member), now=NOW)
            )
        )
        for number, member in enumerate(members)
    ]
    writes: list[str] = []

    def counted(written: Any) -> bytes:
        writes.append(written.uid)
        return real(written)

    real = events.event_bytes
    monkeypatch.setattr(events, "event_bytes", counted)
    events.written.cache_clear()
    for address in addresses:
        assert client.get(address).text.count("BEGIN:VEVENT") == 3
    assert sorted(writes) == sorted(2 * [each.occurrences[0].uid for each in made])

    writes.clear()
    made[1].title = "Uusi nimi"
    session.flush()
    for address in addresses[:20]:
        assert "Uusi nimi" in client.get(address).text
    assert writes == 2 * [made[1].occurrences[0].uid], "once with the association's name, once without"


def test_a_closure_is_written_once_too(client: Any, session: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    room = make_room()
    uid = make_block(room).dates[0].uid
    writes: list[str] = []
    real = blocked.event_bytes
    monkeypatch.setattr(blocked, "event_bytes", lambda event: writes.append(event.uid) or real(event))
    blocked.written_block.cache_clear()

    for _ in range(3):
        for address in (f"/calendars/rooms/{room.slug}.ics", "/calendars/all.ics"):
            client.get(address)

    assert writes == [uid, uid], "once without the room's name, once with it"


def test_more_closures_take_no_more_statements(client: Any, feed: Callable[[str], str]) -> None:  # noqa: F811
    address = feed("all")
    make_block(make_room())
    client.get(address)
    with sent_meanwhile() as few:
        client.get(address)
    room = make_room()
    for number in range(5):
        make_block(room, on=tuple(EVENING.shift(timedelta(days=9 * number + n)) for n in range(3)))
    client.get(address)
    with sent_meanwhile() as many:
        assert client.get(address).text.count("BEGIN:VEVENT") == 3 + 1 + 15

    assert len(many) == len(few) == 4
