"""Search over all rooms: the catalogue from memory, the taken time from one statement."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from booking.access.actor import Actor
from booking.availability.search import Answer, RoomAnswer, answer_of, closed_by_owner
from booking.clock import zone
from booking.errors import RuleViolation, Violation
from booking.occupancy.queries import Lying, lying_between, taken_dates
from booking.rooms.catalogue import catalogue
from booking.rooms.eligibility import obstacle
from booking.rooms.facts import Filter, RoomFacts
from booking.rooms.rule_columns import GRIDS
from booking.rooms.rules import broken_by_time
from booking.timetable.interval import Interval
from booking.timetable.zone import day, local_date, to_wall

_RANK = {
    Answer.FREE: 0,
    Answer.PART: 1,
    Answer.TAKEN: 1,
    Answer.CLOSED: 2,
    Answer.RULE: 2,
    Answer.BY_ROUND: 3,
    Answer.NOT_FOR_YOU: 4,
    Answer.UNLISTED: 5,
}
_UNKNOWN_SIZE = 10_000


@dataclass(frozen=True, slots=True)
class DateAnswer:
    """One date of a series in one room; `reason` is empty when it is free, else taken, closed or rule.

    `violations`: what of the rules and hours is broken.
    """

    use: Interval
    reason: str
    violations: tuple[Violation, ...] = ()


def matching(wanted: Filter, actor: Actor) -> list[RoomFacts]:
    """Return the published rooms that match, by venue and name."""
    rooms = [room for room in catalogue().rooms if wanted.takes(room)]
    if not wanted.bookable_by_me:
        return rooms
    return [room for room in rooms if not obstacle(room, actor)]


def search(wanted: Filter, use: Interval, *, actor: Actor, now: datetime) -> list[RoomAnswer]:
    """Return every matching room's answer to a wish for one use, best first. One statement for all rooms."""
    rooms = matching(wanted, actor)
    around = around_use(rooms, use)
    local = zone()
    judge = Judge(now)
    answers = [
        answer_of(
            room,
            use,
            [each for space_id in room.space_ids for each in around.taken[space_id]],
            obstacle(room, actor),
            judge.broken(room, use),
            closed=[each for space_id in room.space_ids for each in around.closed[space_id]],
            now=now,
            zone=local,
        )
        for room in rooms
    ]
    return sorted(answers, key=lambda each: _rank(each, wanted.people, use))


def search_series(
    wanted: Filter,
    uses: Sequence[Interval] | Callable[[RoomFacts], Sequence[Interval]],
    *,
    actor: Actor,
    now: datetime,
) -> list[tuple[RoomFacts, list[DateAnswer]]]:
    """Return every matching room's answer to each date, the room with fewest dates in trouble first.

    The dates may depend on the room, whose venue has school breaks of its own. One statement for all rooms
    and dates. A room that takes no request from this person fails every date by rule.
    """
    rooms = matching(wanted, actor)
    wished = [uses(room) if callable(uses) else uses for room in rooms]
    lists = {id(each): each for each in wished}
    numbers = {use: n for n, use in enumerate(dict.fromkeys(use for each in lists.values() for use in each))}
    numbered = {key: [(use, numbers[use]) for use in each] for key, each in lists.items()}
    taken = taken_dates([room.id for room in rooms], list(numbers))
    judge = Judge(now)
    found = [
        (room, _dates(room, numbered[id(each)], taken, actor, judge))
        for room, each in zip(rooms, wished, strict=True)
    ]
    return sorted(
        found,
        key=lambda each: (
            not each[1],
            sum(bool(answer.reason) for answer in each[1]),
            fit(each[0], wanted.people),
        ),
    )


def refuse_hopeless(use: Interval, now: datetime) -> None:
    """Raise RuleViolation for a time that no room can take: said once, not by every room."""
    if use.start < now:
        raise RuleViolation([Violation("in_the_past", "date")])
    finest = min(GRIDS)
    for field, moment in (("start", use.start), ("end", use.end)):
        if to_wall(moment, zone()).minute % finest:
            raise RuleViolation([Violation("off_grid", field, {"minutes": finest})])


def around_use(rooms: Sequence[RoomFacts], use: Interval) -> Lying:
    """Return what lies on these rooms' spaces around the use: its day, and as long after as matters.

    A use moved to the last moment of its day ends so much later, and then comes the turnaround.
    """
    today = day(local_date(use.start, zone()), zone())
    turnaround = max((room.rules.turnaround for room in rooms), default=timedelta())
    window = Interval(today.start, today.end + use.duration + turnaround)
    return lying_between({space_id for room in rooms for space_id in room.space_ids}, window)


class Judge:
    """Looks rules and hours up once for all rooms that share them: equal ones are the same object."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._zone = zone()
        self._known: dict[tuple[int, int, Interval], tuple[Violation, ...]] = {}

    def broken(self, room: RoomFacts, use: Interval) -> tuple[Violation, ...]:
        """Return every rule of time that the use breaks in the room."""
        key = (id(room.rules), id(room.hours), use)
        if key not in self._known:
            found = broken_by_time(room.rules, room.hours, use, now=self._now, zone=self._zone)
            self._known[key] = tuple(found)
        return self._known[key]


def _dates(
    room: RoomFacts,
    uses: Sequence[tuple[Interval, int]],
    taken: Mapping[tuple[int, int], str],
    actor: Actor,
    judge: Judge,
) -> list[DateAnswer]:
    barred = obstacle(room, actor)
    answers = []
    for use, n in uses:
        broken = (barred,) if barred else judge.broken(room, use)
        lies = taken.get((room.id, n), "")
        if not broken and lies == "closed":
            broken = (closed_by_owner(use),)
        reason = reason_of(broken) or lies
        answers.append(DateAnswer(use, reason, broken))
    return answers


def reason_of(broken: Sequence[Violation]) -> str:
    """Return "closed" or "rule" for what a use breaks, "" for nothing."""
    if not broken:
        return ""
    return "closed" if all(each.code.startswith("closed_") for each in broken) else "rule"


def _rank(answer: RoomAnswer, people: int, use: Interval) -> tuple[object, ...]:
    moved = abs(answer.other_start - use.start) if answer.other_start else timedelta.max
    by_approver = answer.room.rules.approval != "at_once"
    return (
        _RANK[answer.answer] if not answer.other_start else 1,
        by_approver,
        moved,
        fit(answer.room, people),
    )


def fit(room: RoomFacts, people: int) -> tuple[int, str]:
    """Return how well a room fits, best least: one just big enough is best, a large one serves others."""
    return (room.capacity or _UNKNOWN_SIZE) - people, room.slug
