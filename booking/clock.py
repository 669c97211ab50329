"""The time of day, asked in one place."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flask import current_app


def now() -> datetime:
    """Return this moment, aware UTC, in whole seconds: what both databases can store alike."""
    return datetime.now(UTC).replace(microsecond=0)


def zone() -> ZoneInfo:
    """Return the zone whose wall clock the rooms live by."""
    found: ZoneInfo = current_app.config["ZONE"]
    return found
