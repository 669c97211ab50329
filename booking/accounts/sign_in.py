"""Signing in: from an address and a password to a session.

This is an edge that opens its own transactions: the try is written down in one, the password is hashed
outside any, and the success is noted in another.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from flask import session, url_for
from flask_babel import lazy_gettext

from booking import clock
from booking.accounts import known_device, passwords, second_step, throttle
from booking.accounts.models import User
from booking.accounts.service import user_with_email
from booking.accounts.sessions import Way
from booking.accounts.this_session import open_session
from booking.db import in_transaction
from booking.errors import DomainError
from booking.extensions import db
from booking.web.sentences import register_sentences

AFTER_SIGN_IN: Final = "reservations.my"
_REGISTERED: Final = "registered"
_WAITING: Final = "second_step"
LONGEST_WAIT: Final = timedelta(minutes=10)  # between the two steps


@dataclass(frozen=True, slots=True)
class Waiting:
    """A sign-in between its first and its second step: who, where they are going, and how they came."""

    user_id: int
    wanted: str | None
    remember: bool
    way: Way


class WrongPassword(DomainError):
    """Address and password do not belong together, or the address has not been proved. Which, is not said.

    Who registers with another's address and a password of their own must not learn whether it has an account.
    """

    code = "wrong_password"


register_sentences(
    {
        "wrong_password": lazy_gettext(
            "Sähköpostiosoite ja salasana eivät sovi yhteen, tai osoite on vahvistamatta. Tarkista molemmat,"
            " avaa vahvistuslinkki sähköpostistasi tai pyydä kirjautumislinkki."
        )
    }
)


def sign_in(
    email: str,
    password: str,
    *,
    wanted: str | None,
    remember: bool = False,
    address: str | None,
    now: datetime,
) -> str:
    """Let the person with this address and password in, and return where they go next (`proceed`).

    Raises TooManyAttempts (`retry_after` seconds) or WrongPassword.
    """
    user = check_password(email, password, address=address, now=now)
    return proceed(user, wanted=wanted, remember=remember)


def proceed(
    user: User,
    *,
    wanted: str | None = None,
    remember: bool = False,
    way: Way = Way.PASSWORD,
    proof: Callable[[], object] | None = None,
) -> str:
    """Let in somebody who has proved who they are, by whatever first step; return where they go next.

    `wanted` is a path of this site. `proof` strikes out what may be used once, in the transaction that opens
    the session. Who needs a second step gets no session before it: what is known is kept for it in the cookie
    (`waiting`), and the session is opened by `let_in`.
    """
    step = second_step.step_of(user)
    if step is None:
        return let_in(user.id, wanted=wanted, remember=remember, way=way, proof=proof)
    if proof is not None:
        in_transaction(proof)
    session.clear()
    since = int(clock.now().timestamp())
    session[_WAITING] = [f"{user.id}.{user.fingerprint}", wanted, remember, way.value, since]
    return url_for(step)


def waiting() -> Waiting | None:
    """Return who has taken the first step in this browser and not the second, None when nobody has.

    Nobody has, either, who took it more than ten minutes ago, or whose account has been closed or whose
    password has changed since.
    """
    try:
        who, wanted, remember, way, since = session[_WAITING]
        if clock.now() - datetime.fromtimestamp(since, UTC) > LONGEST_WAIT:
            return None
        user_id, _, fingerprint = str(who).partition(".")
        user = db.session.get(User, int(user_id))
        kept = Waiting(int(user_id), wanted, bool(remember), Way(way))
    except (KeyError, TypeError, ValueError):
        return None
    return kept if user and user.is_active and user.fingerprint == fingerprint else None


def welcome(make: Callable[[], User], *, wanted: str | None, remember: bool, way: Way) -> str:
    """Let in somebody whose account `make` makes, in the transaction that opens the session.

    Nobody so new has a second step. Return where they go next.
    """
    open_session(make, way=way, remember=remember)
    return wanted or url_for(AFTER_SIGN_IN)


def let_in(
    user_id: int,
    *,
    wanted: str | None,
    remember: bool,
    way: Way,
    proof: Callable[[], object] | None = None,
) -> str:
    """Open a session for a person who has taken every step they need; return where they go next."""

    def prove() -> User:
        if proof is not None:
            proof()
        return db.session.get_one(User, user_id)

    open_session(prove, way=way, remember=remember)
    return wanted or url_for(AFTER_SIGN_IN)


def check_password(
    email: str, password: str, *, address: str | None, now: datetime, unproved: bool = False
) -> User:
    """Return the person with this address and password, who has proved the address.

    `unproved`: one who has not may be returned too. Takes as long for an address nobody has. Raises
    TooManyAttempts (`retry_after` seconds) or WrongPassword.
    """
    known = email.strip().lower()
    attempt = in_transaction(
        lambda: throttle.begin_attempt("sign-in", known, address, now, device=known_device.of(known))
    )
    user = user_with_email(known)
    password_hash = user.password_hash if user and user.closed_at is None else None
    is_let_in = unproved or (user is not None and user.confirmed_at is not None)
    db.session.rollback()  # nothing is held while the password is hashed
    if not passwords.verify_password(password_hash, password) or not is_let_in:
        raise WrongPassword
    newer = passwords.hash_password(password) if password_hash and passwords.is_dated(password_hash) else None
    return in_transaction(lambda: _note_success(known, attempt, newer))


def remember_registration(password_hash: str) -> None:
    """Let this browser confirm, without the password, the account it has just asked for."""
    session[_REGISTERED] = User(password_hash=password_hash).fingerprint


def has_registered(user: User) -> bool:
    """Say whether this browser asked for this account with the password it has now."""
    return session.get(_REGISTERED) == user.fingerprint


def _note_success(email: str, attempt: throttle.Attempt, newer_hash: str | None) -> User:
    throttle.forgive(attempt)
    user = user_with_email(email)
    if user is None:
        raise WrongPassword
    if newer_hash:
        user.password_hash = newer_hash
    return user
