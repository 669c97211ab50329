"""The worker: what it does how often, what a fault costs, and how it ends."""

import logging
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

import booking.db
from booking import clock, jobs
from booking.accounts.models import SignInAttempt
from booking.api.models import IdempotencyKey
from booking.app import create_app
from booking.cli.work import all_jobs
from booking.db import in_transaction
from booking.extensions import db
from booking.jobs import Job
from booking.outbox.message import Message
from booking.outbox.models import OutboxMessage
from booking.outbox.service import post
from tests.factories.users import make_user
from tests.support.server import ROOT, environment_for
from tests.support.settings import settings_for

NOW = datetime(2027, 1, 12, 16, 0, tzinfo=UTC)


def job(name: str) -> Job:
    """Return one of the installation's jobs."""
    (found,) = [each for each in all_jobs(threading.Event()) if each.name == name]
    return found


def test_a_failing_job_is_logged_and_the_others_are_done(app: Any, caplog: pytest.LogCaptureFixture) -> None:
    done: list[str] = []

    def fail(now: datetime) -> None:
        raise OperationalError("SELECT 1", {}, OSError("gone"))

    both = [Job("first", 1, fail), Job("second", 1, lambda now: done.append("second"))]
    with caplog.at_level(logging.ERROR):
        assert jobs.run_once(app, both) == ["first"]
    assert done == ["second"]
    assert "job 'first' failed" in caplog.text


def test_work_is_done_again_after_its_pause_and_a_failing_one_less_often(app: Any) -> None:
    stopping = threading.Event()
    times: dict[str, list[float]] = {"good": [], "bad": []}

    def note(name: str) -> Callable[[datetime], None]:
        def work(now: datetime) -> None:
            times[name].append(time.monotonic())
            if len(times["good"]) == 8:
                stopping.set()
            if name == "bad":
                raise ValueError

        return work

    jobs.run(app, [Job("good", 0.05, note("good")), Job("bad", 0.05, note("bad"))], stopping)
    assert len(times["good"]) == 8
    assert 2 <= len(times["bad"]) <= 4
    assert times["good"][1] - times["good"][0] >= 0.05


def test_the_longest_pause_after_failures_is_five_minutes() -> None:
    assert jobs.LONGEST_PAUSE_SECONDS == 300


def test_old_sign_in_attempts_are_forgotten_and_new_ones_kept(app: Any, session: Any) -> None:
    session.add_all(SignInAttempt(key="k", at=NOW - timedelta(minutes=age)) for age in (0, 10, 600))
    session.flush()
    job("forget sign-in attempts").work(NOW)
    assert session.query(SignInAttempt).count() == 2


def test_old_answers_of_the_api_are_forgotten_and_new_ones_kept(app: Any, session: Any) -> None:
    user = make_user()
    for key, age in (("new", 1), ("old", 49)):
        session.add(
            IdempotencyKey(
                user_id=user.id,
                key=key,
                request_sha256="0" * 64,
                status=201,
                body="{}",
                created_at=NOW - timedelta(hours=age),
            )
        )
    session.flush()
    job("forget answers of the API").work(NOW)
    assert [each.key for each in session.query(IdempotencyKey)] == ["new"]


