"""The tables of bookings on behalf: who phoned, and what is to be told them by phone."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.db import UTCDateTime
from booking.extensions import Model
from booking.reservations.behalf.caller import CALLER_LENGTH, LANGUAGES
from booking.reservations.models import Reservation


class Behalf(Model):
    """Who asked staff to book. Erasable: that it was on behalf stays with the reservation (`on_behalf`).

    The person's or association's name and phone are the reservation's own `responsible` and `contact`, like
    everybody's. `caller`: who phoned or visited, in the staff's words. `language`: of what is printed.
    """

    __tablename__ = "behalves"
    __table_args__ = (CheckConstraint(f"language IN {LANGUAGES}", name="language"),)

    reservation_id: Mapped[int] = mapped_column(ForeignKey("reservations.id"), primary_key=True)
    caller: Mapped[str] = mapped_column(String(CALLER_LENGTH), default="")
    language: Mapped[str] = mapped_column(String(2), default="fi")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)

    reservation: Mapped[Reservation] = relationship()


class Call(Model):
    """What would have been mailed to the booker and is to be told by phone. `kind` is the mail's."""

    __tablename__ = "calls"
    __table_args__ = (Index(None, "told_at", "reservation_id"), Index(None, "reservation_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    reservation_id: Mapped[int] = mapped_column(ForeignKey("reservations.id"))
    kind: Mapped[str] = mapped_column(String(40))
    occurrence_ids: Mapped[list[Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    told_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    told_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    reservation: Mapped[Reservation] = relationship()
