"""Who has been shown whose contact details is written down, once a day, and nothing else is."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from booking.access.roles import Role
from booking.accounts.api_tokens import create_api_token
from booking.clock import now
from booking.extensions import db
from booking.reservations.contacts.models import ContactView
from booking.timetable.interval import Interval
from tests.factories.organisations import make_member, make_membership, make_organisation
from tests.factories.reservations import EVENING, make_reservation
from tests.factories.rooms import make_room
from tests.factories.users import make_user, sign_in
from tests.support.statements import statements

CONTACT = "merkki 040 987 6543"


def views() -> list[tuple[int, int, str]]:
    rows = db.session.execute(
        select(ContactView.viewer_id, ContactView.reservation_id, ContactView.page).order_by(ContactView.id)
    )
    return [(viewer, reservation, page) for viewer, reservation, page in rows]


@pytest.fixture
def town(session: Any) -> Any:
    """A room, its approver, a choir's booker and another member, and a reservation with a marked contact."""
    owner, choir = make_organisation(), make_organisation()
    room = make_room(owner=owner, slug="merkkisali")
    booker = make_member(choir, Role.BOOKER)
    made = make_reservation(room, booker=booker, organisation=choir, contact=CONTACT, responsible="Joku Muu")
    approver = make_member(owner, Role.APPROVER)
    make_membership(approver, owner, Role.MANAGER)  # sheets are a keeper's
    return {
        "room": room,
        "reservation": made,
        "booker": booker,
        "other": make_member(choir, Role.BOOKER),
        "approver": approver,
        "choir": choir,
    }


def pages(town: Any) -> list[tuple[str, str]]:
    """Every page, paper, sheet and answer on which the approver or another booker finds the contact."""
    reference = town["reservation"].reference
    return [
        ("approver", f"/reservations/{reference}"),
        ("other", f"/reservations/{reference}/edit"),
        ("approver", "/desk/sheets/reservations.csv?first=2027-01-01&last=2027-01-31&format=plain"),
        ("approver", f"/api/v1/reservations/{reference}"),
    ]


def test_each_look_at_a_contact_is_written_down_once_a_day(town: Any, client: Any) -> None:
    sign_in(client, town["approver"])
    address = f"/reservations/{town['reservation'].reference}"
    for _time in range(2):
        assert CONTACT in client.get(address).get_data(as_text=True)
    assert views() == [(town["approver"].id, town["reservation"].id, "reservations.show")]


def test_the_booker_and_who_is_responsible_see_their_own(town: Any, client: Any, new_client: Any) -> None:
    sign_in(client, town["booker"])
    assert CONTACT in client.get(f"/reservations/{town['reservation'].reference}").get_data(as_text=True)
    other = new_client()
    sign_in(other, town["other"])
    page = f"/reservations/{town['reservation'].reference}"
    email = town["other"].email
    for own in (email, f"040 123 4567, {email.upper()}"):
        town["reservation"].contact = own
        assert own in other.get(page).get_data(as_text=True)
        assert views() == []
    town["reservation"].contact = f"x{email}"  # another's
    other.get(page)
    assert len(views()) == 1


def test_who_sees_no_contact_leaves_no_line(town: Any, client: Any) -> None:
    sign_in(client, make_user())
    address = f"/reservations/{town['reservation'].reference}"
    assert CONTACT not in client.get(address).get_data(as_text=True)
    assert views() == []


@pytest.mark.parametrize("number", range(4))
def test_no_page_shows_a_contact_without_a_line(town: Any, client: Any, number: int) -> None:
    who, address = pages(town)[number]
    sign_in(client, town[who])
    token = create_api_token(town[who], "testi", now=now())
    answer = client.get(address, headers={"Authorization": f"Bearer {token}"})
    assert CONTACT in answer.get_data(as_text=True), address
    assert [(viewer, seen) for viewer, seen, _page in views()] == [(town[who].id, town["reservation"].id)]


def test_many_contacts_at_once_cost_no_more_statements(town: Any, client: Any) -> None:
    approver = town["approver"]
    token = create_api_token(approver, "testi", now=now())
    for number in range(1, 6):
        use = Interval(EVENING.start + timedelta(days=number), EVENING.end + timedelta(days=number))
        make_reservation(town["room"], use, contact=CONTACT)
    headers = {"Authorization": f"Bearer {token}"}
    for expected in (1, 0):  # the second time nothing is new, so nothing is written
        with statements() as sent:
            assert client.get("/api/v1/reservations", headers=headers).status_code == 200
        assert len([each for each in sent if "INSERT INTO contact_views" in each]) == expected
        assert len([each for each in sent if "FROM reservations" in each and "contact_views" in each]) == 1
    assert len(views()) == 6
