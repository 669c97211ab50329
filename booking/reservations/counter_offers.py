"""What an owner can offer instead of a date: until when, by which rules, and what it takes.

An approver may pass over a room's notice and lengths, not its hours or size.
"""

from dataclasses import replace
from datetime import datetime, time, timedelta

from booking.clock import zone
from booking.errors import RuleViolation, SlotTaken, Violation, WrongState
from booking.occupancy import blocks
from booking.occupancy import service as occupancy
from booking.reservations.changes import claimed, room_of
from booking.reservations.lifecycle import ACTIVE
from booking.reservations.models import LONGEST_DAYS, Occurrence
from booking.rooms.facts import RoomFacts
from booking.rooms.rules import RoomRules, broken_by_people, broken_by_time
from booking.timetable.interval import Interval, subtract
from booking.timetable.zone import to_utc_or_after, to_wall

OFFER_LASTS = timedelta(days=7)
TIME_TO_ANSWER = timedelta(hours=1)  # at least: an offer's mail waits a minute, and is not read at once
_NIGHT_BEGINS, _DAY_BEGINS, _ANSWERED_BY = time(22), time(8), time(9)  # by the clock on the wall
_MINUTES_A_DAY = 24 * 60
_MONTHS_AHEAD = 20 * 12


def deadline_of(start: datetime, now: datetime) -> datetime:
    """Return until when an offer is held: a week, or half of the time that is left until `start`.

    People answer by day: what would end at night lasts until the morning, where that is before `start`.
    """
    deadline = (now + min(OFFER_LASTS, (start - now) / 2)).replace(microsecond=0)
    wall = to_wall(deadline, zone())
    if _DAY_BEGINS <= wall.time() < _NIGHT_BEGINS:
        return deadline
    on = wall.date() + timedelta(days=wall.time() >= _NIGHT_BEGINS)
    morning = to_utc_or_after(datetime.combine(on, _ANSWERED_BY), zone())
    return morning if morning < start else deadline


def refuse_closed(occurrence: Occurrence, now: datetime) -> None:
    """Raise WrongState for a date that is offered nothing: it has begun, is decided, or is to be moved."""
    if occurrence.starts_at <= now:
        raise WrongState("already_begun")
    if occurrence.proposal is not None and occurrence.proposal.side == "booker":
        raise WrongState("move_comes_first")
    if occurrence.state not in ACTIVE:
        raise WrongState("only_open_is_offered", state=occurrence.state, step="offer")


def leaves_time(occurrence: Occurrence, start: datetime, now: datetime) -> bool:
    """Say whether an offer that starts then could be answered in time."""
    return deadline_of(min(occurrence.starts_at, start), now) - now >= TIME_TO_ANSWER


def offerable(rules: RoomRules) -> RoomRules:
    """Return a room's rules without those that an approver may pass over: notice and lengths."""
    return replace(
        rules,
        notice_minutes=0,
        longest_ahead_months=_MONTHS_AHEAD,
        shortest_minutes=1,
        longest_minutes=LONGEST_DAYS * _MINUTES_A_DAY,
    )


def refuse_unfit(occurrence: Occurrence, room: RoomFacts, use: Interval, now: datetime) -> None:
    """Raise RuleViolation for a room or time that cannot be offered for this date."""
    if (room.id, use.start, use.end) == (occurrence.room_id, occurrence.starts_at, occurrence.ends_at):
        raise RuleViolation([Violation("offer_is_the_request", "start")])
    broken = broken_by_people(room.capacity, occurrence.people)
    broken += broken_by_time(offerable(room.rules), room.hours, use, now=now, zone=zone())
    if use.start == now:
        broken.append(Violation("in_the_past", "start"))
    if not broken and not leaves_time(occurrence, use.start, now):
        broken.append(Violation("no_time_to_answer", "start"))
    if broken:
        raise RuleViolation(broken)


def claim_offer(occurrence: Occurrence, room: RoomFacts, wanted: Interval) -> int | None:
    """Take what is offered, besides what the date itself holds already; None when it holds all of it."""
    for other in occurrence.reservation.occurrences:
        shares = set(room_of(other.room_id).space_ids) & set(room.space_ids)
        if other is not occurrence and other.state in ACTIVE and shares and claimed(other).overlaps(wanted):
            raise SlotTaken([wanted])
    if blocks.wanted_of((space_id, wanted) for space_id in room.space_ids):
        raise SlotTaken([wanted])  # also where this date itself still holds it
    own = occupancy.held([occurrence.claim_id]) if occurrence.claim_id is not None else {}
    by_space: dict[int, list[Interval]] = {}
    for space_id, interval in own.get(occurrence.claim_id or 0, []):
        by_space.setdefault(space_id, []).append(interval)
    parts = [
        occupancy.Part((space_id,), free)
        for space_id in room.space_ids
        for free in subtract([wanted], by_space.get(space_id, []))
    ]
    try:
        return occupancy.claim_all("offer", [parts])[0] if parts else None
    except SlotTaken as error:
        raise SlotTaken([wanted]) from error
