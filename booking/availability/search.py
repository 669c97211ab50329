"""PURE: what a room answers to a wish. The same rules and the same intervals as the request itself uses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from booking.errors import Violation
from booking.rooms.facts import RoomFacts
from booking.rooms.rules import broken_by_time
from booking.timetable.interval import Interval, merge, subtract
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

    `taken`: what is taken around the wish, merged. `free_until` and `free_from` tell when a part or taken
    wish would fit. `other_start`: the nearest start on the same day at which the whole wish fits.
    """

    room: RoomFacts
    answer: Answer
    violations: tuple[Violation, ...]
    taken: tuple[Interval, ...]
    free_until: datetime | None = None
    free_from: datetime | None = None
    other_start: datetime | None = None


def answer_of(
    room: RoomFacts,
    use: Interval,
    taken: Sequence[Interval],
    obstacle: Violation | None,
    broken: tuple[Violation, ...],
    *,
    now: datetime,
    zone: ZoneInfo,
) -> RoomAnswer:
    """Return the room's answer.

    `taken`: what is taken of its spaces, at least on the days of the wish. `obstacle`: why the room takes no
    request from this person. `broken`: the rules of time that the wish breaks (`rules.broken_by_time`).
    """
    merged = merge(taken) if taken else ()
    if obstacle is not None:
        return RoomAnswer(room, _OBSTACLES.get(obstacle.code, Answer.NOT_FOR_YOU), (obstacle,), merged)
    wish = room.rules.claimed(use)
    in_the_way = [each for each in merged if each.overlaps(wish)]
    if not broken and not in_the_way:
        return RoomAnswer(room, Answer.FREE, (), merged)
    other = nearest_start(room, use, merged, now=now, zone=zone)
    if broken:
        closed = all(each.code.startswith("closed_") for each in broken)
        answer = Answer.CLOSED if closed else Answer.RULE
        return RoomAnswer(room, answer, broken, merged, other_start=other)
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
    )


def nearest_start(
    room: RoomFacts, use: Interval, taken: Sequence[Interval], *, now: datetime, zone: ZoneInfo
) -> datetime | None:
    """Return the start nearest to the wished one, on its local date, at which the room takes the whole wish.

    Open time minus taken time leaves gaps; in each the nearest start is the wished one pushed inside, on the
    room's grid. Whole hours divide the zone's offset, so the grid of the wall clock is the grid of UTC.
    """
    rules = room.rules
    today = day(local_date(use.start, zone), zone)
    around = Interval(today.start, today.end + use.duration)
    holes = [Interval(each.start - rules.turnaround, each.end) for each in taken]
    earliest = max(now + timedelta(minutes=rules.notice_minutes), today.start)
    candidates = []
    for gap in subtract(open_within(room.hours, around, zone), holes):
        first = _on_grid(max(gap.start, earliest), rules.grid_minutes)
        last = min(gap.end - use.duration, today.end - timedelta(minutes=1))
        wished = _on_grid(min(max(use.start, first), last), rules.grid_minutes)
        start = wished if wished <= last else wished - timedelta(minutes=rules.grid_minutes)
        if first <= start <= last and start != use.start:
            candidates.append(start)
    for start in sorted(candidates, key=lambda each: abs(each - use.start)):
        moved = Interval(start, start + use.duration)
        if not broken_by_time(rules, room.hours, moved, now=now, zone=zone):
            return start
    return None


def _on_grid(moment: datetime, minutes: int) -> datetime:
    """Return the first moment on the grid that is not before this one."""
    step = minutes * 60
    past = int(moment.timestamp()) % step
    return moment if past == 0 and moment.microsecond == 0 else _raised(moment, step - past)


def _raised(moment: datetime, seconds: int) -> datetime:
    return moment.replace(microsecond=0) + timedelta(seconds=seconds)
