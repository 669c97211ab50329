"""What a page showed when it was opened, for its form to carry: nobody overwrites what they have not seen."""

from hashlib import sha256
from typing import Final

from booking.errors import WrongState

CHANGED: Final = "room_changed_meanwhile"


def mark_of(*values: object) -> str:
    """Return a short mark of these values: other values, another mark."""
    return sha256(repr(values).encode()).hexdigest()[:16]


def refuse_unseen(seen: str, *values: object) -> None:
    """Raise WrongState when what is in force is not what the form's page showed."""
    if seen != mark_of(*values):
        raise WrongState(CHANGED)
