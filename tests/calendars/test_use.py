"""When a secret feed was last fetched, and by what: after the answer, once an hour, nothing else."""

import logging
import multiprocessing
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from booking.access.roles import Role
from booking.app import create_app
from booking.calendars import service, use
from booking.calendars.clients import Client
from booking.calendars.models import Subscription
from booking.calendars.offers import private_path
from booking.db import in_transaction
from booking.extensions import db
from tests.calendars.reading import statements
from tests.factories.organisations import make_membership, make_organisation
from tests.factories.reservations import NOW
from tests.factories.users import acting, make_user
from tests.support.settings import settings_for

APPLE = "iOS/18.0 (22A3354) dataaccessd/1.0"
GOOGLE = "Google-Calendar-Importer"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0"
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
PROCESSES = 3


@pytest.fixture(autouse=True)
def _january(frozen: Callable[[datetime], None]) -> None:
    frozen(NOW)


@pytest.fixture
def feed(session: Any) -> Subscription:
    return service.create("mine", None, actor=acting(make_user()), now=NOW)


def fetch(
    client: Any, feed: Subscription, user_agent: str = APPLE, method: str = "GET", **headers: str
) -> Any:
    """Ask for the feed to the end, as a program does; the test's client runs what comes after the answer."""
    return client.open(
        private_path(service.token_of(feed)),
        method=method,
        headers={"User-Agent": user_agent, **headers},
        buffered=True,
    )


def noted(feed: Subscription) -> tuple[datetime | None, str | None]:
    return feed.fetched_at, feed.fetched_by


def writes(sent: list[str]) -> list[str]:
    return [each for each in sent if not each.lstrip().upper().startswith("SELECT")]


def test_a_fetch_is_noted_with_its_moment_and_the_kind_of_program(client: Any, feed: Subscription) -> None:
    assert noted(feed) == (None, None)

    assert fetch(client, feed).status_code == 200

    assert noted(feed) == (NOW, "apple")


@pytest.mark.parametrize(
    ("later", "expected"),
    [
        (HOUR - SECOND, (NOW, "apple")),
        (HOUR, (NOW + HOUR, "google")),
    ],
)
def test_the_next_note_comes_when_an_hour_is_full(
    client: Any,
    feed: Subscription,
    frozen: Callable[[datetime], None],
    later: timedelta,
    expected: tuple[datetime, str],
) -> None:
    fetch(client, feed)

    frozen(NOW + later)
    fetch(client, feed, GOOGLE)

    assert noted(feed) == expected


def test_a_304_counts_and_within_the_hour_it_writes_nothing(
    client: Any, feed: Subscription, frozen: Callable[[datetime], None]
) -> None:
    tag = fetch(client, feed).headers["ETag"]
    later = NOW + HOUR
    frozen(later)
    assert noted(feed) == (NOW, "apple")

    with statements() as first:
        assert fetch(client, feed, GOOGLE, **{"If-None-Match": tag}).status_code == 304
    assert noted(feed) == (later, "google")
    with statements() as second:
        assert fetch(client, feed, GOOGLE, **{"If-None-Match": tag}).status_code == 304

    assert len(writes(first)) == 1
    assert writes(second) == []
    assert len(first) == len(second) + 1, "the note is one statement, and it is not looked up first"


def test_the_note_changes_no_byte_and_no_tag_of_the_feed(
    client: Any, feed: Subscription, frozen: Callable[[datetime], None]
) -> None:
    first = fetch(client, feed)
    frozen(NOW + 2 * HOUR)

    second = fetch(client, feed, GOOGLE)

    assert (second.data, second.headers["ETag"]) == (first.data, first.headers["ETag"])
    assert noted(feed)[0] == NOW + 2 * HOUR


def test_a_browser_and_a_look_at_the_head_are_no_fetch(client: Any, feed: Subscription) -> None:
    assert fetch(client, feed, BROWSER).status_code == 200
    assert fetch(client, feed, method="HEAD").status_code == 200

    assert noted(feed) == (None, None)


def test_an_answer_without_a_calendar_is_no_fetch(client: Any, feed: Subscription) -> None:
    choir = make_organisation()
    membership = make_membership(feed.user, choir, Role.MEMBER)
    ended = service.create("organisation", choir.id, actor=acting(feed.user), now=NOW)
    membership.ended_at = NOW

    assert fetch(client, ended).status_code == 404

    assert noted(ended) == (None, None)


