"""Name somebody to decide in one's place for some days, end it early, and see who does for whom.

A deputy has the approver's rights of one owner within these local days and never longer than the approver
has them (`membership`). Functions work in the caller's transaction and flush.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from booking.access.actor import Actor
from booking.access.roles import Role
from booking.accounts.models import User
from booking.accounts.service import user_with_email
from booking.audit.service import record
from booking.clock import zone
from booking.errors import Forbidden, NotFound, RuleViolation, Violation, WrongState
from booking.extensions import db
from booking.organisations import deputy_mail, sentences  # noqa: F401
from booking.organisations.models import Deputy, Membership, Organisation
from booking.outbox.service import post
from booking.timetable.zone import day, local_date
from booking.versions.service import Scope, touch

LONGEST_DAYS: Final = 366


@dataclass(frozen=True, slots=True)
class InPlace:
    """Who decides in whose place, and when."""

    user_id: int
    approver: str
    owner_id: int
    since: datetime
    until: datetime


def name_deputy(owner_id: int, email: str, first: date, last: date, *, actor: Actor, now: datetime) -> Deputy:
    """Have the person with this address decide in the actor's place from the first day to the last.

    Raises Forbidden for one who is not an approver by their own membership, RuleViolation for an address
    without an account, for oneself or another approver, and for days that are past, turned round or too many.
    """
    membership = _own_membership(owner_id, actor)
    if membership is None:
        raise Forbidden
    user = _refuse_person(user_with_email(email), membership)
    _refuse_days(first, last, now)
    starts_at, ends_at = day(first, zone()).start, day(last, zone()).end
    overlapping = select(Deputy.id).where(
        Deputy.membership_id == membership.id,
        Deputy.user_id == user.id,
        Deputy.ended_at.is_(None),
        Deputy.starts_at < ends_at,
        Deputy.ends_at > starts_at,
    )
    if db.session.scalar(overlapping.limit(1)) is not None:
        raise RuleViolation([Violation("deputy_already", "first")])
    made = Deputy(membership=membership, user=user, starts_at=starts_at, ends_at=ends_at, created_at=now)
    db.session.add(made)
    db.session.flush()
    record("name_deputy", "deputy", made.id, actor_id=actor.user_id, now=now, owner=owner_id, user=user.id)
    touch(Scope.USER, user.id)
    post(deputy_mail.named(made), now=now)
    return made


def end_deputy(deputy_id: int, *, actor: Actor, now: datetime) -> Deputy:
    """End it now, as the approver or as the deputy; the other one is told.

    Raises NotFound for what is neither's, WrongState for what is over already.
    """
    deputy = db.session.get(Deputy, deputy_id, populate_existing=True)
    if deputy is None or actor.user_id not in (deputy.user_id, deputy.membership.user_id):
        raise NotFound("unknown_deputy")
    if deputy.ended_at is not None or deputy.ends_at <= now:
        raise WrongState("deputy_over")
    deputy.ended_at = now
    db.session.flush()
    record("end_deputy", "deputy", deputy.id, actor_id=actor.user_id, now=now)
    touch(Scope.USER, deputy.user_id)
    told = deputy.user if actor.user_id == deputy.membership.user_id else deputy.membership.user
    post(deputy_mail.ended(deputy, told), now=now)
    return deputy


def owners_of(actor: Actor) -> list[Organisation]:
    """Return the owners for which the person is an approver by their own membership, by name."""
    mine = select(Membership.organisation_id).where(*_own(actor))
    query = select(Organisation).where(Organisation.id.in_(mine))
    return list(db.session.scalars(query.order_by(Organisation.name)))


def current_deputies(actor: Actor, now: datetime) -> list[Deputy]:
    """Return who decides, or will, in this person's place, and in whose place they do. One statement."""
    query = (
        select(Deputy)
        .join(Deputy.membership)
        .where(
            or_(Membership.user_id == actor.user_id, Deputy.user_id == actor.user_id),
            Membership.ended_at.is_(None),
            Deputy.ended_at.is_(None),
            Deputy.ends_at > now,
        )
        .options(
            contains_eager(Deputy.membership).joinedload(Membership.organisation),
            contains_eager(Deputy.membership).joinedload(Membership.user),
            joinedload(Deputy.user),
        )
        .order_by(Deputy.starts_at, Deputy.id)
    )
    return list(db.session.scalars(query))


def in_whose_place(user_ids: Collection[int], owner_ids: Collection[int]) -> Sequence[InPlace]:
    """Return when these people have stood in for approvers of these owners. One statement, or none."""
    if not user_ids or not owner_ids:
        return ()
    approver = aliased(User)
    rows = db.session.execute(
        select(Deputy, approver.name, Membership.organisation_id, Membership.ended_at)
        .join(Membership, Membership.id == Deputy.membership_id)
        .join(approver, approver.id == Membership.user_id)
        .where(Deputy.user_id.in_(user_ids), Membership.organisation_id.in_(owner_ids))
        .order_by(Deputy.id)
    )
    return [
        InPlace(
            deputy.user_id,
            name,
            owner_id,
            deputy.starts_at,
            min(filter(None, (deputy.ends_at, deputy.ended_at, left))),
        )
        for deputy, name, owner_id, left in rows
    ]


def last_day(deputy: Deputy) -> date:
    """Return the last day on which the deputy decides."""
    return local_date(deputy.ends_at - timedelta(seconds=1), zone())


def _own(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    return (
        Membership.user_id == actor.user_id,
        Membership.role == Role.APPROVER.value,
        Membership.ended_at.is_(None),
    )


def _own_membership(owner_id: int, actor: Actor) -> Membership | None:
    mine = select(Membership).where(*_own(actor), Membership.organisation_id == owner_id)
    return db.session.scalars(mine).first()


def _refuse_person(user: User | None, membership: Membership) -> User:
    """Return who is to be the deputy. Raises RuleViolation for one who cannot be or need not."""
    if user is None or not user.is_active:
        raise RuleViolation([Violation("deputy_unknown", "email")])
    if user.id == membership.user_id:
        raise RuleViolation([Violation("deputy_is_self", "email")])
    decides = select(Membership.id).where(
        Membership.user_id == user.id,
        Membership.organisation_id == membership.organisation_id,
        Membership.role == Role.APPROVER.value,
        Membership.ended_at.is_(None),
    )
    if db.session.scalar(decides) is not None:
        raise RuleViolation([Violation("deputy_is_approver", "email")])
    return user


def _refuse_days(first: date, last: date, now: datetime) -> None:
    if last < first:
        raise RuleViolation([Violation("deputy_days_turned", "last")])
    if first < local_date(now, zone()):
        raise RuleViolation([Violation("deputy_days_past", "first")])
    if (last - first).days >= LONGEST_DAYS:
        raise RuleViolation([Violation("deputy_days_many", "last", {"days": LONGEST_DAYS})])
