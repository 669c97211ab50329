"""All pages of reservations; importing them ties them to the blueprint."""

from booking.reservations import (  # noqa: F401
    link_views,
    offer_views,
    own_views,
    panels,
    request_views,
    room_views,
    sentences,
)
from booking.reservations.after_use import views as _after_use  # noqa: F401
from booking.reservations.blueprint import blueprint
from booking.reservations.questions import views as _questions  # noqa: F401
from booking.reservations.waiting import views as _waiting  # noqa: F401

__all__ = ["blueprint"]
