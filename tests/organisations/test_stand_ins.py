"""An administrator acts in managers' place: only so long, said on every page, told by mail, on record."""

from datetime import timedelta
from typing import Any

import pytest

from booking import clock
from booking.access.roles import Right, Role
from booking.accounts.api_tokens import create_api_token
from booking.audit.models import AuditEntry
from booking.audit.service import record
from booking.calendars.service import create as create_calendar
from booking.calendars.service import find, token_of
from booking.errors import Forbidden, NotFound, RuleViolation
from booking.extensions import db
from booking.organisations import inviting, joining, members, stand_ins
from booking.organisations.membership import people_with
from booking.organisations.stand_in_models import StandIn
from booking.outbox.models import OutboxMessage
from booking.reservations import decisions
from booking.reservations.history_words import words_of
from booking.reservations.messages import bookers_side
from tests.factories.organisations import make_member, make_membership, make_organisation
from tests.factories.reservations import make_reservation
from tests.factories.rooms import make_room
from tests.factories.users import acting, make_user, sign_in
from tests.support.statements import statements

REASON = "Hallinto pyysi apua puhelimessa."


def begin(admin: Any, organisation: Any, *, minutes: int = 30, decides: bool = False) -> StandIn:
    """Stand in from now on."""
    now = clock.now()
    return stand_ins.begin(organisation.slug, REASON, minutes, decides=decides, actor=acting(admin), now=now)


@pytest.mark.usefixtures("session")
def test_an_administrator_is_by_that_nothing_anywhere() -> None:
    organisation, admin = make_organisation(), make_user(is_admin=True)
    assert not any(acting(admin).has(right, organisation.id) for right in Right)


@pytest.mark.usefixtures("session")
@pytest.mark.parametrize("decides", [False, True])
def test_standing_in_gives_a_manager_s_rights_there_and_nowhere_else_until_it_ends(
    frozen: Any, decides: bool
) -> None:
    organisation, other, admin = make_organisation(), make_organisation(), make_user(is_admin=True)
    start = clock.now().replace(microsecond=0)
    frozen(start)
    begin(admin, organisation, minutes=120, decides=decides)
    manager = acting(make_member(organisation, Role.MANAGER))
    end = timedelta(hours=2)
    for passed, has in ((timedelta(0), True), (end - timedelta(seconds=1), True), (end, False)):
        frozen(start + passed)
        actor = acting(admin)
        expected = {right for right in Right if manager.has(right, organisation.id)}
        expected |= {Right.DECIDE} if decides else set()
        assert {right for right in Right if actor.has(right, organisation.id)} == (expected if has else set())
        assert not any(actor.has(right, other.id) for right in Right)
        assert actor.stands_in(organisation.id) is has


@pytest.mark.usefixtures("session")
def test_who_is_no_administrator_any_more_or_has_a_closed_account_stands_in_for_nobody() -> None:
    organisation = make_organisation()
    for change in ({"is_admin": False}, {"closed_at": clock.now()}):
        admin = make_user(is_admin=True)
        begin(admin, organisation)
        assert acting(admin).has(Right.MANAGE, organisation.id)
        for name, value in change.items():
            setattr(admin, name, value)
        db.session.flush()
        assert not acting(admin).has(Right.MANAGE, organisation.id)


@pytest.mark.usefixtures("session")
def test_only_an_administrator_stands_in_for_a_reason_for_two_hours_at_most_at_one_place() -> None:
    organisation, admin = make_organisation(), make_user(is_admin=True)
    now, actor = clock.now(), acting(admin)
    for person in (make_member(organisation, Role.MANAGER), make_member(organisation, Role.APPROVER)):
        with pytest.raises(Forbidden):
            begin(person, organisation)
    for slug, reason, minutes, code in (
        ("ei-ole", REASON, 30, "stand_in_unknown"),
        (organisation.slug, "", 30, "stand_in_reason"),
        (organisation.slug, "x" * 501, 30, "stand_in_reason"),
        (organisation.slug, REASON, 121, "stand_in_length"),
        (organisation.slug, REASON, 0, "stand_in_length"),
    ):
        with pytest.raises(RuleViolation) as refused:
            stand_ins.begin(slug, reason, minutes, decides=False, actor=actor, now=now)
        assert [each.code for each in refused.value.violations] == [code]
    begin(admin, organisation)
    with pytest.raises(RuleViolation):
        begin(admin, make_organisation())
    assert db.session.query(StandIn).count() == 1


