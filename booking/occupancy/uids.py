"""The names by which calendars know a date: given once, the same for ever."""

from uuid import uuid4

from flask import current_app


def new_uid() -> str:
    """Return a name that no other date has, at the host of BASE_URL."""
    return f"{uuid4().hex}@{current_app.config['SETTINGS'].host}"
