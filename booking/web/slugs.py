"""Names as parts of addresses."""

import re
import unicodedata
from collections.abc import Collection
from itertools import count
from typing import Final

LONGEST: Final = 80
_ROOM_FOR_A_NUMBER: Final = 4


def slug_of(name: str) -> str:
    """Return a name as part of an address: `Ääni & Kuva` is `aani-kuva`."""
    plain = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode("ascii")
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def stem_of(name: str, otherwise: str) -> str:
    """Return the slug of a name, short enough for a number after it; `otherwise` for one without a letter."""
    return slug_of(name)[: LONGEST - _ROOM_FOR_A_NUMBER].strip("-") or otherwise


def first_free(stem: str, taken: Collection[str]) -> str:
    """Return the stem, or with the lowest number that makes it one nobody has."""
    return next(each for n in count(1) if (each := stem if n == 1 else f"{stem}-{n}") not in taken)
