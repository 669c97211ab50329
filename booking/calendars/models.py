"""The table of secret feeds."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.accounts.models import User
from booking.calendars.clients import Client
from booking.db import UTCDateTime
from booking.extensions import Model
from booking.organisations.models import Organisation

SUBSCRIPTION_KINDS = ("mine", "organisation", "approver")


class Subscription(Model):
    """One person's secret feed. The token is made from the id and the generation, never stored itself.

    `organisation_id` names the association (`organisation`) or the owner of the rooms (`approver`).
    `fetched_at` and `fetched_by` tell of the present address, hourly at most (`booking.calendars.use`).
    """

    __tablename__ = "subscriptions"
    __table_args__ = (
        CheckConstraint(f"kind IN {SUBSCRIPTION_KINDS}", name="kind"),
        CheckConstraint("(kind = 'mine') = (organisation_id IS NULL)", name="scope"),
        CheckConstraint(f"fetched_by IN {tuple(each.value for each in Client)}", name="fetched_by"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    generation: Mapped[int] = mapped_column(Integer, default=1)
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    renewed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    fetched_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    fetched_by: Mapped[str | None] = mapped_column(String(20))

    user: Mapped[User] = relationship()
    organisation: Mapped[Organisation | None] = relationship()
