"""Offer what frees up to the first in the line whom it fits, in the transaction that gives it back.

So a slot that somebody waits for is never free in between, and nobody else can take it first. Leaving,
refusing and letting an offer lapse give their slot back like anything else: then the next is offered it.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import cache

from booking.access.actor import Actor
from booking.accounts.models import User
from booking.audit.service import record
from booking.errors import Forbidden, NotFound, RuleViolation
from booking.occupancy import service as occupancy
from booking.occupancy.queries import taken_rows
from booking.occupancy.service import Part, Released
from booking.organisations.membership import actor_of
from booking.reservations.changes import lock_rooms, room_of
from booking.reservations.service import refuse_over_quota
from booking.reservations.undoing import keeping
from booking.reservations.waiting import messages, policy
from booking.reservations.waiting.joining import checked
from booking.reservations.waiting.models import WaitingDate, WaitingEntry
from booking.reservations.waiting.queries import all_waiting, contested, meet, part_of, waiting_inside
from booking.reservations.waiting.service import last_moment, request_of
from booking.rooms.catalogue import catalogue
from booking.timetable.interval import Interval

LONGEST_TO_ANSWER = timedelta(hours=24)
LOOKED_AT_ONCE = 1000  # dates in one statement


@occupancy.on_release(occupancy.Turn.WAITING)
def offer_released(released: Sequence[Released], now: datetime) -> None:
    """Offer what a transaction has given back. Who gave it back holds the locks of all rooms concerned."""
    rooms = catalogue().by_space
    room_ids = {room.id for space_id, _interval in released for room in rooms.get(space_id, ())}
    span = Interval(min(each.start for _, each in released), max(each.end for _, each in released))
    by_space: dict[int, list[Interval]] = {}
    for space_id, interval in released:
        by_space.setdefault(space_id, []).append(interval)
    _offer([each for each in waiting_inside(room_ids, span) if _gains(part_of(each), by_space)], now)


def offer_free(*, now: datetime) -> int:
    """Offer what is free although somebody waits for it; return how many dates.

    That happens when the obstacle was not the slot: a right or a rule that has changed since it was freed.
    """
    waiting = all_waiting(now)
    free = [each for each in _free(waiting) if last_moment(each) > now]
    if not free:
        return 0
    lock_rooms(room_of(each.room_id) for each in free)
    # under the locks everything is read again
    span = Interval(min(each.starts_at for each in free), max(each.ends_at for each in free))
    ids = {each.id for each in free}
    return _offer(
        [each for each in waiting_inside({each.room_id for each in free}, span) if each.id in ids], now
    )


def deadline_of(date: WaitingDate, now: datetime) -> datetime:
    """Return until when an offer made now stands: a day, or half the time left if that is less.

    Never longer than the room takes requests for the date.
    """
    half = (date.starts_at - now) / 2
    return min(now + LONGEST_TO_ANSWER, now + half, last_moment(date)).replace(microsecond=0)


def may_be_offered(date: WaitingDate, now: datetime) -> bool:
    """Say whether anyone of the waiting side could ask for the date now, were it free, and has time to."""
    return deadline_of(date, now) > now and bool(_askers(date, _people(date.entry), now))


def _offer(waiting: Sequence[WaitingDate], now: datetime) -> int:
    """Offer to these in their order what is free; return how many dates. The locks are held."""
    people_of = cache(_people)  # looked up once for an entry, not for each of its dates
    chosen: list[tuple[WaitingDate, Part]] = []
    readers: dict[WaitingEntry, list[User]] = {}
    for date in _free(waiting):
        part = part_of(date)
        if deadline_of(date, now) <= now or any(meet(part, other) for _date, other in chosen):
            continue
        if people := _askers(date, people_of(date.entry), now):
            chosen.append((date, part))
            readers.setdefault(date.entry, people)
    claims = occupancy.claim_all("waiting", [[part] for _date, part in chosen])
    for (date, _part), claim_id in zip(chosen, claims, strict=True):
        date.state, date.claim_id, date.changed_at = "offered", claim_id, now
        date.deadline_at = deadline_of(date, now)
    keeping.offered([date for date, _part in chosen])
    for entry, people in readers.items():
        own = [date for date, _part in chosen if date.entry is entry]
        record("offer", "waiting", entry.id, actor_id=None, now=now, dates=[each.id for each in own])
        messages.tell("waiting_offer", people, entry, own, now=now)
    return len(chosen)


def _free(waiting: Sequence[WaitingDate]) -> list[WaitingDate]:
    """Return those of the dates whose whole slot is free, turnaround included, and not asked for before."""
    free: list[WaitingDate] = []
    for first in range(0, len(waiting), LOOKED_AT_ONCE):
        some = waiting[first : first + LOOKED_AT_ONCE]
        parts = [part_of(each) for each in some]
        wanted = [
            (n, (space_id, part.interval)) for n, part in enumerate(parts) for space_id in part.space_ids
        ]
        taken = {wanted[index][0] for index in taken_rows([each for _n, each in wanted])}
        free += [each for n, each in enumerate(some) if n not in taken]
    earlier = contested(free)
    return [each for each in free if each.id not in earlier]


def _gains(part: Part, released: Mapping[int, Sequence[Interval]]) -> bool:
    return any(
        part.interval.overlaps(each) for space_id in part.space_ids for each in released.get(space_id, ())
    )


def _people(entry: WaitingEntry) -> list[tuple[User, Actor]]:
    return [(user, actor_of(user)) for user in policy.side(entry)]


def _askers(date: WaitingDate, people: Sequence[tuple[User, Actor]], now: datetime) -> list[User]:
    """Return who of these could ask for the date now, as far as rights and rules go."""
    request, use = request_of(date), Interval(date.starts_at, date.ends_at)
    askers = []
    for user, actor in people:
        with suppress(Forbidden, NotFound, RuleViolation):
            room, organisation = checked(request, [use], actor=actor, now=now)
            refuse_over_quota(room, organisation, now)
            askers.append(user)
    return askers
