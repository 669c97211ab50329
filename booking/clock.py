"""The time of day, asked in one place."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return this moment, aware UTC, in whole seconds: what both databases can store alike."""
    return datetime.now(UTC).replace(microsecond=0)
