"""PURE: a length of time the way people write it: "30 min", "1 t 30 min", "2 pv", in whole minutes.

The units are those of Finnish, Swedish and English. A figure without a unit is refused: it could be minutes
as well as hours.
"""

import re
from collections.abc import Mapping
from fractions import Fraction

HOUR, DAY, WEEK = 60, 24 * 60, 7 * 24 * 60
_DAYS = ("pv", "vrk", "päivä", "päivää", "d", "dygn", "dag", "dagar", "day", "days")
_WEEKS = ("vk", "viikko", "viikkoa", "vecka", "veckor", "week", "weeks")
_MONTHS = ("kk", "kuukausi", "kuukautta", "mån", "månad", "månader", "month", "months")
_YEARS = ("v", "vuosi", "vuotta", "år", "year", "years")
_USES = ("kpl", "varaus", "varausta", "st", "bokning", "bokningar", "reservation", "reservations", "booking")
UNITS: Mapping[str, int] = (
    dict.fromkeys(("min", "minuutti", "minuuttia", "minut", "minuter", "minute", "minutes", "mins"), 1)
    | dict.fromkeys(("t", "h", "tunti", "tuntia", "tim", "timme", "timmar", "hour", "hours", "hrs"), HOUR)
    | dict.fromkeys(_DAYS, DAY)
    | dict.fromkeys(_WEEKS, WEEK)
)
COUNTED: Mapping[str, Mapping[str, int]] = {
    "cancellation_days": dict.fromkeys(_DAYS, 1) | dict.fromkeys(_WEEKS, 7),
    "longest_ahead_months": dict.fromkeys(_MONTHS, 1) | dict.fromkeys(_YEARS, 12),
    "most_active": dict.fromkeys((*_USES, "bookings"), 1),
}
"""By rule that is a number: the words people write after it, and how many of the rule's own unit each is."""
WRITTEN: Mapping[str, tuple[str, str, str]] = {
    "fi": ("pv", "t", "min"),
    "sv": ("dygn", "h", "min"),
    "en": ("days", "h", "min"),
}
"""By language: days, hours, minutes."""

_PART = re.compile(r"([0-9]{1,6}(?:[.,][0-9]{1,2})?)\s*([^\W\d_]+)\.?\s*")


_COUNT = re.compile(r"([-−]?[0-9]{1,9})\s*([^\W\d_]*)\.?")


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


def read_count(text: str, units: Mapping[str, int]) -> int:
    """Return the whole number a person wrote, with or without one of the units. Raises UnreadableLength.

    It may be below zero: the bounds are the caller's.
    """
    joined = re.sub(r"(?<=[0-9−-])\s+(?=[0-9])", "", text).strip().lower()
    found = _COUNT.fullmatch(joined)
    if found is None or (found[2] and found[2] not in units):
        raise UnreadableLength(text)
    return int(found[1].replace("−", "-")) * units.get(found[2], 1)


def write_length(minutes: int, language: str = "fi") -> str:
    """Write minutes as `read_length` reads them: "1 t 30 min", "2 pv"; whole days as days."""
    day, hour, minute = WRITTEN[language]
    if minutes == 0:
        return f"0 {minute}"
    days, rest = divmod(minutes, DAY)
    parts = ((days, day), (rest // HOUR, hour), (rest % HOUR, minute))
    return " ".join(f"{count} {unit}" for count, unit in parts if count)
