"""Ask for calendars from outside and follow them: fetched and read outside of any transaction.

A source is leased in one transaction, asked for with nothing held, and followed in another: a slow or hostile
server never holds up anybody here. Several workers are harmless: each takes what nobody has leased, and an
answer that is too late (`Asked.generation`) is not used. What cannot be had or read changes nothing.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import select

from booking import clock
from booking.calendars.outside import service
from booking.calendars.outside.applying import Applied
from booking.calendars.outside.fetched import Fetched, Limits, NotFetched
from booking.calendars.outside.fetching import fetch
from booking.calendars.outside.following import window_of
from booking.calendars.outside.models import OutsideSource
from booking.calendars.outside.reading_apart import read_apart
from booking.calendars.outside.readings import Problem, Reading, Rules, Unreadable
from booking.calendars.outside.service import Asked, Got, Wanted
from booking.db import in_transaction
from booking.extensions import db
from booking.timetable.interval import Interval

_log = logging.getLogger(__name__)


class Fetch(Protocol):
    """Asks for a calendar; raises NotFetched."""

    def __call__(self, address: str, *, etag: str, last_modified: str, limits: Limits) -> Fetched: ...


class Read(Protocol):
    """Reads a calendar; raises Unreadable."""

    def __call__(self, data: bytes, *, zone: ZoneInfo, window: Interval, rules: Rules) -> Reading: ...


@dataclass(frozen=True, slots=True)
class Ways:
    """How calendars are fetched and read."""

    fetch: Fetch
    read: Read


WAYS = Ways(fetch, read_apart)


@dataclass(frozen=True, slots=True)
class Synced:
    """What came of asking: `problems` where nothing usable came, `applied` None where it came too late."""

    applied: Applied | None
    problems: tuple[Problem, ...] = ()


def look(wanted: Wanted, content: bytes | None, *, now: datetime, ways: Ways | None = None) -> Got:
    """Return what a calendar tells that is not here yet, or by other rules. Holds nothing meanwhile.

    Raises NotFetched and Unreadable.
    """
    asked = Asked(0, 0, wanted.address, "", "", wanted.rules, content)
    return _get(asked, now, ways)


def sync_due(
    *,
    now: Callable[[], datetime] = clock.now,
    ways: Ways | None = None,
    stopping: Callable[[], bool] = lambda: False,
) -> int:
    """Ask for every calendar that is due and that nobody else is asking for; return how many.

    Opens its own transactions. Ends early when `stopping()` says so: the rest stays due.
    """
    number = 0
    while not stopping():
        asked = _take(now())
        if asked is None:
            break
        finish(asked, now=now, ways=ways)
        number += 1
    return number


def finish(asked: Asked, *, now: Callable[[], datetime] = clock.now, ways: Ways | None = None) -> Synced:
    """Fetch, read and follow a calendar that has been taken to be asked for. Opens its own transactions."""
    try:
        got = _get(asked, now(), ways)
    except NotFetched as error:
        problems: tuple[Problem, ...] = (Problem(0, error.code, error.params),)
    except Unreadable as error:
        problems = tuple(error.problems)
    except Exception as error:  # noqa: BLE001 - whatever it is, the other calendars go on
        # only its kind: its words may have the address in them, which may be a secret
        _log.error("outside calendar %s: unexpected %s", asked.source_id, type(error).__name__)
        problems = (Problem(0, "outside_unexpected"),)
    else:
        return Synced(in_transaction(lambda: service.take_in(asked, got, now=now())))
    _log.info("outside calendar %s: %s", asked.source_id, problems[0].code if problems else "unreadable")
    in_transaction(lambda: service.note_failure(asked, problems, now=now()))
    return Synced(None, problems)


def _get(asked: Asked, now: datetime, ways: Ways | None) -> Got:
    known = ways or WAYS
    db.session.commit()  # ends what was only read: no connection waits for another's server
    content, etag, last_modified = asked.content, "", ""
    if asked.address:
        limits = Limits(networks=current_app.config["SETTINGS"].outside_networks)
        fetched = known.fetch(
            asked.address, etag=asked.etag, last_modified=asked.last_modified, limits=limits
        )
        content, etag, last_modified = fetched.body, fetched.etag, fetched.last_modified
    if content is None:
        return Got(None)
    reading = known.read(content, zone=clock.zone(), window=window_of(now), rules=asked.rules)
    return Got(reading, etag, last_modified, None if asked.address else content)


def _take(now: datetime) -> Asked | None:
    """Lease the source that has been due longest; None when there is none."""
    due = (
        select(OutsideSource)
        .where(OutsideSource.next_attempt_at <= now)
        .order_by(OutsideSource.next_attempt_at, OutsideSource.id)
        .limit(1)
    )
    if db.session.scalar(due.with_only_columns(OutsideSource.id)) is None:
        return None  # the usual case takes no write lock

    def lease() -> Asked | None:
        query = due.with_for_update(skip_locked=True).execution_options(populate_existing=True)
        source = db.session.scalar(query)
        return service.begin_asking(source, now) if source is not None else None

    return in_transaction(lease)
