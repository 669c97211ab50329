"""Claims and the rows they hold. The database itself refuses two rows of one space that overlap."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from booking.db import UTCDateTime
from booking.extensions import Model


class Claim(Model):
    """Somebody's hold on one or more spaces. It does not know whose: they know their claim."""

    __tablename__ = "claims"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))  # occurrence, offer, waiting; blocks come


class Occupancy(Model):
    """One space taken from `starts_at` until before `ends_at`, turnaround included.

    Rows of a space never overlap (triggers on SQLite, an exclusion constraint on PostgreSQL: migration
    0003), so its first moment is a key, and the rows lie sorted by it: "is it free" is one seek.
    """

    __tablename__ = "occupancy"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="order"),
        {"sqlite_with_rowid": False},
    )

    space_id: Mapped[int] = mapped_column(ForeignKey("spaces.id"), primary_key=True)
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime, primary_key=True)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claims.id", ondelete="CASCADE"), index=True)
