"""Acting: rights are read inside the transaction that uses them."""

from typing import Any

import pytest
from flask import g

from booking import clock
from booking.access.actor import VISITOR, Actor
from booking.access.roles import Right, Role
from booking.errors import Forbidden
from booking.organisations.acting import act
from booking.organisations.membership import actor_of, people_with
from booking.organisations.models import Membership
from tests.factories.organisations import make_member, make_organisation
from tests.factories.users import make_user


@pytest.fixture(autouse=True)
def request_context(app: Any, session: Any) -> Any:
    with app.test_request_context("/"):
        yield


def test_the_actor_s_roles_are_those_of_this_moment(session: Any) -> None:
    choir = make_organisation()
    user = make_member(choir, Role.BOOKER)
    g.actor = actor_of(user)
    assert act(lambda actor: actor.has(Right.BOOK, choir.id))
    session.query(Membership).filter_by(user_id=user.id).one().ended_at = clock.now()
    assert g.actor.has(Right.BOOK, choir.id)  # what the request began with
    assert not act(lambda actor: actor.has(Right.BOOK, choir.id))


def test_a_closed_account_acts_no_more(session: Any) -> None:
    user = make_user()
    g.actor = actor_of(user)
    user.closed_at = clock.now()
    session.commit()
    done: list[Actor] = []
    with pytest.raises(Forbidden):
        act(done.append)
    assert done == []


def test_a_visitor_acts_as_one() -> None:
    assert act(lambda actor: actor) == VISITOR


def test_what_a_refusal_interrupts_is_undone(session: Any) -> None:
    user = make_user(name="Ennen")
    g.actor = actor_of(user)
    session.commit()

    def rename(actor: Actor) -> None:
        user.name = "Jälkeen"
        session.flush()
        raise Forbidden

    with pytest.raises(Forbidden):
        act(rename)
    session.expire_all()
    assert user.name == "Ennen"


def test_people_with_a_right_are_open_accounts_with_a_role_that_gives_it() -> None:
    choir = make_organisation()
    manager, _member = make_member(choir, Role.MANAGER), make_member(choir, Role.MEMBER)
    make_member(choir, Role.MANAGER, closed_at=clock.now())
    make_member(make_organisation(), Role.MANAGER)
    assert people_with(Right.MANAGE, choir.id) == [manager]
