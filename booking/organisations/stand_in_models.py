"""The table of the times that an administrator stood in for managers."""

from datetime import datetime

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.accounts.models import User
from booking.db import UTCDateTime
from booking.extensions import Model
from booking.organisations.models import Organisation


class StandIn(Model):
    """An administrator acts in an organisation's managers' place until `ends_at`, or `ended_at`.

    `reason` is told to the managers by mail and on their page; with `decides` the administrator also
    decides on requests. The row stays: the history says by it on whose behalf a step was taken.
    """

    __tablename__ = "stand_ins"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="order"),
        Index(
            "uq_stand_ins_current",
            "user_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    decides: Mapped[bool] = mapped_column(Boolean)
    reason: Mapped[str] = mapped_column(String(500))
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    user: Mapped[User] = relationship()
    organisation: Mapped[Organisation] = relationship()