@pytest.mark.usefixtures("session")
@pytest.mark.parametrize("decides", [False, True])
def test_those_whose_place_is_taken_are_told_at_once_with_the_reason(decides: bool) -> None:
    organisation, admin = make_organisation(), make_user(is_admin=True, name="Ylläpidon väki")
    manager, approver = (make_member(organisation, role) for role in (Role.MANAGER, Role.APPROVER))
    make_member(organisation, Role.BOOKER)
    made = begin(admin, organisation, decides=decides)
    mails = db.session.query(OutboxMessage).filter_by(kind="stand_in_begun").all()
    assert {each.recipient for each in mails} == {manager.email, *([approver.email] if decides else [])}
    for mail in mails:
        assert mail.next_attempt_at <= made.starts_at
        assert all(words in mail.body for words in (REASON, admin.name, organisation.name))
        assert ("päättää varauspyynnöistä" in mail.body) is decides
    assert admin not in people_with(Right.MANAGE, organisation.id)


@pytest.mark.usefixtures("session")
def test_where_nobody_manages_the_approvers_are_told() -> None:
    owner = make_organisation(kind="city")
    approver = make_member(owner, Role.APPROVER)
    begin(make_user(is_admin=True), owner)
    assert [each.recipient for each in db.session.query(OutboxMessage)] == [approver.email]


@pytest.mark.usefixtures("session")
def test_every_step_meanwhile_is_marked_on_record_and_none_before_or_after() -> None:
    organisation, admin = make_organisation(), make_user(is_admin=True)
    now = clock.now()

    def step(number: int, actor_id: int | None = None) -> dict[str, Any]:
        acting(admin)
        return dict(record("doctor", "doctor", number, actor_id=actor_id or admin.id, now=now).details)

    assert step(1) == {}
    made = begin(admin, organisation)
    entry = db.session.query(AuditEntry).filter_by(action="begin_stand_in").one()
    assert entry.details == {
        "organisation": organisation.id,
        "minutes": 30,
        "decides": False,
        "stand_in": made.id,
    }
    assert step(2) == {"stand_in": made.id}
    assert step(3, make_user().id) == {}
    stand_ins.end(actor=acting(admin), now=now)
    assert step(4) == {}
    with pytest.raises(NotFound):
        stand_ins.end(actor=acting(admin), now=now)


@pytest.mark.usefixtures("session")
def test_a_reservation_s_history_says_on_whose_behalf_the_administrator_acted() -> None:
    room = make_room()
    booker = make_user()
    admin = make_user(is_admin=True, name="Ylläpidon väki")
    reservation = make_reservation(room, state="pending", booker=booker)
    with pytest.raises(NotFound):
        decisions.confirm(reservation.reference, None, actor=acting(admin), now=clock.now())
    begin(admin, room.owner)
    with pytest.raises(NotFound):
        decisions.confirm(reservation.reference, None, actor=acting(admin), now=clock.now())
    stand_ins.end(actor=acting(admin), now=clock.now())
    begin(admin, room.owner, decides=True)
    decisions.confirm(reservation.reference, None, actor=acting(admin), now=clock.now())
    last = words_of(reservation).entries[-1]
    assert last.who == f"Ylläpidon väki, ylläpitäjä organisaation {room.owner.name} puolesta"


