"""The tables of reservations: what was asked for, and each date of it with its own state."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.accounts.models import User
from booking.db import UTCDateTime
from booking.extensions import Model
from booking.occupancy.models import Claim
from booking.organisations.models import Organisation
from booking.rooms.models import Room

PURPOSES = ("meeting", "rehearsal", "training", "course", "event", "other")
VISIBILITIES = ("public", "private", "event")
STATES = ("pending", "confirmed", "declined", "withdrawn", "expired", "cancelled", "used", "no_show")
REASON_LENGTH = 500
LONGEST_DAYS = 14


class Reservation(Model):
    """One request: a single use today, a series with `pattern` later. Its dates carry the states.

    `organisation_id` is empty when a person books for themselves. `booker_id` is who sent it.
    """

    __tablename__ = "reservations"
    __table_args__ = (
        CheckConstraint(f"purpose IN {PURPOSES}", name="purpose"),
        CheckConstraint(f"visibility IN {VISIBILITIES}", name="visibility"),
        CheckConstraint("people > 0", name="people"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    booker_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    title: Mapped[str] = mapped_column(String(120))
    purpose: Mapped[str] = mapped_column(String(20))
    visibility: Mapped[str] = mapped_column(String(20))
    people: Mapped[int] = mapped_column(Integer)
    responsible: Mapped[str] = mapped_column(String(120))
    contact: Mapped[str] = mapped_column(String(254), default="")  # phone or mail of the responsible
    note: Mapped[str] = mapped_column(Text, default="")
    terms_version: Mapped[int] = mapped_column(Integer)
    pattern: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)

    room: Mapped[Room] = relationship()
    organisation: Mapped[Organisation | None] = relationship()
    booker: Mapped[User] = relationship()
    occurrences: Mapped[list["Occurrence"]] = relationship(
        back_populates="reservation", order_by="Occurrence.starts_at"
    )


class Occurrence(Model):
    """One date of a reservation. Times are the use alone; the claim adds the turnaround stored here.

    The database refuses more than LONGEST_DAYS (migration 0004), so what overlaps a week is found by
    its start.
    `slot_starts_at` is the start it was first asked for: it names the date for ever, also when it moves.
    `sequence` rises with every change of time, room or state that a calendar shows.
    """

    __tablename__ = "occurrences"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint("ends_at > starts_at", name="order"),
        Index(None, "room_id", "starts_at"),
        Index(None, "state", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reservation_id: Mapped[int] = mapped_column(ForeignKey("reservations.id"), index=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id"))
    slot_starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    turnaround_minutes: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(20))
    claim_id: Mapped[int | None] = mapped_column(ForeignKey("claims.id", ondelete="SET NULL"), unique=True)
    uid: Mapped[str] = mapped_column(String(300), unique=True)
    sequence: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)

    reservation: Mapped[Reservation] = relationship(back_populates="occurrences")
    room: Mapped[Room] = relationship()
    claim: Mapped[Claim | None] = relationship()


class Reason(Model):
    """The words given with one step of the history. Erasable, unlike the step itself."""

    __tablename__ = "reasons"

    id: Mapped[int] = mapped_column(primary_key=True)
    audit_entry_id: Mapped[int] = mapped_column(ForeignKey("audit_entries.id"), unique=True)
    reservation_id: Mapped[int] = mapped_column(ForeignKey("reservations.id"), index=True)
    text: Mapped[str] = mapped_column(String(REASON_LENGTH))
