"""Opening hours against an oracle that walks through the minutes of five days."""

from bisect import bisect_left
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import accumulate, pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from booking.timetable.holidays import is_public_holiday
from booking.timetable.interval import Interval
from booking.timetable.openings import (
    OpeningException,
    OpeningHours,
    Weekly,
    closure,
    is_open,
    open_within,
    opened_on,
    opening_span,
)
from booking.timetable.zone import HELSINKI, day, local_date
from tests.timetable.moments import AUTUMN, DAY, MINUTE, SPRING, any_date, between, change_date, examples

NIGHTS = (SPRING[7], AUTUMN[7])
FEAST = date(2027, 12, 6)

# --- the oracle ---


@cache
def clock_of(middle: date) -> tuple[datetime, list[datetime]]:
    """The first moment of five days, and for each minute from it the latest time yet shown by the clocks."""
    start = datetime.combine(middle - 2 * DAY, datetime.min.time(), UTC) - timedelta(hours=3)
    shown = [
        (start + n * MINUTE).astimezone(HELSINKI).replace(tzinfo=None, fold=0) for n in range(5 * 1440 + 240)
    ]
    return start, list(accumulate(shown, max))


def open_minutes(hours: OpeningHours, middle: date) -> set[datetime]:
    """The minutes of the days around a date at which the room is open.

    An edge is the first minute at which the clocks show its time or a later one: this puts an edge of the
    missing hour at the gap's end and one of the doubled hour into its first.
    """
    start, latest = clock_of(middle)
    found: set[datetime] = set()
    for on in (middle + number * DAY for number in (-2, -1, 0, 1, 2)):
        midnight = datetime.combine(on, datetime.min.time())
        for opens, closes in minutes_of(hours, on):
            first = bisect_left(latest, midnight + opens * MINUTE)
            end = bisect_left(latest, midnight + closes * MINUTE)
            found.update(start + n * MINUTE for n in range(first, end))
    return found


def minutes_of(hours: OpeningHours, on: date) -> list[tuple[int, int]]:
    for each in hours.exceptions:
        if each.date == on:
            return list(each.hours)
    if is_public_holiday(on) and not hours.open_on_holidays:
        return []
    in_force = [
        each
        for each in hours.weekly
        if (each.valid_from or date.min) <= on and on <= (each.valid_to or date.max)
    ]
    seasons = [each for each in in_force if each.valid_from or each.valid_to]
    return [(each.opens, each.closes) for each in seasons or in_force if each.weekday == on.weekday()]


