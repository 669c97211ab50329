"""Ask people by mail to take a role. An invitation is the association's, whoever of its managers sent it.

The link's token is made of the row's id and generation and is stored nowhere: the mail gets it when it is
sent (`outbox.filling`). It opens one page; only a POST there accepts. Decision 0030 says why.
"""

import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Final

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from booking.access.actor import Actor
from booking.access.roles import Role
from booking.accounts import consents
from booking.accounts.models import User
from booking.accounts.service import create_user, normal_email, user_with_email
from booking.audit.service import record
from booking.errors import Forbidden, NotFound, RuleViolation, Violation, WrongState
from booking.extensions import db
from booking.organisations import group_sentences, invitation_mail, invitations, joining  # noqa: F401
from booking.organisations.members import (
    BASIC_ROLES,
    admit,
    grantable,
    held,
    held_by_manager,
    managers_of,
    only_stands_in,
)
from booking.organisations.membership import actor_of
from booking.organisations.models import Membership, MembershipInvitation, Organisation
from booking.outbox.filling import register_filler
from booking.outbox.service import post, take_back

LIFETIME: Final = timedelta(days=14)
MOST_OPEN: Final = 30
"""So many invitations of one organisation can be open: nobody sends mail to a whole town by it."""
AGAIN_AFTER: Final = timedelta(minutes=5)


def invite(
    organisation_id: int, email: str, role: Role, *, actor: Actor, now: datetime
) -> MembershipInvitation:
    """Invite an address, as a manager. Flushes.

    Nothing tells whether anybody has an account with it. Raises Forbidden, InvalidEmail, WrongState for an
    archived organisation, RuleViolation: `role_not_given`, `invited_already`, `member_already`,
    `too_many_invitations`, `stand_in_no_role` for the address of who only stands in.
    """
    organisation = held_by_manager(organisation_id, actor)
    address = normal_email(email)
    _refuse_own(address, organisation.id, actor)
    _refuse_invitation(organisation, address, role)
    known = user_with_email(address)
    language = known.language if known is not None and known.is_active else organisation.language
    made = MembershipInvitation(
        organisation=organisation,
        email=address,
        role=role,
        language=language,
        generation=1,
        invited_by_id=actor.user_id,
        created_at=now,
        expires_at=now + LIFETIME,
    )
    db.session.add(made)
    db.session.flush()
    record(
        "invite",
        "organisation",
        organisation.id,
        actor_id=actor.user_id,
        now=now,
        invitation=made.id,
        role=role.value,
    )
    post(invitation_mail.invited(made, actor.name), now=now)
    return made


def send_again(invitation_id: int, *, actor: Actor, now: datetime) -> MembershipInvitation:
    """Send a new link, good for another fortnight; the one before ends. As a manager.

    Who sends it is from then on who has invited. Raises NotFound, Forbidden, WrongState for one that is
    closed or was sent a moment ago, RuleViolation `stand_in_no_role` as `invite`.
    """
    invitation = _of_manager(invitation_id, actor)
    _refuse_own(invitation.email, invitation.organisation_id, actor)
    if now - (invitation.expires_at - LIFETIME) < AGAIN_AFTER:
        raise WrongState("invitation_just_sent")
    take_back(invitation_mail.SUBJECT, invitation.id, ["invited"])
    invitation.generation += 1
    invitation.expires_at = now + LIFETIME
    if actor.user_id is not None:
        invitation.invited_by_id = actor.user_id
    db.session.flush()
    record(
        "invite_again",
        "organisation",
        invitation.organisation_id,
        actor_id=actor.user_id,
        now=now,
        invitation=invitation.id,
    )
    post(invitation_mail.invited(invitation, actor.name), now=now)
    return invitation


def withdraw(invitation_id: int, *, actor: Actor, now: datetime) -> MembershipInvitation:
    """Take an invitation back, as a manager: its link ends. Raises NotFound, Forbidden, WrongState."""
    invitation = _of_manager(invitation_id, actor)
    invitations.close(invitation, "withdrawn", actor=actor, now=now)
    return invitation


def invitation_of(token: str, *, now: datetime) -> MembershipInvitation:
    """Return the open invitation that a link's token names.

    Raises NotFound for one that is forged, used, withdrawn, sent anew or too old, and for an organisation
    that is archived or that nobody manages.
    """
    number, _dot, digest = token.partition(".")
    if not number.isascii() or not number.isdecimal() or len(number) > 9:
        raise NotFound("invitation_over")
    query = select(MembershipInvitation).where(MembershipInvitation.id == int(number))
    found = db.session.scalar(query.options(joinedload(MembershipInvitation.organisation)))
    right = _digest(found.id, found.generation) if found is not None else ""
    if found is None or not hmac.compare_digest(digest.encode("utf-8", "surrogatepass"), right.encode()):
        raise NotFound("invitation_over")
    if found.closed_at is not None or found.expires_at <= now or found.organisation.archived_at is not None:
        raise NotFound("invitation_over")
    if not managers_of(found.organisation_id):
        raise NotFound("invitation_over")
    return found


