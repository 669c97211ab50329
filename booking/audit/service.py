"""Write and read the record."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from booking.audit.models import AuditEntry
from booking.db import BulkInsert
from booking.extensions import db

_MARKS: Final = "booking.audit.marks"


def mark(user_id: int, stand_in_id: int | None) -> None:
    """Have each step that a person takes from now on name the row by which they stand in; None: no more.

    Kept for as long as this session of the database: a request, or a piece of work.
    """
    marks: dict[int, int] = db.session().info.setdefault(_MARKS, {})
    if stand_in_id is None:
        marks.pop(user_id, None)
    else:
        marks[user_id] = stand_in_id


def record(
    action: str, kind: str, subject_id: int, *, actor_id: int | None, now: datetime, **details: Any
) -> AuditEntry:
    """Add one step to the record, in the caller's transaction, and return it with its id.

    `details` are ids, codes and moments: never a name, a contact or anybody's words.
    """
    entry = AuditEntry(**_values(action, kind, subject_id, details, actor_id, now))
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
    rows = [_values(action, kind, subject_id, known, actor_id, now) for subject_id, known in details]
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


def _values(
    action: str,
    kind: str,
    subject_id: int,
    details: Mapping[str, Any],
    actor_id: int | None,
    now: datetime,
) -> dict[str, Any]:
    """Return the columns of one step. Every one goes through here: tests look at what it says."""
    marks: Mapping[int, int] = db.session().info.get(_MARKS, {})
    stand_in = marks.get(actor_id) if actor_id is not None else None
    return {
        "at": now,
        "actor_id": actor_id,
        "action": action,
        "subject_kind": kind,
        "subject_id": subject_id,
        "details": dict(details) | ({"stand_in": stand_in} if stand_in is not None else {}),
    }
