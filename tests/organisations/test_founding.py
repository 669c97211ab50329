"""An association is made, and verified or turned down by those who may."""

from datetime import timedelta
from typing import Any

import pytest

from booking import clock
from booking.access.roles import Role
from booking.errors import Forbidden, RuleViolation, Violation, WrongState
from booking.organisations import founding, verifying
from booking.organisations.founding import NewGroup
from booking.organisations.models import Organisation
from booking.outbox.models import OutboxMessage
from booking.rooms.catalogue import catalogue
from booking.rooms.eligibility import not_for, obstacle
from tests.factories.organisations import make_member, make_membership, make_organisation
from tests.factories.rooms import make_room
from tests.factories.users import acting, make_user, sign_in
from tests.support.statements import statements

NOW = clock.now()


@pytest.fixture(autouse=True)
def database(session: Any) -> Any:
    return session


def html(answer: Any) -> str:
    return str(answer.get_data(as_text=True))


def new(name: str = "Köörikerho ry", **changes: Any) -> NewGroup:
    values: dict[str, Any] = {
        "name": name,
        "kind": "association",
        "business_id": "0201256-6",
        "district": "",
        "description": "",
        "language": "fi",
    }
    return NewGroup(**values | changes)


def refusal(wanted: NewGroup, by: Any = None) -> Violation:
    with pytest.raises(RuleViolation) as refused:
        founding.found(wanted, actor=acting(by or make_user()), now=NOW)
    return refused.value.violations[0]


def test_the_founder_manages_what_is_not_verified_yet() -> None:
    founder = make_user()
    made = founding.found(new(), actor=acting(founder), now=NOW)
    assert (made.slug, made.business_id, made.verified_at) == ("koorikerho-ry", "0201256-6", None)
    after = acting(founder)
    assert after.roles == {(made.id, Role.MANAGER)}
    assert after.unverified == {made.id}


def test_a_group_needs_no_business_id_and_an_association_does() -> None:
    assert refusal(new(business_id="")).code == "business_id_missing"
    assert refusal(new(kind="group")).code == "business_id_of_group"
    assert refusal(new(business_id="0201256-7")).code == "business_id_wrong"
    made = founding.found(new(kind="group", business_id=""), actor=acting(make_user()), now=NOW)
    assert made.business_id is None


def test_a_business_id_is_one_s_until_it_is_archived(session: Any) -> None:
    make_organisation(name="Vanha kerho ry", slug="vanha-kerho", business_id="0201256-6")
    taken = refusal(new())
    holder = {"name": "Vanha kerho ry", "slug": "vanha-kerho"}
    assert (taken.code, taken.params) == ("business_id_taken", holder)
    session.query(Organisation).one().archived_at = NOW
    session.flush()
    assert founding.found(new(), actor=acting(make_user()), now=NOW).business_id == "0201256-6"


@pytest.mark.parametrize(
    ("there", "wanted", "alike"),
    [
        ("Köörikerho ry", "Koorikerho", True),
        ("Imatran Köörikerho", "Köörikerho ry", True),
        ("Kalakerho ry", "Köörikerho ry", False),
        ("Köö ry", "Köörikerho ry", False),
    ],
)
def test_similar_names_are_shown_before_it_is_made(there: str, wanted: str, alike: bool) -> None:
    make_organisation(name=there)
    make_organisation(name=f"{wanted} (arkistossa)", archived_at=NOW)
    assert [each.name for each in founding.names_like(wanted)] == ([there] if alike else [])
    if alike:
        assert refusal(new(wanted)).code == "names_alike"
        assert founding.found(new(wanted, is_another=True), actor=acting(make_user()), now=NOW)


def test_the_very_same_name_is_refused_whatever_is_said() -> None:
    make_organisation(name="Köörikerho ry")
    assert refusal(new("KÖÖRIKERHO RY", is_another=True)).code == "name_taken"


def test_a_name_is_no_address_of_a_page_and_has_letters() -> None:
    made = founding.found(new("New"), actor=acting(make_user()), now=NOW)
    assert made.slug == "new-2"
    assert refusal(new("☂☂☂", kind="group", business_id="")).code == "name_without_letters"


def test_nobody_makes_many_before_one_is_looked_at() -> None:
    founder = make_user()
    for name in ("Aamukerho", "Iltasoitto", "Yölaulajat"):
        founding.found(new(name, kind="group", business_id=""), actor=acting(founder), now=NOW)
    assert refusal(new("Päiväunet", kind="group", business_id=""), founder).code == "too_many_unverified"


def test_the_page_keeps_what_was_typed_and_shows_the_likely_ones(client: Any) -> None:
    make_organisation(name="Köörikerho ry", slug="vanha")
    sign_in(client, make_user())
    form = {"name": "Köörikerho", "kind": "group", "district": "Rautio", "language": "sv"}
    client.get("/organisations/new")
    answer = client.submit(form, having="business_id")
    page = html(answer)
    assert answer.status_code == 422
    assert 'href="/organisations/vanha/join"' in page
    assert 'value="Rautio"' in page
    answer = client.submit({"is_another": "y"}, having="business_id")
    assert answer.status_code == 303
    assert answer.location.endswith("/organisations/koorikerho/members")


def city_of(session: Any) -> Any:
    city = make_organisation(kind="city")
    make_room(owner=city)
    return city


