"""PURE: what a person is known by in texts, found however it is written, and taken out of them."""

import json
import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

REMOVED: Final = "(poistettu)"
"""Stands where a name, an address or a number was."""

_GAPS: Final = r"[\s\-()./\u00a0]*"
_PHONE: Final = re.compile(r"\+?\d(?:[\s\-()./\u00a0]*\d){5,}")
_EMAIL: Final = re.compile(r"[^\s<>,;:()\"']+@[^\s<>,;:()\"']+\.\w+")
_MARKS: Final = "\u0300-\u036f"  # dots and accents that stand after their letter
_FEWEST_DIGITS: Final = 6
_COUNTRY: Final = ("00358", "358", "0")  # what may stand before a Finnish number


@dataclass(frozen=True)
class Traces:
    """A person's name, their addresses, and their phone numbers as somebody has typed them."""

    name: str
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()

    @cached_property
    def likes(self) -> tuple[str, ...]:
        """Return the patterns (LIKE, escaped by a backslash) that a text with a trace fits, and some others.

        Letters beyond ASCII are wild: a database may not know their capitals, and JSON spells them out.
        """
        names = [_like(self.name)] if self.name else []
        phones = ["%".join(core) for core in map(core_of, self.phones) if core]
        return tuple(f"%{each}%" for each in [*names, *map(_like, self.emails), *phones])

    @cached_property
    def _patterns(self) -> tuple[re.Pattern[str], ...]:
        patterns = [_email_pattern(each) for each in self.emails]
        patterns += [_phone_pattern(core) for core in map(core_of, self.phones) if core]
        return (*patterns, *([_name_pattern(self.name)] if self.name else ()))

    def without(self, text: str) -> str:
        """Return a text with the traces replaced by REMOVED; JSON stays JSON."""
        if text[:1] in ("{", "["):
            try:
                return json.dumps(self.without_deep(json.loads(text)))
            except ValueError:
                pass
        for pattern in self._patterns:
            text = pattern.sub(REMOVED, text)
        return text

    def without_deep(self, value: Any) -> Any:
        """Return a value of JSON with the traces replaced in every text of it."""
        if isinstance(value, str):
            return self.without(value)
        if isinstance(value, list):
            return [self.without_deep(each) for each in value]
        if isinstance(value, dict):
            return {self.without(key): self.without_deep(each) for key, each in value.items()}
        return value

    def is_name(self, text: str) -> bool:
        """Say whether a text is the person's name and nothing else."""
        return bool(self.name) and _words(text) == _words(self.name)

    def has_address(self, text: str) -> bool:
        """Say whether a text holds one of the person's mail addresses."""
        return any(_email_pattern(each).search(text) for each in self.emails)


def phones_in(text: str) -> list[str]:
    """Return the phone numbers in a text, as they are written."""
    return _PHONE.findall(text)


def emails_in(text: str) -> list[str]:
    """Return the mail addresses in a text, in lower case."""
    return [each.rstrip(".").lower() for each in _EMAIL.findall(text)]


def core_of(phone: str) -> str:
    """Return a number's digits without what may stand before it; empty when it is too short to be one."""
    digits = "".join(letter for letter in phone if letter.isascii() and letter.isdigit())
    for before in _COUNTRY:
        if digits.startswith(before):
            digits = digits.removeprefix(before).removeprefix("0")
            break
    return digits if len(digits) >= _FEWEST_DIGITS else ""


def _words(text: str) -> list[str]:
    return unicodedata.normalize("NFC", text).casefold().split()


def _like(text: str) -> str:
    composed = unicodedata.normalize("NFC", text)  # so that a letter's dots are not left beside a plain one
    escaped = composed.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return "".join(letter if letter.isascii() and not letter.isspace() else "%" for letter in escaped)


def _name_pattern(name: str) -> re.Pattern[str]:
    """A full name goes with its Finnish endings, in capitals or not; a name of one word only as it is.

    Accounts are also called "Varaaja" or "Kuoro": such a word is nobody's in another's sentence.
    """
    words = name.split()
    body = r"\s+".join(map(_spelt, words))
    if len(words) > 1:
        return re.compile(rf"(?<!\w){body}[\w{_MARKS}]*", re.IGNORECASE)
    return re.compile(rf"(?<!\w){body}(?![\w{_MARKS}])")


def _email_pattern(email: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.+\-]){_spelt(email)}(?![\w\-]|\.\w)", re.IGNORECASE)


def _spelt(word: str) -> str:
    """Return the pattern of a word whose letters may be composed or not, or escaped as in JSON."""
    return "".join(map(_letter, unicodedata.normalize("NFC", word)))


def _letter(letter: str) -> str:
    if letter.isascii():
        return re.escape(letter)
    spellings = {letter.lower(), letter.upper(), letter}
    spellings |= {unicodedata.normalize("NFD", each) for each in spellings}
    spellings |= {json.dumps(each)[1:-1] for each in spellings}
    longest_first = sorted(spellings, key=lambda each: (-len(each), each))
    return f"(?:{'|'.join(map(re.escape, longest_first))})"


def _phone_pattern(core: str) -> re.Pattern[str]:
    digits = _GAPS.join(core)
    return re.compile(rf"(?<!\d)(?:(?:\+|00)?{_GAPS}358{_GAPS}\(?0?\)?|0)?{_GAPS}{digits}(?!\d)")
