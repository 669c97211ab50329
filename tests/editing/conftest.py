"""The small town again, with two rooms of the city beside its hall and a choir that comes each Tuesday."""

from dataclasses import dataclass
from typing import Any

import pytest

from booking.access.roles import Role
from booking.reservations.decisions import confirm
from booking.reservations.models import Reservation
from booking.reservations.service import request_reservation
from booking.rooms.models import Room
from booking.timetable.pattern import Pattern
from tests.factories.organisations import make_member, make_organisation
from tests.factories.reservations import EVENING, NOW, request_for
from tests.factories.rooms import make_room
from tests.factories.users import acting
from tests.reservations.town import Town


@dataclass(frozen=True)
class EditedTown:
    """The town and its rooms: the hall and the studio go by approval, the cabin is free at once."""

    people: Town
    studio: Room
    cabin: Room

    def ask(self, pattern: Pattern | None, **changes: Any) -> Reservation:
        """Ask for the hall on Tuesdays at 18-20, for the choir."""
        values: dict[str, Any] = {
            "pattern": pattern,
            "organisation_slug": self.people.choir.slug,
            "people": 20,
        }
        wish = request_for(self.people.room, EVENING, **values | changes)
        return request_reservation(wish, actor=acting(self.people.booker), now=NOW)

    def confirmed(self, pattern: Pattern | None, **changes: Any) -> Reservation:
        """Ask for the hall and have all of it confirmed."""
        asked = self.ask(pattern, **changes)
        return confirm(asked.reference, None, actor=acting(self.people.approver), now=NOW).reservation


@pytest.fixture
def town(session: Any) -> EditedTown:
    """The town; nothing is reserved."""
    owner = make_organisation(name="Imatran kaupunki", kind="city")
    choir, chess_club = make_organisation(name="Kuoro Koskisointu"), make_organisation(name="Shakkikerho")
    people = Town(
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
    studio = make_room(owner=owner, name="Studio", slug="studio", capacity=30)
    return EditedTown(people, studio, make_room(owner=owner, name="Mökki", slug="mokki", approval="at_once"))
