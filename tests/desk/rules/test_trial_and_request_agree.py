"""What an example is told is what the request then meets: the same rules, asked by the same functions."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from booking.access.roles import Role
from booking.accounts.models import User
from booking.desk.rules.trial import (
    ASSOCIATION,
    OWN_GROUP,
    OWN_MEMBER,
    PERSON,
    UNVERIFIED,
    WHO,
    Example,
    try_rules,
)
from booking.errors import RuleViolation
from booking.extensions import db
from booking.reservations.service import request_reservation
from booking.rooms.catalogue import catalogue
from booking.rooms.own_rules import put_rules
from booking.rooms.rules import RoomRules
from booking.timetable.interval import Interval
from tests.factories.organisations import make_member, make_organisation
from tests.factories.reservations import NOW, make_reservation, request_for
from tests.factories.rooms import every_day, make_room
from tests.factories.users import acting, make_user

MINUTE = timedelta(minutes=1)
RULES = st.builds(
    RoomRules,
    who_may_book=st.sampled_from(["anyone", "associations", "members"]),
    approval=st.sampled_from(["at_once", "by_approver", "by_round"]),
    pending_holds=st.booleans(),
    grid_minutes=st.sampled_from([15, 30, 60]),
    shortest_minutes=st.sampled_from([15, 60, 120]),
    longest_minutes=st.sampled_from([120, 180, 1440]),
    turnaround_minutes=st.sampled_from([0, 30]),
    notice_minutes=st.sampled_from([0, 120, 2880]),
    longest_ahead_months=st.sampled_from([0, 1, 12]),
    most_active=st.sampled_from([None, 1, 2]),
)
# a quarter of an hour at a time over some days, and some months ahead
STARTS = st.one_of(st.integers(-8, 4 * 24 * 4), st.integers(27 * 96, 35 * 96)).map(lambda n: n * 15 * MINUTE)
LENGTHS = st.integers(1, 14).map(lambda n: n * 15)


@pytest.fixture
def town(session: Any) -> dict[str, Any]:
    owner, choir = make_organisation(kind="city"), make_organisation()
    fresh = make_organisation(verified_at=None)
    bookers = {
        ASSOCIATION: (make_member(choir, Role.BOOKER), choir),
        UNVERIFIED: (make_member(fresh, Role.BOOKER), fresh),
        PERSON: (make_user(), None),
        OWN_GROUP: (make_member(owner, Role.BOOKER), owner),
        OWN_MEMBER: (make_member(owner, Role.MEMBER), None),
    }
    return {"owner": owner, "bookers": bookers}


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rules=RULES,
    start=STARTS,
    minutes=LENGTHS,
    people=st.integers(9, 11),
    who=st.sampled_from(WHO),
    active=st.integers(0, 2),
)
def test_an_example_is_told_what_the_request_meets(
    town: dict[str, Any],
    rules: RoomRules,
    start: timedelta,
    minutes: int,
    people: int,
    who: str,
    active: int,
) -> None:
    nested = db.session.begin_nested()
    row = make_room(owner=town["owner"], capacity=10, hours=every_day(480, 1320), open_on_holidays=False)
    booker: User
    booker, organisation = town["bookers"][who]
    for n in range(active):
        use = Interval(NOW, NOW + 60 * MINUTE).shift(timedelta(days=60 + n))
        make_reservation(row, use, organisation=organisation, booker=booker, state="confirmed")
    room = catalogue().by_id[row.id]
    use = Interval(NOW + start, NOW + start + minutes * MINUTE)
    example = Example(use, people, who, sent_at=NOW, active=active if organisation else 0)
    verdict = try_rules(replace(room, rules=rules), example)
    put_rules(row, rules)
    db.session.flush()
    request = request_for(row, use, people=people, organisation_slug=organisation and organisation.slug)
    met = "refused"
    codes: set[str] = set()
    try:
        made = request_reservation(request, actor=acting(booker), now=NOW)
        met = {"confirmed": "at_once", "pending": "waits"}[made.occurrences[0].state]
    except RuleViolation as error:
        codes = {each.code for each in error.violations}
    told = {each.code for found in verdict.broken.values() for each in found}
    assert verdict.outcome == met
    assert codes <= told
    nested.rollback()
