"""Search never shows as free what a request then finds taken or refused, nor the reverse."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from booking.availability.alternatives import alternatives
from booking.availability.queries import Filter, search, search_series
from booking.availability.search import Answer, RoomAnswer
from booking.rooms.catalogue import catalogue
from booking.rooms.facts import RoomFacts
from booking.rooms.rules import broken_by_time
from booking.timetable.interval import Interval
from booking.timetable.zone import HELSINKI, day, local_date
from tests.availability.towns import QUARTER, Plan, build, outcome, plans
from tests.factories.reservations import NOW
from tests.factories.users import acting, make_user
from tests.support.effort import times
from tests.support.transaction import outer_transaction

EXAMPLES = {"sqlite": times(30), "postgresql": times(10)}
REFUSED_BY_RULE = {Answer.CLOSED, Answer.RULE, Answer.NOT_FOR_YOU, Answer.BY_ROUND, Answer.UNLISTED}


def says(answer: RoomAnswer) -> str:
    """Return what a request should come to, by the search's answer."""
    if answer.answer is Answer.FREE:
        return "free"
    return "rule" if answer.answer in REFUSED_BY_RULE else "taken"


@pytest.fixture
def sized(backend: str) -> settings:
    """As many examples as the database allows in some seconds."""
    return settings(
        max_examples=EXAMPLES[backend],
        phases=[Phase.generate],  # to make a failure smaller would take minutes
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


def test_search_and_request_agree(app: Any, sized: settings) -> None:
    @sized
    @given(plans)
    def agree(plan: Plan) -> None:
        with outer_transaction(app):
            build(plan)
            actor = acting(make_user())
            for answer in search(Filter(), plan.use(), actor=actor, now=NOW):
                assert says(answer) == outcome(answer.room, plan.use(), actor), answer

    agree()


def test_a_series_search_and_single_requests_agree(app: Any, sized: settings) -> None:
    @sized
    @given(plans)
    def agree(plan: Plan) -> None:
        with outer_transaction(app):
            build(plan)
            actor = acting(make_user())
            uses = [plan.use().shift(timedelta(days=days)) for days in (0, 1, 7)]
            for room, dates in search_series(Filter(), uses, actor=actor, now=NOW):
                assert [each.use for each in dates] == uses
                for each in dates:
                    expected = outcome(room, each.use, actor)
                    assert {"": "free", "closed": "rule"}.get(each.reason, each.reason) == expected, room.slug

    agree()


def test_what_is_offered_instead_can_be_had(app: Any, sized: settings) -> None:
    @sized
    @given(plans)
    def can_be_had(plan: Plan) -> None:
        with outer_transaction(app):
            build(plan)
            actor = acting(make_user())
            rooms = catalogue()
            for room in rooms.rooms:
                for each in alternatives(room, plan.use(), people=1, actor=actor, now=NOW):
                    offered = Interval(each.start, each.end)
                    assert offered.duration == plan.use().duration
                    assert (each.slug, offered) != (room.slug, plan.use())
                    assert outcome(rooms.room(each.slug), offered, actor) == "free", each

    can_be_had()


def test_the_other_start_is_the_nearest_of_the_day(app: Any, sized: settings) -> None:
    @sized
    @given(plans)
    def nearest(plan: Plan) -> None:
        with outer_transaction(app):
            build(plan)
            for answer in search(Filter(), plan.use(), actor=acting(make_user()), now=NOW):
                if answer.answer in (Answer.PART, Answer.TAKEN, Answer.CLOSED, Answer.RULE):
                    possible = possible_starts(answer, plan.use())
                    least = min((abs(each - plan.use().start) for each in possible), default=None)
                    found = answer.other_start
                    assert found is None if least is None else found in possible
                    assert found is None or abs(found - plan.use().start) == least
                else:
                    assert answer.other_start is None

    nearest()


def possible_starts(answer: RoomAnswer, use: Interval) -> set[datetime]:
    """Return every start of the wish's local date at which the room takes it, tried one by one."""
    today = day(local_date(use.start, HELSINKI), HELSINKI)
    starts = [today.start + n * QUARTER for n in range(int(today.duration / QUARTER))]
    return {start for start in starts if fits(answer, Interval(start, start + use.duration), answer.room)}


def fits(answer: RoomAnswer, use: Interval, room: RoomFacts) -> bool:
    claimed = room.rules.claimed(use)
    return not broken_by_time(room.rules, room.hours, use, now=NOW, zone=HELSINKI) and not any(
        each.overlaps(claimed) for each in answer.taken
    )
