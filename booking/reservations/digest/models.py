"""Who wants one mail a day, and what has been kept for it."""

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.accounts.models import User
from booking.db import UTCDateTime
from booking.extensions import Model
from booking.reservations.models import Reservation


class MailChoice(Model):
    """How an approver wants to hear of requests. Who has none hears at once.

    `next_digest_at` is when the daily mail is due next; empty when nothing is to come.
    """

    __tablename__ = "mail_choices"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    is_daily: Mapped[bool] = mapped_column(Boolean)
    next_digest_at: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)

    user: Mapped[User] = relationship()


class DigestItem(Model):
    """A mail that was not sent to one person by itself: `kind` is the mail's. Gone once it has been told."""

    __tablename__ = "digest_items"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    reservation_id: Mapped[int] = mapped_column(ForeignKey("reservations.id"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)

    reservation: Mapped[Reservation] = relationship()
