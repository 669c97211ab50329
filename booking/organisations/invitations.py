"""Open invitations as rows: read them, close them. Who may is for `inviting` and `members` to ask."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import select

from booking.access.actor import Actor
from booking.access.roles import Role
from booking.audit.service import record
from booking.extensions import db
from booking.organisations import invitation_mail
from booking.organisations.models import MembershipInvitation, Organisation
from booking.outbox.service import take_back

_POWERFUL: Final = frozenset({Role.MANAGER, Role.APPROVER, Role.STAFF})


def open_invitations(organisation_id: int) -> Sequence[MembershipInvitation]:
    """Return the invitations nobody has answered, those too old too, oldest first. One statement."""
    query = select(MembershipInvitation).where(
        MembershipInvitation.organisation_id == organisation_id, MembershipInvitation.closed_at.is_(None)
    )
    return db.session.scalars(query.order_by(MembershipInvitation.id)).all()


def close(invitation: MembershipInvitation, outcome: str, *, actor: Actor, now: datetime) -> None:
    """End an invitation; a mail with its link that has not gone out is taken back. Flushes."""
    take_back(invitation_mail.SUBJECT, invitation.id, ["invited"])
    invitation.closed_at, invitation.outcome = now, outcome
    invitation.user_id = actor.user_id if outcome != "withdrawn" else None
    db.session.flush()
    record(
        f"invitation_{outcome}",
        "organisation",
        invitation.organisation_id,
        actor_id=actor.user_id,
        now=now,
        invitation=invitation.id,
    )


def withdraw_powerful_of(user_id: int, organisation: Organisation, *, actor: Actor, now: datetime) -> None:
    """Take back what a removed manager's own invitations would give of power; those of members stay."""
    theirs = select(MembershipInvitation).where(
        MembershipInvitation.organisation_id == organisation.id,
        MembershipInvitation.invited_by_id == user_id,
        MembershipInvitation.closed_at.is_(None),
        MembershipInvitation.role.in_([role.value for role in _POWERFUL]),
    )
    for invitation in db.session.scalars(theirs):
        close(invitation, "withdrawn", actor=actor, now=now)
