"""What an owner has published of how it chooses among requests: for all its rooms, or for one kind of them.

Source: DOMAIN.md, "Season rounds": criteria vary by kind of room. They tell a person what to weigh, in which
order; nothing is scored, and nobody but a person decides.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Integer, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from booking.db import UTCDateTime
from booking.extensions import Model, db
from booking.rooms.models import KINDS


class Criterion(StrEnum):
    """What a request is looked at by."""

    LOCAL = "local"
    """The organisation is of the room's own part of the town."""
    SIZE = "size"
    """How many of the room's seats it fills."""
    PAST_USE = "past_use"
    """What was booked and used, left unused or given back during the last twelve months."""
    NEWCOMER = "newcomer"
    """Who has not had the owner's rooms gets something too."""


ALL_KINDS: Final = ""  # the criteria of rooms whose kind has none of its own
LONGEST_TEXT: Final = 2000
MOST_DAYS: Final = 60


class PublishedCriteria(Model):
    """An owner's criteria in their order, its own words in three languages, and its promise to answer."""

    __tablename__ = "published_criteria"
    __table_args__ = (
        CheckConstraint(f"kind IN {('', *KINDS)}", name="kind"),
        CheckConstraint(f"answer_days BETWEEN 1 AND {MOST_DAYS}", name="answer_days"),
        Index("uq_published_criteria_owner_id_kind", "owner_id", "kind", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    kind: Mapped[str] = mapped_column(String(20), default=ALL_KINDS)
    criteria: Mapped[list[str]] = mapped_column(JSON, default=list)  # codes, the weightiest first
    answer_days: Mapped[int | None] = mapped_column(Integer)  # a request is promised an answer in so many
    text_fi: Mapped[str] = mapped_column(Text, default="")
    text_sv: Mapped[str] = mapped_column(Text, default="")
    text_en: Mapped[str] = mapped_column(Text, default="")
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)


Published = Mapping[tuple[int, str], PublishedCriteria]
"""Criteria by their owner's id and kind of room."""


def published(owner_ids: Collection[int]) -> Published:
    """Return all criteria of these owners. One statement."""
    query = select(PublishedCriteria).where(PublishedCriteria.owner_id.in_(owner_ids))
    found = db.session.scalars(query.order_by(PublishedCriteria.owner_id, PublishedCriteria.kind))
    return {(each.owner_id, each.kind): each for each in found}


def criteria_for(found: Published, owner_id: int | None, kind: str) -> PublishedCriteria | None:
    """Return the criteria that hold for a kind of an owner's rooms; None where nothing is published."""
    if owner_id is None:
        return None
    return found.get((owner_id, kind)) or found.get((owner_id, ALL_KINDS))


def holding_for(owner_id: int | None, kind: str) -> PublishedCriteria | None:
    """Return `criteria_for` one kind of an owner's rooms, read. At most one statement."""
    return criteria_for(published([owner_id]), owner_id, kind) if owner_id is not None else None


def promised_days(owner_id: int | None, kind: str) -> int | None:
    """Return in how many days an owner promises to answer; None where it promises nothing."""
    found = holding_for(owner_id, kind)
    return found.answer_days if found is not None else None
