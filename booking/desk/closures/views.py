"""All pages of this part of the desk; importing them ties them to the blueprint."""

from booking.desk.closures import models  # noqa: F401 - the tables are the application's, whoever asks
from booking.desk.closures.blueprint import blueprint

__all__ = ["blueprint"]
