"""Change a room's opening hours, once it is known which dates to come would lie outside them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from booking.access.actor import Actor
from booking.access.roles import Right
from booking.audit.service import record
from booking.clock import zone
from booking.desk.keeping import room_kept
from booking.errors import WrongState
from booking.reservations.changes import lock_rooms
from booking.reservations.coming import Coming, coming_dates
from booking.rooms.catalogue import catalogue
from booking.rooms.facts import RoomFacts
from booking.rooms.hours import replace_hours, text_of_hours
from booking.timetable.openings import OpeningHours, is_open


@dataclass(frozen=True, slots=True)
class HoursChange:
    """What new hours would do to a room.

    `hit` are its dates to come that lie outside the new hours and not outside those in force, `outside` those
    that already do. `mark` names the new hours, the hours in force and these dates: it changes with any.
    """

    room: RoomFacts
    hours: OpeningHours
    hit: Sequence[Coming]
    outside: Sequence[Coming]
    mark: str

    @property
    def changes_nothing(self) -> bool:
        """Whether the new hours are those in force."""
        return text_of_hours(self.hours) == text_of_hours(self.room.hours)


def hours_of(slug: str, *, actor: Actor) -> RoomFacts:
    """Return a room that the person keeps, as it is in force. Raises NotFound, Forbidden."""
    return catalogue().by_id[room_kept(slug, actor).id]


def others_kept(slug: str, *, actor: Actor) -> list[RoomFacts]:
    """Return the rooms that the person keeps and whose hours can be copied, this one left out, by name."""
    owners = actor.organisations_with(Right.KEEP_ROOMS)
    kept = [
        each
        for each in catalogue().by_id.values()
        if each.owner_id in owners and each.slug != slug and each.hours_known
    ]
    return sorted(kept, key=lambda each: (each.name, each.id))


def preview_hours(slug: str, hours: OpeningHours, *, actor: Actor, now: datetime) -> HoursChange:
    """Return what these hours would change. One statement for the dates. Raises NotFound, Forbidden."""
    room = hours_of(slug, actor=actor)
    hit: list[Coming] = []
    outside: list[Coming] = []
    for each in coming_dates([room.id], actor=actor, now=now):
        if not is_open(hours, each.use, zone()):
            (hit if is_open(room.hours, each.use, zone()) else outside).append(each)
    texts = [text_of_hours(hours), text_of_hours(room.hours)]
    texts += [f"{each.occurrence_id} {each.start} {each.end} {each.state}" for each in (*hit, *outside)]
    return HoursChange(room, hours, hit, outside, sha256("\n".join(texts).encode()).hexdigest()[:16])


def save_hours(slug: str, hours: OpeningHours, *, seen: str, actor: Actor, now: datetime) -> HoursChange:
    """Make these the room's hours, in the caller's transaction; its reservations stay as they are.

    `seen` is the mark of the change that was looked at. Raises NotFound, Forbidden, and WrongState when the
    hours in force or the dates they hit are no longer those.
    """
    row = room_kept(slug, actor)
    lock_rooms([catalogue().by_id[row.id]])
    change = preview_hours(slug, hours, actor=actor, now=now)
    if change.mark != seen:
        raise WrongState("hours_changed_meanwhile")
    replace_hours(row, hours)
    record("edit_hours", "room", row.id, actor_id=actor.user_id, now=now, hit=len(change.hit))
    return change