def test_a_new_address_has_not_been_fetched_and_a_revoked_one_tells_nothing(
    client: Any, feed: Subscription
) -> None:
    person = acting(feed.user)
    fetch(client, feed)

    service.renew(feed.id, actor=person, now=NOW)
    assert noted(feed) == (None, None)
    fetch(client, feed)
    assert noted(feed) == (NOW, "apple")
    service.revoke(feed.id, actor=person, now=NOW)

    assert noted(feed) == (None, None)


def test_a_note_that_comes_after_the_change_is_not_taken(session: Any, feed: Subscription) -> None:
    person, old = acting(feed.user), feed.generation
    service.renew(feed.id, actor=person, now=NOW)
    session.flush()

    assert not use.note_fetch(feed.id, old, Client.APPLE, now=NOW)
    assert use.note_fetch(feed.id, feed.generation, Client.APPLE, now=NOW)
    service.revoke(feed.id, actor=person, now=NOW)
    session.flush()
    assert not use.note_fetch(feed.id, feed.generation, Client.APPLE, now=NOW + 2 * HOUR)


def test_a_fault_while_noting_stays_with_us_and_names_no_token(
    client: Any, feed: Subscription, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = service.token_of(feed)

    def fail(*args: Any, **kwargs: Any) -> bool:
        raise OperationalError(f"UPDATE {token}", {"token": token}, Exception("database is locked"))

    monkeypatch.setattr(use, "in_transaction", fail)
    with caplog.at_level(logging.DEBUG):
        assert fetch(client, feed).status_code == 200

    assert "fetch not noted" in caplog.text
    assert "OperationalError" in caplog.text
    assert token not in caplog.text
    monkeypatch.undo()
    assert fetch(client, feed).status_code == 200
    assert noted(feed) == (NOW, "apple"), "the next fetch is noted: nothing was left locked"


def test_neither_the_user_agent_nor_the_address_nor_the_token_is_kept(
    client: Any, feed: Subscription, caplog: pytest.LogCaptureFixture
) -> None:
    token = service.token_of(feed)
    agent, address = "Salainen-Ohjelma/7.3 (Aatun puhelin)", "203.0.113.77"
    with caplog.at_level(logging.DEBUG):
        client.open(
            private_path(token),
            headers={"User-Agent": agent, "X-Forwarded-For": address},
            environ_overrides={"REMOTE_ADDR": address},
            buffered=True,
        )
    assert noted(feed) == (NOW, "other")

    kept = repr([row for table in db.metadata.sorted_tables for row in db.session.execute(select(table))])
    for secret in (token, "Salainen-Ohjelma", "Aatun puhelin", address):
        assert secret not in kept
        assert secret not in caplog.text
    assert "'other'" in kept


def _note_in_a_process(app: Flask, number: int, ready: Barrier, told: Any) -> None:
    """Try to note the same fetch three times, once every process is here; tell how many were written."""
    with app.app_context():
        db.session.execute(select(1))
        db.session.remove()
        ready.wait(timeout=60)
        tries = [in_transaction(partial(use.note_fetch, number, 1, Client.APPLE, now=NOW)) for _ in range(3)]
        told.put(sum(tries))
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
def test_of_processes_that_note_at_once_one_writes(
    fresh_database: Callable[[str], str], tmp_path: Path, backend: str
) -> None:
    app = create_app(settings_for(fresh_database(backend), tmp_path))
    with app.app_context():
        number = service.create("mine", None, actor=acting(make_user()), now=NOW).id
        db.session.commit()
        db.session.remove()
        db.engine.dispose()  # no connection is shared with the processes
    fork = multiprocessing.get_context("fork")
    ready, told = fork.Barrier(PROCESSES), fork.SimpleQueue()
    processes = [
        fork.Process(target=_note_in_a_process, args=(app, number, ready, told)) for _ in range(PROCESSES)
    ]
    for each in processes:
        each.start()
    for each in processes:
        each.join(timeout=60)
    assert [each.exitcode for each in processes] == [0] * PROCESSES
    assert sum(told.get() for _ in processes) == 1
