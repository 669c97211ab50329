"""How a closure's dates were asked for: its first stretch by the wall clock, and how it repeats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from booking.availability.pattern_words import in_words
from booking.availability.patterns import violation_of
from booking.clock import zone
from booking.errors import RuleViolation, Violation
from booking.i18n import gettext as _
from booking.timetable.interval import Interval
from booking.timetable.pattern import Break, Pattern, PatternError
from booking.timetable.pattern_notation import from_json, to_json
from booking.timetable.recurrence import expand
from booking.timetable.zone import to_utc_or_after, to_wall
from booking.web.filters import date_long, when

LONGEST = timedelta(days=366)  # one stretch; a room that is gone for longer is retired
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Plan:
    """The first stretch, naive wall-clock times that may be days apart, and its repetition (None: once)."""

    start: datetime
    end: datetime
    pattern: Pattern | None = None

    @property
    def is_all_day(self) -> bool:
        """Whether it lasts from midnight to midnight."""
        return self.start.time() == self.end.time() == time.min

    @property
    def last_day(self) -> date:
        """The last date of the first stretch; midnight belongs to the day before."""
        return (self.end - timedelta(microseconds=1)).date()

    def intervals(self, breaks: Sequence[Break] = ()) -> list[Interval]:
        """Return all stretches in order. An hour that the clocks skip is left out, one that they double held.

        `breaks` are the venue's school breaks. Raises RuleViolation for what cannot be or is too long.
        """
        if self.end <= self.start:
            raise RuleViolation([Violation("end_before_start", "end")])
        if self.end - self.start > LONGEST:
            raise RuleViolation([Violation("closure_too_long", "last_day", {"days": LONGEST.days})])
        if self.pattern is None:
            return self._at([self.start.date()])
        try:
            slots = expand(self.pattern, self.start, self.end, zone(), breaks=breaks)
        except PatternError as error:
            raise RuleViolation([violation_of(error)]) from error
        if not slots:
            raise RuleViolation([Violation("no_dates", "skip")])
        return self._at([slot.date for slot in slots])

    def _at(self, dates: Sequence[date]) -> list[Interval]:
        found = []
        for on in dates:
            by = on - self.start.date()
            start, end = (to_utc_or_after(each + by, zone()) for each in (self.start, self.end))
            if start < end:
                found.append(Interval(start, end))
        return found

    def without(self, on: date) -> Plan:
        """Return the plan that leaves this date out. It must repeat."""
        if self.pattern is None:
            raise ValueError("only what repeats can do without a date")
        return replace(self, pattern=replace(self.pattern, skip=self.pattern.skip | {on}))

    def in_words(self) -> str:
        """Return "ti 12.1.2027 klo 18–20" or "… alkaen, joka viikko 31.5.2027 asti"."""
        first = span_in_words(self._at([self.start.date()])[0]) if self._at([self.start.date()]) else ""
        if self.pattern is None:
            return first
        return str(
            _("%(first)s, %(repeats)s", first=first, repeats=in_words(self.pattern, self.start.date()))
        )

    @classmethod
    def of_span(cls, span: Interval) -> Plan:
        """Return the plan of one stretch alone."""
        start, end = (to_wall(each, zone()).replace(tzinfo=None, fold=0) for each in (span.start, span.end))
        return cls(start, end)

    def to_json(self) -> dict[str, Any]:
        """Return the plan as the database keeps it."""
        shape: dict[str, Any] = {"start": self.start.isoformat(), "end": self.end.isoformat()}
        return shape if self.pattern is None else shape | {"pattern": to_json(self.pattern)}

    @classmethod
    def of(cls, stored: dict[str, Any]) -> Plan:
        """Return the plan that the database keeps."""
        pattern = from_json(stored["pattern"]) if "pattern" in stored else None
        return cls(datetime.fromisoformat(stored["start"]), datetime.fromisoformat(stored["end"]), pattern)


def span_in_words(span: Interval) -> str:
    """Return a stretch in words: whole days by their dates alone."""
    start, end = (to_wall(each, zone()) for each in (span.start, span.end))
    if start.time() != time.min or end.time() != time.min:
        return when(span)
    last = end - _DAY
    if last.date() <= start.date():
        return str(_("%(date)s koko päivän", date=date_long(span.start)))
    return f"{date_long(span.start)} – {date_long(span.end - _DAY / 2)}"
