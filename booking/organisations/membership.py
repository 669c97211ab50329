"""Who belongs where: the acting person's roles, and the people an organisation's mail goes to.

A deputy may decide on requests in the approver's organisation, and nothing else there, while their days last
and the approver's own membership does (`deputies`). An administrator may have a manager's rights for a while,
which the managers are told (`stand_ins`).
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Integer,
    Row,
    case,
    cast,
    false,
    literal,
    null,
    select,
    union,
    union_all,
)
from sqlalchemy.orm import aliased

from booking import clock
from booking.access.actor import Actor
from booking.access.roles import MEMBERSHIP_ROLES, RIGHTS, Right, Role
from booking.access.scopes import TokenScope
from booking.accounts.factors.requirements import asked_as_administrator
from booking.accounts.models import User
from booking.audit.service import mark
from booking.db import UTCDateTime
from booking.extensions import db
from booking.organisations.models import Deputy, Membership, Organisation, SecondFactorRule
from booking.organisations.stand_in_models import StandIn

_NO_VISIT: Final = cast(null(), Integer).label("visit")
_NO_RULE: Final = cast(null(), UTCDateTime).label("factor_from")


def actor_of(user: User, *, scopes: frozenset[TokenScope] | None = None) -> Actor:
    """Return the frozen snapshot of a person with their current roles. One statement.

    `scopes` are those of the token they came with, if it was one: then an administrator stands in for nobody.
    What is recorded of the person from now on says for whom they stand in.
    """
    rows = db.session.execute(roles_of(user.id, visits=scopes is None)).all()
    owes = user.second_factor_at is None and (asked_as_administrator(user) or _asked_by_owners(rows))
    held = [(row.organisation_id, row.role) for row in rows]
    stand_in = next((row.visit for row in rows if row.visit is not None), None)
    mark(user.id, stand_in)
    actor = actor_with(user, held, owes_second_factor=owes, scopes=scopes, stand_in=stand_in)
    return replace(actor, unverified=frozenset(row.organisation_id for row in rows if row.is_unverified))


def roles_of(
    user_id: ColumnElement[int] | int, *, visits: bool = True
) -> CompoundSelect[int, Role, datetime | None, int | None, bool]:
    """Return the statement for a person's roles now, one a row.

    Organisation id, role, `factor_from` (since when the organisation asks a second factor of those who decide
    for it), `visit` (the id of the row by which an administrator stands in, who has no such role without
    `visits`), and `is_unverified`. In what is archived everybody is a member who reads, and no more.
    """
    since = SecondFactorRule.required_from.label("factor_from")
    ruled = SecondFactorRule.organisation_id == Membership.organisation_id
    unverified = Organisation.verified_at.is_(None).label("is_unverified")
    kept = case((Organisation.archived_at.is_not(None), literal(Role.MEMBER.value)), else_=Membership.role)
    own = (
        select(Membership.organisation_id, kept.label("role"), since, _NO_VISIT, unverified)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .outerjoin(SecondFactorRule, ruled)
        .where(Membership.user_id == user_id, Membership.ended_at.is_(None))
    )
    approver = aliased(User)
    in_place = (
        select(Membership.organisation_id, literal(Role.DEPUTY.value), since, _NO_VISIT, false())
        .outerjoin(SecondFactorRule, ruled)
        .join(Deputy, Deputy.membership_id == Membership.id)
        .join(approver, approver.id == Membership.user_id)
        .where(Deputy.user_id == user_id, approver.closed_at.is_(None), *deputises_at(clock.now()))
    )
    if not visits:
        return union_all(own, in_place)
    role = case((StandIn.decides, Role.STAND_IN_DECIDER.value), else_=Role.STAND_IN.value)
    visiting = (
        select(StandIn.organisation_id, role, _NO_RULE, StandIn.id, unverified)
        .join(User, User.id == StandIn.user_id)
        .join(Organisation, Organisation.id == StandIn.organisation_id)
        .where(StandIn.user_id == user_id, *stands_in_at(clock.now()))
    )
    return union_all(own, in_place, visiting)


def actor_with(
    user: User,
    roles: Iterable[tuple[int, str]],
    *,
    owes_second_factor: bool = False,
    scopes: frozenset[TokenScope] | None = None,
    stand_in: int | None = None,
) -> Actor:
    """Return the frozen snapshot of a person with these roles, which `roles_of` has told."""
    return Actor(
        user_id=user.id,
        name=user.name,
        language=user.language,
        is_admin=user.is_admin,
        roles=frozenset((organisation_id, Role(role)) for organisation_id, role in roles),
        owes_second_factor=owes_second_factor,
        scopes=scopes,
        stand_in=stand_in,
    )


def _asked_by_owners(rows: Iterable[Row[int, Role, datetime | None, int | None, bool]]) -> bool:
    now = clock.now()
    return any(
        row.role in (Role.APPROVER, Role.DEPUTY) and row.factor_from is not None and row.factor_from <= now
        for row in rows
    )


def people_with(right: Right, organisation_id: int) -> list[User]:
    """Return the people who have a right in an organisation today, by id. One statement."""
    roles = [role.value for role in MEMBERSHIP_ROLES if right in RIGHTS[role]]
    approver = aliased(User)
    own = select(Membership.user_id).where(
        Membership.organisation_id == organisation_id,
        Membership.role.in_(roles),
        Membership.ended_at.is_(None),
    )
    in_place = (
        select(Deputy.user_id)
        .join(Membership, Membership.id == Deputy.membership_id)
        .join(approver, approver.id == Membership.user_id)
        .where(
            Membership.organisation_id == organisation_id,
            approver.closed_at.is_(None),
            *(() if right in RIGHTS[Role.DEPUTY] else (false(),)),
            *deputises_at(clock.now()),
        )
    )
    wanted = User.id.in_(union(own, in_place).scalar_subquery())
    return list(db.session.scalars(select(User).where(wanted, User.closed_at.is_(None)).order_by(User.id)))


def stands_in_at(at: datetime) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions for an administrator, joined with the row, to stand in."""
    return (
        User.is_admin.is_(True),
        User.closed_at.is_(None),
        StandIn.ended_at.is_(None),
        StandIn.starts_at <= at,
        StandIn.ends_at > at,
    )


def deputises_at(at: datetime) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions for a deputy, joined with the approver's membership, to be in force."""
    return (
        Membership.role == Role.APPROVER.value,
        Membership.ended_at.is_(None),
        Deputy.ended_at.is_(None),
        Deputy.starts_at <= at,
        Deputy.ends_at > at,
    )
