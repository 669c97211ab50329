"""A database that is locked or gone: a page that says so and when to come back, and nothing half-written."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg
import pytest
from playwright.sync_api import expect
from sqlalchemy import URL
from sqlalchemy.engine import make_url

from tests.journeys.browserless import Answer, Browserless
from tests.journeys.demo import load_demo
from tests.journeys.hands import Mouse
from tests.journeys.steps import (
    GARDEN,
    GUESTS,
    PASSWORD,
    Wish,
    fill_request,
    request_address,
    sign_in,
    working_day,
)
from tests.journeys.wording import LANGUAGES, words
from tests.support.browser import assert_accessible

TABLES = ("reservations", "occurrences", "audit_entries", "outbox_messages", "occupancy", "claims")
UNAVAILABLE = (
    "Tietokanta ei vastaa juuri nyt. Mitään ei jäänyt puoliksi tehdyksi. Yritä hetken päästä uudelleen."
)


def assert_unavailable(answer: Answer, language: str = "fi") -> None:
    """Fail unless the answer is the page of an unavailable database in that language."""
    assert answer.status == 503, answer.text
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.page.language == language
    assert words(UNAVAILABLE, language).search(answer.text), answer.text


def a_request(wish: Wish, token: str) -> bytes:
    """Return the body of a request form."""
    return urlencode(
        {
            "csrf_token": token,
            "date": str(wish.day),
            "start": wish.start,
            "end": wish.end,
            "organisation": "kuoro-koskisointu",
            "title": wish.title,
            "purpose": "event",
            "visibility": "public",
            "people": str(wish.people),
            "responsible": "Kuoron varaaja",
            "contact": "050 000 0000",
            "note": "",
            "accept_terms": "y",
        }
    ).encode()


def count_in_file(path: Path) -> dict[str, int]:
    """Return how many rows each table has."""
    database = sqlite3.connect(path)
    try:
        return {name: database.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in TABLES}
    finally:
        database.close()


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold an SQLite file so that no other process writes into it."""
    holder = sqlite3.connect(path, isolation_level=None)
    try:
        holder.execute("BEGIN EXCLUSIVE")
        yield
        holder.execute("ROLLBACK")
    finally:
        holder.close()


@pytest.fixture
def sqlite_town(demo_database: Callable[[], str], databases: Any, served: Any) -> Iterator[Any]:
    """A server of its own with the demonstration that waits one second for a locked file.

    It has more threads than it keeps connections open: a crowd makes it open new ones.
    """
    url = demo_database()
    with served("sqlite", database_url=f"{url}?timeout=1", workers=1, threads=12, DEMO="1") as server:
        yield server
    databases.drop(url)


def file_of(server: Any) -> Path:
    """Return the database's file."""
    return Path(str(make_url(server.database_url).database))


def test_a_locked_database_loses_nothing_that_was_typed(sqlite_town: Any, windows: Any) -> None:
    path, wish = file_of(sqlite_town), Wish(working_day(0), "Lukon takaa", people=6)
    hand = Mouse(windows.open(sqlite_town.base_url))
    page = hand.page
    sign_in(hand, "varaaja")
    page.goto(request_address(GUESTS, wish))
    fill_request(hand, wish)
    before = count_in_file(path)
    windows.expect_fault("status of 503")
    with locked(path):
        page.get_by_role("button", name="Varaa", exact=True).click()
        expect(page.get_by_role("main")).to_contain_text(words(UNAVAILABLE, "fi"))
        assert_accessible(page)
        person = Browserless(sqlite_town.base_url)
        assert person.get("/rooms").status == 200  # who only reads need not wait
        for language in LANGUAGES:
            values = {"email": "varaaja@demo.example", "password": PASSWORD}
            assert_unavailable(person.post(f"/login?lang={language}", values), language)
    assert count_in_file(path) == before
    page.reload()  # sends the same form again
    expect(page.get_by_role("main")).to_contain_text("Varaus on tehty ja vahvistettu.")
    expect(page.get_by_role("heading", level=1)).to_have_text(wish.title)
    assert count_in_file(path)["reservations"] == before["reservations"] + 1


