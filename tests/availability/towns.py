"""Towns of every shape, drawn by hypothesis: rooms with rules and hours, what is taken, and a wish."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from booking.access.actor import Actor
from booking.errors import RuleViolation, SlotTaken
from booking.extensions import db
from booking.reservations.service import request_reservation
from booking.rooms.models import Room
from booking.timetable.interval import Interval
from tests.factories.organisations import make_organisation
from tests.factories.reservations import NOW, claim_spaces, request_for
from tests.factories.rooms import ALWAYS, every_day, make_divisible_hall, make_opening_exception, make_room

QUARTER = timedelta(minutes=15)
DAYS = [
    datetime(2027, 1, 12, tzinfo=UTC),  # a Tuesday
    datetime(2027, 1, 15, tzinfo=UTC),  # a Friday: some rooms are open past midnight
    datetime(2027, 3, 26, tzinfo=UTC),  # Good Friday
    datetime(2027, 3, 27, tzinfo=UTC),  # the clocks skip an hour in the night that follows
    datetime(2027, 10, 30, tzinfo=UTC),  # and live one twice
    datetime(2028, 1, 4, tzinfo=UTC),  # the last day that can be booked
]
HOURS = [
    list(ALWAYS),
    every_day(8 * 60, 22 * 60),
    [*every_day(10 * 60, 14 * 60), *every_day(15 * 60, 21 * 60)],
    [(4, 18 * 60, 25 * 60), (5, 12 * 60, 26 * 60), (5, 8 * 60, 10 * 60)],
    every_day(18 * 60, 30 * 60),
]


@dataclass(frozen=True)
class RoomPlan:
    """A room to be made; `halves`: a hall of three rooms with these rules."""

    halves: bool
    hours: int
    closed_that_day: bool
    rules: dict[str, Any] = field(hash=False)


@dataclass(frozen=True)
class Plan:
    """A town to be made, and a wish. Times are quarters of an hour after the day's midnight, UTC."""

    day: datetime
    rooms: list[RoomPlan]
    taken: list[tuple[int, int, int]]
    """Which room, from how many quarters after the wish's start (or before it), for how many."""
    start: int
    length: int

    def use(self) -> Interval:
        """Return the wish."""
        return quarters(self.day, self.start, self.length)


def quarters(day: datetime, start: int, length: int) -> Interval:
    """Return so many quarters from a quarter of the day on."""
    return Interval(day + start * QUARTER, day + (start + length) * QUARTER)


def rules_with(turnarounds: Sequence[int]) -> st.SearchStrategy[dict[str, Any]]:
    """Return rooms' rules, with these minutes of turnaround."""
    return st.fixed_dictionaries(
        {
            "turnaround_minutes": st.sampled_from(turnarounds),
            "grid_minutes": st.sampled_from([15, 15, 30, 60]),
            "approval": st.sampled_from(3 * ["at_once"] + 2 * ["by_approver"] + ["by_round"]),
            "pending_holds": st.booleans(),
            "who_may_book": st.sampled_from(7 * ["anyone"] + ["members"]),
            "open_on_holidays": st.booleans(),
            "shortest_minutes": st.sampled_from([15, 15, 60]),
            "longest_minutes": st.sampled_from([240, 4000]),
        }
    )


def towns(turnarounds: Sequence[int], days: Sequence[int], lengths: Sequence[int]) -> st.SearchStrategy[Plan]:
    """Return towns where something is taken so many days after the wish, which lasts so many quarters."""
    room_plans = st.builds(
        RoomPlan,
        halves=st.booleans(),
        hours=st.sampled_from([0, 0, 0, 1, 1, 2, 3, 4]),
        closed_that_day=st.sampled_from([False, False, False, True]),
        rules=rules_with(turnarounds),
    )
    begins = st.builds(lambda day, quarter: 96 * day + quarter, st.sampled_from(days), st.integers(-16, 24))
    return st.builds(
        Plan,
        day=st.sampled_from(DAYS),
        rooms=st.lists(room_plans, min_size=1, max_size=2),
        taken=st.lists(st.tuples(st.integers(0, 5), begins, st.integers(1, 8)), min_size=1, max_size=8),
        start=st.one_of(st.integers(-8, 100), st.integers(8, 24).map(lambda hour: hour * 4)),
        length=st.sampled_from(lengths),
    )


plans = towns([0, 15, 30, 60, 1440], [0], [1, 2, 3, 4, 4, 6, 8, 8, 12, 16, 100, 250])
close_plans = towns([0, 30, 1320, 1380, 1440], [0, 0, 1, 2, 7], [2, 4, 4, 8, 8, 12, 80, 92, 100])
"""Dates of a series stand in each other's way: cleaning or the use itself lasts nearly until the next day."""


def build(plan: Plan) -> list[Room]:
    """Make the plan's rooms and take of them what is taken and fits; return all rooms."""
    owner = make_organisation(kind="city")
    rooms: list[Room] = []
    for each in plan.rooms:
        values = {"owner": owner, "hours": HOURS[each.hours], **each.rules}
        made: Sequence[Room] = make_divisible_hall(**values) if each.halves else [make_room(**values)]
        if each.closed_that_day:
            for room in made:
                make_opening_exception(room, plan.day.date())
        rooms += made
    for which, start, length in plan.taken:
        with suppress(SlotTaken):
            claim_spaces(rooms[which % len(rooms)], quarters(plan.day, plan.start + start, length))
    db.session.flush()
    return rooms


def outcome(room: Any, use: Interval, actor: Actor, now: datetime = NOW) -> str:
    """Ask for the room and undo it: "free", "taken" or "rule"."""
    attempt = db.session.begin_nested()
    try:
        request_reservation(request_for(room, use), actor=actor, now=now)
    except SlotTaken:
        return "taken"
    except RuleViolation:
        return "rule"
    else:
        return "free"
    finally:
        attempt.rollback()
