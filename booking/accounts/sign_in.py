"""Signing in: from an address and a password to a session.

This is an edge that opens its own transactions: the try is written down in one, the password is hashed
outside any, and the success is noted in another.
"""

from datetime import datetime
from typing import Final

from flask import session, url_for
from flask_babel import lazy_gettext
from flask_login import login_user

from booking.accounts import passwords, second_step, throttle
from booking.accounts.models import User
from booking.accounts.service import user_with_email
from booking.db import in_transaction
from booking.errors import DomainError
from booking.extensions import db, login_manager
from booking.web.sentences import register_sentences

AFTER_SIGN_IN: Final = "reservations.my"
_REGISTERED: Final = "registered"
_WAITING: Final = "second_step"


class WrongPassword(DomainError):
    """Address and password do not belong together. Which of them is wrong is not said."""

    code = "wrong_password"


class Unconfirmed(DomainError):
    """The password is right, the address has not been proved."""

    code = "unconfirmed"


register_sentences(
    {
        "wrong_password": lazy_gettext(
            "Sähköpostiosoite ja salasana eivät sovi yhteen. Tarkista molemmat ja yritä uudelleen."
        ),
        "unconfirmed": lazy_gettext(
            "Osoitetta ei ole vielä vahvistettu. Avaa vahvistuslinkki, joka on sähköpostissasi,"
            " tai rekisteröidy uudelleen, niin saat uuden linkin."
        ),
    }
)


@login_manager.user_loader  # type: ignore[untyped-decorator]  # Flask-Login is not typed
def load_user(session_id: str) -> User | None:
    """Return the person a session remembers, unless the account is closed or its password has changed."""
    user_id, _, fingerprint = session_id.partition(".")
    if not user_id.isascii() or not user_id.isdecimal():
        return None
    user = db.session.get(User, int(user_id))
    return user if user and user.is_active and user.fingerprint == fingerprint else None


def sign_in(email: str, password: str, *, wanted: str | None, address: str | None, now: datetime) -> str:
    """Let the person with this address and password in, and return where they go next (`proceed`).

    Raises TooManyAttempts (`retry_after` seconds), WrongPassword or Unconfirmed.
    """
    user = check_password(email, password, address=address, now=now)
    if user.confirmed_at is None:
        raise Unconfirmed
    return proceed(user, wanted=wanted)


def proceed(user: User, *, wanted: str | None = None, remember: bool = False) -> str:
    """Let in somebody who has proved who they are, by whatever first step; return where they go next.

    `wanted` is a path of this site. Who needs a second step gets no session before it: what is known is
    kept for it in the cookie (`waiting`), and the session is opened by `open_session`.
    """
    step = second_step.step_of(user)
    if step is None:
        open_session(user, remember=remember)
        return wanted or url_for(AFTER_SIGN_IN)
    session.clear()
    session[_WAITING] = [user.get_id(), wanted, remember]
    return url_for(step)


def check_password(email: str, password: str, *, address: str | None, now: datetime) -> User:
    """Return the person with this address and password, whose address may not be confirmed yet.

    Takes as long for an address nobody has. Raises TooManyAttempts (`retry_after` seconds) or WrongPassword.
    """
    known = email.strip().lower()
    attempt = in_transaction(lambda: throttle.begin_attempt("sign-in", known, address, now))
    user = user_with_email(known)
    password_hash = user.password_hash if user and user.closed_at is None else None
    db.session.rollback()  # nothing is held while the password is hashed
    if not passwords.verify_password(password_hash, password):
        raise WrongPassword
    newer = passwords.hash_password(password) if password_hash and passwords.is_dated(password_hash) else None
    return in_transaction(lambda: _note_success(known, attempt, newer))


def open_session(user: User, *, remember: bool = False) -> None:
    """Sign a person in, in a session that shares nothing with what the browser had before."""
    session.clear()
    login_user(user, remember=remember)


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