def test_who_verifies_is_of_the_city_or_decides_on_rooms() -> None:
    city, owner, choir = make_organisation(kind="city"), make_organisation(), make_organisation()
    make_room(owner=owner)
    fresh = make_organisation(verified_at=None)
    make_room(owner=fresh)
    table = {
        (city, Role.STAFF): True,
        (city, Role.APPROVER): True,
        (city, Role.MANAGER): False,
        (owner, Role.APPROVER): True,
        (owner, Role.STAFF): False,
        (owner, Role.MANAGER): False,
        (choir, Role.APPROVER): False,  # it has no rooms
        (fresh, Role.APPROVER): False,  # who has not been verified verifies nobody
    }
    for (place, role), may in table.items():
        assert verifying.may_verify(acting(make_member(place, role))) is may, (place.kind, role)


def test_verifying_opens_the_rooms_for_associations_and_tells_the_managers(session: Any) -> None:
    city = city_of(session)
    club = make_organisation(name="Uusi kerho ry", verified_at=None)
    manager, staff = make_member(club, Role.MANAGER), make_member(city, Role.STAFF)
    row, open_room = make_room(who_may_book="associations"), make_room()
    facts = catalogue().by_id[row.id]
    refused = not_for(facts, acting(manager), club.id)
    assert refused is not None
    assert refused.code == "not_verified"
    assert obstacle(facts, acting(manager)) == refused
    assert not_for(catalogue().by_id[open_room.id], acting(manager), club.id) is None
    verifying.verify(club.id, actor=acting(staff), now=NOW)
    assert not_for(facts, acting(manager), club.id) is None
    assert obstacle(facts, acting(manager)) is None
    mail = session.query(OutboxMessage).one()
    assert (mail.kind, mail.recipient) == ("verified", manager.email)
    with pytest.raises(WrongState):
        verifying.verify(club.id, actor=acting(staff), now=NOW)


def test_nobody_verifies_their_own(session: Any) -> None:
    city = city_of(session)
    club = make_organisation(verified_at=None)
    staff = make_member(city, Role.STAFF)
    make_membership(staff, club, Role.MEMBER)
    for actor in (acting(staff), acting(make_member(club, Role.MANAGER)), acting(make_user(is_admin=True))):
        with pytest.raises(Forbidden):
            verifying.verify(club.id, actor=actor, now=NOW)
    assert club.verified_at is None


def test_the_reason_of_a_no_goes_by_mail_and_it_can_be_asked_again(client: Any, session: Any) -> None:
    city = city_of(session)
    club = make_organisation(slug="kerho", verified_at=None)
    manager, staff = make_member(club, Role.MANAGER), make_member(city, Role.STAFF)
    sign_in(client, staff)
    client.get("/organisations/unverified")
    assert client.submit({"reason": ""}, having="reason").status_code == 422
    assert client.submit({"reason": "Säännöt puuttuvat."}, having="reason").status_code == 303
    told = session.query(OutboxMessage).one()
    assert told.recipient == manager.email
    assert "Säännöt puuttuvat." in told.body
    assert "Mikään yhdistys ei odota" in html(client.get("/organisations/unverified"))
    sign_in(client, manager)
    assert "Pyydä vahvistusta uudelleen" in html(client.get("/organisations/kerho"))
    assert client.submit(action="/organisations/kerho/ask-verification").status_code == 303
    assert [each.organisation.slug for each in verifying.unverified()] == ["kerho"]


def test_verifiers_hear_once_a_day(session: Any) -> None:
    staff = make_member(city_of(session), Role.STAFF)
    for number in range(2):
        wanted = new(f"{'AB'[number] * 9}", kind="group", business_id="")
        founding.found(wanted, actor=acting(make_user()), now=NOW)
    (first,) = session.query(OutboxMessage).filter_by(kind="to_verify", recipient=staff.email)
    first.delivered_at = NOW
    session.flush()
    founding.found(
        new("C" * 9, kind="group", business_id=""), actor=acting(make_user()), now=NOW + timedelta(hours=2)
    )
    second = (
        session.query(OutboxMessage).filter_by(kind="to_verify").order_by(OutboxMessage.id.desc()).first()
    )
    assert second.id != first.id
    assert abs(second.next_attempt_at - (NOW + timedelta(days=1))) < timedelta(seconds=2)


def test_the_list_of_those_that_wait_costs_the_same_however_many(client: Any, session: Any) -> None:
    sign_in(client, make_member(city_of(session), Role.STAFF))
    counts = []
    for many in (1, 4):
        for _ in range(many):
            make_member(make_organisation(verified_at=None), Role.MANAGER)
        with statements() as sent:
            assert client.get("/organisations/unverified").status_code == 200
        counts.append(len(sent))
    assert counts[0] == counts[1]


def test_the_page_of_a_request_says_at_once_that_a_room_is_for_verified_ones(client: Any) -> None:
    club = make_organisation(name="Uusi kerho ry", slug="uusi-kerho", verified_at=None)
    sign_in(client, make_member(club, Role.MANAGER))
    closed, open_one = make_room(who_may_book="associations", approval="at_once"), make_room()
    page = html(client.get(f"/rooms/{closed.slug}/request"))
    assert "Uusi kerho ry (ei vielä vahvistettu)" in page
    assert "/organisations/uusi-kerho" in page
    assert "vahvistuu heti" not in page
    assert "ei vielä vahvistettu" not in html(client.get(f"/rooms/{open_one.slug}/request"))
