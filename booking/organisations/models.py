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


OUTCOMES = ("accepted", "declined", "withdrawn")  # of an invitation and of a request to join
_IN_USE = "business_id IS NOT NULL AND archived_at IS NULL"
_OPEN = "closed_at IS NULL"


class Organisation(Model):
    """An association, an unregistered group, the city or the parish. One that has rooms is an owner.

    `business_id` is written 1234567-8. One that is not verified was perhaps turned down; what is archived
    is only read.
    """

    __tablename__ = "organisations"
    __table_args__ = (
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        Index(
            "uq_organisations_business_id",
            "business_id",
            unique=True,
            sqlite_where=text(_IN_USE),
            postgresql_where=text(_IN_USE),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(20))
    district: Mapped[str] = mapped_column(String(60), default="")
    description: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(2), default="fi")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    changed_at: Mapped[datetime | None] = mapped_column(UTCDateTime, onupdate=now)  # feeds' LAST-MODIFIED
    business_id: Mapped[str | None] = mapped_column(String(9))
    verified_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    turned_down_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    archived_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


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


class MembershipInvitation(Model):
    """One address is asked to take a role, by a link whose token is made of the id and the generation.

    `user_id` is who answered. Sending it again raises `generation`, which ends the link sent before.
    """

    __tablename__ = "membership_invitations"
    __table_args__ = (
        CheckConstraint(f"role IN {tuple(role.value for role in MEMBERSHIP_ROLES)}", name="role"),
        CheckConstraint("(closed_at IS NULL) = (outcome IS NULL)", name="closed"),
        CheckConstraint(f"outcome IN {OUTCOMES}", name="outcome"),
        Index(
            "uq_membership_invitations_open",
            "organisation_id",
            "email",
            unique=True,
            sqlite_where=text(_OPEN),
            postgresql_where=text(_OPEN),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    email: Mapped[str] = mapped_column(String(254), index=True)
    role: Mapped[Role] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(2))
    generation: Mapped[int] = mapped_column(default=1)
    invited_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    outcome: Mapped[str | None] = mapped_column(String(20))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    organisation: Mapped[Organisation] = relationship()
    invited_by: Mapped[User] = relationship(foreign_keys=[invited_by_id])


class JoinRequest(Model):
    """Somebody asks to be let into an organisation, with words to its managers."""

    __tablename__ = "join_requests"
    __table_args__ = (
        CheckConstraint("(closed_at IS NULL) = (outcome IS NULL)", name="closed"),
        CheckConstraint(f"outcome IN {OUTCOMES}", name="outcome"),
        Index(
            "uq_join_requests_open",
            "organisation_id",
            "user_id",
            unique=True,
            sqlite_where=text(_OPEN),
            postgresql_where=text(_OPEN),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    words: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    outcome: Mapped[str | None] = mapped_column(String(20))

    user: Mapped[User] = relationship()
    organisation: Mapped[Organisation] = relationship()


class MergedOrganisation(Model):
    """An organisation that has become part of another: its addresses lead there."""

    __tablename__ = "merged_organisations"
    __table_args__ = (CheckConstraint("organisation_id <> into_id", name="two"),)

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    into_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    merged_at: Mapped[datetime] = mapped_column(UTCDateTime)


class SecondFactorRule(Model):
    """An owner asks a second factor of those who decide for it, from `required_from` on."""

    __tablename__ = "second_factor_rules"

    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisations.id"), primary_key=True, autoincrement=False
    )
    required_from: Mapped[datetime] = mapped_column(UTCDateTime)