def ask_until_missed(base_url: str) -> list[Answer]:
    """Ask for a page many times at once: connections that are open still see the file, new ones do not."""
    deadline = time.monotonic() + 60
    answers: list[Answer] = []
    with ThreadPoolExecutor(16) as crowd:
        while time.monotonic() < deadline and all(each.status == 200 for each in answers):
            answers += crowd.map(lambda _: Browserless(base_url).get("/day"), range(32))
    return answers


def test_a_database_file_that_was_moved_is_missed_and_found_again(sqlite_town: Any) -> None:
    path, wish = file_of(sqlite_town), Wish(working_day(1), "Tiedoston siirto", people=6)
    before = count_in_file(path)
    ends = [end for end in ("", "-wal", "-shm") if Path(f"{path}{end}").exists()]
    for end in ends:
        Path(f"{path}{end}").rename(f"{path}.away{end}")
    path.mkdir()
    try:
        answers = ask_until_missed(sqlite_town.base_url)
    finally:
        path.rmdir()
        for end in ends:
            Path(f"{path}.away{end}").rename(f"{path}{end}")
    missed = [answer for answer in answers if answer.status != 200]
    assert missed
    for answer in missed:
        assert_unavailable(answer)
    assert count_in_file(path) == before
    person = Browserless(sqlite_town.base_url)
    person.sign_in("varaaja@demo.example", PASSWORD)
    place = f"/rooms/{GUESTS}/request"
    assert person.send("POST", place, a_request(wish, person.token(place))).status == 303


@pytest.fixture
def postgres_town(fresh_database: Callable[[str], str], served: Any, tmp_path: Path) -> Iterator[Any]:
    """A server on PostgreSQL with the demonstration."""
    url = fresh_database("postgresql")
    load_demo(url, tmp_path / "loading")
    with served("postgresql", database_url=url, workers=2, DEMO="1") as server:
        yield server


def connect(url: URL, name: str) -> psycopg.Connection[Any]:
    """Connect to a database of the cluster that `url` is in."""
    return psycopg.connect(
        host=str(url.query["host"]), user=url.username, dbname=name, autocommit=True, connect_timeout=10
    )


def count_in(connection: psycopg.Connection[Any]) -> dict[str, int]:
    """Return how many rows each table has."""
    return {
        name: connection.execute(f"SELECT count(*) FROM {name}".encode()).fetchone()[0]  # type: ignore[index]
        for name in TABLES
    }


def wait_for_a_blocked_backend(watcher: psycopg.Connection[Any], name: str) -> None:
    """Return when somebody waits for a lock in that database."""
    question = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock'"
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        row = watcher.execute(question, (name,)).fetchone()
        if row and row[0]:
            return
        time.sleep(0.05)
    raise AssertionError("the request has not come as far as the lock")


def test_a_database_that_goes_in_the_middle_of_a_request_leaves_nothing_half_written(
    postgres_town: Any,
) -> None:
    url = make_url(postgres_town.database_url)
    name, place = str(url.database), f"/rooms/{GARDEN}/request"
    wish = Wish(working_day(0), "Kesken katkennut")
    person = Browserless(postgres_town.base_url)
    person.sign_in("varaaja@demo.example", PASSWORD)
    body = a_request(wish, person.token(place))
    with connect(url, "postgres") as watcher, connect(url, name) as holder, ThreadPoolExecutor(1) as other:
        before = count_in(holder)
        with holder.transaction():
            holder.execute("LOCK TABLE outbox_messages IN ACCESS EXCLUSIVE MODE")
            sent = other.submit(person.send, "POST", place, body)
            wait_for_a_blocked_backend(watcher, name)
            watcher.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false'.encode())
            watcher.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> %s",
                (name, holder.info.backend_pid),
            )
            assert_unavailable(sent.result(timeout=60))
            for language in LANGUAGES:
                stranger = Browserless(postgres_town.base_url)
                assert_unavailable(stranger.get(f"/?lang={language}"), language)
                assert_unavailable(stranger.get(f"/rooms/{GARDEN}?lang={language}"), language)
        assert count_in(holder) == before
        watcher.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true'.encode())
        answer = person.send("POST", place, body)
        assert answer.status == 303, answer.text
        assert count_in(holder)["reservations"] == before["reservations"] + 1