def minutes_in(*intervals: Interval) -> set[datetime]:
    return {
        each.start + n * MINUTE for each in intervals for n in range(int(each.duration.total_seconds() // 60))
    }


# --- rooms around a date ---

# Half of the edges are near the hour at which the clocks change, on this date or at the end of a night.
opening = st.one_of(st.integers(0, 95).map(lambda n: n * 15), st.integers(175, 245))
length = st.one_of(st.integers(1, 96).map(lambda n: n * 15), st.integers(1, 90))
span = st.builds(lambda opens, lasts: (opens, min(opens + lasts, opens + 1440)), opening, length)
night = st.builds(
    lambda opens, closes: (opens, closes), st.integers(1200, 1439), st.integers(1440 + 170, 1440 + 250)
)
spans = st.one_of(span, night.filter(lambda pair: pair[1] <= pair[0] + 1440))
near = st.integers(-2, 2).map(lambda number: number * DAY)


@st.composite
def rooms(draw: st.DrawFn) -> tuple[OpeningHours, date]:
    """A room's hours with the seasons and exceptions that matter around a date, and that date."""
    middle = draw(st.one_of(change_date, st.just(FEAST), st.just(date(2027, 6, 26)), any_date))
    season = st.one_of(st.none(), near.map(lambda by: middle + by))
    weekly = []
    for opens, closes in draw(st.lists(spans, max_size=6)):
        valid_from, valid_to = draw(season), draw(season)
        if valid_from and valid_to and valid_to < valid_from:
            valid_from, valid_to = valid_to, valid_from
        weekly.append(Weekly((middle + draw(near)).weekday(), opens, closes, valid_from, valid_to))
    dated = draw(st.dictionaries(near, st.lists(spans, max_size=2), max_size=2))
    exceptions = tuple(OpeningException(middle + by, tuple(hours)) for by, hours in dated.items())
    return OpeningHours(tuple(weekly), exceptions, draw(st.booleans())), middle


windows = st.builds(lambda start, lasts: (start, lasts), st.integers(-600, 1800), st.integers(1, 1500))


@examples
@given(rooms(), windows)
def test_a_room_is_open_at_the_minutes_its_hours_say(
    room: tuple[OpeningHours, date], cut: tuple[int, int]
) -> None:
    hours, middle = room
    expected = open_minutes(hours, middle)
    start = day(middle, HELSINKI).start + cut[0] * MINUTE
    window = Interval(start, start + cut[1] * MINUTE)
    found = open_within(hours, window, HELSINKI)
    wanted = minutes_in(window)
    assert minutes_in(*found) == expected & wanted
    assert all(one.end < other.start for one, other in pairwise(found))
    assert is_open(hours, window, HELSINKI) == (wanted <= expected)
    assert (closure(hours, window, HELSINKI) is None) == (wanted <= expected)


@examples
@given(rooms())
def test_what_is_open_is_open_to_its_last_minute_and_no_longer(room: tuple[OpeningHours, date]) -> None:
    hours, middle = room
    whole = Interval(day(middle - DAY, HELSINKI).start, day(middle + DAY, HELSINKI).end)
    for each in open_within(hours, whole, HELSINKI):
        assert is_open(hours, each, HELSINKI)
        if each.end < whole.end:
            assert not is_open(hours, each.extend_end(MINUTE), HELSINKI)
        if each.start > whole.start:
            assert not is_open(hours, Interval(each.start - MINUTE, each.end), HELSINKI)


@examples
@given(rooms())
def test_openings_belong_to_the_date_they_start_on(room: tuple[OpeningHours, date]) -> None:
    hours, middle = room
    found = opened_on(hours, middle, HELSINKI)
    own = OpeningHours((), (OpeningException(middle, tuple(minutes_of(hours, middle))),))
    assert minutes_in(*found) == open_minutes(own, middle)
    assert {local_date(each.start, HELSINKI) for each in found} <= {middle}
    whole = opening_span(hours, middle, HELSINKI)
    assert whole == (Interval(found[0].start, found[-1].end) if found else None)


@examples
@given(rooms())
@example((OpeningHours((Weekly(SPRING[7].weekday(), 190, 230),)), SPRING[7]))
def test_equal_hours_give_equal_answers_and_hash_alike(room: tuple[OpeningHours, date]) -> None:
    hours, middle = room
    again = OpeningHours(tuple(hours.weekly), tuple(hours.exceptions), hours.open_on_holidays)
    assert again == hours
    assert hash(again) == hash(hours)
    assert opened_on(again, middle, HELSINKI) == opened_on(hours, middle, HELSINKI)


# --- examples one can read ---


def test_a_dance_until_one_is_open_over_midnight_and_belongs_to_the_friday() -> None:
    hours = OpeningHours((Weekly(4, 18 * 60, 25 * 60),))
    assert opened_on(hours, date(2027, 1, 15), HELSINKI) == (between("2027-01-15 18:00", "2027-01-16 01:00"),)
    assert opened_on(hours, date(2027, 1, 16), HELSINKI) == ()
    assert is_open(hours, between("2027-01-15 23:00", "2027-01-16 01:00"), HELSINKI)
    assert is_open(hours, between("2027-01-16 00:00", "2027-01-16 00:30"), HELSINKI)
    assert not is_open(hours, between("2027-01-16 00:00", "2027-01-16 01:15"), HELSINKI)


def test_a_room_open_around_the_clock_is_open_through_a_whole_week() -> None:
    hours = OpeningHours(tuple(Weekly(weekday, 0, 1440) for weekday in range(7)))
    week = between("2027-01-11 09:00", "2027-01-18 09:00")
    assert is_open(hours, week, HELSINKI)
    assert open_within(hours, week, HELSINKI) == (week,)
    a_minute_past = between("2027-01-11 09:00", "2027-01-12 00:01")
    assert open_within(hours, a_minute_past, HELSINKI) == (a_minute_past,)


def test_openings_that_touch_are_one_and_a_break_is_a_break() -> None:
    touching = OpeningHours((Weekly(1, 480, 720), Weekly(1, 720, 960)))
    broken = OpeningHours((Weekly(1, 480, 720), Weekly(1, 780, 960)))
    over_noon = between("2027-01-12 11:00", "2027-01-12 14:00")
    assert is_open(touching, over_noon, HELSINKI)
    assert not is_open(broken, over_noon, HELSINKI)
    assert opening_span(broken, date(2027, 1, 12), HELSINKI) == between(
        "2027-01-12 08:00", "2027-01-12 16:00"
    )


def test_a_night_of_the_spring_change_is_an_hour_shorter_and_of_autumn_longer() -> None:
    hours = OpeningHours((Weekly(5, 22 * 60, 29 * 60),))
    lengths = [opened_on(hours, night - DAY, HELSINKI)[0].duration for night in NIGHTS]
    assert lengths == [timedelta(hours=6), timedelta(hours=8)]


def test_an_edge_the_clocks_skip_moves_to_the_end_of_the_gap() -> None:
    # Easter Sunday 2027 is on the night of the change, hence the room that is open on holidays.
    hours = OpeningHours((Weekly(6, 3 * 60 + 30, 6 * 60), Weekly(6, 60, 3 * 60 + 30)), (), True)
    assert opened_on(hours, SPRING[7], HELSINKI) == (between("2027-03-28 01:00", "2027-03-28 06:00"),)
    inside = OpeningHours((Weekly(6, 3 * 60 + 10, 3 * 60 + 50),), (), True)
    assert opened_on(inside, SPRING[7], HELSINKI) == ()


def test_exceptions_beat_holidays_and_holidays_beat_the_week() -> None:
    week = (Weekly(FEAST.weekday(), 480, 960),)
    evening = (OpeningException(FEAST, ((1080, 1200),)),)
    assert opened_on(OpeningHours(week), FEAST, HELSINKI) == ()
    assert opened_on(OpeningHours(week, evening), FEAST, HELSINKI) == (
        between("2027-12-06 18:00", "2027-12-06 20:00"),
    )
    assert opened_on(OpeningHours(week, (), True), FEAST, HELSINKI) == (
        between("2027-12-06 08:00", "2027-12-06 16:00"),
    )
    assert opened_on(OpeningHours(week, (OpeningException(FEAST, ()),), True), FEAST, HELSINKI) == ()


def test_a_holiday_leaves_the_end_of_the_evening_before_alone() -> None:
    hours = OpeningHours(tuple(Weekly(weekday, 1080, 1500) for weekday in range(7)))
    assert is_open(hours, between("2027-12-05 23:00", "2027-12-06 01:00"), HELSINKI)
    assert not is_open(hours, between("2027-12-06 18:00", "2027-12-06 19:00"), HELSINKI)


def test_a_season_includes_its_first_and_last_day() -> None:
    hours = OpeningHours(
        tuple(Weekly(each, 480, 960, date(2027, 9, 1), date(2027, 9, 3)) for each in range(7))
    )
    open_days = [n for n in range(1, 6) if opened_on(hours, date(2027, 9, n), HELSINKI)]
    assert open_days == [1, 2, 3]
    assert opened_on(hours, date(2027, 8, 31), HELSINKI) == ()


@pytest.mark.parametrize(
    ("weekday", "opens", "closes"),
    [
        (-1, 480, 960),
        (7, 480, 960),
        (0, -1, 960),
        (0, 1440, 1500),
        (0, 480, 480),
        (0, 480, 470),
        (0, 480, 1921),
    ],
)
def test_hours_that_make_no_sense_are_refused(weekday: int, opens: int, closes: int) -> None:
    with pytest.raises(ValueError, match=r"weekday|opening hours"):
        Weekly(weekday, opens, closes)


def test_a_season_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="season"):
        Weekly(0, 480, 960, date(2027, 9, 2), date(2027, 9, 1))


def test_exceptions_are_checked_and_one_a_date() -> None:
    with pytest.raises(ValueError, match="opening hours"):
        OpeningException(FEAST, ((480, 400),))
    with pytest.raises(ValueError, match="two exceptions"):
        OpeningHours((), (OpeningException(FEAST, ()), OpeningException(FEAST, ((480, 960),))))


def test_the_longest_opening_is_a_whole_day() -> None:
    hours = OpeningHours((Weekly(1, 480, 1920),))
    assert is_open(hours, between("2027-01-12 08:00", "2027-01-13 08:00"), HELSINKI)
