"""Claims and the rows they hold. The database itself refuses two rows of one space that overlap."""

from datetime import datetime

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.clock import now
from booking.db import UTCDateTime
from booking.extensions import Model, db
from booking.occupancy.uids import new_uid

CLOSURE, OWN_USE, OUTSIDE = BLOCK_KINDS = ("closure", "own_use", "outside")


class Claim(Model):
    """Somebody's hold on one or more spaces. It does not know whose: they know their claim."""

    __tablename__ = "claims"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))  # occurrence, offer, waiting, block


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


block_spaces = Table(
    "block_spaces",
    db.metadata,
    Column("block_id", ForeignKey("blocks.id", ondelete="CASCADE"), primary_key=True),
    Column("space_id", ForeignKey("spaces.id"), primary_key=True, index=True),
)


class Block(Model):
    """What wants some spaces at some times without asking: a closure, the owner's own use, an outside event.

    It may overlap what is held already (`occupancy.blocks`). `title` is in the owner's words, and everybody
    reads it if `is_public`.
    """

    __tablename__ = "blocks"
    __table_args__ = (CheckConstraint(f"kind IN {BLOCK_KINDS}", name="kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    title: Mapped[str] = mapped_column(String(120))
    is_public: Mapped[bool] = mapped_column(Boolean)
    changed_at: Mapped[datetime | None] = mapped_column(UTCDateTime, onupdate=now)  # feeds' LAST-MODIFIED

    dates: Mapped[list["BlockDate"]] = relationship(back_populates="block", order_by="BlockDate.starts_at")


class BlockDate(Model):
    """One stretch that a block wants of all its spaces, with no turnaround. Its claim holds what was free.

    Calendars know it by `uid`; `sequence` rises with every change of its times or spaces.
    """

    __tablename__ = "block_dates"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="order"),
        Index(None, "block_id", "starts_at"),
        Index(None, "ends_at"),
        Index("uq_block_dates_uid", "uid", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    block_id: Mapped[int] = mapped_column(ForeignKey("blocks.id"))
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claims.id"), unique=True)
    uid: Mapped[str] = mapped_column(String(300), default=new_uid)
    sequence: Mapped[int] = mapped_column(Integer, default=0, server_default=text("0"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)

    block: Mapped[Block] = relationship(back_populates="dates")
