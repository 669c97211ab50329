"""Asking for calendars: when they are due, once each however many ask, with nothing held meanwhile."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from booking.calendars.outside import service
from booking.calendars.outside.fetched import Fetched, NotFetched
from booking.calendars.outside.models import OutsideSource
from booking.calendars.outside.readings import OutsideEvent, Problem, Reading, Unreadable
from booking.calendars.outside.sync import Ways, finish, sync_due
from booking.db import in_transaction
from booking.occupancy.models import Block
from tests.calendars.outside.telling import HOUR, SECRET, added, hours, reading, told, weeks
from tests.factories.reservations import NOW
from tests.factories.users import acting

HALF = timedelta(minutes=50)  # by then a calendar that was read is due


def ways(*events: OutsideEvent, asked: list[Any] | None = None, body: bytes | None = b"x") -> Ways:
    """Return how a calendar that tells these events is had; what it was asked goes into `asked`."""

    def fetch(address: str, **rest: Any) -> Fetched:
        if asked is not None:
            asked.append((address, rest["etag"]))
        return Fetched(body, '"2"', "")

    def read(data: bytes, **rest: Any) -> Reading:
        return reading(*events)

    return Ways(fetch, read)


def failing(trouble: Exception) -> Ways:
    def fail(*_all: Any, **_rest: Any) -> Any:
        raise trouble

    return Ways(fail, fail)


def source_of(session: Any) -> OutsideSource:
    return session.scalars(select(OutsideSource).execution_options(populate_existing=True)).one()


def test_what_is_due_is_asked_for_once_and_then_only_after_its_time(
    session: Any, keeper: Any, hall: Any
) -> None:
    added(keeper, hall, told("a"))
    asked: list[Any] = []
    there = ways(told("b", hours(5, 6)), asked=asked)
    assert sync_due(now=lambda: NOW, ways=there) == 0
    assert sync_due(now=lambda: NOW + HALF, ways=there) == 1
    assert sync_due(now=lambda: NOW + HALF, ways=there) == 0
    assert asked == [(SECRET, '"1"')]
    wait = source_of(session).next_attempt_at - (NOW + HALF)
    assert timedelta(minutes=15) <= wait <= timedelta(minutes=60)
    (block,) = session.scalars(select(Block)).all()
    assert (source_of(session).etag, block.title) == ('"2"', "Kuoro")


def test_a_calendar_that_says_it_has_not_changed_is_not_read(session: Any, keeper: Any, hall: Any) -> None:
    added(keeper, hall, told("a"))
    assert sync_due(now=lambda: NOW + HALF, ways=ways(body=None)) == 1
    assert len(session.scalars(select(Block)).all()) == 1
    assert (source_of(session).fetched_at, source_of(session).read_at) == (NOW + HALF, NOW)


def test_a_second_worker_leaves_alone_what_the_first_is_asking_for(
    session: Any, keeper: Any, hall: Any
) -> None:
    added(keeper, hall, told("a"))
    seconds: list[int] = []

    def fetch(address: str, **rest: Any) -> Fetched:
        seconds.append(sync_due(now=lambda: NOW + HALF, ways=ways()))
        return Fetched(b"x", "", "")

    assert sync_due(now=lambda: NOW + HALF, ways=Ways(fetch, ways(told("a")).read)) == 1
    assert seconds == [0]


def test_nothing_is_held_while_a_server_takes_its_time(session: Any, keeper: Any, hall: Any) -> None:
    added(keeper, hall, told("a"))
    open_then: list[bool] = []

    def fetch(address: str, **rest: Any) -> Fetched:
        open_then.append(session().in_transaction())
        return Fetched(b"x", "", "")

    def read(data: bytes, **rest: Any) -> Reading:
        open_then.append(session().in_transaction())
        return reading(told("a"))

    sync_due(now=lambda: NOW + HALF, ways=Ways(fetch, read))
    assert open_then == [False, False]


@pytest.mark.parametrize(
    ("trouble", "code"),
    [
        (NotFetched("slow", {"seconds": 10}), "slow"),
        (Unreadable([Problem(3, "bad_date"), Problem(8, "bad_rule")]), "bad_date"),
        (ValueError(f"unknown url type: {SECRET}"), "outside_unexpected"),
    ],
)
def test_what_cannot_be_had_changes_nothing_and_tells_no_log_where_it_is(
    session: Any,
    keeper: Any,
    hall: Any,
    caplog: pytest.LogCaptureFixture,
    trouble: Exception,
    code: str,
) -> None:
    added(keeper, hall, *weeks(3))
    with caplog.at_level(logging.DEBUG):
        assert sync_due(now=lambda: NOW + HALF, ways=failing(trouble)) == 1
    assert len(session.scalars(select(Block)).all()) == 3
    failed = source_of(session)
    assert (failed.failing_since, failed.failing[0][1], failed.fetched_at) == (NOW + HALF, code, NOW)
    assert "salainen-avain" not in caplog.text
    sync_due(now=lambda: NOW + 2 * HOUR, ways=ways(*weeks(2)))
    assert (source_of(session).failing_since, len(session.scalars(select(Block)).all())) == (None, 2)


def test_a_calendar_removed_while_it_is_asked_for_blocks_nothing(
    session: Any, keeper: Any, hall: Any
) -> None:
    source, actor = added(keeper, hall, told("a")), acting(keeper)
    asked = in_transaction(lambda: service.ask_now(source.id, actor=actor, now=NOW))

    def fetch(address: str, **rest: Any) -> Fetched:
        in_transaction(lambda: service.remove(source.id, actor=actor, now=NOW))
        return Fetched(b"x", "", "")

    synced = finish(asked, now=lambda: NOW, ways=Ways(fetch, ways(*weeks(4)).read))
    assert (synced.applied, synced.problems) == (None, ())
    assert session.scalars(select(Block)).all() == []


def test_a_worker_that_is_told_to_stop_leaves_the_rest_due(session: Any, keeper: Any, hall: Any) -> None:
    for _ in range(3):
        added(keeper, hall)
    ended = iter([False, True])
    stopping: Callable[[], bool] = lambda: next(ended)  # noqa: E731
    assert sync_due(now=lambda: NOW + HALF, ways=ways(), stopping=stopping) == 1
