"""All pages of this part of the desk; importing them ties them to the blueprint."""

from booking.desk.behalf import booking_views, call_views  # noqa: F401
from booking.desk.behalf.blueprint import blueprint

__all__ = ["blueprint"]
