"""All pages of this part of the desk; importing them ties them to the blueprint."""

from booking.desk.rules.blueprint import blueprint

__all__ = ["blueprint"]
