"""PURE: one VEVENT with its times understood."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, timedelta, tzinfo

from booking.calendars.outside.ics.frame import Component
from booking.calendars.outside.ics.lines import Property, plain_text
from booking.calendars.outside.ics.moments import Bad, Length, Moment, between, read_length, read_time
from booking.calendars.outside.ics.repetition import Rule, read_rule

LONGEST_TITLE = 120
LONGEST_UID = 200
MOST_RULES = 5
LONGEST = timedelta(days=3660)
LONGEST_REPEATED = timedelta(days=366)

_TRUE = "TRUE"


@dataclass(frozen=True, slots=True)
class VEvent:
    """An event as it stands in a file. `extra` are RDATE's dates and lengths, `without` those of EXDATE."""

    line: int
    uid: str
    sequence: int
    stamp: str
    start: Moment
    end: Moment | None
    length: Length
    all_day: bool
    cancelled: bool
    free: bool
    title: str
    recurrence: Moment | None
    onwards: bool
    rules: tuple[Rule, ...]
    extra: tuple[tuple[Moment, timedelta | None], ...]
    without: tuple[Moment, ...]

    @property
    def repeats(self) -> bool:
        """Whether it has more dates than one."""
        return bool(self.rules or self.extra)


@dataclass(frozen=True, slots=True)
class Clocks:
    """By which clock a time is: that of a name after TZID, the floating one, the town's for days."""

    named: Callable[[str, int], tzinfo]
    floating: tzinfo
    town: tzinfo

    def moment(self, written: Property, value: str | None = None) -> Moment:
        """Return the moment of a property, or of one of its values. Raises Bad."""
        wall, day, utc = read_time(written.line, written.value if value is None else value)
        if day:
            return Moment(wall, self.town, whole_day=True)
        if utc:
            return Moment(wall, UTC)
        name = written.parameters.get("TZID", "")
        return Moment(wall, self.named(name, written.line) if name else self.floating)


def name_of(component: Component) -> str:
    """Return the event's UID; one that has none is named by what it says, so that it keeps its name."""
    written = component.first("UID")
    uid = plain_text(written.value, 2_000) if written else ""
    if not uid:
        said = [
            each for each in component.properties if each.name not in ("DTSTAMP", "LAST-MODIFIED", "SEQUENCE")
        ]
        return "no-uid-" + _digest(repr(sorted((each.name, each.value) for each in said)))
    return uid if len(uid) <= LONGEST_UID else "long-uid-" + _digest(uid)


def read_event(component: Component, uid: str, clocks: Clocks) -> VEvent:
    """Return what a VEVENT says. Raises Bad for what cannot be understood, with the line."""
    start, end, length = _span(component, clocks)
    recurrence = component.first("RECURRENCE-ID")
    rules = tuple(_rules(component, start))
    extra = tuple(_extra(component, clocks))
    if component.first("EXRULE"):
        raise Bad(component.line, "calendar_bad_rule", text="EXRULE")
    if length.total > (LONGEST_REPEATED if rules or extra else LONGEST):
        raise Bad(component.line, "calendar_event_too_long")
    return VEvent(
        line=component.line,
        uid=uid,
        sequence=_sequence(component),
        stamp=component.value("LAST-MODIFIED") or component.value("DTSTAMP"),
        start=start,
        end=end,
        length=length,
        all_day=start.whole_day or component.value("X-MICROSOFT-CDO-ALLDAYEVENT") == _TRUE,
        cancelled=component.value("STATUS") == "CANCELLED",
        free=component.value("TRANSP") == "TRANSPARENT",
        title=_title(component),
        recurrence=clocks.moment(recurrence) if recurrence else None,
        onwards=recurrence is not None and recurrence.parameters.get("RANGE", "").upper() == "THISANDFUTURE",
        rules=rules,
        extra=extra,
        without=tuple(clocks.moment(each, value) for each, value in _values(component, "EXDATE")),
    )


def _span(component: Component, clocks: Clocks) -> tuple[Moment, Moment | None, Length]:
    """Return the start, the end where one is written, and the length; without either a day, or nothing."""
    written = component.first("DTSTART")
    if written is None:
        raise Bad(component.line, "calendar_no_start")
    start = clocks.moment(written)
    if (written := component.first("DTEND")) is not None:
        end = clocks.moment(written)
        return start, None if start.whole_day else end, between(start, end, written.line)
    if (written := component.first("DURATION")) is not None:
        length = read_length(written.line, written.value)
        if length.total < timedelta(0):
            raise Bad(written.line, "calendar_end_before_start")
        return start, None, length
    return start, None, Length(timedelta(days=1 if start.whole_day else 0))


def _rules(component: Component, start: Moment) -> list[Rule]:
    found = list(component.all("RRULE"))
    if len(found) > MOST_RULES:
        raise Bad(found[MOST_RULES].line, "calendar_too_many_rules", most=MOST_RULES)
    return [read_rule(each, lambda moment: Moment(moment, UTC).wall_in(start.zone)) for each in found]


def _extra(component: Component, clocks: Clocks) -> list[tuple[Moment, timedelta | None]]:
    """Return the dates of RDATE, each with its own length where it is a period."""
    dates: list[tuple[Moment, timedelta | None]] = []
    for written, value in _values(component, "RDATE"):
        first, slash, second = value.partition("/")
        moment = clocks.moment(written, first)
        if not slash:
            dates.append((moment, None))
        elif second[:1] in "+-Pp":
            dates.append((moment, read_length(written.line, second).total))
        else:
            dates.append((moment, between(moment, clocks.moment(written, second), written.line).total))
    return dates


def _values(component: Component, name: str) -> list[tuple[Property, str]]:
    return [
        (written, value)
        for written in component.all(name)
        for value in written.value.split(",")
        if value.strip()
    ]


def _sequence(component: Component) -> int:
    written = component.value("SEQUENCE")
    return int(written) if written.isascii() and written.isdigit() and len(written) < 12 else 0


def _title(component: Component) -> str:
    """Return the title; none of what is not public (RFC 5545, 3.8.1.3: unknown classes are private)."""
    summary = component.first("SUMMARY")
    if summary is None or component.value("CLASS") not in ("", "PUBLIC"):
        return ""
    return plain_text(summary.value, LONGEST_TITLE)


def _digest(said: str) -> str:
    return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:40]
