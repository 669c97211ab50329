"""The tables of the directory: what an organisation says about itself, in public."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.db import UTCDateTime
from booking.extensions import Model
from booking.organisations.models import Organisation

TAG_KINDS = ("theme", "target", "language")
SIDES = ("offers", "seeks")
EXCHANGE_KINDS = ("rooms", "staff", "equipment", "helpers", "transport", "knowledge", "other")
LONGEST_WORDS = 300


class Profile(Model):
    """What an organisation publishes besides its name: what it does is `Organisation.description` in Finnish.

    The contact is chosen by the organisation for the public; it is never taken from anybody's account.
    `checked_at` is when somebody last said that all of it is right, `reminded_at` when they were last asked.
    """

    __tablename__ = "profiles"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    about_sv: Mapped[str] = mapped_column(Text, default="")
    about_en: Mapped[str] = mapped_column(Text, default="")
    accessibility: Mapped[str] = mapped_column(Text, default="")
    website: Mapped[str] = mapped_column(String(200), default="")
    contact_name: Mapped[str] = mapped_column(String(120), default="")
    contact_email: Mapped[str] = mapped_column(String(254), default="")
    contact_phone: Mapped[str] = mapped_column(String(40), default="")
    checked_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    reminded_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    organisation: Mapped[Organisation] = relationship()


class ProfileTag(Model):
    """A theme, a target group or a language of an organisation, by its code (`words`)."""

    __tablename__ = "profile_tags"
    __table_args__ = (CheckConstraint(f"kind IN {TAG_KINDS}", name="kind"), Index(None, "kind", "code"))

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    code: Mapped[str] = mapped_column(String(20), primary_key=True)


class Exchange(Model):
    """One line of what an organisation offers to others or looks for.

    It is shown until `ends_at`, a local midnight. `told_at`: its managers have been told that it ends soon.
    """

    __tablename__ = "exchanges"
    __table_args__ = (
        CheckConstraint(f"side IN {SIDES}", name="side"),
        CheckConstraint(f"kind IN {EXCHANGE_KINDS}", name="kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    side: Mapped[str] = mapped_column(String(10))
    kind: Mapped[str] = mapped_column(String(20))
    words: Mapped[str] = mapped_column(String(LONGEST_WORDS))
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    told_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)

    organisation: Mapped[Organisation] = relationship()
