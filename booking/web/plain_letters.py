"""Words compared as people type them: who types no dots finds the letters that have them. Pure.

Typed without dots and rings, "elakelais" finds Eläkeläiskerho; a word typed with them finds only its like.
"""

import unicodedata


def says_all(text: str, asked: str) -> bool:
    """Say whether all the words that are asked for are in a text, whatever their case."""
    lowered = _one_form(text)
    plain = _without_marks(lowered)
    return all(
        word in (plain if word == _without_marks(word) else lowered) for word in _one_form(asked).split()
    )


def _one_form(text: str) -> str:
    return unicodedata.normalize("NFC", text.casefold())


def _without_marks(text: str) -> str:
    return "".join(each for each in unicodedata.normalize("NFD", text) if not unicodedata.combining(each))
