"""The log of who has seen a responsible person's contact details."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from booking.db import UTCDateTime
from booking.extensions import Model


class ContactView(Model):
    """Somebody has been shown the contact details of a reservation on a day. Thrown away in time.

    `page` is the code of where it was first shown that day: an endpoint.
    """

    __tablename__ = "contact_views"
    __table_args__ = (
        UniqueConstraint("reservation_id", "viewer_id", "on_day"),
        Index(None, "viewer_id", "on_day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    viewer_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    reservation_id: Mapped[int] = mapped_column(ForeignKey("reservations.id"))
    on_day: Mapped[date] = mapped_column(Date)
    page: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
