"""Archive an association that has stopped, and bring it back.

What is archived is only read: its members' roles count as those of plain members (`membership.roles_of`), it
leaves lists and choices, and its addresses go on.
"""

from datetime import datetime

from sqlalchemy import select

from booking.access.actor import Actor
from booking.access.roles import Role
from booking.accounts.models import User
from booking.accounts.service import user_with_email
from booking.audit.service import record
from booking.errors import Forbidden, RuleViolation, Violation, WrongState
from booking.extensions import db
from booking.organisations import archiving_mail, invitations, joining, member_mail, panels
from booking.organisations.founding import holder_of
from booking.organisations.members import admit, held, held_by_manager, managers_of
from booking.organisations.models import Membership, Organisation
from booking.organisations.queries import successor_of
from booking.outbox.service import post
from booking.versions.service import Scope, touch


def ties_of(organisation: Organisation, now: datetime) -> list[Violation]:
    """Return what keeps an association from being archived, as features above tell it."""
    return [Violation(code, "organisation", {"count": n}) for code, n in panels.ties(organisation, now) if n]


def archive(organisation_id: int, *, actor: Actor, now: datetime) -> Organisation:
    """Archive it, as a manager; its people are told, open invitations and requests to join end.

    Raises Forbidden, WrongState for one that is archived, RuleViolation for what it has yet to come.
    """
    organisation = held_by_manager(organisation_id, actor)
    if organisation.archived_at is not None:
        raise WrongState("organisation_archived")
    if ties := ties_of(organisation, now):
        raise RuleViolation(ties)
    for invitation in invitations.open_invitations(organisation.id):
        invitations.close(invitation, "withdrawn", actor=actor, now=now)
    for request in joining.open_requests(organisation.id):
        joining.refuse(request, actor=actor, now=now)
    organisation.archived_at = now
    db.session.flush()
    record("archive", "organisation", organisation.id, actor_id=actor.user_id, now=now)
    for reader in people_of(organisation.id):
        touch(Scope.USER, reader.id)
        if reader.id != actor.user_id:
            post(archiving_mail.archived(organisation, actor.name, reader), now=now)
    return organisation


def bring_back(organisation_id: int, *, actor: Actor, now: datetime) -> Organisation:
    """Take it into use again, as one of those who managed it; its people are told.

    Raises Forbidden, WrongState for one that is not archived or has become part of another, RuleViolation
    `business_id_taken`.
    """
    organisation = held(organisation_id)
    if actor.user_id not in {each.id for each in managers_of(organisation.id)}:
        raise Forbidden
    _bring_back(organisation, actor=actor, now=now)
    return organisation


def bring_back_as_administrator(
    organisation_id: int, email: str, *, actor: Actor, now: datetime
) -> Organisation:
    """Take it into use again where its managers cannot; where it has none, with this person as its manager.

    `email`: of an account that can be used, not the administrator's own; it is not asked where somebody
    manages. Raises Forbidden for anyone else, WrongState as `bring_back`, RuleViolation `business_id_taken`,
    `manager_unknown`, `manager_is_self`.
    """
    if not actor.is_admin:
        raise Forbidden
    organisation = held(organisation_id)
    if successor_of(organisation) is not None:
        raise WrongState
    manager = None if managers_of(organisation.id) else _new_manager(email, actor)
    _bring_back(organisation, actor=actor, now=now)
    if manager is not None:
        admit(manager.id, organisation, {Role.MANAGER}, actor=actor, now=now)
        post(member_mail.roles_changed(organisation, manager, {Role.MANAGER}), now=now)
    return organisation


def _new_manager(email: str, actor: Actor) -> User:
    found = user_with_email(email)
    if found is None or not found.is_active:
        raise RuleViolation([Violation("manager_unknown", "email")])
    if found.id == actor.user_id:
        raise RuleViolation([Violation("manager_is_self", "email")])
    return found


def _bring_back(organisation: Organisation, *, actor: Actor, now: datetime) -> None:
    if organisation.archived_at is None:
        raise WrongState
    if organisation.business_id and (holder := holder_of(organisation.business_id)) is not None:
        raise RuleViolation([Violation("business_id_taken", "organisation", {"name": holder.name})])
    organisation.archived_at = None
    db.session.flush()
    record("bring_back", "organisation", organisation.id, actor_id=actor.user_id, now=now)
    for reader in people_of(organisation.id):
        touch(Scope.USER, reader.id)
        if reader.id != actor.user_id:
            post(archiving_mail.brought_back(organisation, actor.name, reader), now=now)


def people_of(organisation_id: int) -> list[User]:
    """Return everybody with an open account who belongs to an organisation now, by id."""
    now_in = select(Membership.user_id).where(
        Membership.organisation_id == organisation_id, Membership.ended_at.is_(None)
    )
    query = select(User).where(User.id.in_(now_in), User.closed_at.is_(None))
    return list(db.session.scalars(query.order_by(User.id)))
