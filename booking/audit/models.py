"""The record's table. The database refuses to change or delete a row of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from booking.db import UTCDateTime
from booking.extensions import Model


class AuditEntry(Model):
    """One step. `actor_id` is empty for the service itself (expiry, automatic decline).

    `subject_kind` and `subject_id` say to what; `details` holds ids, codes and times only.
    """

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index(None, "subject_kind", "subject_id"),
        Index(None, "at", "id"),  # read newest first, all of it or by one of these
        Index(None, "actor_id", "at", "id"),
        Index(None, "action", "at", "id"),
        Index(None, "subject_kind", "at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    actor_id: Mapped[int | None] = mapped_column(Integer)  # no foreign key: the record outlives the person
    action: Mapped[str] = mapped_column(String(40))
    subject_kind: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[int] = mapped_column(Integer)
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
