"""The tables of closures and own use, and of what was chosen for the reservations in their way."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, CheckConstraint, Column, ForeignKey, Index, String, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.accounts.models import User
from booking.db import UTCDateTime
from booking.extensions import Model, db
from booking.occupancy.models import Block
from booking.organisations.models import Organisation
from booking.reservations.models import Occurrence
from booking.rooms.models import Room

CHOICES = ("keep", "offer", "cancel", "decline")

closure_rooms = Table(
    "closure_rooms",
    db.metadata,
    Column("closure_id", ForeignKey("closures.id"), primary_key=True),
    Column("room_id", ForeignKey("rooms.id"), primary_key=True, index=True),
)


class Closure(Model):
    """Rooms of one owner that are closed or in the owner's own use, once or again and again.

    The block has its kind, its title and its dates. `plan` is how they were asked for (`plans.Plan`): for
    words and for editing. Removed ones are kept, with what has been of their dates.
    """

    __tablename__ = "closures"

    id: Mapped[int] = mapped_column(primary_key=True)
    block_id: Mapped[int] = mapped_column(ForeignKey("blocks.id"), unique=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    plan: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    block: Mapped[Block] = relationship()
    owner: Mapped[Organisation] = relationship()
    created_by: Mapped[User] = relationship()
    rooms: Mapped[list[Room]] = relationship(secondary=closure_rooms, order_by=Room.id)


class ClosureChoice(Model):
    """What the owner last chose for one date in a closure's way.

    `short_notice`: it was given less than 14 days before (DOMAIN.md).
    """

    __tablename__ = "closure_choices"
    __table_args__ = (
        CheckConstraint(f"choice IN {CHOICES}", name="choice"),
        Index("uq_closure_choices_closure_occurrence", "closure_id", "occurrence_id", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    closure_id: Mapped[int] = mapped_column(ForeignKey("closures.id"))
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrences.id"), index=True)
    choice: Mapped[str] = mapped_column(String(10))
    short_notice: Mapped[bool] = mapped_column(Boolean)
    chosen_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    chosen_at: Mapped[datetime] = mapped_column(UTCDateTime)

    occurrence: Mapped[Occurrence] = relationship()
    chosen_by: Mapped[User] = relationship()
