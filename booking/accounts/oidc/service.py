"""From who somebody is elsewhere to their account here: found, joined to the one they have, or made.

An account is found by issuer and subject alone. The first time those are joined to an account, and only by
the person: an account that has the address is never taken over because another service says so.
"""

import json
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from booking.access.actor import Actor
from booking.accounts import messages
from booking.accounts.models import ExternalIdentity, User
from booking.accounts.newcomers import make_proved_account
from booking.accounts.oidc.provider import Identity
from booking.accounts.service import user_with_email
from booking.audit.service import record
from booking.errors import Forbidden, WrongState
from booking.extensions import db
from booking.outbox.service import post
from booking.web.sealed import seal, unseal

_PURPOSE: Final = "oidc-identity"
_LONGEST: Final = timedelta(
    hours=1
)  # from the other service's answer to the account: a mail may come between


def account_of(identity: Identity) -> User | None:
    """Return the person whose account opens for this identity, or None. A closed account is returned too."""
    query = select(User).join(ExternalIdentity, ExternalIdentity.user_id == User.id)
    return db.session.scalar(
        query.where(ExternalIdentity.issuer == identity.issuer, ExternalIdentity.subject == identity.subject)
    )


def holder_of(email: str) -> User | None:
    """Return the person whose account has this address and who has proved it."""
    user = user_with_email(email)
    return (
        user if user is not None and (user.confirmed_at is not None or user.closed_at is not None) else None
    )


def keep(identity: Identity, browser: str) -> str:
    """Return an identity as a sealed text for an address. `browser` is a word that its session knows too."""
    facts = [identity.issuer, identity.subject, identity.email, identity.name, browser]
    return seal(_PURPOSE, json.dumps(facts))


def kept(text: str) -> tuple[Identity, str] | None:
    """Return an identity that `keep` sealed within the last hour, with its browser's word; else None."""
    opened = unseal(_PURPOSE, text, max_age_seconds=int(_LONGEST.total_seconds()))
    if opened is None:
        return None
    issuer, subject, email, name, browser = json.loads(opened)
    return Identity(issuer, subject, email, name), browser


def join(identity: Identity, *, actor: Actor, now: datetime) -> None:
    """Let the actor's account open for an identity from now on; they are told by mail.

    Raises Forbidden when the identity's verified address is not the account's own, WrongState when another
    account opens for it.
    """
    user = db.session.get(User, actor.user_id, with_for_update={"key_share": True}, populate_existing=True)
    if user is None or not user.is_active or user.email != identity.email:
        raise Forbidden("oidc_other_account")
    _join(identity, user, now)
    post(messages.identity_joined(user), now=now)


def make_account(identity: Identity, name: str, language: str, *, now: datetime) -> User:
    """Make an account for somebody whose address the other service has verified, and who accepts the terms.

    See `newcomers`. Raises WrongState for an address that has an account.
    """
    user = make_proved_account(identity.email, name, language, now=now)
    if user is None:
        raise WrongState("oidc_has_account")
    _join(identity, user, now)
    return user


def _join(identity: Identity, user: User, now: datetime) -> None:
    found = account_of(identity)
    if found is not None:
        if found.id != user.id:
            raise WrongState("oidc_joined_elsewhere")
        return
    made = ExternalIdentity(issuer=identity.issuer, subject=identity.subject, user_id=user.id, created_at=now)
    db.session.add(made)
    db.session.flush()
    record("join_identity", "user", user.id, actor_id=user.id, now=now, identity=made.id)
