"""The small town of the reservations' tests, whose booker wants invitations."""

from typing import Any

import pytest

from tests.reservations.conftest import town as small_town
from tests.reservations.town import Town

__all__ = ["small_town", "town"]


@pytest.fixture
def town(small_town: Town, session: Any) -> Town:
    """The town; nothing is reserved, and the choir's booker has chosen invitations."""
    small_town.booker.wants_invitations = True
    session.flush()
    return small_town
