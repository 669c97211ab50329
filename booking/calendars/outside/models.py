"""The tables of calendars from outside: where they are, how they stand, and which blocks they have made."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.accounts.models import User
from booking.calendars.outside.readings import Rules
from booking.db import UTCDateTime
from booking.extensions import Model
from booking.occupancy.models import Block
from booking.reservations.models import Occurrence
from booking.rooms.models import Room

FILE_NAME_LENGTH = 120
CALENDAR_NAME_LENGTH = 120


class OutsideSource(Model):
    """A calendar kept elsewhere that blocks a room. An address, or, where that is empty, a file sent in.

    The address may hold a secret: it is shown to the room's keepers only, and forgotten when the source is
    removed. `generation` rises when somebody changes the source or begins to ask for it: an answer that was
    asked for before is not used. `next_attempt_at`: when it is asked for next, None while paused.

    `read_at`: when it was last read into blocks; `fetched_at`: when it last answered. `problems` are those
    of the last reading, `failing` those of why it cannot be read now, each [line, code, parameters].
    `emptied_at`: since when it has had suspiciously little, while the old blocks stay; `failing` then tells
    what was wrong in it, until fetching fails too (`failing_since`).
    """

    __tablename__ = "outside_sources"
    __table_args__ = (
        CheckConstraint("all_day IN ('block', 'skip')", name="all_day"),
        CheckConstraint("transparent IN ('block', 'skip')", name="transparent"),
        Index(
            "ix_outside_sources_due",
            "next_attempt_at",
            sqlite_where=text("next_attempt_at IS NOT NULL"),
            postgresql_where=text("next_attempt_at IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id"), index=True)
    address: Mapped[str] = mapped_column(Text, default="")
    file_name: Mapped[str] = mapped_column(String(FILE_NAME_LENGTH), default="")
    all_day: Mapped[str] = mapped_column(String(10))
    transparent: Mapped[str] = mapped_column(String(10))
    is_public: Mapped[bool] = mapped_column(Boolean)
    generation: Mapped[int] = mapped_column(Integer, default=1)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    next_attempt_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    failures: Mapped[int] = mapped_column(Integer, default=0)
    fetched_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    failing_since: Mapped[datetime | None] = mapped_column(UTCDateTime)
    emptied_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    etag: Mapped[str] = mapped_column(Text, default="")
    last_modified: Mapped[str] = mapped_column(Text, default="")
    name: Mapped[str] = mapped_column(String(CALENDAR_NAME_LENGTH), default="")
    problems: Mapped[list[Any]] = mapped_column(JSON, default=list)
    failing: Mapped[list[Any]] = mapped_column(JSON, default=list)

    room: Mapped[Room] = relationship()
    created_by: Mapped[User] = relationship()

    @property
    def rules(self) -> Rules:
        """What of it blocks the room."""
        return Rules(
            all_day="skip" if self.all_day == "skip" else "block",
            transparent="block" if self.transparent == "block" else "skip",
        )

    @property
    def is_paused(self) -> bool:
        """Whether it is not asked for; its blocks stay."""
        return self.next_attempt_at is None


class OutsideFile(Model):
    """A calendar that was sent in, compressed: its recurring events reach further with every day."""

    __tablename__ = "outside_files"

    source_id: Mapped[int] = mapped_column(
        ForeignKey("outside_sources.id"), primary_key=True, autoincrement=False
    )
    content: Mapped[bytes] = mapped_column(LargeBinary)


class OutsideEvent(Model):
    """Which block an event to come has here. `key` names the event (`following.key_of`).

    What has ended needs no name any more: its row goes, and its block stays as what has been.
    """

    __tablename__ = "outside_events"
    __table_args__ = (Index("uq_outside_events_source_key", "source_id", "key", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("outside_sources.id"))
    key: Mapped[str] = mapped_column(String(64))
    block_id: Mapped[int] = mapped_column(ForeignKey("blocks.id"), unique=True)

    block: Mapped[Block] = relationship()


class OutsideClash(Model):
    """A date that an event meets, of which the owner has been told."""

    __tablename__ = "outside_clashes"

    source_id: Mapped[int] = mapped_column(ForeignKey("outside_sources.id"), primary_key=True)
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrences.id"), primary_key=True, index=True)
    told_at: Mapped[datetime] = mapped_column(UTCDateTime)

    occurrence: Mapped[Occurrence] = relationship()