def accept(token: str, *, other_address: bool = False, actor: Actor, now: datetime) -> Organisation:
    """Take the role, as the person signed in; the managers are told. Returns the organisation.

    `other_address`: they have said that they mean to although the invitation is for another address than
    their own. Raises NotFound as `invitation_of`, Forbidden for a visitor, RuleViolation
    `invitation_for_other`, `own_invitation` for who has sent it, `stand_in_no_role`.
    """
    if actor.user_id is None:
        raise Forbidden
    invitation = _held_invitation(token, now)
    user = db.session.get_one(User, actor.user_id)
    if invitation.invited_by_id == user.id:
        raise RuleViolation([Violation("own_invitation", "other_address")])
    if user.email != invitation.email and not other_address:
        raise RuleViolation([Violation("invitation_for_other", "other_address")])
    organisation = invitation.organisation
    admit(user.id, organisation, {Role(invitation.role)}, actor=actor, now=now)
    invitations.close(invitation, "accepted", actor=actor, now=now)
    if (asked := joining.waiting_request(organisation.id, user.id)) is not None:
        joining.close(asked, "accepted", actor=actor, now=now)
    for manager in managers_of(organisation.id):
        if manager.id != user.id:
            post(invitation_mail.accepted(invitation, user, manager), now=now)
    return organisation


def accept_as_new(token: str, name: str, language: str, *, now: datetime) -> tuple[User, Organisation]:
    """Make an account for the invited address, which the link has proved, and take the role.

    An account that was asked for with this address and never confirmed becomes theirs, without the password
    somebody gave it. Raises NotFound as `invitation_of`, RuleViolation `sign_in_instead` when there is one.
    """
    invitation = _held_invitation(token, now)
    user = user_with_email(invitation.email)
    if user is not None and (user.confirmed_at is not None or user.closed_at is not None):
        raise RuleViolation([Violation("sign_in_instead", "name")])
    if user is None:
        user = create_user(invitation.email, name, password_hash=None, now=now, language=language)
    else:
        user.name, user.language, user.password_hash, user.confirmed_at = name, language, None, now
    db.session.flush()
    consents.accept_terms(user.id, now=now)
    record("register", "user", user.id, actor_id=user.id, now=now, invitation=invitation.id)
    return user, accept(token, actor=actor_of(user), now=now)


def decline(token: str, *, actor: Actor, now: datetime) -> Organisation:
    """Say no to an invitation; whoever holds the link may. The managers are told. Raises NotFound."""
    invitation = _held_invitation(token, now)
    invitations.close(invitation, "declined", actor=actor, now=now)
    for manager in managers_of(invitation.organisation_id):
        post(invitation_mail.declined(invitation, manager), now=now)
    return invitation.organisation


def token_of(invitation: MembershipInvitation) -> str:
    """Return the secret part of the link's address."""
    return _token(invitation.id, invitation.generation)


def _token(invitation_id: int, generation: int) -> str:
    return f"{invitation_id}.{_digest(invitation_id, generation)}"


def _digest(invitation_id: int, generation: int) -> str:
    message = f"membership invitation {invitation_id} {generation}".encode("ascii")
    key = str(current_app.config["SECRET_KEY"]).encode("utf-8")
    return hmac.new(key, message, hashlib.sha256).hexdigest()[:40]


def _fill(rest: str) -> str:
    number, generation = rest.split(" ")
    return _token(int(number), int(generation))


register_filler(invitation_mail.FILLING, _fill)


def _refuse_invitation(organisation: Organisation, address: str, role: Role) -> None:
    """Raise WrongState or RuleViolation for an invitation that cannot be sent."""
    if organisation.archived_at is not None:
        raise WrongState("organisation_archived")
    if role not in grantable(organisation):
        raise RuleViolation([Violation("role_not_given", "role")])
    waiting = invitations.open_invitations(organisation.id)
    for each in waiting:
        if each.email == address:
            raise RuleViolation([Violation("invited_already", "email")])
    if len(waiting) >= MOST_OPEN:
        raise RuleViolation([Violation("too_many_invitations", "email", {"most": MOST_OPEN})])
    has = (
        select(Membership.id)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.organisation_id == organisation.id,
            Membership.ended_at.is_(None),
            User.email == address,
        )
    )
    if role in BASIC_ROLES and db.session.scalar(has.limit(1)) is not None:
        raise RuleViolation([Violation("member_already", "email")])


def _refuse_own(address: str, organisation_id: int, actor: Actor) -> None:
    """Raise RuleViolation where an administrator who only stands in would invite themselves."""
    known = user_with_email(address)
    if known is not None and known.id == actor.user_id and only_stands_in(organisation_id, actor.user_id):
        raise RuleViolation([Violation("stand_in_no_role", "email")])


def _of_manager(invitation_id: int, actor: Actor) -> MembershipInvitation:
    """Return an open invitation of an organisation that the actor manages, which nobody else changes."""
    found = db.session.get(MembershipInvitation, invitation_id)
    if found is None:
        raise NotFound("unknown_invitation")
    held_by_manager(found.organisation_id, actor)
    db.session.refresh(found)
    if found.closed_at is not None:
        raise WrongState("invitation_closed")
    return found


def _held_invitation(token: str, now: datetime) -> MembershipInvitation:
    """Return the open invitation of a token, whose organisation nobody else changes now."""
    found = invitation_of(token, now=now)
    held(found.organisation_id)
    db.session.expire(found)
    return invitation_of(token, now=now)
