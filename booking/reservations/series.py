"""How a series was asked for, as its reservation keeps it.

Its dates are rows and the truth; this is what they were made from: for words, and for editing. An edit of
"this and following" ends the last segment and adds one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo

from booking.availability import patterns
from booking.clock import zone
from booking.reservations.models import Reservation
from booking.reservations.request import ReservationRequest
from booking.rooms.facts import RoomFacts
from booking.timetable.pattern import Pattern
from booking.timetable.pattern_notation import from_json, to_json
from booking.timetable.recurrence import Slot
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


def slots_of(segment: Segment, room: RoomFacts) -> Sequence[Slot]:
    """Return the dates of a segment in a room, whose venue knows the school breaks.

    Raises RuleViolation for a pattern that cannot be.
    """
    return patterns.slots_of(segment.pattern, segment.first_start, segment.first_end, room)


def slots_wanted(request: ReservationRequest, room: RoomFacts) -> Sequence[Slot]:
    """Return the dates that a request's pattern gives. Raises RuleViolation for a pattern that cannot be."""
    if request.pattern is None:
        raise ValueError("only a series has dates to expand")
    return slots_of(Segment.of(request.start, request.end, request.pattern, zone()), room)


def segments_of(reservation: Reservation) -> list[Segment]:
    """Return the segments of a series in order; none of a single use."""
    return segments_in(reservation.pattern)


def segments_in(stored: dict[str, Any] | None) -> list[Segment]:
    """Return the segments that a reservation stores; none of a single use."""
    return [_read(each) for each in stored["segments"]] if stored else []


def written(segments: Sequence[Segment]) -> dict[str, Any]:
    """Return segments as the reservation stores them."""
    return {
        "segments": [
            {
                "first": each.first.isoformat(),
                "start": f"{each.start:%H:%M}",
                "end": f"{each.end:%H:%M}",
                "days": each.days,
                "pattern": to_json(each.pattern),
            }
            for each in segments
        ]
    }


def _read(stored: dict[str, Any]) -> Segment:
    return Segment(
        first=date.fromisoformat(stored["first"]),
        start=time.fromisoformat(stored["start"]),
        end=time.fromisoformat(stored["end"]),
        days=stored["days"],
        pattern=from_json(stored["pattern"]),
    )
