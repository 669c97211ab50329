"""Whatever happens to memberships in any order: no association loses its last manager, no right stays."""

from collections.abc import Callable
from contextlib import ExitStack, suppress
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from booking import clock
from booking.access.actor import Actor
from booking.access.roles import RIGHTS, Right, Role
from booking.accounts.models import User
from booking.admin.merging import merge
from booking.audit.service import history
from booking.calendars import service as calendars
from booking.calendars.feeds import of_subscription
from booking.calendars.models import Subscription
from booking.db import in_transaction
from booking.errors import DomainError, NotFound
from booking.extensions import db
from booking.organisations import archiving, deputies, inviting, joining, members
from booking.organisations.membership import people_with
from booking.organisations.models import (
    Deputy,
    JoinRequest,
    Membership,
    MembershipInvitation,
    MergedOrganisation,
)
from tests.factories.organisations import make_member, make_membership, make_organisation
from tests.factories.rooms import make_room
from tests.factories.users import acting, make_user
from tests.support.effort import times
from tests.support.transaction import outer_transaction

EXAMPLES = {"sqlite": times(3), "postgresql": times(1)}
STEPS = 25

who = st.integers(0, 4)
where = st.integers(0, 2)
some = st.integers(0, 1000)
basic = st.sampled_from(list(members.BASIC_ROLES))
any_roles = st.sets(
    st.sampled_from([*members.BASIC_ROLES, Role.APPROVER, Role.STAFF]), min_size=1, max_size=2
)


