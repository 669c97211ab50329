"""Devices that have signed in to an account before: no stranger can use up the tries of who sits at one.

The cookie is signed. It holds, for each of the last few accounts that signed in here, a digest of the address
and a random name of this device: nothing that tells whose they are, and nothing that signs anybody in.
"""

import hmac
import secrets
from hashlib import sha256
from typing import Any, Final

from flask import Response, current_app, request

from booking.web import signed

_PURPOSE: Final = "known-device"
_ACCOUNTS: Final = 4  # of a shared computer; the cookie has room for no more
_DAYS: Final = 365


def of(email: str) -> str | None:
    """Return the name of this request's device, if the account with this address has signed in on it."""
    return dict(_read()).get(_digest(email))


def keep(email: str, response: Response) -> Response:
    """Have the browser remember that the account with this address has signed in on it; return the answer."""
    mark = _digest(email)
    name = of(email) or secrets.token_urlsafe(9)
    others = [known for known in _read() if known[0] != mark]
    response.set_cookie(
        cookie_name(),
        signed.sign(_PURPOSE, [(mark, name), *others][:_ACCOUNTS]),
        max_age=_DAYS * 24 * 3600,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
    return response


def _read() -> list[tuple[str, str]]:
    kept: Any = signed.read(_PURPOSE, request.cookies.get(cookie_name(), ""), max_age_days=_DAYS)
    return [(str(mark), str(name)) for mark, name in kept or ()]


def cookie_name() -> str:
    """Return the cookie's name: with encryption one that no neighbour's host can set."""
    return "__Host-device" if current_app.config["SESSION_COOKIE_SECURE"] else "device"


def _digest(email: str) -> str:
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(secret, f"{_PURPOSE}:{email.strip().lower()}".encode(), sha256).hexdigest()[:16]
