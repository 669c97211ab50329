"""Verify that an association is what it says: by the city's people, and by those who decide on rooms.

Nobody verifies what they belong to, nor for an organisation that is not verified itself.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from booking.access.actor import Actor
from booking.access.roles import Right, Role
from booking.accounts.models import User
from booking.audit.service import record
from booking.errors import Forbidden, NotFound, RuleViolation, Violation, WrongState
from booking.extensions import db
from booking.organisations import founding_mail, panels
from booking.organisations.founding import tell_verifiers
from booking.organisations.members import held, held_by_manager, managers_of
from booking.organisations.models import Membership, Organisation
from booking.outbox.service import post

LONGEST_REASON = 1_000


@dataclass(frozen=True, slots=True)
class Unverified:
    """One that waits: its row, and who manages it."""

    organisation: Organisation
    managers: tuple[str, ...]


def may_verify(actor: Actor) -> bool:
    """Say whether the person is of the city's staff, or decides on the rooms of anybody who has some."""
    places = actor.organisations_with(Right.VERIFY)
    if not places:
        return False
    owners = panels.rooms_by_owner()
    known = select(Organisation.id, Organisation.kind).where(
        Organisation.id.in_(sorted(places)), Organisation.verified_at.is_not(None)
    )
    return any(
        kind == "city" or (place in owners and (place, Role.APPROVER) in actor.roles)
        for place, kind in db.session.execute(known)
    )


def require_verifier(actor: Actor) -> None:
    """Raise Forbidden unless the person may verify."""
    if not may_verify(actor):
        raise Forbidden


def unverified() -> list[Unverified]:
    """Return those that wait, oldest first, with their managers. Two statements."""
    waiting = list(
        db.session.scalars(
            select(Organisation)
            .where(
                Organisation.verified_at.is_(None),
                Organisation.turned_down_at.is_(None),
                Organisation.archived_at.is_(None),
            )
            .order_by(Organisation.created_at, Organisation.id)
        )
    )
    names: dict[int, list[str]] = {}
    managing = (
        select(Membership.organisation_id, User.name)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.organisation_id.in_([each.id for each in waiting]),
            Membership.role == Role.MANAGER.value,
            Membership.ended_at.is_(None),
            User.closed_at.is_(None),
        )
        .order_by(User.name)
    )
    for organisation_id, name in db.session.execute(managing):
        names.setdefault(organisation_id, []).append(name)
    return [Unverified(each, tuple(names.get(each.id, ()))) for each in waiting]


def verify(organisation_id: int, *, actor: Actor, now: datetime) -> Organisation:
    """Let an association use what is for associations; its managers are told.

    Raises Forbidden, NotFound, WrongState for one that is verified, turned down or archived.
    """
    organisation = _waiting(organisation_id, actor)
    organisation.verified_at = now
    db.session.flush()
    record("verify", "organisation", organisation.id, actor_id=actor.user_id, now=now)
    for manager in managers_of(organisation.id):
        post(founding_mail.verified(organisation, manager), now=now)
    return organisation


def turn_down(organisation_id: int, reason: str, *, actor: Actor, now: datetime) -> Organisation:
    """Say why an association is not verified; the reason goes to its managers by mail and is kept nowhere.

    Raises as `verify`, and RuleViolation for no reason.
    """
    if not reason.strip():
        raise RuleViolation([Violation("turn_down_reason_missing", "reason")])
    organisation = _waiting(organisation_id, actor)
    organisation.turned_down_at = now
    db.session.flush()
    record("turn_down", "organisation", organisation.id, actor_id=actor.user_id, now=now)
    for manager in managers_of(organisation.id):
        post(founding_mail.turned_down(organisation, reason.strip(), manager), now=now)
    return organisation


def ask_again(organisation_id: int, *, actor: Actor, now: datetime) -> Organisation:
    """Put an association that was turned down among those that wait again, as its manager.

    Raises Forbidden, WrongState.
    """
    organisation = held_by_manager(organisation_id, actor)
    if organisation.verified_at is not None or organisation.turned_down_at is None:
        raise WrongState
    organisation.turned_down_at = None
    db.session.flush()
    record("ask_verification", "organisation", organisation.id, actor_id=actor.user_id, now=now)
    tell_verifiers(now)
    return organisation


def _waiting(organisation_id: int, actor: Actor) -> Organisation:
    require_verifier(actor)
    organisation = held(organisation_id)
    if any(place == organisation_id for place, _role in actor.roles):
        raise Forbidden
    if organisation.archived_at is not None:
        raise NotFound
    if organisation.verified_at is not None or organisation.turned_down_at is not None:
        raise WrongState
    return organisation
