"""PURE: a length of time the way people write it: "30 min", "1 t 30 min", "2 pv", in whole minutes.

The units are those of Finnish, Swedish and English. A figure without a unit is refused: it could be minutes
as well as hours.
"""

import re
from collections.abc import Mapping
from fractions import Fraction

HOUR, DAY, WEEK = 60, 24 * 60, 7 * 24 * 60
UNITS: Mapping[str, int] = (
    dict.fromkeys(("min", "minuutti", "minuuttia", "minut", "minuter", "minute", "minutes"), 1)
    | dict.fromkeys(("t", "h", "tunti", "tuntia", "tim", "timme", "timmar", "hour", "hours"), HOUR)
    | dict.fromkeys(("pv", "vrk", "päivä", "päivää", "d", "dygn", "dag", "dagar", "day", "days"), DAY)
    | dict.fromkeys(("vk", "viikko", "viikkoa", "vecka", "veckor", "week", "weeks"), WEEK)
)
WRITTEN: Mapping[str, tuple[str, str, str]] = {
    "fi": ("pv", "t", "min"),
    "sv": ("dygn", "h", "min"),
    "en": ("days", "h", "min"),
}
"""By language: days, hours, minutes."""

_PART = re.compile(r"([0-9]{1,6}(?:[.,][0-9]{1,2})?)\s*([^\W\d_]+)\.?\s*")


class UnreadableLength(ValueError):
    """A text that says no length of time in whole minutes; the code has a sentence at the edge."""

    code = "length_unreadable"


def read_length(text: str) -> int:
    """Return the minutes a person wrote; "0" needs no unit. Raises UnreadableLength."""
    rest = re.sub(r"\s+", " ", text).strip().lower()
    if rest == "0":
        return 0
    total = Fraction(0)
    if not rest:
        raise UnreadableLength(text)
    while rest:
        found = _PART.match(rest)
        if found is None or found[2] not in UNITS:
            raise UnreadableLength(text)
        total += Fraction(found[1].replace(",", ".")) * UNITS[found[2]]
        rest = rest[found.end() :]
    if total.denominator != 1:
        raise UnreadableLength(text)
    return int(total)


def write_length(minutes: int, language: str = "fi") -> str:
    """Write minutes as `read_length` reads them: "1 t 30 min", "2 pv"; whole days as days."""
    day, hour, minute = WRITTEN[language]
    if minutes == 0:
        return f"0 {minute}"
    days, rest = divmod(minutes, DAY)
    parts = ((days, day), (rest // HOUR, hour), (rest % HOUR, minute))
    return " ".join(f"{count} {unit}" for count, unit in parts if count)
