"""All pages of this part of the desk; importing them ties them to the blueprint."""

from booking.desk.rooms import (  # noqa: F401
    fact_views,
    list_views,
    opening_views,
    part_views,
    photo_views,
    price_views,
    sentences,
    state_views,
    wording_views,
)
from booking.desk.rooms.blueprint import blueprint

__all__ = ["blueprint"]
