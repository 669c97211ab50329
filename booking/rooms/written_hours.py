"""PURE: the hours of one day the way people write them: "10–14, 16–20", "18–01", empty for closed.

Hours are minutes after midnight, as in `timetable.openings`: a closing that is not after its opening lies on
the next day and is above 1440. Reading raises UnreadableHours, whose code has a sentence at the edge.
"""

import re
from collections.abc import Iterable

from booking.timetable.openings import MINUTES_A_DAY, Minutes

CLOSED = frozenset({"", "-", "–", "suljettu", "kiinni", "stängt", "closed"})
ALL_DAY = frozenset({"24 h", "24h", "24 t", "24t"})
MOST_INTERVALS = 12  # a day

_BETWEEN = re.compile(r"\s*(?:[,;/&+]|\n|\bja\b|\boch\b|\band\b)\s*")
_SPAN = re.compile(r"(?:klo|kl\.?)?\s*([0-9.:]+)\s*(?:-|–|—|−)\s*(?:klo|kl\.?)?\s*([0-9.:]+)")
_TIME = re.compile(r"([0-9]{1,2})(?:[.:]([0-9]{2}))?|([0-9]{2})([0-9]{2})")


class UnreadableHours(ValueError):
    """A text that says no hours; `part` is the piece of it that could not be read."""

    def __init__(self, code: str, part: str) -> None:
        super().__init__(f"{code}: {part!r}")
        self.code = code
        self.part = part


def read_day(text: str) -> tuple[Minutes, ...]:
    """Return a day's openings in order, those that touch joined; none at all is closed.

    Raises UnreadableHours: `hours_unreadable`, `hours_no_such_time`, `hours_overlap`,
    `hours_overnight_overlap` (the piece is the one that runs to the next day), `hours_too_many`.
    """
    wanted = re.sub(r"[ \t\u00a0\u202f]+", " ", text).strip().lower()
    if wanted in CLOSED:
        return ()
    if wanted in ALL_DAY:
        return ((0, MINUTES_A_DAY),)
    parts = [part for part in _BETWEEN.split(wanted) if part]
    if len(parts) > MOST_INTERVALS:
        raise UnreadableHours("hours_too_many", str(MOST_INTERVALS))
    spans = sorted((_read_span(part), part) for part in parts)
    found: list[Minutes] = []
    before = ""
    for (opens, closes), part in spans:
        if found and opens < found[-1][1]:
            overnight = part if closes > MINUTES_A_DAY else before if found[-1][1] > MINUTES_A_DAY else ""
            code = "hours_overnight_overlap" if overnight else "hours_overlap"
            raise UnreadableHours(code, overnight or part)
        before = part
        if found and opens == found[-1][1] and closes - found[-1][0] <= MINUTES_A_DAY:
            found[-1] = (found[-1][0], closes)
        else:
            found.append((opens, closes))
    return tuple(found)


def write_day(hours: Iterable[Minutes], colon: str = ".") -> str:
    """Write a day's openings as `read_day` reads them; closed is empty. `colon` parts hours and minutes."""
    return ", ".join(
        f"{_write_time(opens, colon)}–{_write_time(_closing(closes), colon)}"
        for opens, closes in sorted(hours)
    )


def _read_span(part: str) -> Minutes:
    found = _SPAN.fullmatch(part)
    if found is None:
        raise UnreadableHours("hours_unreadable", part)
    opens, closes = _read_time(found[1]), _read_time(found[2])
    if opens == MINUTES_A_DAY:
        opens = 0
    return opens, closes if closes > opens else closes + MINUTES_A_DAY


def _read_time(text: str) -> int:
    found = _TIME.fullmatch(text)
    if found is None:
        raise UnreadableHours("hours_no_such_time", text)
    hour, minute = int(found[1] or found[3]), int(found[2] or found[4] or 0)
    if minute > 59 or hour * 60 + minute > MINUTES_A_DAY:
        raise UnreadableHours("hours_no_such_time", text)
    return hour * 60 + minute


def _closing(closes: int) -> int:
    return closes - MINUTES_A_DAY if closes > MINUTES_A_DAY else closes


def _write_time(minutes: int, colon: str) -> str:
    hour, minute = divmod(minutes, 60)
    return f"{hour:02}{colon}{minute:02}" if minute else f"{hour:02}"
