"""What has to change for a calendar to be followed: the least that makes what is known what is told."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.calendars.outside.following import (
    AHEAD,
    Known,
    Told,
    follow,
    is_emptied,
    key_of,
    told_by,
    window_of,
)
from booking.timetable.interval import Interval
from tests.calendars.outside.telling import HOUR, hours, told
from tests.factories.reservations import EVENING, NOW

KEYS = st.sampled_from("abcdefgh")
TELLINGS = st.dictionaries(
    KEYS, st.builds(Told, st.integers(0, 6).map(lambda n: hours(n, n + 1)), st.sampled_from(("x", "y")))
)


def as_known(telling: dict[str, Told]) -> dict[str, Known]:
    """Return what is here after something was told."""
    return {
        key: Known(number, 100 + number, each.interval, each.title)
        for number, (key, each) in enumerate(telling.items())
    }


@given(TELLINGS, TELLINGS)
def test_following_makes_what_is_known_what_is_told_and_touches_nothing_else(
    before: dict[str, Told], after: dict[str, Told]
) -> None:
    known = as_known(before)
    todo = follow(known, after)
    gone = {each.event_id for each in todo.removed}
    result = {
        todo.renamed.get(each.event_id, key): Told(
            todo.moved.get(each.block_id, each.interval), todo.retitled.get(each.block_id, each.title)
        )
        for key, each in known.items()
        if each.event_id not in gone
    }
    assert not result.keys() & todo.added.keys()
    assert result | todo.added == after
    same = {each.block_id for key, each in known.items() if before[key] == after.get(key)}
    assert not same & (todo.moved.keys() | todo.retitled.keys())
    assert not same & {each.block_id for each in todo.removed}


@given(TELLINGS)
def test_what_is_told_again_changes_nothing(telling: dict[str, Told]) -> None:
    assert follow(as_known(telling), telling).is_nothing


def test_an_event_under_a_new_name_at_the_old_time_is_the_old_one() -> None:
    todo = follow(as_known({"a": Told(EVENING, "Kuoro")}), {"b": Told(EVENING, "Kuoron ilta")})
    assert (todo.renamed, todo.retitled, todo.added, todo.removed) == ({0: "b"}, {100: "Kuoron ilta"}, {}, [])


def test_what_a_calendar_tells_is_what_reaches_into_the_window() -> None:
    window = window_of(NOW)
    events = [
        told("ohi", Interval(NOW - 2 * HOUR, NOW)),
        told("kesken", Interval(NOW - HOUR, NOW + HOUR)),
        told("viimeinen", Interval(NOW + AHEAD - HOUR, NOW + AHEAD + HOUR)),
        told("liian kaukana", Interval(NOW + AHEAD, NOW + AHEAD + HOUR)),
        told("kesken", EVENING),
    ]
    assert [each.interval.start - NOW for each in told_by(events, window).values()] == [-HOUR, AHEAD - HOUR]


def test_uid_and_recurrence_name_an_event_and_neither_alone() -> None:
    names = {key_of(told(uid, recurrence=when)) for uid in ("a", "b") for when in ("", "20270112T160000Z")}
    assert len(names) == 4
    assert key_of(told("a")) == key_of(told("a", EVENING.shift(timedelta(days=3)), "toinen nimi"))


@pytest.mark.parametrize(
    ("known", "now_told", "emptied"),
    [(9, 0, False), (10, 0, True), (10, 1, False), (100, 9, True), (100, 10, False), (0, 0, False)],
)
def test_a_calendar_of_many_that_tells_less_than_a_tenth_is_not_believed(
    known: int, now_told: int, emptied: bool
) -> None:
    assert is_emptied(known, now_told) is emptied
