"""Remove a draft that nobody has ever seen, made by mistake."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from booking.access.actor import Actor
from booking.audit.service import record
from booking.desk.keeping import room_kept, room_to_change
from booking.desk.rooms.photos import photos_of, remove_photo
from booking.errors import WrongState
from booking.extensions import db
from booking.reservations.changes import lock_rooms
from booking.rooms.catalogue import catalogue
from booking.rooms.models import Room
from booking.rooms.terms import RoomTerms
from booking.versions.service import Scope, touch


def is_removable(room: Room) -> bool:
    """Say whether a room is a draft that has never been public."""
    return room.state == "draft" and room.published_at is None


def remove_draft(slug: str, *, actor: Actor, now: datetime) -> None:
    """Remove a draft with its facts, photos, terms and the spaces that are only its own; the record stays.

    Raises NotFound, Forbidden, WrongState for a room that has been public or that anything else refers to:
    a reservation, a wish, a closure, whatever the database knows of.
    """
    facts = catalogue().by_id[room_kept(slug, actor).id]
    lock_rooms([facts])
    room = room_to_change(slug, actor)
    if not is_removable(room):
        raise WrongState("room_was_public")
    others = [each for each in catalogue().sharing(facts) if each.id != room.id]
    room_id, shared = room.id, {space_id for each in others for space_id in each.space_ids}
    for photo in photos_of(room):
        remove_photo(slug, photo.id, actor=actor, now=now)
    try:
        with db.session.begin_nested():
            _delete(room, shared)
    except IntegrityError as error:
        raise WrongState("room_is_referred_to") from error
    touch(Scope.ROOM, *(each.id for each in others))
    record("remove", "room", room_id, actor_id=actor.user_id, now=now)


def _delete(room: Room, shared: set[int]) -> None:
    """Delete a room's rows; the database refuses it (IntegrityError) when another row refers to one."""
    own = [each for each in room.spaces if each.id not in shared]
    db.session.execute(delete(RoomTerms).where(RoomTerms.room_id == room.id))
    db.session.delete(room)
    db.session.flush()
    for space in own:
        db.session.delete(space)
    db.session.flush()
