"""All pages of this part of the desk; importing them ties them to the blueprint."""

from booking.desk.rooms import photo_views
from booking.desk.rooms.blueprint import blueprint

__all__ = ["blueprint", "photo_views"]
