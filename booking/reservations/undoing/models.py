"""What an owner's decision has changed, kept for as long as it can be undone and a little longer."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Integer
from sqlalchemy.orm import Mapped, mapped_column

from booking.db import UTCDateTime
from booking.extensions import Model


class DecisionRecord(Model):
    """One decision, or several made in one transaction. The history is the audit's; this is no history.

    `changes` holds ids, states and moments as they were and as they became (`keeping.Kept`), and the mails
    that the decision dropped: so rows are deleted soon (`service.forget_old`).
    """

    __tablename__ = "decision_records"

    id: Mapped[int] = mapped_column(primary_key=True)
    actor_id: Mapped[int] = mapped_column(Integer)
    decided_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    undone_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    changes: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
