"""Bearer tokens of the API: made and shown once, limited in what they may do and until when, revoked.

A token never reaches further than its person does. Functions work in the caller's transaction and flush.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import joinedload

from booking.access.actor import Actor
from booking.access.scopes import ALL_SCOPES, TokenScope, held, stored
from booking.accounts import messages
from booking.accounts.models import ApiToken, User
from booking.audit.service import record
from booking.db import in_transaction
from booking.errors import Forbidden, NotFound, RuleViolation, Violation
from booking.extensions import db
from booking.outbox.service import post
from booking.web.sentences import register_sentences

TOKEN_PREFIX: Final = "imt_"  # noqa: S105 - what scanners of leaked secrets look for
LIFETIMES: Final = (30, 90, 365)
"""Days for which a person's token may be good."""
MOST_TOKENS: Final = 20
"""Tokens in force a person may have at a time."""
WARNED_BEFORE: Final = timedelta(days=7)
_USE_NOTED_EVERY: Final = timedelta(days=1)
_WARNED_AT_ONCE: Final = 50

register_sentences(
    {
        "unknown_token": _l("Avainta ei ole tai se ei ole sinun."),
        "too_many_tokens": _l("Sinulla on jo %(most)s avainta. Poista ensin jokin, jota et enää tarvitse."),
        "token_lifetime": _l("Valitse jokin annetuista ajoista."),
    }
)


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose token it is and what may be done with it."""

    user: User
    scopes: frozenset[TokenScope]


def create_api_token(
    user: User,
    name: str,
    *,
    now: datetime,
    scopes: Collection[TokenScope] = ALL_SCOPES,
    days: int | None = None,
) -> str:
    """Add a token of the API and return its plaintext, which cannot be read again. No `days`: no end."""
    return _add(user.id, name, scopes, days, now)[1]


def make_token(
    name: str, scopes: Collection[TokenScope], days: int, *, actor: Actor, now: datetime
) -> tuple[ApiToken, str]:
    """Add a token of one's own, put it on record, and return it with its plaintext.

    Raises Forbidden for a visitor, RuleViolation for another lifetime than those offered or too many tokens.
    """
    if actor.user_id is None:
        raise Forbidden
    if days not in LIFETIMES:
        raise RuleViolation([Violation("token_lifetime", "days")])
    mine = (
        select(func.count()).select_from(ApiToken).where(ApiToken.user_id == actor.user_id, *_in_force(now))
    )
    if (db.session.scalar(mine) or 0) >= MOST_TOKENS:
        raise RuleViolation([Violation("too_many_tokens", "name", {"most": MOST_TOKENS})])
    token, plaintext = _add(actor.user_id, name, scopes, days, now)
    known = {"scopes": token.scopes.split(), "days": days}
    record("make_token", "token", token.id, actor_id=actor.user_id, now=now, **known)
    return token, plaintext


def revoke_token(token_id: int, *, actor: Actor, now: datetime) -> ApiToken:
    """End a token of one's own at once; one that has ended stays so. Raises NotFound for another's."""
    token = db.session.get(ApiToken, token_id, populate_existing=True)
    if token is None or token.user_id != actor.user_id:
        raise NotFound("unknown_token")
    if token.revoked_at is None:
        token.revoked_at = now
        record("revoke_token", "token", token.id, actor_id=actor.user_id, now=now)
    return token


def tokens_of(actor: Actor, now: datetime) -> list[ApiToken]:
    """Return a person's tokens that are in force, newest first. One statement."""
    query = select(ApiToken).where(ApiToken.user_id == actor.user_id, *_in_force(now))
    return list(db.session.scalars(query.order_by(ApiToken.id.desc())))


def holder_of(plaintext: str, *, now: datetime) -> Holder | None:
    """Return whose it is and what it allows; None unless the token is in force and the account open.

    Once a day the token's use is noted, in a transaction of its own: call it before any other work.
    """
    row = db.session.execute(
        select(User, ApiToken)
        .join(ApiToken, ApiToken.user_id == User.id)
        .where(ApiToken.token_sha256 == _digest(plaintext), *_in_force(now))
    ).one_or_none()
    if row is None or not row.User.is_active:
        return None
    token_id, used_at, scopes = row.ApiToken.id, row.ApiToken.last_used_at, held(row.ApiToken.scopes)
    if used_at is None or now - used_at >= _USE_NOTED_EVERY:
        in_transaction(lambda: _note_use(token_id, now))
    return Holder(row.User, scopes)


def warn_of_expiry(*, now: datetime) -> int:
    """Tell the people whose tokens end within a week, once a token, some at a time; return how many."""
    due = db.session.scalars(
        select(ApiToken)
        .where(
            *_in_force(now),
            ApiToken.expires_at <= now + WARNED_BEFORE,
            ApiToken.warned_at.is_(None),
        )
        .options(joinedload(ApiToken.user))
        .order_by(ApiToken.expires_at, ApiToken.id)
        .limit(_WARNED_AT_ONCE)
        .with_for_update(of=ApiToken, skip_locked=True)
    ).all()
    for token in due:
        token.warned_at = now
        if token.user.is_active:
            post(messages.token_expires(token), now=now)
    db.session.flush()
    return len(due)


def _add(
    user_id: int, name: str, scopes: Collection[TokenScope], days: int | None, now: datetime
) -> tuple[ApiToken, str]:
    plaintext = TOKEN_PREFIX + secrets.token_urlsafe(32)
    token = ApiToken(
        user_id=user_id,
        name=name,
        token_sha256=_digest(plaintext),
        scopes=stored(scopes),
        created_at=now,
        expires_at=now + timedelta(days=days) if days is not None else None,
    )
    db.session.add(token)
    db.session.flush()
    return token, plaintext


def _in_force(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        ApiToken.revoked_at.is_(None),
        or_(ApiToken.expires_at.is_(None), ApiToken.expires_at > now),
    )


def _note_use(token_id: int, now: datetime) -> None:
    db.session.get_one(ApiToken, token_id).last_used_at = now


def _digest(plaintext: str) -> str:
    return sha256(plaintext.encode("utf-8", "surrogatepass")).hexdigest()
