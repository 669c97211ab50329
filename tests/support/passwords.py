"""Cheap passwords: a hash that takes a tenth of a second on purpose takes none where nobody steals it."""

from argon2 import PasswordHasher
from argon2.profiles import CHEAPEST

from booking.accounts import passwords

COSTLY = (passwords._HASHER, passwords._NOBODY)
"""The product's own: for the tests whose matter is what a password costs."""


def make_cheap() -> None:
    """Have this process hash with the cheapest parameters; the ways through the code are the same."""
    hasher = PasswordHasher.from_parameters(CHEAPEST)
    passwords._HASHER, passwords._NOBODY = hasher, hasher.hash("nobody knows")  # type: ignore[misc]
