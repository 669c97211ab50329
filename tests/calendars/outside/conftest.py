"""An owner with a room, and who keeps it."""

from typing import Any

import pytest

from booking.access.roles import Role
from tests.factories.organisations import make_member, make_organisation
from tests.factories.rooms import make_room


@pytest.fixture
def parish(session: Any) -> Any:
    """The owner."""
    return make_organisation(kind="parish")


@pytest.fixture
def keeper(parish: Any) -> Any:
    """An approver of the owner's."""
    return make_member(parish, Role.APPROVER)


@pytest.fixture
def hall(parish: Any) -> Any:
    """The owner's room."""
    return make_room(owner=parish)
