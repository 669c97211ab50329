"""The tables of the waiting list: what is waited for, and each date of it with its own state."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.accounts.models import User
from booking.db import UTCDateTime
from booking.extensions import Model
from booking.organisations.models import Organisation
from booking.reservations.models import PURPOSES, VISIBILITIES, Reservation
from booking.rooms.models import Room
from booking.rooms.pricing import AGES, ANY_AGE

WAITING_STATES = ("waiting", "offered", "accepted", "refused", "lapsed", "left", "passed")


class WaitingEntry(Model):
    """What somebody waits for: a request as they would have sent it, for one date or more of one room."""

    __tablename__ = "waiting_entries"
    __table_args__ = (
        CheckConstraint(f"purpose IN {PURPOSES}", name="purpose"),
        CheckConstraint(f"visibility IN {VISIBILITIES}", name="visibility"),
        CheckConstraint("people > 0", name="people"),
        CheckConstraint(f"age IN {AGES}", name="age"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    title: Mapped[str] = mapped_column(String(120))
    purpose: Mapped[str] = mapped_column(String(20))
    visibility: Mapped[str] = mapped_column(String(20))
    people: Mapped[int] = mapped_column(Integer)
    responsible: Mapped[str] = mapped_column(String(120))
    contact: Mapped[str] = mapped_column(String(254), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    age: Mapped[str] = mapped_column(String(20), default=ANY_AGE, server_default=text("'any'"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)

    room: Mapped[Room] = relationship()
    organisation: Mapped[Organisation | None] = relationship()
    user: Mapped[User] = relationship()
    dates: Mapped[list["WaitingDate"]] = relationship(
        back_populates="entry", order_by="WaitingDate.starts_at"
    )


class WaitingDate(Model):
    """One date that is waited for. While it is offered, the claim holds its space until `deadline_at`."""

    __tablename__ = "waiting_dates"
    __table_args__ = (
        CheckConstraint(f"state IN {WAITING_STATES}", name="state"),
        CheckConstraint("ends_at > starts_at", name="order"),
        Index(None, "room_id", "state", "starts_at"),
        Index(None, "state", "deadline_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("waiting_entries.id"), index=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id"))
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    claim_id: Mapped[int | None] = mapped_column(ForeignKey("claims.id", ondelete="SET NULL"), unique=True)
    deadline_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    reservation_id: Mapped[int | None] = mapped_column(ForeignKey("reservations.id"))
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)

    entry: Mapped[WaitingEntry] = relationship(back_populates="dates")
    reservation: Mapped[Reservation | None] = relationship()
