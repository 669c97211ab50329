"""All pages of reservations; importing them ties them to the blueprint."""

from booking.reservations import (  # noqa: F401
    approval_views,
    own_views,
    panels,
    request_views,
    room_views,
    sentences,
)
from booking.reservations.blueprint import blueprint

__all__ = ["blueprint"]
