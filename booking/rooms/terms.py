"""The terms of rooms, version by version: what somebody accepted can be read for ever.

A room's own columns hold the text in force and its number. Whoever changes the text, a sheet too, makes a new
version: that is seen to here when the session flushes, so that no way around it keeps an old number.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Integer, Text, event, func, insert, inspect, select
from sqlalchemy.orm import Mapped, Session, UOWTransaction, mapped_column

from booking.clock import now
from booking.db import UTCDateTime
from booking.extensions import Model, db
from booking.rooms.models import Room


class RoomTerms(Model):
    """One version of a room's terms. Rows are added and never changed."""

    __tablename__ = "room_terms"
    __table_args__ = (CheckConstraint("version > 0", name="version"),)

    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id"), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


def terms_versions(room_id: int) -> list[RoomTerms]:
    """Return all versions of a room's terms, the newest first."""
    query = select(RoomTerms).where(RoomTerms.room_id == room_id).order_by(RoomTerms.version.desc())
    return list(db.session.scalars(query))


def terms_of(room_id: int, version: int) -> str:
    """Return the text of one version; empty where the room had no terms then."""
    query = select(RoomTerms.text).where(RoomTerms.room_id == room_id, RoomTerms.version == version)
    return db.session.scalar(query) or ""


@event.listens_for(db.session, "before_flush")
def _number(session: Session, context: UOWTransaction, instances: object) -> None:
    """Give a changed text a number of its own, and never take a number back.

    The first text of a room that nobody has seen is its first version, as long as no version of it is kept.
    """
    for room in session.dirty:
        if not isinstance(room, Room):
            continue
        text, number = inspect(room).attrs.terms.history, inspect(room).attrs.terms_version.history
        if not text.has_changes() and not number.has_changes():
            continue
        before = number.deleted[0] if number.deleted else room.terms_version
        kept = session.scalar(select(func.max(RoomTerms.version)).where(RoomTerms.room_id == room.id)) or 0
        never = text.deleted == [""] and room.published_at is None and room.state == "draft"
        unseen, before = never and kept < before, max(before, kept)
        if text.has_changes() and not unseen and room.terms_version <= before:
            room.terms_version = before + 1
        elif room.terms_version < before:
            room.terms_version = before


@event.listens_for(db.session, "after_flush")
def _keep(session: Session, context: UOWTransaction) -> None:
    """Keep the text of each new number beside the earlier ones."""
    kept = [
        {"room_id": room.id, "version": room.terms_version, "text": room.terms, "created_at": now()}
        for room in (*session.new, *session.dirty)
        if isinstance(room, Room) and _is_new(room, first=room in session.new)
    ]
    if kept:
        session.execute(insert(RoomTerms), kept)


def _is_new(room: Room, *, first: bool) -> bool:
    if first:
        return bool(room.terms)
    terms = inspect(room).attrs
    return terms.terms.history.has_changes() or terms.terms_version.history.has_changes()
