"""PURE: the dates of one repeating event, by `recurring-ical-events`, wholly on the event's own clock.

The library is given naive times only: what a moment is in UTC is decided once, elsewhere, and no opinion
about zones, clock changes or mixed kinds of times comes between.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from icalendar import Calendar, Event, vRecur
from icalendar.prop import vDDDLists, vDDDTypes
from recurring_ical_events import CalendarQuery
from recurring_ical_events.occurrence import Occurrence
from recurring_ical_events.selection.name import ComponentsWithName

from booking.calendars.outside.ics.moments import Bad

_NUMBER = "X-NUMBER"


class _Found(Occurrence):
    """An occurrence that is not made into a component again: that was most of the time, and 3 kB each."""

    def as_component(self, keep_recurrence_attributes: bool) -> tuple[int, datetime, datetime]:
        """Return which component it is of, its start and its end."""
        return int(self._adapter._component[_NUMBER]), self.start, self.end


_EVENTS = ComponentsWithName("VEVENT", occurrence=_Found)


@dataclass(frozen=True, slots=True)
class Source:
    """What one VEVENT says: of the series (no `recurrence`), or of its date `recurrence`, or from it on."""

    start: datetime
    length: timedelta
    recurrence: datetime | None = None
    onwards: bool = False

    @property
    def moved(self) -> timedelta:
        """How much later than written in the series a changed date is."""
        return self.start - self.recurrence if self.recurrence else timedelta(0)


@dataclass(frozen=True, slots=True)
class Dated:
    """One date: `source` counts from 0, which is the series; `original` is when the series has it."""

    source: int
    start: datetime
    length: timedelta
    original: datetime


def expand(
    core: Source | None,
    rules: Sequence[str],
    extra: Sequence[datetime | tuple[datetime, timedelta]],
    without: Sequence[datetime | date],
    changes: Sequence[Source],
    start: datetime,
    end: datetime,
) -> list[Dated]:
    """Return the dates that overlap the naive time from `start` to `end`, in no order.

    Raises Bad (without a line) for what the library cannot do; the rules must have been checked before.
    """
    calendar = Calendar()
    if core is not None:
        calendar.add_component(_core(core, rules, extra, without))
    for number, change in enumerate(changes, start=1):
        calendar.add_component(_event(number, change))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found: Any = CalendarQuery(calendar, components=[_EVENTS]).between(start, end)
    except (
        ValueError,
        TypeError,
        KeyError,
        IndexError,
        AttributeError,
        ArithmeticError,
        NotImplementedError,
    ):
        raise Bad(0, "calendar_bad_rule", text=";".join(rules)[:60]) from None
    sources = [core, *changes]
    return [_dated(number, begin, stop, sources[number]) for number, begin, stop in found]


def _event(number: int, source: Source) -> Event:
    event = Event()
    event["UID"] = "one"
    event[_NUMBER] = number
    event["DTSTART"] = vDDDTypes(source.start)
    event["DTEND"] = vDDDTypes(source.start + source.length)
    if source.recurrence is not None:
        event["RECURRENCE-ID"] = vDDDTypes(source.recurrence)
        if source.onwards:
            event["RECURRENCE-ID"].params["RANGE"] = "THISANDFUTURE"
    return event


def _core(
    core: Source,
    rules: Sequence[str],
    extra: Sequence[datetime | tuple[datetime, timedelta]],
    without: Sequence[datetime | date],
) -> Event:
    event = _event(0, core)
    if rules:
        event["RRULE"] = [vRecur.from_ical(rule) for rule in rules]
    if extra:
        event["RDATE"] = vDDDLists(list(extra))
    if without:
        event["EXDATE"] = vDDDLists(list(without))
    return event


def _dated(number: int, start: datetime, end: datetime, source: Source | None) -> Dated:
    return Dated(number, start, end - start, start - source.moved if source else start)
