"""How to get in, and from when that is shown: the key or the door's code is nobody's business before.

Source: DOMAIN.md, "Room facts" and issue 4: with a confirmed reservation only, from a day before the use
until its end. The room's keepers see it always.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from booking.access.actor import Actor
from booking.access.roles import Right
from booking.clock import zone
from booking.reservations.lifecycle import State
from booking.reservations.models import Occurrence, Reservation
from booking.reservations.policy import Sight, decides
from booking.rooms.catalogue import catalogue
from booking.rooms.labels import room_name
from booking.timetable.zone import to_utc_or_after, to_wall


@dataclass(frozen=True, slots=True)
class Handover:
    """How to get into one room: the words, from `seen_from` on; before that they are empty."""

    room: str
    words: str
    seen_from: datetime


def seen_from(starts_at: datetime, place: ZoneInfo) -> datetime:
    """Return when the words are shown: the day before at the same time of the wall clock."""
    wall = to_wall(starts_at, place).replace(tzinfo=None)
    return to_utc_or_after(wall - timedelta(days=1), place)


def handovers(reservation: Reservation, seen: Sight, actor: Actor, now: datetime) -> Sequence[Handover]:
    """Return how to get into the rooms of the confirmed dates that have not ended, one a room, by start.

    Of a room whose words are not shown yet there is the moment when they will be. Nothing for outsiders.
    """
    if seen is not Sight.FULL:
        return ()
    keeps = decides(reservation, actor) or actor.has(Right.KEEP_ROOMS, reservation.room.owner_id)
    found: dict[int, Handover] = {}
    for date in sorted(reservation.occurrences, key=lambda each: (each.starts_at, each.id)):
        handover = _of(date, now, keeps)
        if handover is not None and date.room_id not in found:
            found[date.room_id] = handover
    return tuple(found.values())


def words_now(reservation: Reservation, seen: Sight, actor: Actor, now: datetime) -> str:
    """Return what is shown of it at this moment, as one text."""
    words = [each.words for each in handovers(reservation, seen, actor, now) if each.words]
    return "\n\n".join(dict.fromkeys(words))


def _of(date: Occurrence, now: datetime, keeps: bool) -> Handover | None:
    room = catalogue().by_id[date.room_id]
    if not room.access_instructions or date.state != State.CONFIRMED.value or date.ends_at <= now:
        return None
    moment = seen_from(date.starts_at, zone())
    return Handover(room_name(room), room.access_instructions if keeps or now >= moment else "", moment)