class Town(RuleBasedStateMachine):
    """Two associations and an owner of a room, five people with a feed of everything, an administrator."""

    app: Any

    @initialize()
    def build(self) -> None:
        self.opened = ExitStack()
        self.opened.enter_context(outer_transaction(self.app))
        self.now = clock.now().replace(microsecond=0)
        self.places = [make_organisation() for _ in range(3)]
        make_room(owner=self.places[2])
        self.people = [make_member(self.places[n % 3], Role.MANAGER) for n in range(3)]
        self.people += [make_user(), make_user()]
        make_membership(self.people[0], self.places[2], Role.APPROVER)
        self.admin = acting(make_user(is_admin=True))
        self._subscribe()
        self.stale = [acting(each) for each in self.people]
        db.session.commit()

    def teardown(self) -> None:
        if hasattr(self, "opened"):
            self.opened.close()

    @rule(by=who, place=where, person=who, role=basic)
    def invite(self, by: int, place: int, person: int, role: Role) -> None:
        mail, at = self.people[person].email, self._at(place)
        self._try(lambda: inviting.invite(at, mail, role, actor=self._actor(by), now=self.now))

    @rule(which=some, person=who)
    def accept(self, which: int, person: int) -> None:
        if (found := self._one(MembershipInvitation, which)) is not None:
            token = inviting.token_of(found)
            actor = self._actor(person)
            self._try(lambda: inviting.accept(token, other_address=True, actor=actor, now=self.now))

    @rule(person=who, place=where)
    def ask(self, person: int, place: int) -> None:
        self._try(lambda: joining.ask(self._at(place), "", actor=self._actor(person), now=self.now))

    @rule(by=who, which=some, role=basic)
    def let_in(self, by: int, which: int, role: Role) -> None:
        if (found := self._one(JoinRequest, which)) is not None:
            number = found.id
            self._try(lambda: joining.let_in(number, role, actor=self._actor(by), now=self.now))

    @rule(by=who, place=where, person=who, roles=any_roles, stale=st.booleans())
    def change(self, by: int, place: int, person: int, roles: set[Role], stale: bool) -> None:
        at, whom = self._at(place), self.people[person].id
        actor = self.stale[by] if stale else self._actor(by)
        self._try(lambda: members.set_roles(whom, at, roles, actor=actor, now=self.now))

    @rule(by=who, place=where, person=who, stale=st.booleans())
    def remove(self, by: int, place: int, person: int, stale: bool) -> None:
        at, whom = self._at(place), self.people[person].id
        actor = self.stale[by] if stale else self._actor(by)
        self._try(lambda: members.remove(whom, at, actor=actor, now=self.now))

    @rule(person=who, place=where)
    def leave(self, person: int, place: int) -> None:
        self._try(lambda: members.leave(self._at(place), actor=self._actor(person), now=self.now))

    @rule(by=who, place=where, person=who, stays=st.sampled_from([None, Role.MEMBER, Role.BOOKER]))
    def hand_over(self, by: int, place: int, person: int, stays: Role | None) -> None:
        at, whom = self._at(place), self.people[person].id
        self._try(lambda: members.hand_over(at, whom, stays=stays, actor=self._actor(by), now=self.now))

    @rule(person=who)
    def close_account(self, person: int) -> None:
        def close() -> None:
            user = self.people[person]
            members.end_all(user.id, actor=self._actor(person), now=self.now)
            user.closed_at = self.now

        self._try(close)
        if self.people[person].closed_at is not None:  # somebody else comes to the town
            self.people[person] = make_user()
            self._subscribe()
            self.stale[person] = acting(self.people[person])

    @rule(by=who, place=where)
    def archive(self, by: int, place: int) -> None:
        self._try(lambda: archiving.archive(self._at(place), actor=self._actor(by), now=self.now))

    @rule(by=who, place=where)
    def bring_back(self, by: int, place: int) -> None:
        self._try(lambda: archiving.bring_back(self._at(place), actor=self._actor(by), now=self.now))

    @rule(person=who, place=where)
    def bring_back_as_administrator(self, person: int, place: int) -> None:
        mail, at = self.people[person].email, self._at(place)
        again = archiving.bring_back_as_administrator
        self._try(lambda: again(at, mail, actor=self.admin, now=self.now))

    @rule(by=who, person=who)
    def name_deputy(self, by: int, person: int) -> None:
        first, mail = self.now.date(), self.people[person].email
        last = first + timedelta(days=3)
        owner = self.places[2].id
        self._try(lambda: deputies.name_deputy(owner, mail, first, last, actor=self._actor(by), now=self.now))

    @rule(double=st.integers(0, 1), into=where, coming=st.sets(who), keeping=st.sets(who))
    def merge(self, double: int, into: int, coming: set[int], keeping: set[int]) -> None:
        come, keep = ([self.people[each].id for each in chosen] for chosen in (coming, keeping))
        ids = self._at(double), self._at(into)
        self._try(lambda: merge(*ids, coming=come, keeping=keep, actor=self.admin, now=self.now))
        if db.session.get(MergedOrganisation, self._at(double)) is not None:
            self.places[double] = make_organisation()  # another one comes to the town
            make_membership(self.people[double], self.places[double], Role.MANAGER)
            self._subscribe()

    @invariant()
    def nobody_is_left_without_a_manager(self) -> None:
        if hasattr(self, "places"):
            for place in self.places:
                if not members.managers_of(place.id):  # only what is archived, by the end of an account
                    assert place.archived_at is not None, place.slug
                    ends = history("organisation", place.id)
                    assert any(each.details.get("left_without") for each in ends), place.slug

    @invariant()
    def every_right_has_its_membership(self) -> None:
        if not hasattr(self, "places"):
            return
        expected = {person.id: self._roles_by_the_tables(person) for person in self.people}
        for person in self.people:
            actor = acting(person)
            assert actor.roles == expected[person.id]
            for feed in db.session.scalars(select(Subscription).where(Subscription.user_id == person.id)):
                self._feed_tells_what_may_be_told(feed, expected[person.id])
        for place in self.places:
            for right in Right:
                allowed = {who for who, held in expected.items() if self._gives(held, right, place.id)}
                told = {each.id for each in people_with(right, place.id)} if not place.archived_at else set()
                assert told <= allowed, (right, place.slug)

    @invariant()
    def no_deputy_outlives_who_named_them(self) -> None:
        if hasattr(self, "places"):
            query = select(Deputy).join(Deputy.membership)
            left = query.where(Deputy.ended_at.is_(None), Membership.ended_at.is_not(None))
            assert db.session.scalars(left).all() == []

    def _feed_tells_what_may_be_told(self, feed: Subscription, held: set[tuple[int, Role]]) -> None:
        assert feed.organisation_id is not None
        token = calendars.token_of(feed)
        subscription, actor = calendars.find(token)
        right = calendars.RIGHT_NEEDED[feed.kind]
        if self._gives(held, right, feed.organisation_id):
            assert calendars.may_subscribe(feed.kind, feed.organisation_id, actor)
            return
        try:
            of_subscription(subscription, actor, "/x.ics")
        except NotFound:
            return
        raise AssertionError(f"the feed {feed.kind} of {feed.organisation_id} tells {feed.user_id} still")

    def _roles_by_the_tables(self, person: User) -> set[tuple[int, Role]]:
        """Return what a person is, looked up row by row and not by the statement under test."""
        held = set()
        for each in db.session.scalars(select(Membership).where(Membership.ended_at.is_(None))):
            if each.user_id == person.id:
                archived = each.organisation.archived_at is not None
                held.add((each.organisation_id, Role.MEMBER if archived else Role(each.role)))
            if each.role == Role.APPROVER and each.user.closed_at is None:
                named = db.session.scalars(select(Deputy).where(Deputy.membership_id == each.id))
                if any(d.user_id == person.id and d.ended_at is None for d in named):
                    held.add((each.organisation_id, Role.DEPUTY))
        return held

    def _gives(self, held: set[tuple[int, Role]], right: Right, place: int) -> bool:
        return any(at == place and right in RIGHTS[role] for at, role in held)

    def _subscribe(self) -> None:
        """Have everybody a feed of everything, as if they had once had the right to it."""
        there = {
            (each.user_id, each.organisation_id, each.kind)
            for each in db.session.scalars(select(Subscription))
        }
        for person in self.people:
            for place in self.places:
                for kind in ("organisation", "approver"):
                    if (person.id, place.id, kind) not in there:
                        role = Role.APPROVER
                        had = Actor(user_id=person.id, roles=frozenset({(place.id, role)}))
                        calendars.create(kind, place.id, actor=had, now=self.now)
        db.session.flush()

    def _actor(self, number: int) -> Actor:
        return acting(self.people[number])

    def _at(self, place: int) -> int:
        return int(self.places[place].id)

    def _one(self, model: Any, which: int) -> Any:
        every = list(db.session.scalars(select(model).where(model.closed_at.is_(None)).order_by(model.id)))
        return every[which % len(every)] if every else None

    def _try(self, step: Callable[[], object]) -> None:
        with suppress(DomainError):
            in_transaction(step)


def test_whatever_happens_to_memberships(app: Any, backend: str) -> None:
    machine = type("TownOnThisDatabase", (Town,), {"app": app})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=EXAMPLES[backend],
            stateful_step_count=STEPS,
            phases=[Phase.generate],  # to make a failure smaller would take minutes
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )
