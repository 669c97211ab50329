"""What a browser keeps while a factor is set up: the secret before it is proved, codes until they are safe.

Both lie in the session's cookie, encrypted: the database holds neither readable, and another browser of the
same person knows nothing of them.
"""

import json
from datetime import timedelta
from typing import Final

from flask import session

from booking.accounts.factors import totp
from booking.web.sealed import seal, unseal

_SECRET: Final = "factor_secret"  # noqa: S105 - the name of a place, not a secret
_CODES: Final = "factor_codes"
_LONGEST_SET_UP: Final = timedelta(hours=1)  # installing an app takes its time
_LONGEST_SHOWN: Final = timedelta(minutes=15)


def begin(user_id: int, *, renewing: bool) -> str:
    """Make a secret for a person to put into their app, keep it in this browser, and return it.

    `renewing`: it may take the place of the secret they have, which a code of that one has allowed.
    """
    secret = totp.new_secret()
    session[_SECRET] = seal(_SECRET, json.dumps([user_id, secret, renewing]))
    return secret


def secret_of(user_id: int, *, renewing: bool) -> str | None:
    """Return the secret this person has begun with in this browser within the last hour, or None."""
    kept = unseal(_SECRET, session.get(_SECRET, ""), max_age_seconds=int(_LONGEST_SET_UP.total_seconds()))
    if kept is None:
        return None
    whose, secret, renews = json.loads(kept)
    return str(secret) if (whose, renews) == (user_id, renewing) else None


def end() -> None:
    """Forget the secret."""
    session.pop(_SECRET, None)


def keep_codes(user_id: int, codes: list[str]) -> None:
    """Keep fresh recovery codes for the page that shows them."""
    session[_CODES] = seal(_CODES, json.dumps([user_id, codes]))


def codes_of(user_id: int) -> list[str] | None:
    """Return this person's codes if they were made here within the last 15 minutes and are not put away."""
    kept = unseal(_CODES, session.get(_CODES, ""), max_age_seconds=int(_LONGEST_SHOWN.total_seconds()))
    if kept is None:
        return None
    whose, codes = json.loads(kept)
    return list(codes) if whose == user_id else None


def forget_codes() -> None:
    """The person has put the codes away: nobody sees them here again."""
    session.pop(_CODES, None)
