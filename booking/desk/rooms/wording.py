"""Change a room's terms and how its key is handed over."""

from datetime import datetime

from booking.access.actor import Actor
from booking.audit.service import record
from booking.desk.keeping import room_to_change
from booking.extensions import db
from booking.rooms.examples import no_longer_examples
from booking.rooms.models import Room


def keep_terms(slug: str, text: str, *, actor: Actor, now: datetime) -> Room:
    """Put these terms in force and return the room, flushed.

    A changed text is a new version; who has booked before stays with what they accepted. Raises NotFound,
    Forbidden.
    """
    room = room_to_change(slug, actor)
    if room.terms != text:
        room.terms = text
        no_longer_examples(room, "terms", "terms_version")
        db.session.flush()  # numbers the version and keeps it (`rooms.terms`)
        record("keep_terms", "room", room.id, actor_id=actor.user_id, now=now, version=room.terms_version)
    return room


def keep_key(slug: str, text: str, *, actor: Actor, now: datetime) -> Room:
    """Say how one gets in, and return the room, flushed. Raises NotFound, Forbidden."""
    room = room_to_change(slug, actor)
    if room.access_instructions != text:
        room.access_instructions = text
        no_longer_examples(room, "access_instructions")
        db.session.flush()
        record("keep_key", "room", room.id, actor_id=actor.user_id, now=now)
    return room
