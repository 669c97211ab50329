"""The owner's review of an association that left slots unused."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.db import UTCDateTime
from booking.extensions import Model
from booking.organisations.models import Organisation

REVIEW_LENGTH = 500


class NoShowReview(Model):
    """A person has looked at an association's no-shows in an owner's rooms in one season: never a machine."""

    __tablename__ = "no_show_reviews"
    __table_args__ = (Index(None, "owner_id", "organisation_id", "season_start"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    season_start: Mapped[date] = mapped_column(Date)
    reviewed_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    reviewed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    note: Mapped[str] = mapped_column(String(REVIEW_LENGTH), default="")

    organisation: Mapped[Organisation] = relationship(foreign_keys=[organisation_id])
