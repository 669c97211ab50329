"""Secret feeds: make, renew, revoke, and find what a token opens.

The token is HMAC-SHA256 of SECRET_KEY over the subscription's id and generation. The database keeps its
SHA-256 alone: the owner can always see the address again, and a stolen database opens nothing.
"""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime

from flask import current_app
from sqlalchemy import select, true
from sqlalchemy.orm import joinedload

from booking.access.actor import Actor
from booking.access.roles import Right
from booking.audit.service import record
from booking.calendars.models import Subscription
from booking.errors import Forbidden, NotFound
from booking.extensions import db
from booking.organisations.membership import actor_with, roles_of

RIGHT_NEEDED = {"organisation": Right.SEE, "approver": Right.DECIDE}


def may_subscribe(kind: str, organisation_id: int | None, actor: Actor) -> bool:
    """Say whether a person may have (or still have) a feed of this kind."""
    if kind == "mine":
        return actor.is_signed_in and organisation_id is None
    return kind in RIGHT_NEEDED and actor.has(RIGHT_NEEDED[kind], organisation_id)


def create(kind: str, organisation_id: int | None, *, actor: Actor, now: datetime) -> Subscription:
    """Make a secret feed, in the caller's transaction, and return it; the one there is when there is one.

    Raises Forbidden to whom the kind is not open.
    """
    if actor.user_id is None or not may_subscribe(kind, organisation_id, actor):
        raise Forbidden
    for existing in subscriptions_of(actor):
        if (existing.kind, existing.organisation_id) == (kind, organisation_id):
            return existing
    made = Subscription(
        user_id=actor.user_id,
        kind=kind,
        organisation_id=organisation_id,
        generation=1,
        token_sha256=secrets.token_hex(32),  # the token needs the id: this stands for it until the flush
        created_at=now,
        renewed_at=now,
    )
    db.session.add(made)
    db.session.flush()
    made.token_sha256 = _fingerprint(token_of(made))
    record(
        "calendar_created",
        "subscription",
        made.id,
        actor_id=actor.user_id,
        now=now,
        feed=kind,
        organisation=organisation_id,
    )
    return made


def renew(subscription_id: int, *, actor: Actor, now: datetime) -> Subscription:
    """Give a feed a new address; the old one answers 404 from now on. Raises NotFound."""
    subscription = own(subscription_id, actor, changing=True)
    subscription.generation += 1
    subscription.token_sha256 = _fingerprint(token_of(subscription))
    subscription.renewed_at = now
    _forget_use(subscription)
    record("calendar_renewed", "subscription", subscription.id, actor_id=actor.user_id, now=now)
    return subscription


def revoke(subscription_id: int, *, actor: Actor, now: datetime) -> None:
    """End a feed for good: its address answers 404 from now on. Raises NotFound."""
    subscription = own(subscription_id, actor, changing=True)
    subscription.revoked_at = now
    _forget_use(subscription)
    record("calendar_revoked", "subscription", subscription.id, actor_id=actor.user_id, now=now)


def subscriptions_of(actor: Actor) -> list[Subscription]:
    """Return a person's feeds that are not revoked, oldest first, with those whose membership has ended."""
    return list(
        db.session.scalars(
            select(Subscription)
            .where(Subscription.user_id == actor.user_id, Subscription.revoked_at.is_(None))
            .options(joinedload(Subscription.organisation))
            .order_by(Subscription.id)
        )
    )


def token_of(subscription: Subscription) -> str:
    """Return the secret part of a feed's address: 43 characters that may stand in an address as they are."""
    return token_for(subscription.id, subscription.generation)


def token_for(subscription_id: int, generation: int) -> str:
    """Return the token of a feed's generation, also of one that has been renewed since."""
    message = f"calendar feed {subscription_id} {generation}".encode("ascii")
    digest = hmac.digest(str(current_app.config["SECRET_KEY"]).encode("utf-8"), message, "sha256")
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


def find(token: str) -> tuple[Subscription, Actor]:
    """Return the feed a token opens, and its person as they are now.

    Raises NotFound, also when the account is closed. Whether the person may still see what is in it is for
    the caller to ask. One statement.
    """
    opened = Subscription.token_sha256 == _fingerprint(token)
    roles = roles_of(select(Subscription.user_id).where(opened).scalar_subquery(), visits=False).subquery()
    rows = db.session.execute(
        select(Subscription, roles.c.organisation_id, roles.c.role)
        .outerjoin(roles, true())
        .where(opened, Subscription.revoked_at.is_(None))
        .options(joinedload(Subscription.user))
    ).all()
    if not rows or not rows[0][0].user.is_active:
        raise NotFound
    subscription = rows[0][0]
    held = [(organisation_id, role) for _feed, organisation_id, role in rows if role is not None]
    return subscription, actor_with(subscription.user, held)


def own(subscription_id: int, actor: Actor, *, changing: bool = False) -> Subscription:
    """Return a person's feed that is not revoked. Raises NotFound, for another's too.

    `changing`: nobody else changes it before this transaction ends.
    """
    found = db.session.get(Subscription, subscription_id, with_for_update=changing or None)
    if found is None or found.revoked_at is not None or found.user_id != actor.user_id:
        raise NotFound
    return found


def _forget_use(subscription: Subscription) -> None:
    """The next address has not been fetched by anything, and one that is gone tells nothing more."""
    subscription.fetched_at = subscription.fetched_by = None


def _fingerprint(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
