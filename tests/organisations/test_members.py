"""Memberships change, and what has managers keeps one."""

from datetime import timedelta
from typing import Any

import pytest

from booking import clock
from booking.access.roles import Right, Role
from booking.audit.service import history
from booking.errors import Forbidden, NotFound, RuleViolation
from booking.organisations import members
from booking.organisations.models import Deputy, Membership
from booking.outbox.models import OutboxMessage
from booking.web.addresses import outside_url
from tests.factories.organisations import make_member, make_membership, make_organisation
from tests.factories.rooms import make_room
from tests.factories.users import acting, make_user

NOW = clock.now()


@pytest.fixture(autouse=True)
def database(session: Any) -> Any:
    return session


def roles(user: Any, organisation: Any) -> set[Role]:
    return {role for place, role in acting(user).roles if place == organisation.id}


def mails(session: Any) -> set[tuple[str, str]]:
    return {(each.kind, each.recipient) for each in session.query(OutboxMessage)}


def refusal(work: Any) -> Any:
    with pytest.raises(RuleViolation) as refused:
        work()
    return refused.value.violations[0]


def test_a_manager_changes_a_role_and_the_member_is_told(session: Any) -> None:
    choir = make_organisation()
    manager, singer = make_member(choir, Role.MANAGER), make_member(choir)
    members.set_roles(singer.id, choir.id, {Role.BOOKER}, actor=acting(manager), now=NOW)
    assert roles(singer, choir) == {Role.BOOKER}
    assert mails(session) == {("member_role", singer.email)}
    assert [each.action for each in history("organisation", choir.id)] == ["change_roles"]


@pytest.mark.parametrize("role", [Role.MEMBER, Role.BOOKER, Role.APPROVER, Role.STAFF, None])
def test_only_a_manager_of_that_very_association_changes_its_members(role: Role | None) -> None:
    choir, other = make_organisation(), make_organisation()
    singer, stranger = make_member(choir), make_member(other, Role.MANAGER)
    if role is not None:
        make_membership(stranger, choir, role)
    actor = acting(stranger)
    for change in (
        lambda: members.set_roles(singer.id, choir.id, {Role.MANAGER}, actor=actor, now=NOW),
        lambda: members.remove(singer.id, choir.id, actor=actor, now=NOW),
        lambda: members.hand_over(choir.id, singer.id, stays=None, actor=actor, now=NOW),
    ):
        with pytest.raises(Forbidden):
            change()
    assert roles(singer, choir) == {Role.MEMBER}


def test_a_right_that_has_ended_since_it_was_read_changes_nothing() -> None:
    choir = make_organisation()
    first, second, singer = (make_member(choir, role) for role in (Role.MANAGER, Role.MANAGER, Role.MEMBER))
    read_before = acting(first)
    members.remove(first.id, choir.id, actor=acting(second), now=NOW)
    with pytest.raises(Forbidden):
        members.remove(singer.id, choir.id, actor=read_before, now=NOW)


@pytest.mark.parametrize("way", ["leave", "remove", "change", "close"])
def test_the_last_manager_does_not_go(way: str) -> None:
    choir = make_organisation(name="Kuoro ry")
    manager = make_member(choir, Role.MANAGER)
    make_member(choir, Role.MANAGER, closed_at=NOW)  # whose account is closed manages nothing
    actor = acting(manager)
    refused = refusal(
        {
            "leave": lambda: members.leave(choir.id, actor=actor, now=NOW),
            "remove": lambda: members.remove(manager.id, choir.id, actor=actor, now=NOW),
            "change": lambda: members.set_roles(manager.id, choir.id, {Role.BOOKER}, actor=actor, now=NOW),
            "close": lambda: members.end_all(manager.id, actor=actor, now=NOW),
        }[way]
    )
    assert (refused.code, refused.params) == ("last_manager", {"organisations": "Kuoro ry"})
    assert roles(manager, choir) == {Role.MANAGER}
    assert [each.name for each in members.only_manager_of(manager.id)] == ["Kuoro ry"]


def test_the_last_but_one_goes(session: Any) -> None:
    choir = make_organisation()
    first, second = make_member(choir, Role.MANAGER), make_member(choir, Role.MANAGER)
    members.leave(choir.id, actor=acting(first), now=NOW)
    assert roles(first, choir) == set()
    assert mails(session) == {("member_left", second.email)}
    assert members.only_manager_of(first.id) == []


@pytest.mark.parametrize("way", ["leave", "close"])
def test_the_letter_of_who_has_gone_leads_to_the_members_who_are_left(session: Any, way: str) -> None:
    choir = make_organisation(slug="kuoro")
    singer, _manager = make_member(choir), make_member(choir, Role.MANAGER)
    if way == "leave":
        members.leave(choir.id, actor=acting(singer), now=NOW)
    else:
        members.end_all(singer.id, actor=acting(singer), now=NOW)
    assert (
        session.query(OutboxMessage)
        .one()
        .body.endswith("\n\nJäsenet:\n" + outside_url("members.show", slug="kuoro") + "\n")
    )


