"""PURE: what a booker wants to be different, as one frozen value."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Self
from zoneinfo import ZoneInfo

from booking.availability.fixes import Fix, write_fix
from booking.timetable.interval import Interval
from booking.timetable.pattern import Pattern
from booking.timetable.pattern_notation import to_json
from booking.timetable.recurrence import Slot
from booking.timetable.zone import MissingTime, to_utc, to_wall

_DAY = timedelta(days=1)


class Scope(StrEnum):
    """Which dates of a reservation are meant. What has begun never changes."""

    ONE = "one"
    FOLLOWING = "following"
    """The chosen date and those whose slot is later."""
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Times:
    """When a use begins and ends on the wall clock, its end so many `days` later (0: the same day)."""

    start: time
    end: time
    days: int = 0

    @classmethod
    def of(cls, use: Interval, zone: ZoneInfo) -> Self:
        """Return the times of a use."""
        first, last = to_wall(use.start, zone), to_wall(use.end, zone)
        start, end = first.time().replace(fold=0), last.time().replace(fold=0)
        return cls(start, end, (last.date() - first.date()).days)

    def on(self, day: date, zone: ZoneInfo) -> Slot:
        """Return the use of a day; without an interval when the clocks skip one of the times."""
        try:
            start = to_utc(datetime.combine(day, self.start), zone)
            end = to_utc(datetime.combine(day + self.days * _DAY, self.end), zone)
        except MissingTime as missing:
            return Slot(day, None, missing.with_traceback(None))
        return Slot(day, Interval(start, end))


@dataclass(frozen=True, slots=True)
class Edit:
    """What is to be different, of the chosen date `date_id` and by `scope` of others; None: as it is.

    `room` is a slug. `days`: how many days later (earlier when negative) the dates are to be; of a series
    each date goes along and stays what it is (`shifts`), unless `pattern` gives it another rule. `fixes`:
    what was chosen for single dates. A `pattern` is not for one date; purpose, visibility, responsible,
    contact and note are of the reservation, so only for all.
    """

    scope: Scope
    date_id: int
    title: str | None = None
    people: int | None = None
    room: str | None = None
    times: Times | None = None
    days: int = 0
    pattern: Pattern | None = None
    purpose: str | None = None
    visibility: str | None = None
    responsible: str | None = None
    contact: str | None = None
    note: str | None = None
    fixes: tuple[Fix, ...] = ()
    was: Pattern | None = None
    """What `pattern` is compared to: only what differs applies. None: how the series goes on now."""
    anew: bool = False
    """Days later by the rule: dates that it gives already stay, the rest end or are new."""

    @property
    def expands(self) -> bool:
        """Whether the dates of the series are made anew: otherwise those that are there stay the dates."""
        return self.scope is not Scope.ONE and (self.pattern is not None or (self.anew and self.days != 0))

    @property
    def mark(self) -> str:
        """A name for all that is wanted: two edits that want the same have the same."""
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        values["pattern"] = to_json(self.pattern) if self.pattern else None
        values["was"] = to_json(self.was) if self.was else None
        values["fixes"] = sorted(write_fix(each) for each in self.fixes)
        return sha256(json.dumps(values, default=str, sort_keys=True).encode()).hexdigest()[:16]

    @property
    def moves(self) -> bool:
        """Whether any date may get another time or room, begin or end to be."""
        return bool(self.expands or self.days or self.times or self.room)
