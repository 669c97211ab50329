"""Numbers of rows as they come in addresses and forms: whatever is none of them asks for nothing."""

from typing import Final

from flask import request

MOST_ID: Final = 2_147_483_647
"""The greatest id that both databases' columns hold; in paths `<int(max=2147483647):…>`."""


def asked_id(name: str) -> int | None:
    """Return the row's number that a parameter of this request gives; None for anything else."""
    return read_id(request.values.get(name, ""))


def read_id(text: str) -> int | None:
    """Return the row's number that a text is; None for one that no row can have."""
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(MOST_ID))):
        return None
    number = int(text)
    return number if 0 < number <= MOST_ID else None
