"""The words given with a step: of one length everywhere, and refused rather than cut."""

from booking.errors import RuleViolation, Violation
from booking.reservations.models import REASON_LENGTH


def words_of(text: str, field: str = "reason") -> str:
    """Return the words without what surrounds them; a line's end counts as one, as browsers count it.

    `field` is the form's field they were written in. Raises RuleViolation for more than 500 characters.
    """
    words = text.strip().replace("\r\n", "\n")
    if len(words) > REASON_LENGTH:
        raise RuleViolation([Violation("too_much_text", field, {"length": REASON_LENGTH})])
    return words
