"""A village society that opens its house, and the city, whose rooms it does not keep."""

from dataclasses import dataclass
from typing import Any

import pytest

from booking.access.roles import Role
from booking.accounts.models import User
from booking.organisations.models import Organisation
from booking.rooms.models import Room
from tests.factories.organisations import make_member, make_organisation
from tests.factories.rooms import make_room
from tests.reservations.conftest import town  # noqa: F401


@dataclass(frozen=True)
class Village:
    """The society has a manager and no room; the city a room and an approver."""

    society: Organisation
    manager: User
    city: Organisation
    approver: User
    city_room: Room


@pytest.fixture
def village(session: Any) -> Village:
    """The village; nothing is opened yet."""
    society, city = make_organisation(name="Kyläseura"), make_organisation(name="Kaupunki", kind="city")
    return Village(
        society=society,
        manager=make_member(society, Role.MANAGER, email="kylaseura@example.org"),
        city=city,
        approver=make_member(city, Role.APPROVER, email="kaupunki@example.org"),
        city_room=make_room(owner=city, slug="kaupungin-sali", name="Kaupungin sali"),
    )
