"""Whose rooms one keeps: the one question that every page of the desk about a room asks first."""

from sqlalchemy import select

from booking.access.actor import Actor
from booking.access.roles import Right
from booking.errors import Forbidden, NotFound
from booking.extensions import db
from booking.organisations.models import Organisation
from booking.rooms.models import Room


def room_kept(slug: str, actor: Actor) -> Room:
    """Return a room of this slug in any state, a draft too, that the person keeps.

    Raises NotFound for one that does not exist or is a draft of somebody else's, Forbidden for another
    owner's room.
    """
    room = db.session.scalar(select(Room).where(Room.slug == slug))
    if room is None:
        raise NotFound("unknown_room", slug=slug)
    if not actor.has(Right.KEEP_ROOMS, room.owner_id):
        raise Forbidden if room.state == "published" else NotFound("unknown_room", slug=slug)
    return room


def room_to_change(slug: str, actor: Actor) -> Room:
    """As `room_kept`, and nobody else changes the room until the transaction ends."""
    room_id = room_kept(slug, actor).id
    query = select(Room).where(Room.id == room_id).with_for_update(key_share=True)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def owners_kept(actor: Actor) -> list[Organisation]:
    """Return the organisations whose rooms the person may keep, by name; they may have none yet."""
    wanted = Organisation.id.in_(actor.organisations_with(Right.KEEP_ROOMS))
    return list(db.session.scalars(select(Organisation).where(wanted).order_by(Organisation.name)))
