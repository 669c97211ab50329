"""Asking for a room: every reason for refusing what is asked, and when, and how often."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from booking.errors import Forbidden, RuleViolation
from booking.reservations.service import request_reservation
from booking.timetable.interval import Interval
from tests.factories.reservations import EVENING, NOW, make_reservation, request_for
from tests.factories.rooms import make_opening_exception, make_room
from tests.factories.users import acting
from tests.reservations.requesting import ask, nothing_was_written, refused
from tests.reservations.town import Town

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


# What and when


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"title": " "}, [("title_missing", "title")]),
        ({"title": "x" * 121}, [("too_much_text", "title")]),
        ({"note": "x" * 2001}, [("too_much_text", "note")]),
        ({"people": 0}, [("people_missing", "people")]),
        ({"people": -3}, [("people_missing", "people")]),
        ({"people": 51}, [("too_many_people", "people")]),
        ({"people": 10_000}, [("too_many_people", "people")]),
        ({"purpose": "party"}, [("unknown_purpose", "purpose")]),
        ({"visibility": "secret"}, [("unknown_visibility", "visibility")]),
        ({"end": EVENING.start}, [("end_before_start", "end")]),
        ({"end": EVENING.start - HOUR}, [("end_before_start", "end")]),
        (
            {"title": "", "people": 0, "end": EVENING.start},
            [("title_missing", "title"), ("people_missing", "people"), ("end_before_start", "end")],
        ),
    ],
)
def test_what_no_room_would_take_is_refused(
    session: Any, town: Town, changes: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert refused(lambda: ask(town, **changes)) == expected
    assert nothing_was_written(session)


def test_all_that_is_wrong_is_told_at_once(session: Any, town: Town) -> None:
    use = Interval(EVENING.start + 10 * MINUTE, EVENING.start + 20 * MINUTE)
    found = refused(lambda: ask(town, use=use, title="", people=100))
    assert found == [
        ("title_missing", "title"),
        ("too_many_people", "people"),
        ("too_short", "end"),
        ("off_grid", "start"),
        ("off_grid", "end"),
    ]


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (NOW - HOUR, NOW + HOUR, [("in_the_past", "start")]),
        (
            NOW - MINUTE,
            NOW + 59 * MINUTE,
            [("in_the_past", "start"), ("off_grid", "start"), ("off_grid", "end")],
        ),
        (NOW + HOUR, NOW + 2 * HOUR, [("too_soon", "start")]),
        (NOW + 1.5 * HOUR, NOW + 2.5 * HOUR, [("too_soon", "start")]),
        (EVENING.start, EVENING.start + 30 * MINUTE, [("too_short", "end")]),
        (EVENING.start, EVENING.start + 5 * HOUR, [("too_long", "end")]),
        (EVENING.start, EVENING.start + timedelta(days=36500), [("too_long", "end")]),
        (EVENING.start + 15 * MINUTE, EVENING.end, [("off_grid", "start")]),
        (EVENING.start, EVENING.end + timedelta(seconds=1), [("off_grid", "end")]),
        (
            datetime(2027, 5, 5, 9, tzinfo=UTC),
            datetime(2027, 5, 5, 11, tzinfo=UTC),
            [("too_far_ahead", "date")],
        ),
    ],
)
def test_a_time_that_breaks_the_rules_is_refused_by_name(
    session: Any, town: Town, start: datetime, end: datetime, expected: list[tuple[str, str]]
) -> None:
    room = make_room(shortest_minutes=60, longest_minutes=240, longest_ahead_months=4)
    assert refused(lambda: ask(town, room, Interval(start, end))) == expected
    assert nothing_was_written(session)


@pytest.mark.parametrize(
    ("start", "minutes"),
    [
        (NOW + 2 * HOUR, 60),
        (EVENING.start, 60),
        (EVENING.start, 240),
        (EVENING.start + 30 * MINUTE, 90),
        (datetime(2027, 5, 4, 20, 30, tzinfo=UTC), 60),  # the last day, 23:30 in Helsinki
    ],
)
def test_the_edges_of_the_rules_are_allowed(session: Any, town: Town, start: datetime, minutes: int) -> None:
    room = make_room(shortest_minutes=60, longest_minutes=240, longest_ahead_months=4)
    assert ask(town, room, Interval(start, start + minutes * MINUTE)).reference


def test_a_closed_room_says_why(session: Any, town: Town) -> None:
    tuesday = date(2027, 1, 12)
    room = make_room(hours=[(1, 10 * 60, 19 * 60), (4, 18 * 60, 25 * 60)], open_on_holidays=False)
    assert refused(lambda: ask(town, room)) == [("closed_outside_hours", "start")]
    assert refused(lambda: ask(town, room, EVENING.shift(timedelta(days=1)))) == [
        ("closed_closed_day", "start")
    ]
    good_friday = EVENING.shift(timedelta(days=73)).shift(-HOUR)
    assert refused(lambda: ask(town, room, good_friday)) == [("closed_holiday", "start")]
    make_opening_exception(room, tuesday)
    assert refused(lambda: ask(town, room, EVENING.shift(-4 * HOUR))) == [("closed_exception", "start")]


def test_a_dance_past_midnight_is_open(session: Any, town: Town) -> None:
    room = make_room(hours=[(4, 18 * 60, 25 * 60)], approval="at_once")
    friday = datetime(2027, 1, 15, 20, tzinfo=UTC)  # 22:00 in Helsinki
    assert ask(town, room, Interval(friday, friday + 3 * HOUR)).occurrences[0].state == "confirmed"
    assert refused(lambda: ask(town, room, Interval(friday, friday + 3.5 * HOUR))) == [
        ("closed_outside_hours", "start")
    ]


def test_a_room_of_unknown_size_refuses_nobody(session: Any, town: Town) -> None:
    assert ask(town, make_room(capacity=None), people=10_000).people == 10_000


# The quota


def test_a_quota_counts_reservations_with_a_date_to_come(session: Any, town: Town) -> None:
    room = make_room(most_active=2)
    series = [EVENING.shift(timedelta(days=7 * week)) for week in range(1, 4)]
    make_reservation(room, *series, state="confirmed", organisation=town.choir)
    make_reservation(room, EVENING.shift(timedelta(days=-30)), organisation=town.choir)  # over by now
    make_reservation(room, state="cancelled", organisation=town.choir)
    make_reservation(room, state="declined", organisation=town.choir)
    make_reservation(make_room(), organisation=town.choir)  # another room
    make_reservation(room, EVENING.shift(timedelta(days=40)), organisation=town.chess_club)
    second = ask(town, room)
    assert refused(lambda: ask(town, room, EVENING.shift(2 * HOUR))) == [("too_many_active", "organisation")]
    second.occurrences[0].state = "withdrawn"
    session.flush()
    ask(town, room, EVENING.shift(2 * HOUR))


def test_a_quota_does_not_bind_a_person_who_books_for_themselves(session: Any, town: Town) -> None:
    room = make_room(most_active=1)
    for _ in range(2):
        ask(town, room, organisation_slug=None)


def test_a_broken_rule_is_told_before_a_taken_time(session: Any, town: Town) -> None:
    room = make_room(most_active=1, capacity=10)
    make_reservation(room, organisation=town.choir)
    assert refused(lambda: ask(town, room, people=11)) == [("too_many_people", "people")]
    assert refused(lambda: ask(town, room)) == [("too_many_active", "organisation")]


def test_a_refused_request_leaves_nothing(session: Any, town: Town) -> None:
    for bad in ({"organisation_slug": "ei-ole"}, {"people": 1000}, {"title": ""}):
        with pytest.raises(RuleViolation):
            ask(town, **bad)
    with pytest.raises(Forbidden):
        request_reservation(
            request_for(town.room, organisation_slug=town.choir.slug), actor=acting(town.member), now=NOW
        )
    assert nothing_was_written(session)
