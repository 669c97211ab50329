"""Interval algebra against plain sets of minutes."""

import pickle
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.timetable.interval import Interval, clip, merge, subtract
from tests.timetable.moments import MINUTE, examples, utc, wall

BASE = utc("2027-03-27 23:00")
RANGE = 60


def of(start: int, end: int) -> Interval:
    return Interval(BASE + start * MINUTE, BASE + end * MINUTE)


def minutes(*intervals: Interval) -> set[int]:
    """The minutes after BASE that some interval holds, asked one at a time."""
    return {n for n in range(-5, RANGE + 5) if any(each.holds(BASE + n * MINUTE) for each in intervals)}


spans = st.tuples(st.integers(0, RANGE - 1), st.integers(1, RANGE)).filter(lambda pair: pair[0] < pair[1])
interval = spans.map(lambda pair: of(*pair))
intervals = st.lists(interval, max_size=8)


def is_normal(result: tuple[Interval, ...]) -> bool:
    """Sorted, and with a gap between every two."""
    return all(one.end < other.start for one, other in pairwise(result))


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (wall("2027-01-12 18:00"), wall("2027-01-12 19:00")),
        (wall("2027-01-12 18:00"), utc("2027-01-12 19:00")),
        (utc("2027-01-12 18:00"), wall("2027-01-12 19:00")),
        (utc("2027-01-12 18:00").astimezone(ZoneInfo("Europe/Helsinki")), utc("2027-01-12 19:00")),
        (utc("2027-01-12 18:00"), utc("2027-01-12 19:00").astimezone(ZoneInfo("Europe/London"))),
        (utc("2027-01-12 18:00").astimezone(timezone(timedelta(hours=2), "UTC")), utc("2027-01-12 19:00")),
    ],
)
def test_an_interval_of_anything_but_utc_is_refused(start: datetime, end: datetime) -> None:
    with pytest.raises(ValueError, match="not an aware UTC moment"):
        Interval(start, end)


@pytest.mark.parametrize("length", [0, -1])
def test_an_interval_that_does_not_end_after_its_start_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match="must end after it starts"):
        Interval(BASE, BASE + length * MINUTE)


def test_another_object_for_utc_is_utc_all_the_same() -> None:
    start, end = BASE.astimezone(ZoneInfo("UTC")), (BASE + MINUTE).astimezone(ZoneInfo("UTC"))
    assert Interval(start, end) == of(0, 1)
    assert hash(Interval(start, end)) == hash(of(0, 1))


def test_intervals_are_frozen_sorted_by_start_and_survive_pickling() -> None:
    with pytest.raises(AttributeError):
        of(0, 1).start = BASE  # type: ignore[misc]
    assert sorted([of(3, 4), of(1, 9), of(1, 2)]) == [of(1, 2), of(1, 9), of(3, 4)]
    assert pickle.loads(pickle.dumps(of(1, 2))) == of(1, 2)


def test_an_interval_holds_its_start_and_not_its_end() -> None:
    assert of(5, 7).holds(BASE + 5 * MINUTE)
    assert of(5, 7).holds(BASE + 7 * MINUTE - timedelta.resolution)
    assert not of(5, 7).holds(BASE + 7 * MINUTE)
    assert not of(5, 7).holds(BASE + 5 * MINUTE - timedelta.resolution)


def test_the_duration_is_the_time_that_passes() -> None:
    assert of(5, 50).duration == timedelta(minutes=45)


def test_extending_moves_the_end_only_and_shifting_moves_both() -> None:
    assert of(5, 7).extend_end(10 * MINUTE) == of(5, 17)
    assert of(5, 7).extend_end(-MINUTE) == of(5, 6)
    assert of(5, 7).shift(-3 * MINUTE) == of(2, 4)
    with pytest.raises(ValueError, match="must end after it starts"):
        of(5, 7).extend_end(-2 * MINUTE)


def test_merging_nothing_gives_nothing() -> None:
    assert merge([]) == subtract([], [of(1, 2)]) == clip([], of(1, 2)) == ()


def test_intervals_that_touch_are_joined_and_do_not_overlap() -> None:
    assert merge([of(5, 7), of(3, 5)]) == (of(3, 7),)
    assert not of(3, 5).overlaps(of(5, 7))


@examples
@given(interval, interval)
def test_overlap_containment_and_intersection_agree_with_the_minutes(one: Interval, other: Interval) -> None:
    common = minutes(one) & minutes(other)
    assert one.overlaps(other) == other.overlaps(one) == bool(common)
    assert one.contains(other) == (minutes(other) <= minutes(one))
    shared = one.intersection(other)
    assert (minutes(shared) if shared else set()) == common
    assert shared == other.intersection(one)


@examples
@given(intervals)
def test_merging_keeps_every_minute_and_leaves_gaps_between(given_: list[Interval]) -> None:
    merged = merge(given_)
    assert minutes(*merged) == minutes(*given_)
    assert is_normal(merged)
    assert merge(merged) == merged
    assert merge(reversed(given_)) == merged


@examples
@given(intervals, intervals)
def test_subtracting_leaves_the_minutes_in_a_whole_and_in_no_hole(
    wholes: list[Interval], holes: list[Interval]
) -> None:
    left = subtract(wholes, holes)
    assert minutes(*left) == minutes(*wholes) - minutes(*holes)
    assert is_normal(left)


@examples
@given(intervals, intervals)
def test_what_is_left_and_what_was_taken_make_the_whole_again(
    wholes: list[Interval], holes: list[Interval]
) -> None:
    left = subtract(wholes, holes)
    assert merge([*left, *subtract(wholes, left)]) == merge(wholes)
    assert subtract(left, holes) == left


@examples
@given(intervals, interval)
def test_clipping_keeps_each_interval_inside_the_window(given_: list[Interval], window: Interval) -> None:
    clipped = clip(given_, window)
    assert minutes(*clipped) == minutes(*given_) & minutes(window)
    assert len(clipped) == sum(each.overlaps(window) for each in given_)
    assert all(window.contains(each) for each in clipped)


def test_every_result_is_in_utc() -> None:
    results = [*merge([of(0, 3), of(2, 5)]), *subtract([of(0, 9)], [of(2, 5)]), *clip([of(0, 9)], of(2, 5))]
    assert len(results) == 4
    assert {moment.tzinfo for each in results for moment in (each.start, each.end)} == {UTC}