def test_the_worker_expires_requests_nobody_decided(
    app: Any, session: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[datetime] = []
    monkeypatch.setattr(jobs, "expire_pending", lambda *, now: asked.append(now))
    job("expire requests").work(NOW)
    assert asked == [NOW]


def put_mail(number: int = 1) -> None:
    message = Message("confirmed", f"reader{number}@demo.example", "fi", "s", "b", "reservation", number)
    in_transaction(lambda: post(message, now=clock.now()))


def start_worker(environment: dict[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi", "jobs", "run"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def wait_for(what: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_worker_delivers_and_ends_within_a_second(
    fresh_database: Callable[[str], str], tmp_path: Path, number: int
) -> None:
    url = fresh_database("sqlite")
    app = create_app(settings_for(url, tmp_path))
    with app.app_context():
        put_mail()
        db.engine.dispose()
    worker = start_worker(environment_for(url, tmp_path, "http://localhost"))
    try:
        wait_for(lambda: len(list(tmp_path.glob("mail/*.eml"))) == 1)
        sent_at = time.monotonic()
        worker.send_signal(number)
        output, _ = worker.communicate(timeout=10)
    finally:
        worker.kill()
        worker.wait()
    assert worker.returncode == 0, output
    assert time.monotonic() - sent_at < 3.0  # a second where nothing else wants the processor


def test_a_mail_server_that_never_answers_does_not_hold_up_the_end(
    fresh_database: Callable[[str], str], tmp_path: Path
) -> None:
    url = fresh_database("sqlite")
    app = create_app(settings_for(url, tmp_path))
    with app.app_context():
        put_mail()
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(1)
        mail_url = f"smtp://127.0.0.1:{deaf.getsockname()[1]}"
        worker = start_worker(environment_for(url, tmp_path, "http://localhost", MAIL_URL=mail_url))
        try:
            deaf.settimeout(30)
            connection, _ = deaf.accept()
            with connection:
                sent_at = time.monotonic()
                worker.terminate()
                output, _ = worker.communicate(timeout=10)
            took = time.monotonic() - sent_at
        finally:
            worker.kill()
            worker.wait()
    assert worker.returncode == 0, output
    assert took < 4.0
    with app.app_context():
        assert db.session.query(OutboxMessage).one().delivered_at is None
        db.session.remove()
        db.engine.dispose()


def can_be_told_to_stop(worker: subprocess.Popen[Any]) -> bool:
    """Say whether a process has come so far that it catches SIGTERM: one that is slow to start dies of it."""
    status = Path(f"/proc/{worker.pid}/status").read_text()
    (caught,) = re.findall(r"^SigCgt:\s*([0-9a-f]+)", status, re.M)
    return bool(int(caught, 16) >> (signal.SIGTERM - 1) & 1)


def test_several_workers_share_the_mail(
    backend: str, fresh_database: Callable[[str], str], tmp_path: Path
) -> None:
    url, mails = fresh_database(backend), 30
    app = create_app(settings_for(url, tmp_path))
    with app.app_context():
        for number in range(mails):
            put_mail(number)
        db.session.remove()
        environment = environment_for(url, tmp_path, "http://localhost")
        workers = [start_worker(environment) for _ in range(2)]
        try:
            wait_for(lambda: len(list(tmp_path.glob("mail/*.eml"))) == mails)
            wait_for(lambda: all(can_be_told_to_stop(worker) for worker in workers))
            for worker in workers:
                worker.terminate()
            outputs = [worker.communicate(timeout=10)[0] for worker in workers]
        finally:
            for worker in workers:
                worker.kill()
                worker.wait()
        assert [worker.returncode for worker in workers] == [0, 0], outputs
        assert {row.attempts for row in db.session.query(OutboxMessage)} == {1}
        db.session.remove()
        db.engine.dispose()
    assert os.listdir(tmp_path / "mail") != []


def test_work_nobody_waits_for_waits_for_its_turn_at_a_locked_database(
    databases: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = databases.copy("sqlite")
    app = create_app(settings_for(f"{url}?timeout=0", tmp_path))
    done: list[str] = []
    with closing(sqlite3.connect(str(make_url(url).database), isolation_level=None)) as other:
        monkeypatch.setattr(booking.db.time, "sleep", lambda seconds: other.execute("ROLLBACK"))
        with app.app_context():
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(OperationalError, match="locked"):
                in_transaction(lambda: done.append("impatient"))
            work = Job("import beside it", 1, jobs.alone("it", lambda now: done.append("patient")))
            assert jobs.run_once(app, [work]) == []
            db.session.remove()
            db.engine.dispose()
    assert done == ["patient"]
