"""Verify that an association is what it says: by the city's people, and by those who decide on rooms.

Nobody verifies what they belong to, nor for an organisation that is not verified itself.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from booking.access.actor import Actor
from booking.access.roles import Right, Role
from booking.accounts.models import User
from booking.audit.service import record
from booking.errors import Forbidden, NotFound, RuleViolation, Violation, WrongState
from booking.extensions import db
from booking.organisations import panels, verifying_mail
from booking.organisations.members import held, held_by_manager, managers_of
from booking.organisations.membership import people_with
from booking.organisations.models import Membership, Organisation
from booking.outbox.models import OutboxMessage
from booking.outbox.service import post

LONGEST_REASON: Final = 1_000
BETWEEN_MAILS: Final = timedelta(days=1)


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
        post(verifying_mail.verified(organisation, manager), now=now)
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
        post(verifying_mail.turned_down(organisation, reason.strip(), manager), now=now)
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


def tell_verifiers(now: datetime) -> None:
    """Have everybody of the city who verifies hear that something waits, at most once a day each."""
    cities = db.session.scalars(
        select(Organisation.id).where(Organisation.kind == "city", Organisation.archived_at.is_(None))
    )
    readers = {each.id: each for city in cities for each in people_with(Right.VERIFY, city)}
    for _id, reader in sorted(readers.items()):
        last = select(OutboxMessage).where(
            OutboxMessage.subject_kind == verifying_mail.VERIFIER, OutboxMessage.subject_id == reader.id
        )
        told = db.session.scalars(last.order_by(OutboxMessage.id.desc()).limit(1)).first()
        if told is not None and told.delivered_at is None and told.given_up_at is None:
            continue  # one that has not gone out yet tells of this one too
        since = told.delivered_at if told is not None else None
        wait = max(timedelta(0), since + BETWEEN_MAILS - now) if since is not None else timedelta(0)
        post(verifying_mail.something_waits(reader), now=now, wait_seconds=int(wait.total_seconds()))


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
