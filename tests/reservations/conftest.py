"""A small town: an owner with an approver and a room, a choir with a booker, a member and a manager."""

from typing import Any

import pytest

from booking.access.roles import Role
from tests.factories.organisations import make_member, make_organisation
from tests.factories.rooms import make_room
from tests.reservations.town import Town


@pytest.fixture
def town(session: Any) -> Town:
    """The town; nothing is reserved."""
    owner = make_organisation(name="Imatran kaupunki", kind="city")
    choir = make_organisation(name="Kuoro Koskisointu")
    chess_club = make_organisation(name="Shakkikerho")
    return Town(
        owner=owner,
        approver=make_member(owner, Role.APPROVER, email="paattaja@example.org"),
        room=make_room(owner=owner, name="Karelia-sali", slug="karelia-sali", capacity=50),
        choir=choir,
        booker=make_member(choir, Role.BOOKER, email="varaaja@example.org"),
        member=make_member(choir, Role.MEMBER, email="jasen@example.org"),
        manager=make_member(choir, Role.MANAGER, email="hallinto@example.org"),
        chess_club=chess_club,
        rival=make_member(chess_club, Role.BOOKER, email="kilpailija@example.org"),
    )
