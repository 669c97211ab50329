"""A town with staff at its service point, another owner with everybody of its own, and a club."""

from dataclasses import dataclass
from typing import Any

import pytest

from booking.access.roles import Role
from booking.accounts.models import User
from booking.organisations.models import Organisation
from booking.reservations.behalf.caller import Caller
from booking.reservations.models import Reservation
from booking.reservations.service import request_reservation
from booking.rooms.models import Room
from booking.timetable.interval import Interval
from tests.factories.organisations import make_member, make_organisation
from tests.factories.reservations import EVENING, NOW, request_for
from tests.factories.rooms import make_room
from tests.factories.users import acting, make_user

NAME, PHONE, WHO = "Soittaja ilman sähköpostia", "050 123 9876", "Rahastonhoitaja soitti kahdesti"
SECRETS = (NAME, PHONE, "0501239876", WHO)


@dataclass(frozen=True)
class Desk:
    """Everybody whom a call concerns, and everybody whom it does not."""

    city: Organisation
    staff: User
    other_staff: User
    approver: User
    room: Room
    at_once: Room
    club: Organisation
    club_booker: User
    club_member: User
    parish: Organisation
    parish_staff: User
    parish_approver: User
    parish_room: Room
    admin: User

    @property
    def outsiders(self) -> list[User]:
        """Who may know nothing of who phoned."""
        return [self.parish_staff, self.parish_approver, self.admin, self.club_booker]


@pytest.fixture
def desk(session: Any) -> Desk:
    """The people; nothing is reserved."""
    city = make_organisation(name="Imatran kaupunki", slug="kaupunki", kind="city")
    parish = make_organisation(name="Seurakunta", slug="seurakunta", kind="parish")
    club = make_organisation(name="Eläkeläiskerho Äimä", slug="kerho")
    return Desk(
        city=city,
        staff=make_member(city, Role.STAFF, name="Palvelupiste"),
        other_staff=make_member(city, Role.STAFF, name="Palvelupisteen toinen"),
        approver=make_member(city, Role.APPROVER),
        room=make_room(owner=city, slug="sali", name="Sali", contact="puh. 020 617 0000"),
        at_once=make_room(owner=city, slug="heti", name="Hetihuone", approval="at_once"),
        club=club,
        club_booker=make_member(club, Role.BOOKER, email="kerho@example.org"),
        club_member=make_member(club, Role.MEMBER),
        parish=parish,
        parish_staff=make_member(parish, Role.STAFF),
        parish_approver=make_member(parish, Role.APPROVER),
        parish_room=make_room(owner=parish, slug="srk-sali", name="Seurakuntasali"),
        admin=make_user(is_admin=True),
    )


def phoned(
    desk: Desk, room: Room | None = None, use: Interval = EVENING, *, by: User | None = None, **changes: Any
) -> Reservation:
    """Have staff book for a person without email; `organisation_slug` makes it an association's."""
    values = {
        "responsible": NAME,
        "contact": PHONE,
        "title": "Syntymäpäivät",
        "visibility": "private",
        "caller": Caller(who=WHO),
    } | changes
    wanted = request_for(room or desk.room, use, **values)
    return request_reservation(wanted, actor=acting(by or desk.staff), now=NOW)
