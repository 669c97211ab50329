"""The application under test, by the name many tests know it."""

from booking.app import create_app as make_app

__all__ = ["make_app"]
