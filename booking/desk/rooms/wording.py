"""Change a room's terms and how its key is handed over."""

from datetime import datetime

from booking.access.actor import Actor
from booking.audit.service import record
from booking.desk.keeping import room_to_change
from booking.desk.rooms.seen import refuse_unseen
from booking.extensions import db
from booking.rooms.examples import no_longer_examples
from booking.rooms.models import Room


def keep_terms(slug: str, text: str, *, seen: str, actor: Actor, now: datetime) -> Room:
    """Put these terms in force and return the room, flushed.

    A changed text is a new version; who has booked before stays with what they accepted. `seen` is the
    mark of the text that was looked at. Raises NotFound, Forbidden, WrongState when another is in force.
    """
    room = room_to_change(slug, actor)
    if room.terms != text:
        refuse_unseen(seen, room.terms)
        room.terms = text
        no_longer_examples(room, "terms", "terms_version")
        db.session.flush()  # numbers the version and keeps it (`rooms.terms`)
        record("keep_terms", "room", room.id, actor_id=actor.user_id, now=now, version=room.terms_version)
    return room


def keep_key(slug: str, text: str, *, seen: str, actor: Actor, now: datetime) -> Room:
    """Say how one gets in, and return the room, flushed. `seen` and what is raised: as `keep_terms`."""
    room = room_to_change(slug, actor)
    if room.access_instructions != text:
        refuse_unseen(seen, room.access_instructions)
        room.access_instructions = text
        no_longer_examples(room, "access_instructions")
        db.session.flush()
        record("keep_key", "room", room.id, actor_id=actor.user_id, now=now)
    return room
