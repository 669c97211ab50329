"""PURE: recovery codes, for who has lost the telephone. Each works once.

A code has 79 random bits, so a plain digest keeps it: nobody tries so many. The codes still work after
SECRET_KEY has changed, when the app's secrets cannot be read any more.
"""

import re
import secrets
from hashlib import sha256
from typing import Final

HOW_MANY: Final = 10
LENGTH: Final = 16
LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is taken for another on paper
_BETWEEN: Final = re.compile(r"[\s\-–.]+")


def new_codes() -> list[str]:
    """Return fresh codes, as `normal` would."""
    return ["".join(secrets.choice(LETTERS) for _ in range(LENGTH)) for _ in range(HOW_MANY)]


def normal(typed: str) -> str:
    """Return a code as it was made, whatever spaces, hyphens and capitals it was typed with."""
    return _BETWEEN.sub("", typed).lower()


def digest(user_id: int, code: str) -> str:
    """Return what is stored of a person's code."""
    return sha256(f"recovery:{user_id}:{normal(code)}".encode("utf-8", "surrogatepass")).hexdigest()
