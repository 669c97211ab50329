"""Who phoned is in no bytes but for staff and approvers of the room's owner: every address is tried."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from booking import clock
from booking.access.roles import Role
from booking.accounts.api_tokens import create_api_token
from booking.accounts.models import User
from booking.reservations import decisions
from booking.reservations.models import Reservation
from tests.desk.behalf.conftest import NAME, PHONE, SECRETS, WHO, Desk, phoned
from tests.factories.organisations import make_member
from tests.factories.reservations import NOW
from tests.factories.users import acting, sign_in
from tests.support.addresses import addresses


@pytest.fixture(scope="session", params=("sqlite",))
def backend(request: pytest.FixtureRequest) -> str:
    """One database for this walk, as for the doors: what is told is no matter of the database."""
    return str(request.param)


def about(app: Flask, reservation: Reservation) -> Iterator[str]:
    """Return every address that answers GET with text, about this reservation, its room and its owner."""
    known: dict[str, list[Any]] = {
        "slug": [reservation.room.slug, reservation.room.owner.slug, "kerho"],
        "reference": [reservation.reference],
        "occurrence_id": [each.id for each in reservation.occurrences],
    }
    for _endpoint, address in addresses(app, known):
        if not address.endswith(".pdf"):  # compressed bytes: nothing can be looked for in them
            yield address
    yield "/day?date=2027-01-12"
    yield f"/api/v1/rooms/{reservation.room.slug}/calendar?from=2027-01-11&to=2027-01-18"
    yield "/desk/on-behalf/reservations?q=Soittaja"


def told(app: Flask, client: Any, person: User | None, reservation: Reservation) -> list[tuple[str, str]]:
    """Return each secret that any address tells the person."""
    with client.raw.session_transaction() as kept:
        kept.clear()
    headers = {}
    if person is not None:
        sign_in(client, person)
        headers = {"Authorization": f"Bearer {create_api_token(person, 'haku', now=clock.now())}"}
    found, answered = [], 0
    for address in about(app, reservation):
        answer = client.open(address, method="GET", headers=headers if address.startswith("/api/") else {})
        answered += answer.status_code == 200
        text = answer.get_data()
        found += [(address, secret) for secret in SECRETS if secret.encode() in text]
    assert answered > 15
    return found


OUTSIDERS = ("visitor", "parish_staff", "parish_approver", "admin", "club_booker", "keeper")


@pytest.mark.parametrize(
    ("who", "room"), [*((each, "at_once") for each in OUTSIDERS), ("parish_approver", "room")]
)
def test_a_person_who_phoned_is_told_to_no_outsider(
    app: Flask, client: Any, desk: Desk, frozen: Any, who: str, room: str
) -> None:
    frozen(NOW)
    reservation = phoned(desk, getattr(desk, room), visibility="public")
    if room == "room":
        decisions.decline(reservation.reference, None, "Ei käy", actor=acting(desk.approver), now=NOW)
    person = {"visitor": None, "keeper": make_member(desk.parish, Role.MANAGER)}.get(
        who, getattr(desk, who, None)
    )
    assert told(app, client, person, reservation) == []


def test_an_association_is_not_told_who_phoned_and_sees_its_contact(
    app: Flask, client: Any, desk: Desk, frozen: Any
) -> None:
    frozen(NOW)
    reservation = phoned(desk, desk.at_once, organisation_slug="kerho")
    found = told(app, client, desk.club_booker, reservation)
    assert {secret for _address, secret in found} == {NAME, PHONE}
    for person in (None, desk.parish_staff, desk.parish_approver, desk.admin):
        assert told(app, client, person, reservation) == []


def test_staff_and_approvers_of_the_owner_see_whom_to_call_and_who_phoned(
    client: Any, desk: Desk, frozen: Any
) -> None:
    frozen(NOW)
    reservation = phoned(desk)
    for person in (desk.staff, desk.other_staff, desk.approver):
        sign_in(client, person)
        page = client.get(f"/reservations/{reservation.reference}").get_data(as_text=True)
        assert all(each in page for each in (NAME, PHONE, WHO)), person.name
