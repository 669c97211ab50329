"""Accounts of people who have proved their address on the way in: by a link, or at another service."""

from datetime import datetime

from booking.accounts.consents import accept_terms
from booking.accounts.models import User
from booking.accounts.service import create_user, user_with_email


def make_proved_account(email: str, name: str, language: str, *, now: datetime) -> User | None:
    """Return the new account of somebody whose address is proved and who has accepted the terms of use.

    It has no password. An account that somebody has asked for with this address and never confirmed becomes
    theirs, without its password: whoever chose that may have been another. None for an address that has an
    account, a closed one too.
    """
    user = user_with_email(email)
    if user is None:
        user = create_user(email, name, password_hash=None, language=language, now=now)
    elif user.confirmed_at is None and user.closed_at is None:
        user.name, user.language, user.password_hash, user.confirmed_at = name, language, None, now
    else:
        return None
    accept_terms(user.id, now=now)
    return user
