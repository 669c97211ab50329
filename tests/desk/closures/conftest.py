"""The small town of the reservations' tests."""

from tests.reservations.conftest import town

__all__ = ["town"]
