"""Signed texts for links in mail: who opens one needs no session, and nobody can make one up.

A token is signed, not secret: put ids into it, never a name.
"""

import hashlib
from typing import Any, Final

from flask import current_app
from itsdangerous import BadData, URLSafeTimedSerializer

LONGEST_TOKEN: Final = 500  # characters; ours have about a hundred


def sign(purpose: str, value: Any) -> str:
    """Return a token for an address. In: anything JSON can hold.

    A token of one `purpose` is worth nothing for another. Its age counts from this moment.
    """
    return str(_signer(purpose).dumps(value))


def read(purpose: str, token: str, *, max_age_days: float) -> Any | None:
    """Return what was signed, or None for a token that is forged, too old or of another purpose.

    The signature is looked at before anything in the token is, and takes the same time right or wrong.
    """
    if len(token) > LONGEST_TOKEN:
        return None
    try:
        return _signer(purpose).loads(token, max_age=int(max_age_days * 24 * 3600))
    except BadData:
        return None


def _signer(purpose: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(
        current_app.config["SECRET_KEY"],
        salt=f"booking.signed:{purpose}",
        signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
    )
