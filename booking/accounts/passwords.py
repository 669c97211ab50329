"""Hash and verify passwords. Each call takes some 0.1 s on purpose: never inside a writing transaction."""

import unicodedata
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST: Final = 10
LONGEST: Final = 200

_HASHER: Final = PasswordHasher()
# A hash of a password nobody knows, with the hasher's present parameters: unknown addresses cost the same.
_NOBODY: Final = (
    "$argon2id$v=19$m=65536,t=3,p=4$C3/pfFKcZKdrtpPETlaglA$sTsI+ZRDfbbte3XY2yvtkHNrvqKDcR8Y8pEZHAaEasw"
)


def hash_password(password: str) -> str:
    """Return the argon2id hash of a password, with its parameters and its salt."""
    return _HASHER.hash(_normal(password))


def verify_password(password_hash: str | None, password: str) -> bool:
    """Say whether the password is the one that was hashed. No hash is never right, and takes as long."""
    try:
        _HASHER.verify(password_hash or _NOBODY, _normal(password)[:LONGEST])
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def is_dated(password_hash: str) -> bool:
    """Say whether a hash was made with weaker parameters than today's."""
    return _HASHER.check_needs_rehash(password_hash)


def _normal(password: str) -> str:
    # The same letters typed on another keyboard may come as other code points.
    return unicodedata.normalize("NFC", password)
