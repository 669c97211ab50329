"""New names in addresses: of rooms and of venues."""

from itertools import count

from sqlalchemy import select

from booking.extensions import db
from booking.rooms.models import Room, Venue
from booking.rooms.notation import slug_of

LONGEST = 80


def free_slug(model: type[Room] | type[Venue], name: str, *, besides: int | None = None) -> str:
    """Return a slug made of the name that no other row has: a number is added where one has it.

    `besides` is the id of the row that may have it already. A name without a letter gives "tila".
    """
    # "new" is an address of the desk
    wanted = slug_of(name)[: LONGEST - 4].strip("-") or "tila"
    query = select(model.slug).where(model.slug.startswith(wanted, autoescape=True))
    taken = {"new", *db.session.scalars(query.where(model.id != (besides or 0)))}
    return next(each for n in count(1) if (each := wanted if n == 1 else f"{wanted}-{n}") not in taken)
