"""Write and read the record."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from booking.audit.models import AuditEntry
from booking.db import BulkInsert
from booking.extensions import db


def record(
    action: str, kind: str, subject_id: int, *, actor_id: int | None, now: datetime, **details: Any
) -> AuditEntry:
    """Add one step to the record, in the caller's transaction, and return it with its id."""
    entry = AuditEntry(
        at=now, actor_id=actor_id, action=action, subject_kind=kind, subject_id=subject_id, details=details
    )
    db.session.add(entry)
    db.session.flush()
    return entry


def record_all(
    action: str,
    kind: str,
    details: Iterable[tuple[int, Mapping[str, Any]]],
    *,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Add the same step for many things, each given as its id and its details, at once."""
    rows = [
        {
            "at": now,
            "actor_id": actor_id,
            "action": action,
            "subject_kind": kind,
            "subject_id": subject_id,
            "details": dict(known),
        }
        for subject_id, known in details
    ]
    if rows:
        into = BulkInsert(AuditEntry.__table__, list(rows[0]))
        into.write([into.bound(row) for row in rows])


def history(kind: str, subject_id: int) -> list[AuditEntry]:
    """Return all steps taken with one thing, oldest first."""
    return list(
        db.session.scalars(
            select(AuditEntry)
            .where(AuditEntry.subject_kind == kind, AuditEntry.subject_id == subject_id)
            .order_by(AuditEntry.id)
        )
    )
