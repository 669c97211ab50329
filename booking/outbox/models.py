"""The outbox's table."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from booking.db import UTCDateTime
from booking.extensions import Model
from booking.outbox.message import CALENDAR_METHODS


class OutboxMessage(Model):
    """One mail to one person. It is due at `next_attempt_at` until it is delivered or given up."""

    __tablename__ = "outbox_messages"
    __table_args__ = (
        Index(
            "ix_outbox_messages_due",
            "next_attempt_at",
            sqlite_where=text("delivered_at IS NULL AND given_up_at IS NULL"),
            postgresql_where=text("delivered_at IS NULL AND given_up_at IS NULL"),
        ),
        Index(None, "subject_kind", "subject_id"),
        CheckConstraint(f"calendar_method IN {CALENDAR_METHODS}", name="calendar_method"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    recipient: Mapped[str] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(2))
    subject: Mapped[str] = mapped_column(String(300))
    body: Mapped[str] = mapped_column(Text)
    calendar_method: Mapped[str | None] = mapped_column(String(10))
    calendar: Mapped[str | None] = mapped_column(Text)  # a whole VCALENDAR; with its method or not at all
    filling: Mapped[str | None] = mapped_column(String(60))  # what is put into the body at sending
    message_id: Mapped[str] = mapped_column(String(120), unique=True)
    # what it tells of, so that an undone decision can take back its mail
    subject_kind: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    next_attempt_at: Mapped[datetime] = mapped_column(UTCDateTime)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    last_error: Mapped[str | None] = mapped_column(String(200))
    delivered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    given_up_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
