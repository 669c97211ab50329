"""The tables of organisations and memberships."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.access.roles import MEMBERSHIP_ROLES, Role
from booking.accounts.models import User
from booking.clock import now
from booking.db import UTCDateTime
from booking.extensions import Model

KINDS = ("city", "parish", "association", "group")  # a group is not in the register of associations


class Organisation(Model):
    """An association, an unregistered group, the city or the parish. One that has rooms is an owner."""

    __tablename__ = "organisations"
    __table_args__ = (CheckConstraint(f"kind IN {KINDS}", name="kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(20))
    district: Mapped[str] = mapped_column(String(60), default="")
    description: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(2), default="fi")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    changed_at: Mapped[datetime | None] = mapped_column(UTCDateTime, onupdate=now)  # feeds' LAST-MODIFIED


class Membership(Model):
    """One role of one person in one organisation, until `ended_at`."""

    __tablename__ = "memberships"
    __table_args__ = (
        CheckConstraint(f"role IN {tuple(role.value for role in MEMBERSHIP_ROLES)}", name="role"),
        Index(
            "uq_memberships_current",
            "user_id",
            "organisation_id",
            "role",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(None, "organisation_id", "role"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    role: Mapped[Role] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    user: Mapped[User] = relationship()
    organisation: Mapped[Organisation] = relationship()


class Deputy(Model):
    """Somebody who decides in an approver's place from `starts_at` until before `ends_at`, or `ended_at`.

    Both are local midnights. Kept for good: the history says by them in whose place a step was taken.
    """

    __tablename__ = "deputies"
    __table_args__ = (CheckConstraint("ends_at > starts_at", name="order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    membership_id: Mapped[int] = mapped_column(ForeignKey("memberships.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    membership: Mapped[Membership] = relationship()
    user: Mapped[User] = relationship()
