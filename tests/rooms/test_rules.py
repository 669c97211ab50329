"""What a room asks of a booking's time, and for whom it is: the edges that calendars make hard."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from booking.access.actor import VISITOR, Actor
from booking.access.roles import Role
from booking.rooms.catalogue import catalogue
from booking.rooms.eligibility import barred, not_for, obstacle
from booking.rooms.rule_sentences import rule_sentence
from booking.rooms.rules import (
    RoomRules,
    broken_by_people,
    broken_by_time,
    cancellation_deadline,
    last_day_to_book,
)
from booking.timetable.interval import Interval
from booking.timetable.openings import OpeningHours, Weekly
from booking.timetable.zone import HELSINKI
from tests.factories.rooms import make_room

ALWAYS_OPEN = OpeningHours(tuple(Weekly(weekday, 0, 1440) for weekday in range(7)), (), True)
NOW = datetime(2027, 1, 4, 8, tzinfo=UTC)


def codes(rules: RoomRules, start: datetime, end: datetime) -> list[str]:
    broken = broken_by_time(rules, ALWAYS_OPEN, Interval(start, end), now=NOW, zone=HELSINKI)
    return [each.code for each in broken]


@pytest.mark.parametrize(
    ("today", "months", "expected"),
    [
        (date(2027, 1, 4), 12, date(2028, 1, 4)),
        (date(2027, 1, 31), 1, date(2027, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2027, 12, 15), 1, date(2028, 1, 15)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2027, 10, 31), 12, date(2028, 10, 31)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2027, 5, 5), 0, date(2027, 5, 5)),
    ],
)
def test_the_last_day_to_book_is_so_many_months_ahead(today: date, months: int, expected: date) -> None:
    noon = datetime(today.year, today.month, today.day, 10, tzinfo=UTC)
    assert last_day_to_book(RoomRules(longest_ahead_months=months), noon, HELSINKI) == expected


def test_the_day_is_counted_by_the_wall_clock() -> None:
    late_evening = datetime(2027, 1, 30, 22, 30, tzinfo=UTC)  # the 31st in Helsinki
    assert last_day_to_book(RoomRules(longest_ahead_months=2), late_evening, HELSINKI) == date(2027, 3, 31)


@pytest.mark.parametrize("grid", [15, 30, 60])
def test_the_grid_is_that_of_the_wall_clock(grid: int) -> None:
    rules = RoomRules(grid_minutes=grid, shortest_minutes=1)
    hour = datetime(2027, 7, 1, 9, tzinfo=UTC)
    for minute in range(60):
        start = hour + timedelta(minutes=minute)
        fits = minute % grid == 0
        assert (codes(rules, start, start + timedelta(minutes=grid)) == []) is fits


def test_a_length_is_the_time_that_really_passes() -> None:
    rules = RoomRules(longest_minutes=120, shortest_minutes=120)
    # from 02:00 to 05:00 by the wall clock, in the night when an hour is skipped
    assert codes(rules, datetime(2027, 3, 28, 0, tzinfo=UTC), datetime(2027, 3, 28, 2, tzinfo=UTC)) == []


def test_the_notice_is_kept_to_the_minute() -> None:
    rules = RoomRules(notice_minutes=120)
    edge = NOW + timedelta(minutes=120)
    assert codes(rules, edge, edge + timedelta(hours=1)) == []
    assert codes(rules, edge - timedelta(minutes=30), edge) == ["too_soon"]
    assert codes(RoomRules(notice_minutes=0), NOW, NOW + timedelta(hours=1)) == []
    assert codes(RoomRules(notice_minutes=0), NOW - timedelta(minutes=30), NOW) == ["in_the_past"]


def test_the_turnaround_is_claimed_after_the_use() -> None:
    use = Interval(NOW, NOW + timedelta(hours=1))
    assert RoomRules(turnaround_minutes=0).claimed(use) == use
    assert RoomRules(turnaround_minutes=45).claimed(use) == Interval(NOW, NOW + timedelta(minutes=105))


def test_the_deadline_to_cancel_is_days_before_the_start() -> None:
    assert cancellation_deadline(RoomRules(cancellation_days=7), NOW, HELSINKI) == NOW - timedelta(days=7)
    assert cancellation_deadline(RoomRules(cancellation_days=0), NOW, HELSINKI) == NOW
    after_the_change = datetime(2027, 3, 30, 15, tzinfo=UTC)  # 18:00; a week before that is 16:00 UTC
    deadline = cancellation_deadline(RoomRules(cancellation_days=7), after_the_change, HELSINKI)
    assert deadline == datetime(2027, 3, 23, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("capacity", "people", "refused"), [(10, 10, False), (10, 11, True), (None, 9999, False)]
)
def test_people_must_fit(capacity: int | None, people: int, refused: bool) -> None:
    assert bool(broken_by_people(capacity, people)) is refused


@pytest.mark.parametrize("who_may_book", ["anyone", "associations", "members"])
def test_whom_a_room_is_for(session: Any, who_may_book: str) -> None:
    row = make_room(who_may_book=who_may_book)
    room = catalogue().by_id[row.id]
    owner, other = room.owner_id or 0, (room.owner_id or 0) + 1
    person = Actor(user_id=1)
    member = Actor(user_id=1, roles=frozenset({(owner, Role.MEMBER)}))
    # (who, for which association) -> which kinds of room take it
    table = {
        (person, None): {"anyone"},
        (person, other): {"anyone", "associations"},
        (person, owner): {"anyone", "associations", "members"},
        (member, None): {"anyone", "members"},
        (member, other): {"anyone", "associations", "members"},
    }
    for (actor, organisation_id), kinds in table.items():
        taken = not_for(room, actor, organisation_id) is None
        assert taken is (who_may_book in kinds), (actor, organisation_id)


def test_a_visitor_is_told_only_what_holds_for_all_outside(session: Any) -> None:
    expected = {
        make_room(): None,
        make_room(who_may_book="associations"): None,
        make_room(who_may_book="members"): "owners_members_only",
        make_room(owner=None): "owner_unknown",
        make_room(approval="by_round"): "by_round_only",
    }
    rooms = catalogue()
    for room, code in expected.items():
        found = obstacle(rooms.by_id[room.id], VISITOR)
        assert (found.code if found else None) == code


def test_what_is_barred_is_barred_for_its_own_people_too(session: Any) -> None:
    room = make_room(approval="by_round")
    own = Actor(user_id=1, roles=frozenset({(room.owner_id or 0, Role.APPROVER)}))
    facts = catalogue().by_id[room.id]
    assert barred(facts) == obstacle(facts, own)
    assert barred(facts) is not None


def test_lengths_and_the_last_moment_to_cancel_are_said_as_people_say_them(app: Any) -> None:
    with app.test_request_context("/"):
        usual = RoomRules(cancellation_days=0, shortest_minutes=60, longest_minutes=24 * 60)
        assert rule_sentence("length", usual) == "Lyhin varaus on 1 tunti, pisin 24 tuntia."
        assert rule_sentence("cancellation_days", usual) == "Varauksen voi perua alkuun asti."
        only = RoomRules(cancellation_days=1, shortest_minutes=60, longest_minutes=60)
        assert rule_sentence("length", only) == "Varauksen pituus on 1 tunti."
        assert rule_sentence("cancellation_days", only) == "Varauksen voi perua viimeistään 1 päivä ennen."
