"""The table of feedback."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from booking.db import UTCDateTime
from booking.extensions import Model

FEEDBACK_KINDS = ("accessibility", "data", "other")
ADDRESS_LENGTH = 254
PAGE_LENGTH = 300


class Feedback(Model):
    """Somebody's words about the service. `reply_to` is empty when no answer is wanted.

    `page` is the path it is about, as the sender left it; `user_id` who sent it, when signed in.
    """

    __tablename__ = "feedback"
    __table_args__ = (
        CheckConstraint(f"kind IN {FEEDBACK_KINDS}", name="kind"),
        Index(None, "answered_at", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    reply_to: Mapped[str] = mapped_column(String(ADDRESS_LENGTH), default="")
    page: Mapped[str] = mapped_column(String(PAGE_LENGTH), default="")
    language: Mapped[str] = mapped_column(String(2))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    reminded_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    answer: Mapped[str] = mapped_column(Text, default="")
