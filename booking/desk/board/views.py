"""All pages of this part of the desk; importing them ties them to the blueprint."""

from booking.desk.board import door_views, move_views  # noqa: F401
from booking.desk.board.blueprint import blueprint

__all__ = ["blueprint"]
