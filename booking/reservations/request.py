"""What is asked for, as one frozen value, and what can be wrong with it before the calendar is looked at."""

from dataclasses import dataclass
from datetime import datetime

from booking.access.actor import Actor
from booking.availability.fixes import Fix
from booking.clock import zone
from booking.errors import Violation
from booking.reservations.models import PURPOSES, VISIBILITIES
from booking.rooms.eligibility import barred, not_for
from booking.rooms.facts import RoomFacts
from booking.rooms.rules import broken_by_people, broken_by_time
from booking.timetable.interval import Interval
from booking.timetable.pattern import Pattern

LENGTHS = {"title": 120, "responsible": 120, "contact": 254, "note": 2000}


@dataclass(frozen=True, slots=True)
class ReservationRequest:
    """A request for one room. `start` and `end` are aware UTC and bound the use alone.

    `organisation_slug` None: the person books for themselves. `responsible` "": the person who sends it.
    With a `pattern` they are the first date's, and `fixes` what was chosen for single dates.
    """

    room_slug: str
    start: datetime
    end: datetime
    title: str
    purpose: str
    visibility: str
    people: int
    organisation_slug: str | None = None
    responsible: str = ""
    contact: str = ""
    note: str = ""
    pattern: Pattern | None = None
    fixes: tuple[Fix, ...] = ()


def broken_by_form(request: ReservationRequest) -> list[Violation]:
    """Return what no room would take: a missing title, an end before its start, an unknown purpose."""
    broken = []
    if not request.title.strip():
        broken.append(Violation("title_missing", "title"))
    for field, length in LENGTHS.items():
        if len(getattr(request, field)) > length:
            broken.append(Violation("too_much_text", field, {"length": length}))
    if request.people < 1:
        broken.append(Violation("people_missing", "people"))
    if request.purpose not in PURPOSES:
        broken.append(Violation("unknown_purpose", "purpose"))
    if request.visibility not in VISIBILITIES:
        broken.append(Violation("unknown_visibility", "visibility"))
    if request.end <= request.start:
        broken.append(Violation("end_before_start", "end"))
    return broken


def broken_by_room(
    request: ReservationRequest,
    room: RoomFacts,
    actor: Actor,
    organisation_id: int | None,
    now: datetime,
) -> list[Violation]:
    """Return every rule of the room that the request breaks. The request's form is in order."""
    use = Interval(request.start, request.end)
    closed_to_all = barred(room)
    if closed_to_all:
        return [closed_to_all]
    who = not_for(room, actor, organisation_id)
    return [
        *([who] if who else []),
        *broken_by_people(room.capacity, request.people),
        *broken_by_time(room.rules, room.hours, use, now=now, zone=zone()),
    ]
