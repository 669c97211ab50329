"""When a secret feed was last fetched, and by what kind of program: noted after the answer, once an hour.

Kept are the moment and the kind alone: no address, no User-Agent. A fetch within the hour costs nothing: the
row that opened the feed tells already that there is nothing to note.
"""

import threading
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import structlog
from flask import Flask, Response
from sqlalchemy import or_, update

from booking.calendars.clients import Client, client_of
from booking.calendars.models import Subscription
from booking.db import in_transaction
from booking.extensions import db

log = structlog.get_logger(__name__)

SELDOM: Final = timedelta(hours=1)
_PATIENCE = 1.0  # seconds that a second note waits for the first of this process

# One note at a time in a process: while another writes for long, one thread waits and the others answer.
_noting = threading.Lock()


def note_after(
    answer: Response, subscription: Subscription, *, app: Flask, user_agent: str, now: datetime
) -> Response:
    """Have this fetch noted when the answer has been sent, if it is one and an hour has passed; return it.

    Fetched is what was sent or is there already (304). A browser is no calendar program.
    """
    client = client_of(user_agent)
    if client is not None and answer.status_code in (200, 304) and is_due(subscription.fetched_at, now):
        fetched = partial(note_fetch, subscription.id, subscription.generation, client, now=now)
        answer.call_on_close(partial(_note_quietly, app, subscription.id, fetched))
    return answer


def is_due(fetched_at: datetime | None, now: datetime) -> bool:
    """Say whether a fetch now is worth a note."""
    return fetched_at is None or now - fetched_at >= SELDOM


def note_fetch(subscription_id: int, generation: int, client: Client, *, now: datetime) -> bool:
    """Note a fetch in the caller's transaction; say whether it was written. One statement.

    Of several processes one writes: the row decides. What was fetched by an older address, or just before
    the feed was revoked, is not noted.
    """
    written = db.session.execute(
        update(Subscription)
        .where(
            Subscription.id == subscription_id,
            Subscription.generation == generation,
            Subscription.revoked_at.is_(None),
            or_(Subscription.fetched_at.is_(None), Subscription.fetched_at <= now - SELDOM),
        )
        .values(fetched_at=now, fetched_by=client.value)
        .execution_options(synchronize_session=False)
        .returning(Subscription.id)
    )
    return written.scalar() is not None


def _note_quietly(app: Flask, subscription_id: int, note: partial[bool]) -> None:
    """Note in a transaction of its own. The reader has the answer: a fault is ours alone.

    Whatever escaped from here would be logged by the web server with the address, and so with the token.
    """
    if not _noting.acquire(timeout=_PATIENCE):
        return
    try:
        with app.app_context():
            in_transaction(note)
    except Exception as fault:  # noqa: BLE001 - see above
        log.warning("fetch not noted", subscription=subscription_id, fault=type(fault).__name__)
    finally:
        _noting.release()
