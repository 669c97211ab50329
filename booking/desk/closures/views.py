"""All pages of this part of the desk; importing them ties them to the blueprint."""

from booking.desk.closures import edit_views, list_views
from booking.desk.closures.blueprint import blueprint

__all__ = ["blueprint", "edit_views", "list_views"]