def test_the_last_manager_of_an_archived_one_goes_only_with_the_account() -> None:
    choir = make_organisation(archived_at=NOW)
    manager = make_member(choir, Role.MANAGER)
    assert members.only_manager_of(manager.id) == []
    broken = refusal(lambda: members.leave(choir.id, actor=acting(manager), now=NOW))
    assert (broken.code, broken.params) == ("last_manager_archived", {"organisations": choir.name})
    members.end_all(manager.id, actor=acting(manager), now=NOW)
    assert roles(manager, choir) == set()


@pytest.mark.parametrize("stays", [None, Role.MEMBER, Role.BOOKER])
def test_handing_over_is_one_step(session: Any, stays: Role | None) -> None:
    choir = make_organisation()
    old, new = make_member(choir, Role.MANAGER), make_member(choir, Role.BOOKER)
    members.hand_over(choir.id, new.id, stays=stays, actor=acting(old), now=NOW)
    assert roles(new, choir) == {Role.MANAGER}
    assert roles(old, choir) == ({stays} if stays else set())
    assert mails(session) == {("handed_over", new.email)}


def test_nobody_hands_over_to_themselves_a_stranger_or_a_closed_account() -> None:
    choir = make_organisation()
    manager, gone = make_member(choir, Role.MANAGER), make_member(choir, closed_at=NOW)
    actor = acting(manager)
    refused = refusal(lambda: members.hand_over(choir.id, manager.id, stays=None, actor=actor, now=NOW))
    assert refused.code == "hand_over_to_self"
    for other in (make_user(), gone):
        with pytest.raises(NotFound):
            members.hand_over(choir.id, other.id, stays=None, actor=actor, now=NOW)
    assert roles(manager, choir) == {Role.MANAGER}


def test_roles_of_an_owner_are_given_only_where_there_are_rooms() -> None:
    choir, owner = make_organisation(), make_organisation()
    make_room(owner=owner)
    for place, wanted in ((choir, {Role.APPROVER}), (choir, set()), (owner, {Role.MEMBER, Role.BOOKER})):
        manager, singer = make_member(place, Role.MANAGER), make_member(place)
        actor = acting(manager)

        def change(user: Any = singer, at: Any = place, to: Any = wanted, by: Any = actor) -> None:
            members.set_roles(user.id, at.id, to, actor=by, now=NOW)

        assert refusal(change).code == "role_not_given"
    members.set_roles(singer.id, owner.id, {Role.MANAGER, Role.APPROVER}, actor=actor, now=NOW)
    assert roles(singer, owner) == {Role.MANAGER, Role.APPROVER}


def test_deputies_end_with_the_membership_of_who_named_them(session: Any) -> None:
    owner = make_organisation()
    make_room(owner=owner)
    manager, approver, deputy = (
        make_member(owner, Role.MANAGER),
        make_member(owner, Role.APPROVER),
        make_user(),
    )
    membership = session.query(Membership).filter_by(user_id=approver.id).one()
    named = Deputy(
        membership=membership,
        user=deputy,
        starts_at=NOW - timedelta(days=1),
        ends_at=NOW + timedelta(days=5),
        created_at=NOW,
    )
    session.add(named)
    session.flush()
    assert acting(deputy).has(Right.DECIDE, owner.id)
    members.set_roles(approver.id, owner.id, {Role.MEMBER}, actor=acting(manager), now=NOW)
    assert named.ended_at is not None
    assert acting(deputy).roles == frozenset()
    assert mails(session) >= {("deputy_ended", deputy.email)}


def test_who_closes_the_account_ends_everywhere_and_is_not_named(session: Any) -> None:
    choir, club = make_organisation(), make_organisation()
    leaver = make_member(choir, Role.MANAGER, name="Nimetön Lähtijä")
    make_membership(leaver, club, Role.BOOKER)
    stays = make_member(choir, Role.MANAGER)
    boss = make_member(club, Role.MANAGER)
    members.end_all(leaver.id, actor=acting(leaver), now=NOW)
    assert acting(leaver).roles == frozenset()
    assert mails(session) == {("member_left", stays.email), ("member_left", boss.email)}
    assert not [each for each in session.query(OutboxMessage) if "Lähtijä" in each.body + each.subject]


def test_admitting_raises_a_role_and_never_lowers_one() -> None:
    choir = make_organisation()
    singer, manager = make_member(choir, Role.BOOKER), make_member(choir, Role.MANAGER)
    for user, role, then in (
        (singer, Role.MEMBER, {Role.BOOKER}),
        (singer, Role.MANAGER, {Role.MANAGER}),
        (manager, Role.BOOKER, {Role.MANAGER}),
    ):
        members.admit(user.id, members.held(choir.id), {role}, actor=acting(user), now=NOW)
        assert roles(user, choir) == then
