"""PURE: a stretch of a series, as it was asked for or last edited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from booking.timetable.pattern import Pattern
from booking.timetable.zone import to_wall


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a series: its first date, its wall-clock times and its pattern.

    `days`: how many days after its start a use ends (0: the same day).
    """

    first: date
    start: time
    end: time
    days: int
    pattern: Pattern

    @classmethod
    def of(cls, start: datetime, end: datetime, pattern: Pattern, local: ZoneInfo) -> Self:
        """Return the segment whose first use is this one. `start` and `end` are aware UTC."""
        first, last = to_wall(start, local), to_wall(end, local)
        return cls(first.date(), first.time(), last.time(), (last.date() - first.date()).days, pattern)

    @property
    def first_start(self) -> datetime:
        """The first use's start on the wall clock."""
        return datetime.combine(self.first, self.start)

    @property
    def first_end(self) -> datetime:
        """The first use's end on the wall clock."""
        return datetime.combine(self.first + timedelta(days=self.days), self.end)
