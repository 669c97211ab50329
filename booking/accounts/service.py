"""People: their accounts and confirmed addresses.

Hash passwords (`passwords.hash_password`) before the writing transaction begins.
"""

from datetime import datetime, timedelta
from typing import Final

from email_validator import EmailNotValidError, validate_email
from flask import current_app
from flask_babel import lazy_gettext
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from booking.accounts import messages
from booking.accounts.consents import accept_terms
from booking.accounts.models import User
from booking.accounts.passwords import verify_password
from booking.errors import DomainError, NotFound
from booking.extensions import db
from booking.outbox.service import post
from booking.web.sentences import register_sentences

__all__ = [
    "EmailTaken",
    "InvalidEmail",
    "confirm_address",
    "create_user",
    "normal_email",
    "register",
    "user_of_link",
    "user_with_email",
    "verify_password",
]

register_sentences(
    {
        "link_expired": lazy_gettext(
            "Linkki on vanhentunut tai vaillinainen. Avaa se suoraan viestistä tai rekisteröidy uudelleen."
        ),
        "email_taken": lazy_gettext("Osoitteella %(email)s on jo tunnus."),
        "invalid_email": lazy_gettext("Kirjoita sähköpostiosoite muodossa nimi@esimerkki.fi."),
    }
)

LINK_LIFETIME: Final = timedelta(hours=24)


class EmailTaken(DomainError):
    """Somebody has an account with this address."""

    code = "email_taken"


class InvalidEmail(DomainError):
    """The text is no e-mail address."""

    code = "invalid_email"


def normal_email(text: str) -> str:
    """Return an address as it is stored: checked, in lower case. Raises InvalidEmail."""
    try:
        return validate_email(text, check_deliverability=False).normalized.lower()
    except EmailNotValidError:
        raise InvalidEmail from None


def user_with_email(email: str) -> User | None:
    """Return the person with an address, written in any case."""
    return db.session.scalar(select(User).where(User.email == email.strip().lower()))


def create_user(
    email: str,
    name: str,
    *,
    password_hash: str | None,
    now: datetime,
    language: str = "fi",
    is_admin: bool = False,
    confirmed: bool = True,
) -> User:
    """Add a person and return them with their id. Raises InvalidEmail or EmailTaken."""
    address = normal_email(email)
    if user_with_email(address) is not None:
        raise EmailTaken(email=address)
    user = User(
        email=address,
        name=name,
        password_hash=password_hash,
        language=language,
        is_admin=is_admin,
        created_at=now,
        confirmed_at=now if confirmed else None,
    )
    try:
        with db.session.begin_nested():
            db.session.add(user)
    except IntegrityError:  # another was quicker
        raise EmailTaken(email=address) from None
    return user


def register(email: str, name: str, *, password_hash: str, language: str, now: datetime) -> None:
    """Take an account in use as far as its confirmation mail; an address in use gets a mail that says so.

    Who registers has accepted the terms of use (`forms.ConsentForm`); that is noted when they confirm.
    Nothing that comes back tells whether the address was known, and as many statements are sent either way.
    Who registers again before confirming replaces name and password, and links sent before end.
    """
    address = normal_email(email)
    user = user_with_email(address)
    if user is None:
        user = User(email=address, name=name, password_hash=password_hash, language=language, created_at=now)
        db.session.add(user)
        db.session.flush()
    elif user.confirmed_at is not None or user.closed_at is not None:
        as_it_was = update(User).where(User.id == user.id).values(created_at=User.created_at)
        db.session.execute(as_it_was.execution_options(synchronize_session=False))
        post(messages.account_exists(user), now=now)
        return
    else:
        user.name, user.password_hash, user.language = name, password_hash, language
    post(messages.confirm_address(user, link_token(user)), now=now)


def link_token(user: User) -> str:
    """Return the signed token of a confirmation link."""
    return str(_signer().dumps([user.id, user.fingerprint]))


def user_of_link(token: str) -> User:
    """Return whose link it is. Raises NotFound for a forged, old or replaced one or a closed account."""
    try:
        user_id, fingerprint = _signer().loads(token, max_age=int(LINK_LIFETIME.total_seconds()))
    except (BadData, ValueError, TypeError):
        raise NotFound("link_expired") from None
    user = db.session.get(User, user_id)
    if user is None or user.closed_at is not None or user.fingerprint != fingerprint:
        raise NotFound("link_expired")
    return user


def confirm_address(user_id: int, now: datetime) -> User:
    """Note that a person has proved their address, and return them."""
    user = db.session.get_one(User, user_id)
    user.confirmed_at = user.confirmed_at or now
    accept_terms(user_id, now=now)
    return user


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="confirm-address")
