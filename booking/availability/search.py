"""PURE: what a room answers to a wish. The same rules and the same intervals as the request itself uses."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from booking.errors import Violation
from booking.rooms.facts import RoomFacts
from booking.rooms.rules import RoomRules, last_day_to_book
from booking.timetable.interval import Interval, merge
from booking.timetable.openings import open_within
from booking.timetable.zone import day, local_date


class Answer(StrEnum):
    """What the room says."""

    FREE = "free"
    PART = "part"
    """Free from the asked start, taken before the asked end."""
    TAKEN = "taken"
    CLOSED = "closed"
    RULE = "rule"
    NOT_FOR_YOU = "not_for_you"
    BY_ROUND = "by_round"
    UNLISTED = "unlisted"
    """Listed, not bookable: no owner is known."""


_OBSTACLES = {"owner_unknown": Answer.UNLISTED, "by_round_only": Answer.BY_ROUND}


@dataclass(frozen=True, slots=True)
class RoomAnswer:
    """One room's answer to a wish.

    `taken`: what is taken around the wish; `closed`: what of it the owner has closed. `free_until` and
    `free_from` tell when a part or taken wish would fit. `other_start`: the nearest start on the same day at
    which the whole wish fits.
    """

    room: RoomFacts
    answer: Answer
    violations: tuple[Violation, ...]
    taken: tuple[Interval, ...]
    free_until: datetime | None = None
    free_from: datetime | None = None
    other_start: datetime | None = None
    closed: tuple[Interval, ...] = ()


def answer_of(
    room: RoomFacts,
    use: Interval,
    taken: Sequence[Interval],
    obstacle: Violation | None,
    broken: tuple[Violation, ...],
    *,
    closed: Sequence[Interval] = (),
    now: datetime,
    zone: ZoneInfo,
) -> RoomAnswer:
    """Return the room's answer.

    `taken`: what is taken of its spaces, at least on the days of the wish; `closed`: what closures want.
    `obstacle`: why the room takes no request from this person. `broken`: the rules of time that the wish
    breaks (`rules.broken_by_time`).
    """
    shut = merge(closed)
    if obstacle is not None:
        answer = _OBSTACLES.get(obstacle.code, Answer.NOT_FOR_YOU)
        return RoomAnswer(room, answer, (obstacle,), merge(taken), closed=shut)
    wish = room.rules.claimed(use)
    if not broken and any(each.overlaps(use) for each in shut):
        broken = (closed_by_owner(use),)
    if not broken and not any(each.overlaps(wish) for each in taken):
        return RoomAnswer(room, Answer.FREE, (), tuple(taken), closed=shut)
    merged = merge([*taken, *shut])
    in_the_way = [each for each in merged if each.overlaps(wish)]
    other = nearest_start(room, use, merged, now=now, zone=zone)
    if broken:
        only_closed = all(each.code.startswith("closed_") for each in broken)
        answer = Answer.CLOSED if only_closed else Answer.RULE
        return RoomAnswer(room, answer, broken, merged, other_start=other, closed=shut)
    until = in_the_way[0].start - room.rules.turnaround
    worth_having = until - use.start >= timedelta(minutes=room.rules.shortest_minutes)
    return RoomAnswer(
        room,
        Answer.PART if worth_having else Answer.TAKEN,
        (),
        merged,
        free_until=until if worth_having else None,
        free_from=in_the_way[-1].end,
        other_start=other,
        closed=shut,
    )


def closed_by_owner(use: Interval) -> Violation:
    """Return what is said of a use at a time for which the owner has closed the room."""
    return Violation("closed_by_owner", "start", {"use": use})


def nearest_start(
    room: RoomFacts, use: Interval, taken: Sequence[Interval], *, now: datetime, zone: ZoneInfo
) -> datetime | None:
    """Return the start nearest to the wished one, on its local date, at which the room takes the whole wish.

    Open time minus taken time leaves gaps; in each the nearest start is the wished one pushed inside, on the
    room's grid. Whole hours divide the zone's offset, so the grid of the wall clock is the grid of UTC.
    """
    rules = room.rules
    on = local_date(use.start, zone)
    length = use.duration
    if not _may_be_so_long(rules, length) or on > last_day_to_book(rules, now, zone):
        return None
    today = day(on, zone)
    grid = timedelta(minutes=rules.grid_minutes)
    earliest = max(now + timedelta(minutes=rules.notice_minutes), today.start)
    latest = today.end - timedelta(minutes=1)
    best: datetime | None = None
    for gap_start, gap_end in _gaps(room, Interval(today.start, today.end + length), taken, zone):
        first = _on_grid(max(gap_start, earliest), rules.grid_minutes)
        last = min(gap_end - length, latest)
        if first > last:
            continue
        wished = _on_grid(min(max(use.start, first), last), rules.grid_minutes)
        for start in (wished, wished - grid):  # a wish between two steps of the grid has one on either side
            nearer = best is None or abs(start - use.start) < abs(best - use.start)
            if first <= start <= last and start != use.start and nearer:
                best = start
    return best


def _may_be_so_long(rules: RoomRules, length: timedelta) -> bool:
    minutes = length // timedelta(minutes=1)
    return rules.shortest_minutes <= minutes <= rules.longest_minutes and minutes % rules.grid_minutes == 0


def _gaps(
    room: RoomFacts, window: Interval, taken: Sequence[Interval], zone: ZoneInfo
) -> Iterator[tuple[datetime, datetime]]:
    """Yield the stretches in which the room is open and a use may lie, by start.

    Before another use the room needs its turnaround; before closing it does not.
    """
    turnaround = room.rules.turnaround
    for opening in open_within(room.hours, window, zone):
        free_from = opening.start
        for busy in taken:
            if busy.end <= free_from:
                continue
            if busy.start - turnaround >= opening.end:
                break
            if busy.start - turnaround > free_from:
                yield free_from, busy.start - turnaround
            free_from = busy.end
        if free_from < opening.end:
            yield free_from, opening.end


def _on_grid(moment: datetime, minutes: int) -> datetime:
    """Return the first moment on the grid that is not before this one."""
    step = minutes * 60
    past = int(moment.timestamp()) % step
    return moment if past == 0 and moment.microsecond == 0 else _raised(moment, step - past)


def _raised(moment: datetime, seconds: int) -> datetime:
    return moment.replace(microsecond=0) + timedelta(seconds=seconds)
