"""All rooms of a day, each as a river on one common band."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from booking import clock
from booking.access.actor import Actor
from booking.access.roles import Right
from booking.availability.river import River, Stone, band_of, river_of
from booking.extensions import db
from booking.reservations.lifecycle import ACTIVE
from booking.reservations.models import LONGEST_DAYS, Occurrence
from booking.reservations.queries import of_mine, visible_occurrences
from booking.reservations.seen import Seen
from booking.rooms.catalogue import catalogue
from booking.rooms.facts import RoomFacts
from booking.rooms.pages import RoomSummary, summary
from booking.timetable.interval import Interval, subtract
from booking.timetable.zone import day


@dataclass(frozen=True, slots=True)
class DayRow:
    """One room and its day. `own`: the reader works at its owner's desk; `mine`: they use it that day.

    `can_move`: the reader is an approver of the room's owner, and `movable` is what they may put elsewhere.
    `grid_minutes`: how far apart a use of the room may begin.
    """

    room: RoomSummary
    river: River
    own: bool = False
    mine: bool = False
    can_move: bool = False
    movable: Sequence[Seen] = ()
    grid_minutes: int = 15

    @property
    def uses(self) -> Sequence[Stone]:
        """What is to be told in words under the river: what takes the room, and what closes it by name."""
        return [
            each
            for each in self.river.stones
            if each.state in ("taken", "mine", "pending") or (each.state == "closed" and each.label)
        ]


def own_first(rooms: Sequence[RoomFacts], on: date, actor: Actor) -> list[RoomFacts]:
    """Return the rooms with those of the reader's owners before the rest, then those they use that day.

    One statement for who is signed in, else none.
    """
    used = _used(on, actor)

    def place(room: RoomFacts) -> int:
        return 0 if works_at(actor, room) else 1 if room.id in used else 2

    return sorted(rooms, key=place)


def works_at(actor: Actor, room: RoomFacts) -> bool:
    """Say whether the person decides on the room, keeps it, or books it for others."""
    return any(
        actor.has(right, room.owner_id) for right in (Right.DECIDE, Right.KEEP_ROOMS, Right.BOOK_ON_BEHALF)
    )


def _used(on: date, actor: Actor) -> set[int]:
    """Return the rooms in which the person or an association of theirs has something that day."""
    if not actor.is_signed_in:
        return set()
    today = day(on, clock.zone())
    return set(
        db.session.scalars(
            select(Occurrence.room_id)
            .join(Occurrence.reservation)
            .where(
                of_mine(actor),
                Occurrence.state.in_(sorted(ACTIVE)),
                Occurrence.starts_at < today.end,
                Occurrence.ends_at > today.start,
                Occurrence.starts_at > today.start - timedelta(days=LONGEST_DAYS),
            )
        )
    )


def day_rows(shown: Sequence[RoomFacts], on: date, actor: Actor, now: datetime) -> list[DayRow]:
    """Return these rooms with their day, in their order, on one band."""
    local, rooms = clock.zone(), catalogue()
    band = band_of(shown, on, local)
    today = day(on, local)
    window = today.extend_end(timedelta(days=1))  # a river may pass midnight; what is listed is the day's
    seen = visible_occurrences(shown, window, actor)
    by_space: dict[int, list[Seen]] = {}
    for each in seen:
        for space_id in each.space_ids:
            by_space.setdefault(space_id, []).append(each)
    return [
        DayRow(
            summary(room, rooms.stamp),
            river_of(room, band, stones(room, by_space), local, now=now),
            own=works_at(actor, room),
            mine=any(each.mine and each.occurrence_id for each in _booked_here(room, by_space, today)),
            can_move=actor.has(Right.DECIDE, room.owner_id),
            movable=_movable(room, by_space, today, actor, now),
            grid_minutes=room.rules.grid_minutes,
        )
        for room in shown
    ]


def _movable(
    room: RoomFacts, by_space: Mapping[int, Sequence[Seen]], today: Interval, actor: Actor, now: datetime
) -> list[Seen]:
    if not actor.has(Right.DECIDE, room.owner_id):
        return []
    here = _booked_here(room, by_space, today)
    return [each for each in here if each.reference and each.state in ACTIVE and each.use.start > now]


def _booked_here(room: RoomFacts, by_space: Mapping[int, Sequence[Seen]], today: Interval) -> list[Seen]:
    """Return the day's dates of this very room, not of one that shares a space with it, by start.

    What passes midnight into the day is among them.
    """
    seen = dict.fromkeys(each for space_id in room.space_ids for each in by_space.get(space_id, ()))
    here = (each for each in seen if set(each.space_ids) == set(room.space_ids) and each.use.overlaps(today))
    return sorted(here, key=lambda each: (each.use.start, each.occurrence_id))


def stones(room: RoomFacts, by_space: dict[int, list[Seen]]) -> list[Stone]:
    """Return what lies in the river of a room. Where several compete, or hold other parts, one is seen."""
    here = dict.fromkeys(each for space_id in room.space_ids for each in by_space.get(space_id, ()))
    laid: list[Interval] = []
    found: list[Stone] = []
    for each in sorted(here, key=lambda each: (not each.holds, each.use.start)):
        for rest in subtract([each.use], laid):
            found.append(Stone(rest.start, rest.end, each.look, each.label, each.reference))
        laid.append(each.use)
    return found
