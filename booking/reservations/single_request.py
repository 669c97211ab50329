"""One use on the request page: how its time stands, and what would do instead."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from booking.access.actor import Actor
from booking.availability.alternatives import Alternative, choose
from booking.availability.queries import around_use, search
from booking.availability.results import Result, results
from booking.errors import Violation
from booking.reservations.other_rooms import differences
from booking.rooms.catalogue import catalogue
from booking.rooms.facts import Filter, RoomFacts
from booking.timetable.interval import Interval

_TAKEN = ("part", "taken")


@dataclass(frozen=True, slots=True)
class Single:
    """How the time of one use stands in its room, and what would do instead where it does not.

    `differences`: how the other rooms' approval and price differ, by slug.
    """

    result: Result | None = None
    alternatives: Sequence[Alternative] = ()
    differences: Mapping[str, str] = field(default_factory=dict)

    @property
    def can_wait(self) -> bool:
        """Whether the time can be waited for: somebody has it."""
        return self.result is not None and self.result.state in _TAKEN


def look_at_one(
    room: RoomFacts, use: Interval, people: int, *, actor: Actor, now: datetime, troubled: bool = False
) -> Single:
    """Return how the time stands. `troubled`: it was refused, whatever it looks like."""
    answers = search(Filter(people=people), use, actor=actor, now=now)
    own = [each for each in answers if each.room.id == room.id]
    result = results(own, use, now=now)[0] if own else None
    offers = troubled or (result is not None and result.group != "free")
    found = choose(room, use, answers) if offers else ()
    others = {each.slug: differences(catalogue().room(each.slug), room) for each in found}
    return Single(result, found, others)


def why_taken(room: RoomFacts, use: Interval) -> Violation:
    """Return what stands in the way: another use, or only the cleaning that this one would need."""
    taken = around_use([room], use).taken
    if any(each.overlaps(use) for intervals in taken.values() for each in intervals):
        return Violation("slot_taken", "start")
    return Violation("no_time_to_clean", "end", {"minutes": room.rules.turnaround_minutes})
