"""Texts that only this installation can read, wherever they are kept: database, cookie, address.

The keys are derived from SECRET_KEY (HKDF, RFC 5869), one for each purpose. With another SECRET_KEY nothing
sealed before can be read again.
"""

import base64
from typing import Final

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app

LONGEST_SEALED: Final = 4000  # characters: a cookie's


def seal(purpose: str, text: str) -> str:
    """Return the text encrypted and signed (Fernet), in letters that may stand in an address."""
    return _box(purpose).encrypt(text.encode()).decode("ascii")


def unseal(purpose: str, sealed: str, *, max_age_seconds: int | None = None) -> str | None:
    """Return what was sealed; None when that was for another purpose, with another key or too long ago."""
    if len(sealed) > LONGEST_SEALED or not sealed.isascii():
        return None
    try:
        return _box(purpose).decrypt(sealed.encode("ascii"), ttl=max_age_seconds).decode()
    except InvalidToken:
        return None


def _box(purpose: str) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"booking.sealed:{purpose}".encode())
    key = derived.derive(str(current_app.config["SECRET_KEY"]).encode())
    return Fernet(base64.urlsafe_b64encode(key))
