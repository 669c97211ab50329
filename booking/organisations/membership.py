"""Who belongs where: the acting person's roles, and the people an organisation's mail goes to."""

from sqlalchemy import select

from booking.access.actor import Actor
from booking.access.roles import RIGHTS, Right, Role
from booking.accounts.models import User
from booking.extensions import db
from booking.organisations.models import Membership


def actor_of(user: User) -> Actor:
    """Return the frozen snapshot of a person with their current roles. One statement."""
    rows = db.session.execute(
        select(Membership.organisation_id, Membership.role).where(
            Membership.user_id == user.id, Membership.ended_at.is_(None)
        )
    )
    return Actor(
        user_id=user.id,
        name=user.name,
        language=user.language,
        is_admin=user.is_admin,
        roles=frozenset((organisation_id, Role(role)) for organisation_id, role in rows),
    )


def people_with(right: Right, organisation_id: int) -> list[User]:
    """Return the people who have a right in an organisation today, by id."""
    roles = [role.value for role in Role if right in RIGHTS[role]]
    return list(
        db.session.scalars(
            select(User)
            .join(Membership, Membership.user_id == User.id)
            .where(
                Membership.organisation_id == organisation_id,
                Membership.role.in_(roles),
                Membership.ended_at.is_(None),
                User.closed_at.is_(None),
            )
            .distinct()
            .order_by(User.id)
        )
    )