@pytest.mark.usefixtures("session")
def test_neither_a_token_nor_a_secret_feed_carries_the_place_that_is_taken(client: Any) -> None:
    organisation, admin = make_organisation(), make_user(is_admin=True)
    reservation = make_reservation(make_room(), organisation=organisation, visibility="private")
    bearer = {"Authorization": f"Bearer {create_api_token(admin, 'testi', now=clock.now())}"}
    begin(admin, organisation)
    feed = create_calendar("organisation", organisation.id, actor=acting(admin), now=clock.now())
    _, reader = find(token_of(feed))
    assert not reader.has(Right.SEE, organisation.id)
    path = f"/reservations/{reservation.reference}"
    assert client.get(f"/api/v1{path}", headers=bearer).status_code == 404
    sign_in(client, admin)
    assert client.get(path).status_code == 200


def test_every_page_says_for_whom_and_until_when_and_a_press_ends_it(client: Any) -> None:
    organisation, admin = make_organisation(name="Kanarian kuoro"), make_user(is_admin=True)
    sign_in(client, admin)
    client.get(f"/admin/stand-in?organisation={organisation.slug}")
    token = client.page.forms[-1].values["csrf_token"][-1]
    wanted = {"csrf_token": token, "organisation": organisation.slug, "reason": REASON, "minutes": "30"}
    wrong = client.post("/admin/stand-in", data=wanted | {"reason": ""})
    assert wrong.status_code == 422
    assert "Lopeta<" not in wrong.text
    begun = client.post("/admin/stand-in", data=wanted)
    assert begun.location == f"/organisations/{organisation.slug}"
    for path in ("/my", "/rooms", f"/organisations/{organisation.slug}", "/admin/stand-in", "/ei-ole"):
        page = client.get(path).text
        assert "Toimit ylläpitäjänä: Kanarian kuoro." in page, path
        assert REASON.rstrip(".") in page
    manager = make_member(organisation, Role.MANAGER)
    ended = client.post("/admin/stand-in/end", data={"csrf_token": token})
    assert ended.status_code == 303
    assert "Toimit ylläpitäjänä" not in client.get("/my").text
    assert client.post("/admin/stand-in/end", data={"csrf_token": token}).status_code == 303
    sign_in(client, manager)
    assert REASON in client.get(f"/organisations/{organisation.slug}").text
    sign_in(client, make_member(organisation, Role.BOOKER))
    assert REASON not in client.get(f"/organisations/{organisation.slug}").text


def test_nobody_else_s_page_costs_a_statement_more(client: Any) -> None:
    """Standing in asks once more on each page; others as before."""
    organisation, admin = make_organisation(), make_user(is_admin=True)
    sign_in(client, admin)
    client.get("/privacy")
    with statements() as before:
        client.get("/privacy")
    begin(admin, organisation)
    with statements() as meanwhile:
        client.get("/privacy")
    assert len(meanwhile) == len(before) + 1
    asked = [each for each in before if "stand_ins" in each]
    assert len(asked) == 1, "with the roles, in one statement"


@pytest.mark.usefixtures("session")
def test_the_list_of_visits_is_one_statement_however_many_there_are() -> None:
    organisation = make_organisation()
    for _ in range(2):
        begin(make_user(is_admin=True), organisation)
    with statements() as sent:
        visits = stand_ins.visits_of(organisation.id, clock.now())
    assert (len(visits), len(sent)) == (2, 1)
    assert all(each.is_on for each in visits)


