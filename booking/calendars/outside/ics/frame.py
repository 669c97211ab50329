"""PURE: the frame of a file: which component holds what. A frame that does not close is refused as a whole.

A file that was cut off must not look like one with fewer events: rooms would be freed.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from booking.calendars.outside.ics.lines import Property, content_lines, read_property, text
from booking.calendars.outside.readings import Problem, Unreadable

MOST_COMPONENTS = 50_000
"""Events in one file, those of the past too. A town's busiest calendar has a few thousand."""
DEEPEST = 8
"""VCALENDAR > VEVENT > VALARM is three."""

_KEPT = {
    "VCALENDAR": frozenset({"VEVENT", "VTIMEZONE"}),
    "VTIMEZONE": frozenset({"STANDARD", "DAYLIGHT"}),
    "VEVENT": frozenset[str](),
    "STANDARD": frozenset[str](),
    "DAYLIGHT": frozenset[str](),
}
_WANTED = frozenset({
    "CALSCALE", "METHOD", "NAME", "X-WR-CALNAME", "X-WR-TIMEZONE",
    "TZID", "TZOFFSETFROM", "TZOFFSETTO",
    "UID", "DTSTART", "DTEND", "DURATION", "RRULE", "EXRULE", "RDATE", "EXDATE", "RECURRENCE-ID", "SEQUENCE",
    "STATUS", "TRANSP", "CLASS", "SUMMARY", "LAST-MODIFIED", "DTSTAMP", "X-MICROSOFT-CDO-ALLDAYEVENT",
})  # fmt: skip
_FRAME = re.compile(rb"[ \t]*(BEGIN|END)[ \t]*:[ \t]*([A-Za-z0-9-]{1,60})[ \t]*", re.IGNORECASE)
_NAME = re.compile(rb"[ \t]*([A-Za-z0-9-]{1,60})")


@dataclass(slots=True)
class Component:
    """A component with the properties that matter here, in the file's order."""

    name: str
    line: int
    properties: list[Property] = field(default_factory=list)
    parts: list["Component"] = field(default_factory=list)

    def first(self, name: str) -> Property | None:
        """Return the first property of that name."""
        return next(self.all(name), None)

    def all(self, name: str) -> Iterator[Property]:
        """Yield the properties of that name."""
        return (each for each in self.properties if each.name == name)

    def value(self, name: str) -> str:
        """Return the first value of that name in capitals, for words like CANCELLED, or ""."""
        found = self.first(name)
        return found.value.upper() if found else ""


def calendars(data: bytes) -> list[Component]:
    """Return the VCALENDARs of a file. Raises Unreadable for what is no calendar or does not close."""
    lines = content_lines(data)
    first = next(lines, None)
    if first is None:
        raise refused(0, "calendar_empty")
    number, line = first
    if line.lstrip()[:1] == b"<":
        raise refused(number, "calendar_is_a_page")
    if _frame(line) != ("BEGIN", "VCALENDAR"):
        raise refused(number, "calendar_is_none")
    return _Reader().read([first], lines)


def refused(line: int, code: str, **params: object) -> Unreadable:
    """Return the refusal of a whole file for one reason."""
    return Unreadable([Problem(line, code, params)])


class _Reader:
    """What is open at the line being read, the innermost last; None stands for a component of no interest."""

    def __init__(self) -> None:
        self.found: list[Component] = []
        self.open: list[tuple[str, int, Component | None]] = []
        self.kept = 0
        self.last = 0

    def read(self, *parts: Iterable[tuple[int, bytes]]) -> list[Component]:
        for part in parts:
            for number, line in part:
                self.last = number
                self._take(number, line)
        if self.open:
            name, began, _component = self.open[-1]
            raise refused(self.last, "calendar_cut_off", name=name, began=began)
        return self.found

    def _take(self, number: int, line: bytes) -> None:
        frame = _frame(line)
        if frame is not None:
            (self._begin if frame[0] == "BEGIN" else self._end)(number, frame[1])
        elif self.open and self.open[-1][2] is not None:
            name = _NAME.match(line)
            if name and name[1].decode().upper() in _WANTED and (found := read_property(number, line)):
                self.open[-1][2].properties.append(found)

    def _begin(self, number: int, name: str) -> None:
        if len(self.open) == DEEPEST:
            raise refused(number, "calendar_too_deep", most=DEEPEST)
        if (name == "VCALENDAR") is bool(self.open):
            raise refused(number, "calendar_misplaced", name=name)
        self.open.append((name, number, self._keep(number, name)))

    def _keep(self, number: int, name: str) -> Component | None:
        if not self.open:
            self.found.append(Component(name, number))
            return self.found[-1]
        around = self.open[-1][2]
        if around is None or name not in _KEPT[around.name]:
            return None
        self.kept += 1
        if self.kept > MOST_COMPONENTS:
            raise refused(number, "calendar_too_many_events", most=MOST_COMPONENTS)
        around.parts.append(Component(name, number))
        return around.parts[-1]

    def _end(self, number: int, name: str) -> None:
        if not self.open:
            raise refused(number, "calendar_misplaced", name=name)
        wanted, began, _component = self.open.pop()
        if wanted != name and wanted.startswith(name):
            raise refused(number, "calendar_cut_off", name=wanted, began=began)
        if wanted != name:
            raise refused(number, "calendar_wrong_end", name=name, wanted=wanted, began=began)


def _frame(line: bytes) -> tuple[str, str] | None:
    found = _FRAME.fullmatch(line)
    return (text(found[1]).upper(), text(found[2]).upper()) if found else None
