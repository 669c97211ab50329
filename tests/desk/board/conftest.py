"""The small town of the tests of reservations."""

from tests.reservations.conftest import town

__all__ = ["town"]
