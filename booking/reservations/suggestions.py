"""What an approver could offer instead of a date: another time that day, the owner's other rooms."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from booking.access.actor import VISITOR
from booking.availability.queries import around_use
from booking.availability.search import nearest_start
from booking.clock import zone
from booking.occupancy import service as occupancy
from booking.organisations.membership import actor_of
from booking.reservations.changes import claimed, competing, room_of
from booking.reservations.counter_offers import leaves_time, offerable
from booking.reservations.models import Occurrence
from booking.reservations.offer_rivals import Rival, rivals
from booking.rooms.catalogue import catalogue
from booking.rooms.eligibility import not_for
from booking.rooms.facts import RoomFacts
from booking.rooms.labels import room_name
from booking.rooms.rules import broken_by_people, broken_by_time
from booking.timetable.interval import Interval, merge, subtract

MOST = 5
_UNKNOWN_SIZE = 10_000


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A room and a time that can be offered as it is. `same_room`: only the time is another.

    `rivals`: the requests of others that want a part of it.
    """

    slug: str
    room: str
    start: datetime
    end: datetime
    same_room: bool
    rivals: Sequence[Rival] = ()


def rooms_to_offer(occurrence: Occurrence) -> list[RoomFacts]:
    """Return the published rooms of the date's owner that are big enough and that the booker may use.

    Its own room comes first, then those of the same kind, each by fit.
    """
    asked, reservation = room_of(occurrence.room_id), occurrence.reservation
    booker = VISITOR if reservation.on_behalf else actor_of(reservation.booker)  # staff has rights of its own
    rooms = [
        room
        for room in catalogue().rooms
        if room.owner_id == asked.owner_id
        and not broken_by_people(room.capacity, occurrence.people)
        and (room.id == asked.id or not not_for(room, booker, reservation.organisation_id))
    ]

    def fit(room: RoomFacts) -> tuple[bool, bool, int, str]:
        return room.id != asked.id, room.kind != asked.kind, room.capacity or _UNKNOWN_SIZE, room.slug

    return sorted(rooms, key=fit)


def suggestions(occurrence: Occurrence, *, now: datetime) -> list[Suggestion]:
    """Return what could be offered, nearest first: the same room at another time, others at the same time.

    Rooms of another kind are among them only when no other room of the same kind can be had. What the date
    holds itself, or was offered before, counts as free; what others have asked for does not.
    """
    use = Interval(occurrence.starts_at, occurrence.ends_at)
    rooms = [replace(room, rules=offerable(room.rules)) for room in rooms_to_offer(occurrence)]
    taken = _taken(occurrence, rooms, use)
    wanted = [claimed(other) for other in competing(occurrence)]
    found: list[Suggestion] = []
    for room in rooms:
        busy = merge(each for space_id in room.space_ids for each in taken[space_id])
        if room.id == occurrence.room_id:
            start = _other_start(room, use, [*busy, *wanted], now)
        else:
            open_then = not broken_by_time(room.rules, room.hours, use, now=now, zone=zone())
            wish = room.rules.claimed(use)
            start = use.start if open_then and not any(each.overlaps(wish) for each in busy) else None
        if start is not None and leaves_time(occurrence, start, now):
            same = room.id == occurrence.room_id
            found.append(Suggestion(room.slug, room_name(room), start, start + use.duration, same))
    kinds = {room.slug: room.kind for room in rooms}
    alike = [each for each in found if kinds[each.slug] == room_of(occurrence.room_id).kind]
    chosen = (found if all(each.same_room for each in alike) else alike)[:MOST]
    places = [(catalogue().by_slug[each.slug], Interval(each.start, each.end)) for each in chosen]
    return [
        replace(each, rivals=others) for each, others in zip(chosen, rivals(occurrence, places), strict=True)
    ]


def _other_start(room: RoomFacts, use: Interval, busy: Sequence[Interval], now: datetime) -> datetime | None:
    """Return the nearest other start of the same day: what overlaps the use, or lies beside it."""
    found = [
        start
        for taken in (busy, [*busy, room.rules.claimed(use)])
        if (start := nearest_start(room, use, merge(taken), now=now, zone=zone())) is not None
    ]
    return min(found, key=lambda start: abs(start - use.start), default=None)


def _taken(
    occurrence: Occurrence, rooms: Sequence[RoomFacts], use: Interval
) -> dict[int, Sequence[Interval]]:
    """Return what others take, and what blocks want, of these rooms' spaces around the use."""
    proposal = occurrence.proposal
    claims = {occurrence.claim_id, proposal.claim_id if proposal else None}
    own: dict[int, list[Interval]] = {}
    for held in occupancy.held([claim_id for claim_id in claims if claim_id is not None]).values():
        for space_id, interval in held:
            own.setdefault(space_id, []).append(interval)
    around = around_use(rooms, use)
    return {
        space_id: [*subtract(intervals, own.get(space_id, ())), *around.blocked[space_id]]
        for space_id, intervals in around.taken.items()
    }
