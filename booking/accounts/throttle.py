"""Slow down whoever guesses passwords. Kept in the database, so that all processes and machines count alike.

A try is written down before the password is looked at and struck out when it was right: many tries at one
moment cannot slip in between a count and its record.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import IPv6Address, ip_address
from typing import Final

from flask import current_app
from sqlalchemy import delete, func, or_, select

from booking.accounts.models import SignInAttempt
from booking.errors import TooManyAttempts
from booking.extensions import db

WINDOW: Final = timedelta(minutes=15)
TRIES_ON_AN_ACCOUNT: Final = 5
TRIES_FROM_AN_ADDRESS: Final = 30  # a library's or a school's computers share one address


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try that was written down: the ids of its rows and the key of its account, or of a known device."""

    row_ids: tuple[int, ...]
    account_key: str


def begin_attempt(
    kind: str, account: str, address: str | None, now: datetime, *, device: str | None = None
) -> Attempt:
    """Write a try down, in the caller's writing transaction.

    `kind` keeps sign-in, registration, links and codes apart, `account` is the e-mail address tried (or what
    else names the account), `address` that of the network. Raises TooManyAttempts with `retry_after` in
    seconds when either has had its tries of the last 15 minutes.

    `device` names a browser that has signed in to this account before (`known_device`): it has as many tries
    of its own, and no stranger's tries on the account or from the same network count against it.
    """
    account_key, limits = _limits(kind, account, address, device)
    _lock(limits)
    for key, limit in limits.items():
        _refuse_beyond(key, limit, now)
    rows = [SignInAttempt(key=key, at=now) for key in limits]
    db.session.add_all(rows)
    db.session.flush()
    return Attempt(tuple(row.id for row in rows), account_key)


def is_open(
    kind: str, account: str, address: str | None, now: datetime, *, device: str | None = None
) -> bool:
    """Say whether `begin_attempt` would take one more try. Writes nothing."""
    try:
        for key, limit in _limits(kind, account, address, device)[1].items():
            _refuse_beyond(key, limit, now)
    except TooManyAttempts:
        return False
    return True


def forgive(attempt: Attempt) -> None:
    """Strike out a try that was right, and the account's wrong ones before it.

    The network address keeps its other tries: one's own account must not buy guesses at others'.
    """
    db.session.execute(
        delete(SignInAttempt).where(
            or_(SignInAttempt.id.in_(attempt.row_ids), SignInAttempt.key == attempt.account_key)
        )
    )


def forget_old(now: datetime) -> int:
    """Delete the tries that count no more; return how many. For the periodic jobs."""
    old = delete(SignInAttempt).where(SignInAttempt.at <= now - WINDOW).returning(SignInAttempt.id)
    return len(db.session.execute(old).all())


def _limits(
    kind: str, account: str, address: str | None, device: str | None
) -> tuple[str, Mapping[str, int]]:
    """Return the key of the account, or of a known device, and how many tries each key has."""
    if device is not None:
        account_key = _digest(kind, "device", f"{device}:{account}")
        return account_key, {account_key: TRIES_ON_AN_ACCOUNT}
    account_key = _digest(kind, "account", account)
    network_key = _digest(kind, "network", _network(address))
    return account_key, {account_key: TRIES_ON_AN_ACCOUNT, network_key: TRIES_FROM_AN_ADDRESS}


def _refuse_beyond(key: str, limit: int, now: datetime) -> None:
    times = db.session.scalars(
        select(SignInAttempt.at)
        .where(SignInAttempt.key == key, SignInAttempt.at > now - WINDOW)
        .order_by(SignInAttempt.at.desc())
        .limit(limit)
    ).all()
    if len(times) == limit:
        wait = times[-1] + WINDOW - now
        raise TooManyAttempts(retry_after=max(1, int(wait.total_seconds())))


def _lock(keys: Mapping[str, int]) -> None:
    """Let one transaction at a time count a key. SQLite has one writer at a time anyway."""
    if db.session.get_bind().dialect.name == "postgresql":
        for key in sorted(keys):
            db.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))


def _network(address: str | None) -> str:
    """Return what counts as one network address: of IPv6 the first 64 bits, which one household has."""
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped or int(parsed) >> 64)
    return str(parsed)


def _digest(kind: str, of: str, value: str) -> str:
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(secret, f"{kind}:{of}:{value}".encode(), sha256).hexdigest()
