"""How a series was asked for, as its reservation keeps it.

Its dates are rows and the truth; this is what they were made from: for words, and for editing. An edit of
"this and following" ends the last segment and adds one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time
from typing import Any

from booking.availability import patterns
from booking.clock import zone
from booking.reservations.models import Reservation
from booking.reservations.request import ReservationRequest
from booking.reservations.segments import Segment
from booking.rooms.facts import RoomFacts
from booking.timetable.pattern_notation import from_json, to_json
from booking.timetable.recurrence import Slot


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
