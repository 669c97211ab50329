"""An owner may ask a second factor of its approvers and of those who decide in their place.

Whoever has the duty and no factor is led to the page that sets one up (`access.guard`) once the owner's day
has come. `membership` reads it with the roles, so no page asks anything more of the database.
"""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from booking.access.actor import Actor
from booking.access.roles import Right, Role
from booking.accounts.factors.requirements import Requirement, register_requirement
from booking.accounts.models import User
from booking.audit.service import record
from booking.errors import Forbidden, NotFound
from booking.extensions import db
from booking.organisations import second_factor_mail
from booking.organisations.membership import people_with, roles_of
from booking.organisations.models import Organisation, SecondFactorRule
from booking.outbox.service import post

NOTICE: Final = timedelta(days=14)
_MAY_SAY: Final = Right.KEEP_ROOMS  # managers and approvers by their own membership: no deputies


def owners_to_set(actor: Actor) -> list[tuple[Organisation, datetime | None]]:
    """Return the organisations for which the person may say it, by name, with since when it is asked."""
    places = actor.organisations_with(_MAY_SAY)
    rows = db.session.execute(
        select(Organisation, SecondFactorRule.required_from)
        .outerjoin(SecondFactorRule, SecondFactorRule.organisation_id == Organisation.id)
        .where(Organisation.id.in_(places))
        .order_by(Organisation.name)
    )
    return [(organisation, since) for organisation, since in rows]


def ask_for_second_factor(slug: str, *, asked: bool, actor: Actor, now: datetime) -> Organisation:
    """Ask it of the owner's approvers 14 days from now on, or no more. Said twice it stays as it is.

    Those who decide are told. Raises NotFound, and Forbidden for one who neither manages nor decides there.
    """
    owner = db.session.scalar(select(Organisation).where(Organisation.slug == slug))
    if owner is None:
        raise NotFound
    if not actor.has(_MAY_SAY, owner.id):
        raise Forbidden
    rule = db.session.get(SecondFactorRule, owner.id, populate_existing=True)
    if asked == (rule is not None):
        return owner
    if rule is not None:
        db.session.delete(rule)
        record("stop_asking_factor", "organisation", owner.id, actor_id=actor.user_id, now=now)
    else:
        since = now + NOTICE
        db.session.add(SecondFactorRule(organisation_id=owner.id, required_from=since))
        record("ask_for_factor", "organisation", owner.id, actor_id=actor.user_id, now=now)
        for reader in people_with(Right.DECIDE, owner.id):
            post(second_factor_mail.asked(owner, since, reader), now=now)
    db.session.flush()
    return owner


@register_requirement
def _asked_by_owners(user: User) -> list[Requirement]:
    """Return what the owners ask for which the person decides. One statement."""
    roles = roles_of(user.id).subquery()
    rows = db.session.execute(
        select(Organisation.name, roles.c.factor_from)
        .join(roles, roles.c.organisation_id == Organisation.id)
        .where(roles.c.factor_from.is_not(None), roles.c.role.in_((Role.APPROVER.value, Role.DEPUTY.value)))
        .distinct()
        .order_by(roles.c.factor_from, Organisation.name)
    )
    return [Requirement(name, since) for name, since in rows]
