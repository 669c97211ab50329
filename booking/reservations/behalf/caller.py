"""PURE: who asks staff to book, as one frozen value, and what can be wrong with it."""

from dataclasses import dataclass

from booking.errors import Violation

CALLER_LENGTH = 200
LANGUAGES = ("fi", "sv", "en")
FEWEST_DIGITS = 5  # of a phone number: the shortest in use


@dataclass(frozen=True, slots=True)
class Caller:
    """Who phoned or visited, in the staff's words, and the language of what is printed for them."""

    who: str = ""
    language: str = "fi"

    def broken(self) -> list[Violation]:
        """Return what is too long or unknown."""
        found = []
        if len(self.who) > CALLER_LENGTH:
            found.append(Violation("too_much_text", "caller", {"length": CALLER_LENGTH}))
        if self.language not in LANGUAGES:
            found.append(Violation("unknown_language", "language"))
        return found


def can_be_dialled(phone: str) -> bool:
    """Say whether what was written down can be a phone number."""
    return sum(each.isdigit() for each in phone) >= FEWEST_DIGITS
