"""Give people roles."""

from datetime import datetime

from sqlalchemy import select

from booking.access.roles import Role
from booking.audit.service import record
from booking.extensions import db
from booking.organisations.models import Membership


def give_role(user_id: int, organisation_id: int, role: Role, *, actor_id: int | None, now: datetime) -> None:
    """Let a person have a role in an organisation from now on, and record it. One who has it keeps it."""
    has = select(Membership.id).where(
        Membership.user_id == user_id,
        Membership.organisation_id == organisation_id,
        Membership.role == role.value,
        Membership.ended_at.is_(None),
    )
    if db.session.scalar(has) is not None:
        return
    db.session.add(Membership(user_id=user_id, organisation_id=organisation_id, role=role, created_at=now))
    db.session.flush()
    record(
        "give_role",
        "organisation",
        organisation_id,
        actor_id=actor_id,
        now=now,
        user=user_id,
        role=role.value,
    )
