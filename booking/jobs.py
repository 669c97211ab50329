"""Periodic work: what is to be done how often, and the loop that does it.

Several workers at once are harmless: each piece of work takes what is due under a lock of the database's.
"""

import logging
import signal
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TypeVar

from flask import Flask
from sqlalchemy import func, select

from booking import clock
from booking.accounts import credentials, links, sessions, throttle
from booking.accounts.api_tokens import warn_of_expiry
from booking.calendars.outside.sync import sync_due
from booking.db import in_transaction, wipe_log
from booking.desk.approvals.digests import send_digests
from booking.extensions import db
from booking.organisations.directory import reminders as directory
from booking.outbox.delivery import deliver_due
from booking.privacy import unused
from booking.privacy.feedback import service as feedback
from booking.privacy.purge import PURGES
from booking.reservations.decisions import expire_pending
from booking.reservations.proposals import expire_proposals
from booking.reservations.reminders import remind_approvers, remind_bookers
from booking.reservations.undoing.service import forget_old
from booking.reservations.waiting.offering import offer_free
from booking.reservations.waiting.service import lapse_due

GRACE_SECONDS = 0.8  # what the work at hand gets when the worker is told to stop
LONGEST_PAUSE_SECONDS = 300  # after failures
_IDLE_SECONDS = 60.0

T = TypeVar("T")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """One kind of periodic work. `seconds` lie between two runs; `work` gets the time."""

    name: str
    seconds: float
    work: Callable[[datetime], object]


def standard_jobs(stopping: threading.Event) -> tuple[Job, ...]:
    """Return the work of this module's features; delivery ends early when `stopping` is set."""

    def remind(batch: Callable[[datetime], object], name: str = "remind") -> Callable[[datetime], None]:
        return until_done(stopping, alone(name, batch))

    return (
        Job("deliver mail", 3, lambda now: deliver_due(stopping=stopping.is_set)),
        Job("expire requests", 30, alone("expire", lambda now: expire_pending(now=now))),
        Job("expire proposals", 30, alone("proposals", lambda now: expire_proposals(now=now))),
        Job("end waits and offers", 30, alone("waiting", lambda now: lapse_due(now=now))),
        Job("fetch outside calendars", 60, lambda now: sync_due(stopping=stopping.is_set)),
        Job("offer what is free", 60, alone("offers", lambda now: offer_free(now=now))),
        Job("remind bookers", 300, remind(lambda now: remind_bookers(now=now))),
        Job("remind approvers", 3600, remind(lambda now: remind_approvers(now=now))),
        Job("daily digests", 60, remind(lambda now: send_digests(now=now), "digests")),
        Job("warn of tokens' end", 3600, remind(lambda now: warn_of_expiry(now=now), "tokens")),
        Job("ask to check profiles", 3600, remind(lambda now: directory.ask_to_check(now=now), "profiles")),
        Job("tell of ending offers", 3600, remind(lambda now: directory.tell_of_ending(now=now), "offers")),
        Job("forget ended offers", 3600, alone("offers ended", directory.forget_ended)),
        *(Job("purge", 3600, remind(purge, purge.__name__)) for purge in PURGES),
        Job("warn of unused accounts", 3600, remind(unused.warn, "unused")),
        Job("erase unused accounts", 3600, until_done(stopping, _erase_unused)),
        Job("remind of feedback", 3600, remind(feedback.remind, "feedback")),
        Job("wipe the log", 3600, lambda now: wipe_log()),
        Job("forget decisions", 600, alone("decisions", forget_old)),
        Job("forget sign-in attempts", 3600, alone("attempts", throttle.forget_old)),
        Job("forget sign-in links", 600, alone("links", links.forget_old)),
        Job("forget changes of address", 3600, alone("addresses", credentials.forget_changes)),
        Job("forget ended sessions", 3600, alone("sessions", sessions.forget_ended)),
    )


def alone(name: str, work: Callable[[datetime], T]) -> Callable[[datetime], T]:
    """Return `work` in one writing transaction that no other worker runs at the same time.

    A large import may hold a SQLite for long: its turn is waited for.
    """

    def locked(now: datetime) -> T:
        if db.engine.dialect.name == "postgresql":  # SQLite has one writer at a time anyway
            key = func.hashtextextended(f"booking.jobs:{name}", 0)
            db.session.execute(select(func.pg_advisory_xact_lock(key)))
        return work(now)

    return lambda now: in_transaction(partial(locked, now), patient=True)


def until_done(stopping: threading.Event, batch: Callable[[datetime], object]) -> Callable[[datetime], None]:
    """Return the work that does `batch` again and again until it returns nothing, or until it is to stop."""

    def work(now: datetime) -> None:
        while not stopping.is_set() and batch(now):
            pass

    return work


def _erase_unused(now: datetime) -> object:
    """Erase a batch; what lies outside of the database only after the commit: a try may be undone."""
    looked_at = alone("erase", unused.erase_unused)(now)
    unused.forget_outside(looked_at)
    return looked_at


def run_once(app: Flask, jobs: Sequence[Job]) -> list[str]:
    """Do all the work that is due now; return the names of the jobs that failed."""
    return [job.name for job in jobs if not _run(app, job)]


def run(app: Flask, jobs: Sequence[Job], stopping: threading.Event) -> None:
    """Do the work again and again until `stopping` is set.

    A job that fails is logged and tried again after its pause, which doubles with each failure in a row; the
    others go on.
    """
    due = dict.fromkeys(range(len(jobs)), time.monotonic())
    failures = dict.fromkeys(range(len(jobs)), 0)
    while not stopping.is_set():
        for number, job in enumerate(jobs):
            if stopping.is_set() or due[number] > time.monotonic():
                continue
            failures[number] = 0 if _run(app, job) else failures[number] + 1
            pause = min(job.seconds * 2 ** min(failures[number], 10), max(job.seconds, LONGEST_PAUSE_SECONDS))
            due[number] = time.monotonic() + pause
        stopping.wait(min([_IDLE_SECONDS, *(at - time.monotonic() for at in due.values())]))


def run_until_signal(
    app: Flask, jobs: Callable[[threading.Event], Sequence[Job]], *, grace: float = GRACE_SECONDS
) -> bool:
    """Work until SIGTERM, SIGINT or SIGHUP; return whether it was a signal that ended it.

    The work runs beside the thread that waits for the signal: a mail server that does not answer cannot hold
    up the end. What is cut off was not committed, and its mail's lease runs out.
    """
    stopping, signalled = threading.Event(), threading.Event()

    def stop(number: int, frame: object) -> None:
        signalled.set()
        stopping.set()

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, stop)

    def work() -> None:
        try:
            run(app, jobs(stopping), stopping)
        finally:
            stopping.set()

    worker = threading.Thread(target=work, name="jobs", daemon=True)
    worker.start()
    stopping.wait()
    worker.join(grace)
    if worker.is_alive():
        _log.warning("stopped in the middle of a job; it will be done again")
    return signalled.is_set()


def _run(app: Flask, job: Job) -> bool:
    with app.app_context():
        try:
            job.work(clock.now())
        except Exception:  # noqa: BLE001 - whatever it is, the other jobs go on
            _log.exception("job %r failed", job.name)
            return False
    return True
