"""A series that is being asked for: what the form says of its dates, and what each choice changes."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Final, Self

from booking.access.actor import Actor
from booking.availability.fixes import Fix, FixKind
from booking.availability.series import Preview, like_it, preview
from booking.availability.wishes import wishes_of
from booking.clock import zone
from booking.errors import RuleViolation, Violation
from booking.reservations.segments import Segment
from booking.reservations.series import slots_of
from booking.reservations.series_form import readable_fix
from booking.rooms.catalogue import catalogue
from booking.rooms.facts import Filter, RoomFacts
from booking.timetable.interval import Interval
from booking.timetable.pattern import Pattern
from booking.timetable.pattern_notation import to_json
from booking.timetable.recurrence import Slot

STEPS: Final = ("preview", "take", "take_all", "leave_out", "untake")
_OF_A_DATE: Final = {"leave_out": "skip", "untake": "skip"}  # their buttons name only the date


@dataclass(frozen=True, slots=True)
class Draft:
    """What a form says of the dates, of where and for whom.

    `use`: the first of the series; `slots`: the dates that the pattern gives. `fixes` may hold choices for
    dates that it gave before somebody changed it: `applied` are those that count.
    """

    room: RoomFacts
    use: Interval
    pattern: Pattern
    slots: Sequence[Slot]
    people: int
    organisation_id: int | None
    fixes: tuple[Fix, ...]

    @classmethod
    def of(
        cls,
        room: RoomFacts,
        use: Interval,
        pattern: Pattern,
        people: int,
        organisation_id: int | None,
        fixes: tuple[Fix, ...] = (),
    ) -> Self:
        """Return the draft. Raises RuleViolation for a pattern that cannot be or gives no date."""
        slots = slots_of(Segment.of(use.start, use.end, pattern, zone()), room)
        if not slots:
            raise RuleViolation([Violation("no_dates", "repeat")])
        return cls(room, use, pattern, slots, people, organisation_id, fixes)

    @property
    def applied(self) -> tuple[Fix, ...]:
        """The choices for dates of the pattern."""
        dates = {slot.date for slot in self.slots}
        return tuple(fix for fix in self.fixes if fix.on in dates)

    @property
    def mark(self) -> str:
        """What a form carries once it has shown these dates: another time or pattern has another mark."""
        dates = (self.use.start.isoformat(), self.use.end.isoformat(), to_json(self.pattern))
        return sha256(json.dumps(dates, sort_keys=True).encode()).hexdigest()[:16]

    @property
    def booked(self) -> list[tuple[RoomFacts, Interval]]:
        """The rooms and uses that are asked for: what the price is of."""
        wishes = wishes_of(self.room, self.slots, self.fixes, zone(), catalogue().room)
        return [(each.room, each.use) for each in wishes if each.is_booked and each.use]

    @property
    def other_rooms(self) -> list[RoomFacts]:
        """The rooms that were chosen for single dates, by name."""
        rooms = catalogue()
        chosen = {fix.room for fix in self.applied if fix.kind is FixKind.ROOM} - {self.room.slug}
        return sorted((rooms.room(slug) for slug in chosen), key=lambda room: room.name)


def look(draft: Draft, *, actor: Actor, now: datetime) -> list[Preview]:
    """Return how each date stands. Two statements, whatever their number."""
    return preview(
        wishes_of(draft.room, draft.slots, draft.fixes, zone(), catalogue().room),
        wanted=Filter(people=draft.people),
        actor=actor,
        now=now,
        organisation_id=draft.organisation_id,
    )


def after(draft: Draft, step: str, value: str, *, actor: Actor, now: datetime) -> tuple[Draft, date | None]:
    """Return the draft after a button of the page, and the date it was about; one misread changes nothing.

    "take" takes the choice that `value` writes, "take_all" for every date alike too; "leave_out" leaves a
    date out and "untake" takes its choice back.
    """
    taken = readable_fix(f"{value} {_OF_A_DATE[step]}" if step in _OF_A_DATE else value)
    if taken is None:
        return draft, None
    chosen = {fix.on: fix for fix in draft.fixes}
    if step == "take_all":
        chosen |= {fix.on: fix for fix in like_it(look(draft, actor=actor, now=now), taken)}
    chosen[taken.on] = taken
    if step == "untake":
        del chosen[taken.on]
    return replace(draft, fixes=tuple(chosen[on] for on in sorted(chosen))), taken.on
