"""Keeping the photos of a room: add, describe, put in order, remove. Pictures are drawn before, not here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, exists, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from booking.access.actor import Actor
from booking.audit.service import record
from booking.desk.keeping import room_kept
from booking.errors import NotFound, RuleViolation, Violation
from booking.extensions import db
from booking.rooms.models import Room
from booking.rooms.photos import MOST_PHOTOS, PhotoFile, RoomPhoto
from booking.rooms.pictures import Drawing, Picture


@dataclass(frozen=True, slots=True)
class Words:
    """What a photo shows, for those who do not see it. Finnish is needed, the others may be empty."""

    fi: str
    sv: str = ""
    en: str = ""


def photos_of(room: Room) -> list[RoomPhoto]:
    """Return a room's photos in their order, without their bytes."""
    return list(
        db.session.scalars(
            select(RoomPhoto).where(RoomPhoto.room_id == room.id).order_by(RoomPhoto.position, RoomPhoto.id)
        )
    )


def add_photo(slug: str, picture: Picture, words: Words, *, actor: Actor, now: datetime) -> RoomPhoto:
    """Put a photo after the room's others. RuleViolation: no words, or as many as a room can have."""
    room = _locked(room_kept(slug, actor))
    _refuse_silent(words)
    there = db.session.execute(
        select(func.count(), func.coalesce(func.max(RoomPhoto.position), 0)).where(
            RoomPhoto.room_id == room.id
        )
    ).one()
    if there[0] >= MOST_PHOTOS:
        raise RuleViolation([Violation("too_many_photos", "file", {"most": MOST_PHOTOS})])
    large, small = picture.large, picture.small
    _keep((large, small))
    photo = RoomPhoto(
        room_id=room.id,
        position=there[1] + 1,
        alt=words.fi,
        alt_sv=words.sv,
        alt_en=words.en,
        large=large.name,
        large_width=large.width,
        large_height=large.height,
        small=small.name,
        small_width=small.width,
        small_height=small.height,
        added_at=now,
    )
    db.session.add(photo)
    db.session.flush()
    record("add_photo", "room", room.id, actor_id=actor.user_id, now=now, photo=photo.id)
    return photo


def describe_photo(slug: str, photo_id: int, words: Words, *, actor: Actor, now: datetime) -> None:
    """Put other words to a photo. RuleViolation: none in Finnish."""
    room, photo = _photo(slug, photo_id, actor)
    _refuse_silent(words)
    if (photo.alt, photo.alt_sv, photo.alt_en) == (words.fi, words.sv, words.en):
        return
    photo.alt, photo.alt_sv, photo.alt_en = words.fi, words.sv, words.en
    record("describe_photo", "room", room.id, actor_id=actor.user_id, now=now, photo=photo.id)


def move_photo(slug: str, photo_id: int, by: int, *, actor: Actor, now: datetime) -> None:
    """Move a photo `by` places: -1 is one towards the beginning. At an end it stays."""
    room, photo = _photo(slug, photo_id, actor)
    photos = photos_of(room)
    here = photos.index(photo)
    there = min(max(here + by, 0), len(photos) - 1)
    if there == here:
        return
    photos.insert(there, photos.pop(here))
    for position, each in enumerate(photos, start=1):
        each.position = position
    record("move_photo", "room", room.id, actor_id=actor.user_id, now=now, photo=photo.id, place=there + 1)


def remove_photo(slug: str, photo_id: int, *, actor: Actor, now: datetime) -> None:
    """Take a photo away, with the bytes that no other photo has."""
    room, photo = _photo(slug, photo_id, actor)
    names = {photo.large, photo.small}
    db.session.delete(photo)
    db.session.flush()
    _forget_unused(names)
    record("remove_photo", "room", room.id, actor_id=actor.user_id, now=now, photo=photo_id)


def _photo(slug: str, photo_id: int, actor: Actor) -> tuple[Room, RoomPhoto]:
    room = _locked(room_kept(slug, actor))
    photo = db.session.get(RoomPhoto, photo_id)
    if photo is None or photo.room_id != room.id:
        raise NotFound("unknown_photo")
    return room, photo


def _locked(room: Room) -> Room:
    """Have whoever else changes this room's photos wait: their number and order are counted."""
    db.session.execute(select(Room.id).where(Room.id == room.id).with_for_update())
    return room


def _refuse_silent(words: Words) -> None:
    if not words.fi:
        raise RuleViolation([Violation("photo_without_words", "alt")])


def _keep(drawings: Iterable[Drawing]) -> None:
    """Keep the bytes; what is there already is held, so that nobody removes it meanwhile."""
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    for drawing in sorted(drawings, key=lambda each: each.name):
        row = insert(PhotoFile).values(sha256=drawing.name, content=drawing.content)
        db.session.execute(
            row.on_conflict_do_update(index_elements=["sha256"], set_={"sha256": drawing.name}),
            execution_options={"synchronize_session": False},
        )


def _forget_unused(names: set[str]) -> None:
    # Held first, looked at after: a statement of its own sees the photo that was added while we waited
    wanted = PhotoFile.sha256.in_(sorted(names))
    db.session.execute(select(PhotoFile.sha256).where(wanted).order_by(PhotoFile.sha256).with_for_update())
    used = exists().where(or_(RoomPhoto.large == PhotoFile.sha256, RoomPhoto.small == PhotoFile.sha256))
    db.session.execute(
        delete(PhotoFile).where(wanted, ~used), execution_options={"synchronize_session": False}
    )
