"""Secret feeds: what is in them, whom they open for, and how an address dies."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from booking.access.roles import Role
from booking.audit.service import history
from booking.calendars import service
from booking.calendars.models import Subscription
from booking.calendars.offers import private_path
from booking.errors import Forbidden, NotFound
from tests.calendars.reading import read, sign_in
from tests.factories.organisations import make_member, make_membership, make_organisation
from tests.factories.reservations import EVENING, NOW, make_reservation
from tests.factories.rooms import make_room
from tests.factories.users import acting, make_user

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _january(frozen: Callable[[datetime], None]) -> None:
    frozen(NOW)


@pytest.fixture
def choir(session: Any) -> Any:
    return make_organisation(slug="koskisointu", name="Kuoro Koskisointu")


def subscribe(user: Any, kind: str = "mine", organisation: Any = None) -> str:
    """Make a secret feed; return its path."""
    made = service.create(kind, organisation.id if organisation else None, actor=acting(user), now=NOW)
    return private_path(service.token_of(made))


def later(number: int) -> Any:
    return EVENING.shift(number * 24 * HOUR)


def titles(client: Any, address: str) -> list[str]:
    return [event["SUMMARY"] for event in read(client, address)]


def test_mine_shows_my_own_and_my_associations_and_nobody_elses(client: Any, choir: Any) -> None:
    room, other = make_room(name="Sali"), make_organisation()
    member = make_member(choir)
    make_reservation(room, later(0), booker=member, title="Oma", visibility="private")
    make_reservation(room, later(1), organisation=choir, title="Kuoron", visibility="private")
    make_reservation(room, later(2), title="Vieraan")
    make_reservation(room, later(3), organisation=other, title="Toisen yhdistyksen")
    make_reservation(room, later(4), organisation=other, booker=member, title="Entisen yhdistyksen")

    assert titles(client, subscribe(member)) == ["Oma – Sali", "Kuoron – Kuoro Koskisointu\\, Sali"]


def test_what_i_booked_for_an_association_leaves_with_my_membership(client: Any, choir: Any) -> None:
    member = make_user()
    membership = make_membership(member, choir, Role.BOOKER)
    make_reservation(make_room(), organisation=choir, booker=member)
    address = subscribe(member)
    before = client.get(address)
    assert len(read(client, address)) == 1

    membership.ended_at = NOW

    assert read(client, address) == []
    assert client.get(address, headers={"If-None-Match": before.headers["ETag"]}).status_code == 200


def test_members_see_everything_of_their_association(client: Any, choir: Any) -> None:
    room = make_room(name="Sali")
    make_reservation(room, later(0), organisation=choir, state="pending", title="Pyyntö", people=24)
    make_reservation(
        room, later(1), organisation=choir, visibility="private", title="Salainen", reference="SALAINE9"
    )
    make_reservation(room, later(2), booker=make_member(choir), title="Jäsenen oma")

    pending, private = read(client, subscribe(make_member(choir), "organisation", choir))

    assert pending["SUMMARY"] == "Pyyntö – Sali (odottaa)"
    assert pending["STATUS"] == "TENTATIVE"
    assert "Kuoro Koskisointu\\nKokous\\n24 henkilöä\\nOdottaa käsittelyä" in pending["DESCRIPTION"]
    assert private["SUMMARY"] == "Salainen – Sali"
    assert private["DESCRIPTION"].endswith("Varaus SALAINE9")
    assert private["CLASS"] == "PUBLIC", "Google would hide the title of a private event from its own reader"


def test_an_approver_sees_everything_in_the_owners_rooms(client: Any, choir: Any) -> None:
    owner = make_organisation(kind="city")
    room, retired = make_room(owner=owner, name="Sali"), make_room(owner=owner, state="retired", name="Vanha")
    make_reservation(room, later(0), organisation=choir, state="pending", title="Pyyntö")
    make_reservation(retired, later(1), visibility="private", title="Salainen")
    make_reservation(make_room(), later(2), title="Muualla")

    told = titles(client, subscribe(make_member(owner, Role.APPROVER), "approver", owner))

    assert told == ["Pyyntö – Kuoro Koskisointu\\, Sali (odottaa)", "Salainen – Vanha"]


@pytest.mark.parametrize("state", ["declined", "withdrawn", "expired", "cancelled"])
def test_what_was_a_request_ends_as_cancelled_for_who_saw_it(client: Any, choir: Any, state: str) -> None:
    make_reservation(make_room(), organisation=choir, state=state, created_at=NOW - HOUR)

    [event] = read(client, subscribe(make_member(choir), "organisation", choir))

    assert event["STATUS"] == "CANCELLED"
    assert event["TRANSP"] == "TRANSPARENT"
    assert event["SUMMARY"].endswith(")"), "says in words how it ended"


def test_no_feed_names_a_person(client: Any, choir: Any) -> None:
    owner = make_organisation(kind="city")
    room = make_room(owner=owner)
    booker = make_member(choir, Role.BOOKER, name="Aatu Esimerkki", email="aatu.esimerkki@example.org")
    for number, state in enumerate(("confirmed", "pending", "cancelled")):
        make_reservation(
            room,
            later(number),
            organisation=choir,
            booker=booker,
            state=state,
            responsible="Aatu Esimerkki",
            contact="040 765 4321",
            note="Soita Aatulle",
            created_at=NOW - HOUR,
        )
    approver = make_member(owner, Role.APPROVER)

    for address in (
        subscribe(booker),
        subscribe(booker, "organisation", choir),
        subscribe(approver, "approver", owner),
        f"/calendars/rooms/{room.slug}.ics",
    ):
        text = client.get(address).text.replace("\r\n ", "")
        assert "BEGIN:VEVENT" in text
        for secret in ("Aatu", "Esimerkki", "040 765", "Soita", "mailto", "ATTENDEE", "ORGANIZER"):
            assert secret not in text


@pytest.mark.parametrize("kind", ["mine", "organisation", "approver"])
def test_a_secret_feed_stays_between_the_reader_and_us(
    client: Any, new_client: Any, choir: Any, kind: str
) -> None:
    user = make_member(choir, Role.APPROVER)
    address = subscribe(user, kind, None if kind == "mine" else choir)
    sign_in(client, make_user())

    for reader in (client, new_client()):  # whoever is signed in, and nobody
        answer = reader.get(address)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"].startswith("private")
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "noindex" in answer.headers["X-Robots-Tag"]
        assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(("kind", "role"), [("organisation", Role.MEMBER), ("approver", Role.APPROVER)])
def test_the_address_answers_404_when_the_right_has_ended(
    client: Any, choir: Any, kind: str, role: Role
) -> None:
    user = make_user()
    membership = make_membership(user, choir, role)
    address = subscribe(user, kind, choir)
    tag = client.get(address).headers["ETag"]

    membership.ended_at = NOW

    assert client.get(address).status_code == 404
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 404
    assert client.get(address, headers={"If-None-Match": "*"}).status_code == 404


def test_an_approver_who_stays_a_member_loses_the_approvers_feed(client: Any, choir: Any) -> None:
    user = make_member(choir)
    approving = make_membership(user, choir, Role.APPROVER)
    address = subscribe(user, "approver", choir)

    approving.ended_at = NOW

    assert client.get(address).status_code == 404


def test_the_address_of_a_closed_account_is_dead(client: Any, choir: Any) -> None:
    user = make_member(choir)
    address = subscribe(user)

    user.closed_at = NOW

    assert client.get(address).status_code == 404


def test_a_renewed_feed_has_a_new_address_and_the_old_one_is_dead(client: Any, choir: Any) -> None:
    user = make_member(choir)
    old = subscribe(user)
    [subscription] = service.subscriptions_of(acting(user))

    service.renew(subscription.id, actor=acting(user), now=NOW + HOUR)

    new = private_path(service.token_of(subscription))
    assert new != old
    assert client.get(old).status_code == 404
    assert client.get(new).status_code == 200
    assert subscription.renewed_at == NOW + HOUR


def test_a_revoked_feed_is_dead_and_a_new_one_has_another_address(client: Any, choir: Any) -> None:
    user = make_member(choir)
    old = subscribe(user)
    [subscription] = service.subscriptions_of(acting(user))

    service.revoke(subscription.id, actor=acting(user), now=NOW)

    assert client.get(old).status_code == 404
    assert service.subscriptions_of(acting(user)) == []
    with pytest.raises(NotFound):
        service.renew(subscription.id, actor=acting(user), now=NOW)
    new = subscribe(user)
    assert new != old
    assert client.get(new).status_code == 200


def test_nobody_but_its_owner_renews_or_revokes_a_feed(session: Any) -> None:
    user, other = make_user(), make_user()
    subscribe(user)
    [subscription] = service.subscriptions_of(acting(user))

    for change in (service.renew, service.revoke):
        with pytest.raises(NotFound):
            change(subscription.id, actor=acting(other), now=NOW)
    assert subscription.generation == 1
    assert subscription.revoked_at is None


def test_only_who_has_the_right_makes_a_feed(session: Any, choir: Any) -> None:
    member, stranger = make_member(choir), make_user()

    for user, kind, place in (
        (stranger, "organisation", choir.id),
        (member, "approver", choir.id),
        (member, "mine", choir.id),
        (member, "organisation", None),
        (member, "everything", choir.id),
    ):
        with pytest.raises(Forbidden):
            service.create(kind, place, actor=acting(user), now=NOW)
    assert session.query(Subscription).count() == 0


def test_asking_twice_gives_the_same_feed(session: Any, choir: Any) -> None:
    member = make_member(choir)

    assert subscribe(member) == subscribe(member)
    assert subscribe(member, "organisation", choir) != subscribe(member)
    assert len(service.subscriptions_of(acting(member))) == 2


def test_the_database_holds_no_token_and_the_owner_can_always_see_it(
    session: Any, app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = make_user()
    subscribe(user)
    [subscription] = service.subscriptions_of(acting(user))
    token = service.token_of(subscription)

    assert len(token) == 43, "256 bits"
    assert subscription.token_sha256 == hashlib.sha256(token.encode()).hexdigest()
    held = [str(getattr(subscription, column.name)) for column in Subscription.__table__.columns]
    assert token not in held
    assert service.token_of(subscription) == token
    monkeypatch.setitem(app.config, "SECRET_KEY", "another key of this installation, long too")
    assert service.token_of(subscription) != token


def test_what_is_done_with_a_feed_is_recorded_without_its_token(session: Any, choir: Any) -> None:
    user = make_member(choir)
    subscribe(user, "organisation", choir)
    [subscription] = service.subscriptions_of(acting(user))
    tokens = [service.token_of(subscription)]
    service.renew(subscription.id, actor=acting(user), now=NOW)
    tokens.append(service.token_of(subscription))
    service.revoke(subscription.id, actor=acting(user), now=NOW)

    steps = history("subscription", subscription.id)

    assert [step.action for step in steps] == ["calendar_created", "calendar_renewed", "calendar_revoked"]
    assert {step.actor_id for step in steps} == {user.id}
    assert steps[0].details == {"feed": "organisation", "organisation": choir.id}
    assert not any(token in str(step.details) for token in tokens for step in steps)
