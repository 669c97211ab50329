"""What else would do: another time in the same room, another room at the same time."""

from dataclasses import dataclass, replace
from datetime import datetime

from booking.access.actor import Actor
from booking.availability.queries import search
from booking.availability.search import Answer, RoomAnswer
from booking.rooms.facts import Filter, RoomFacts
from booking.rooms.labels import room_name
from booking.timetable.interval import Interval

MOST = 4


@dataclass(frozen=True, slots=True)
class Alternative:
    """A wish that can be fulfilled now, one click away."""

    slug: str
    name: str
    start: datetime
    end: datetime
    same_room: bool


def alternatives(
    room: RoomFacts, use: Interval, *, people: int, actor: Actor, now: datetime
) -> list[Alternative]:
    """Return what would do instead of this use of this room, nearest first, at most four."""
    return choose(room, use, search(Filter(people=people), use, actor=actor, now=now))


def choose(room: RoomFacts | None, use: Interval, answers: list[RoomAnswer]) -> list[Alternative]:
    """Return the alternatives among these answers: the room itself at another time, then others like it."""
    own = [other_time(each, use) for each in answers if room is not None and each.room.id == room.id]
    free = [each for each in answers if each.answer is Answer.FREE and each.room != room]
    if room is not None:
        free.sort(key=lambda each: (each.room.venue != room.venue, each.room.kind != room.kind))
    others = [Alternative(each.room.slug, room_name(each.room), use.start, use.end, False) for each in free]
    elsewhere = [other_time(each, use) for each in answers if room is None or each.room.id != room.id]
    moved = [replace(each, same_room=False) for each in elsewhere if each is not None]
    found = [*(each for each in own if each is not None), *others, *(moved if not others else ())]
    return found[:MOST]


def other_time(answer: RoomAnswer, use: Interval) -> Alternative | None:
    """Return the same room at its nearest other time, when it has one on that day."""
    start = answer.other_start
    if start is None:
        return None
    room = answer.room
    return Alternative(room.slug, room_name(room), start, start + use.duration, True)
