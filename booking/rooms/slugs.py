"""New names in addresses: of rooms and of venues."""

from sqlalchemy import select

from booking.extensions import db
from booking.rooms.models import Room, Venue
from booking.web.slugs import first_free, stem_of


def free_slug(model: type[Room] | type[Venue], name: str, *, besides: int | None = None) -> str:
    """Return a slug made of the name that no other row has: a number is added where one has it.

    `besides` is the id of the row that may have it already. A name without a letter gives "tila".
    """
    wanted = stem_of(name, "tila")
    query = select(model.slug).where(model.slug.startswith(wanted, autoescape=True))
    # "new" is an address of the desk
    return first_free(wanted, {"new", *db.session.scalars(query.where(model.id != (besides or 0)))})
