"""Deliver the outbox: at least once each, by as many workers as there are.

A worker takes one mail at a time by writing a lease on it (its next attempt lies LEASE away), commits, sends
it outside of any transaction, and writes down the outcome. A worker that dies in between leaves the lease to
run out: the mail goes out again under the same Message-ID, by which mail programs know it for the same.
"""

import logging
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import func, select

from booking import clock
from booking.db import in_transaction
from booking.extensions import db
from booking.outbox.models import OutboxMessage
from booking.outbox.post_office import NotDelivered, PostOffice, open_post_office

LEASE = timedelta(minutes=5)  # longer than all the answers of one mail take, each at its timeout
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
MOST_ATTEMPTS = 12
_JITTER = 0.2  # so that mails which failed together do not all come back together
_LONGEST_ERROR = 200

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Tally:
    """What one run did with the mails that were due."""

    delivered: int = 0
    postponed: int = 0
    given_up: int = 0


def deliver_due(
    *,
    now: Callable[[], datetime] = clock.now,
    post_office: PostOffice | None = None,
    stopping: Callable[[], bool] = lambda: False,
) -> Tally:
    """Send every mail that is due and nobody else is sending. Opens its own transactions.

    Ends early when `stopping()` says so, or when the mail server is gone: the rest stays due.
    """
    counts = {"delivered": 0, "postponed": 0, "given_up": 0}
    with post_office or open_post_office(current_app.config["SETTINGS"]) as office:
        while not stopping():
            row = _take(now())
            if row is None:
                break
            try:
                office.deliver(row)
            except NotDelivered as error:
                counts[_postpone(row, error, now())] += 1
                if not error.connected:
                    break
            else:
                _mark_delivered(row, now())
                counts["delivered"] += 1
    return Tally(**counts)


def count_given_up() -> int:
    """Return how many mails will never arrive: for the administrator's page and `doctor`."""
    return (
        db.session.scalar(
            select(func.count()).select_from(OutboxMessage).where(OutboxMessage.given_up_at.is_not(None))
        )
        or 0
    )


def count_overdue(now: datetime) -> int:
    """Return how many mails should have gone out more than the longest wait ago: is a worker running?"""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(OutboxMessage)
            .where(
                OutboxMessage.delivered_at.is_(None),
                OutboxMessage.given_up_at.is_(None),
                OutboxMessage.next_attempt_at < now - timedelta(minutes=10),
            )
        )
        or 0
    )


def wait_after(attempts: int, chance: float) -> timedelta:
    """Return the wait after so many failed attempts: a minute, doubling to six hours, give or take a fifth.

    `chance` is from 0 to 1.
    """
    wait = min(FIRST_WAIT * float(2 ** min(attempts - 1, 20)), LONGEST_WAIT)
    return wait * (1 + _JITTER * (2 * chance - 1))


def _take(now: datetime) -> OutboxMessage | None:
    """Lease the mail that has been due longest and return it, detached; None when there is none."""
    due = (
        select(OutboxMessage)
        .where(
            OutboxMessage.next_attempt_at <= now,
            OutboxMessage.delivered_at.is_(None),
            OutboxMessage.given_up_at.is_(None),
        )
        .order_by(OutboxMessage.next_attempt_at, OutboxMessage.id)
        .limit(1)
    )
    if db.session.scalar(due.with_only_columns(OutboxMessage.id)) is None:
        return None  # the usual case takes no write lock

    def lease() -> OutboxMessage | None:
        row = db.session.scalar(due.with_for_update(skip_locked=True))
        if row is not None:
            row.next_attempt_at = now + LEASE
            row.attempts += 1
        return row

    row = in_transaction(lease, patient=True)
    if row is not None:
        db.session.expunge(row)
    return row


def _mark_delivered(row: OutboxMessage, now: datetime) -> None:
    def write() -> None:
        sent = db.session.get(OutboxMessage, row.id)
        if sent is not None:  # else it was taken back while it was on its way
            sent.delivered_at = now
            sent.last_error = None

    in_transaction(write, patient=True)  # a mail that is not marked as sent is sent again
    _log.info("mail %s (%s) delivered", row.id, row.kind)


def _postpone(row: OutboxMessage, error: NotDelivered, now: datetime) -> str:
    """Write down a failure; return what it came to: `postponed` or `given_up`."""
    for_good = error.for_good or row.attempts >= MOST_ATTEMPTS
    reason = " ".join(error.reason.split())[:_LONGEST_ERROR]

    def write() -> None:
        failed = db.session.get(OutboxMessage, row.id)
        if failed is None or failed.delivered_at is not None:
            return
        failed.last_error = reason
        if for_good:
            failed.given_up_at = now
        else:
            failed.next_attempt_at = now + wait_after(row.attempts, random.random())

    in_transaction(write, patient=True)
    outcome = "given_up" if for_good else "postponed"
    _log.warning("mail %s (%s) not delivered at try %s: %s", row.id, row.kind, row.attempts, outcome)
    return outcome
