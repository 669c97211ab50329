"""PURE: passwords that anybody would guess first. Length is the form's matter."""

import re
from collections.abc import Iterable
from typing import Final

_COMMON: Final = (
    "salasana",
    "kirjaudu",
    "tilavaraus",
    "varaus",
    "imatra",
    "password",
    "lösenord",
    "losenord",
    "qwerty",
    "qwertz",
    "asdfgh",
    "1234567890",
    "123456789",
    "12345678",
    "1234567",
    "123456",
    "12345",
    "1234",
)
FEWEST_LETTERS: Final = 5  # different ones
LEAST_BESIDES: Final = 4  # letters or figures that are neither one's own name nor a common word
SHORTEST_WORD: Final = 3  # of a name or an address that is looked for
_NOT_WORD: Final = re.compile(r"[\W_]+")


def weakness(password: str, *, email: str, name: str, shared: Iterable[str] = ()) -> str | None:
    """Return the code of what makes a password easy to guess, None for one that is not.

    `shared` are passwords that everybody knows. Codes: `password_few_letters`, `password_own`,
    `password_common`; each has a sentence.
    """
    typed = password.lower()
    plain = _NOT_WORD.sub("", typed)
    if len(set(plain)) < FEWEST_LETTERS:
        return "password_few_letters"
    if typed in {each.lower() for each in shared} or _besides(plain, _COMMON) < LEAST_BESIDES:
        return "password_common"
    own = [word for word in _NOT_WORD.split(f"{email} {name}".lower()) if len(word) >= SHORTEST_WORD]
    if _besides(plain, (*own, *_COMMON)) < LEAST_BESIDES:
        return "password_own"
    return None


def _besides(plain: str, words: Iterable[str]) -> int:
    """Return how many letters are left without these words, the longest first."""
    for word in sorted(words, key=len, reverse=True):
        plain = plain.replace(word, "")
    return len(plain)