@pytest.mark.usefixtures("session")
def test_no_way_leaves_the_administrator_a_role_when_the_visit_is_over() -> None:
    """Whatever is tried meanwhile, and with what was made meanwhile after it."""
    choir, admin, now = make_organisation(), make_user(is_admin=True), clock.now()
    singer, _manager = make_member(choir), make_member(choir, Role.MANAGER)
    asked = joining.ask(choir.id, "", actor=acting(admin), now=now)
    begin(admin, choir)
    other = inviting.invite(choir.id, "toinen@example.org", Role.MANAGER, actor=acting(admin), now=now)
    token = inviting.token_of(other)

    def refused(code: str, work: Any) -> None:
        with pytest.raises(RuleViolation) as found:
            work(acting(admin))
        assert [each.code for each in found.value.violations] == [code]

    own, manage = admin.email.upper(), Role.MANAGER
    refused("stand_in_no_role", lambda who: inviting.invite(choir.id, own, manage, actor=who, now=now))
    refused("stand_in_no_role", lambda who: joining.let_in(asked.id, manage, actor=who, now=now))
    refused("own_invitation", lambda who: inviting.accept(token, other_address=True, actor=who, now=now))
    members.hand_over(choir.id, singer.id, stays=Role.MEMBER, actor=acting(admin), now=now)
    stand_ins.end(actor=acting(admin), now=now)
    refused("own_invitation", lambda who: inviting.accept(token, other_address=True, actor=who, now=now))
    assert acting(admin).roles == frozenset()
    assert acting(singer).roles == {(choir.id, Role.MANAGER)}


@pytest.mark.usefixtures("session")
def test_an_administrator_who_is_a_plain_member_stays_one_whatever_the_visit() -> None:
    choir, admin, now = make_organisation(), make_user(is_admin=True), clock.now()
    manager = make_member(choir, Role.MANAGER)
    make_membership(admin, choir)
    old = inviting.invite(choir.id, "vanha@example.org", Role.MANAGER, actor=acting(manager), now=now)
    begin(admin, choir)
    with pytest.raises(RuleViolation):
        members.set_roles(admin.id, choir.id, {Role.MANAGER}, actor=acting(admin), now=now)
    later = now + inviting.AGAIN_AFTER
    token = inviting.token_of(inviting.send_again(old.id, actor=acting(admin), now=later))
    members.hand_over(choir.id, manager.id, stays=Role.BOOKER, actor=acting(admin), now=now)
    stand_ins.end(actor=acting(admin), now=now)
    with pytest.raises(RuleViolation):  # who has sent it again is who has invited
        inviting.accept(token, other_address=True, actor=acting(admin), now=later)
    assert acting(admin).roles == {(choir.id, Role.MEMBER)}


def test_the_page_of_handing_over_asks_a_stand_in_for_no_role_of_their_own(client: Any) -> None:
    choir, admin = make_organisation(slug="kuoro"), make_user(is_admin=True)
    singer = make_member(choir)
    begin(admin, choir)
    sign_in(client, admin)
    page = client.get("/organisations/kuoro/hand-over").text
    assert "sinulle itsellesi jää roolia" in page
    assert 'name="stays"' not in page
    done = client.submit({"successor": str(singer.id), "stays": "member"}, having="successor")
    assert done.status_code == 303
    assert {role for _place, role in acting(admin).roles} == {Role.STAND_IN}


def test_managers_read_what_was_done_in_their_place_and_others_do_not(client: Any) -> None:
    choir, admin, now = make_organisation(slug="kuoro"), make_user(is_admin=True), clock.now()
    manager = make_member(choir, Role.MANAGER)
    begin(admin, choir)
    inviting.invite(choir.id, "uusi@example.org", Role.MEMBER, actor=acting(admin), now=now)
    record("found", "organisation", make_organisation().id, actor_id=admin.id, now=now)  # another's
    stand_ins.end(actor=acting(admin), now=now)
    sign_in(client, manager)
    page = client.get("/organisations/kuoro").text
    assert "Jäsen kutsuttiin" in page
    assert "Organisaatio perustettiin" not in page
    sign_in(client, make_member(choir, Role.BOOKER))
    assert "Jäsen kutsuttiin" not in client.get("/organisations/kuoro").text


@pytest.mark.usefixtures("session")
def test_the_managers_hear_of_what_is_booked_in_their_place() -> None:
    choir, admin = make_organisation(), make_user(is_admin=True)
    manager = make_member(choir, Role.MANAGER)
    begin(admin, choir)
    made = make_reservation(make_room(), organisation=choir, booker=admin)
    assert bookers_side(made) == [admin, manager]
    stand_ins.end(actor=acting(admin), now=clock.now())
    assert bookers_side(made) == [manager]
