"""The tables of photos: what a room's page shows, and apart from it the bytes, which no list ever reads."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from booking.db import UTCDateTime
from booking.extensions import Model

MOST_PHOTOS = 12  # of one room
ALT_LENGTH = 300


class PhotoFile(Model):
    """The bytes of one picture that we drew, known by their SHA-256: the same bytes are kept once."""

    __tablename__ = "photo_files"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class RoomPhoto(Model):
    """One photo of a room, in two sizes (pixels). `alt` says in words what it shows, in Finnish always."""

    __tablename__ = "room_photos"
    __table_args__ = (
        CheckConstraint("alt <> ''", name="alt"),
        CheckConstraint(
            "large_width > 0 AND large_height > 0 AND small_width > 0 AND small_height > 0", name="size"
        ),
        Index(None, "room_id", "position"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id"))
    position: Mapped[int] = mapped_column(Integer)
    alt: Mapped[str] = mapped_column(String(ALT_LENGTH))
    alt_sv: Mapped[str] = mapped_column(String(ALT_LENGTH), default="")
    alt_en: Mapped[str] = mapped_column(String(ALT_LENGTH), default="")
    large: Mapped[str] = mapped_column(ForeignKey("photo_files.sha256"), index=True)
    large_width: Mapped[int] = mapped_column(Integer)
    large_height: Mapped[int] = mapped_column(Integer)
    small: Mapped[str] = mapped_column(ForeignKey("photo_files.sha256"), index=True)
    small_width: Mapped[int] = mapped_column(Integer)
    small_height: Mapped[int] = mapped_column(Integer)
    added_at: Mapped[datetime] = mapped_column(UTCDateTime)
