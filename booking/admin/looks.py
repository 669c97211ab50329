"""Who opens the list of accounts sees everybody's address: that is put on record, once a day."""

from datetime import datetime

from sqlalchemy import func, select

from booking import clock
from booking.access.actor import Actor
from booking.audit.models import AuditEntry
from booking.audit.service import record
from booking.db import in_transaction
from booking.extensions import db
from booking.timetable.zone import local_date


def note_look(actor: Actor, *, now: datetime) -> None:
    """Put on record that a person looks at the list of accounts, in a transaction of its own; once a day."""
    latest = select(func.max(AuditEntry.at)).where(
        AuditEntry.subject_kind == "accounts",
        AuditEntry.subject_id == 0,
        AuditEntry.action == "see_accounts",
        AuditEntry.actor_id == actor.user_id,
    )
    before, zone = db.session.scalar(latest), clock.zone()
    if before is None or local_date(before, zone) != local_date(now, zone):
        in_transaction(lambda: record("see_accounts", "accounts", 0, actor_id=actor.user_id, now=now))
