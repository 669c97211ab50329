"""A secret that a mail tells: put into it when it is sent, so that the database does not hold it.

Who knows the secret registers what makes it of its name; the outbox stores the name alone.
"""

from collections.abc import Callable
from typing import Final

from booking.outbox.models import OutboxMessage

MARK: Final = "⟦…⟧"
"""Stands in a stored body where the secret belongs. It is only looked for in a mail that names a secret."""

Filler = Callable[[str], str]
"""The rest of a secret's name -> the secret; the same at every try."""

_FILLERS: dict[str, Filler] = {}


def register_filler(kind: str, filler: Filler) -> None:
    """Say what makes the secrets whose names begin with `kind` and a space."""
    _FILLERS[kind] = filler


def body_of(row: OutboxMessage) -> str:
    """Return the body of a mail as its reader gets it."""
    if not row.filling:
        return row.body
    kind, _space, rest = row.filling.partition(" ")
    return row.body.replace(MARK, _FILLERS[kind](rest))
