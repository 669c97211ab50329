"""Cutting a series where an edit begins changes none of its dates."""

from dataclasses import replace
from datetime import date, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from booking.reservations.editing.edit import Scope, Times
from booking.reservations.editing.rewriting import edited, segments_after
from booking.reservations.editing.stretches import Calendar, by_last_date, cut, in_force, slots_in
from booking.reservations.segments import Segment
from booking.timetable.pattern import Break, Pattern, PatternError
from tests.editing.pure import CALENDAR, DAY, HELSINKI, TUESDAY, WEEK, edit, tuesdays
from tests.timetable.patterns import patterns_with_leave

EARLY = Times(time(8), time(9))


@st.composite
def segments(draw: st.DrawFn) -> tuple[Segment, Calendar]:
    """A segment of any pattern with at least one date, and the breaks it is read with."""
    first = date(2027, 1, 1) + draw(st.integers(0, 200)) * DAY
    starts = st.integers(first.toordinal() - 30, first.toordinal() + 300).map(date.fromordinal)
    breaks = [
        Break(on, on + timedelta(days=n))
        for on, n in draw(st.lists(st.tuples(starts, st.integers(0, 20)), max_size=3))
    ]
    segment = Segment(first, time(18), time(20), 0, draw(patterns_with_leave(first)))
    return segment, Calendar(HELSINKI, breaks)


def dates(found: list[Segment], calendar: Calendar = CALENDAR) -> list[date]:
    return [slot.date for slot in slots_in(found, calendar)]


@settings(max_examples=400)
@given(segments(), st.lists(st.integers(-40, 900), min_size=1, max_size=4))
def test_what_is_cut_gives_together_what_the_whole_gave(
    drawn: tuple[Segment, Calendar], days: list[int]
) -> None:
    segment, calendar = drawn
    try:
        whole = dates([segment], calendar)
    except PatternError:
        return
    parts = [segment]
    for at in (segment.first + n * DAY for n in days):
        before, after = cut(parts, at, calendar)
        assert all(on < at for on in dates(before, calendar))
        assert all(on >= at for on in dates(after, calendar))
        parts = before + after
        assert dates(parts, calendar) == whole
        parts = segments_after(parts, at, edit(times=EARLY), frozenset(), calendar)
        assert dates(parts, calendar) == whole


@settings(max_examples=200)
@given(segments(), st.integers(0, 300))
def test_an_edit_that_repeats_the_pattern_in_force_changes_no_date(
    drawn: tuple[Segment, Calendar], days: int
) -> None:
    segment, calendar = drawn
    at = segment.first + days * DAY
    try:
        whole, found = dates([segment], calendar), in_force([segment], at, calendar)
    except PatternError:
        return
    if found is None:
        assert all(on < at for on in whole)
        return
    same = edit(pattern=by_last_date(found, calendar).pattern)
    before, after = edited([segment], at, same, calendar)
    assert dates(before + after, calendar) == whole


def test_a_series_goes_on_with_as_many_times_as_were_left() -> None:
    before, after = cut([tuesdays(5)], TUESDAY + 2 * WEEK, CALENDAR)
    assert before == [replace(tuesdays(5), pattern=Pattern("weekly", until=TUESDAY + 2 * WEEK - DAY))]
    assert after == [replace(tuesdays(3), first=TUESDAY + 2 * WEEK)]


def test_a_series_that_is_over_before_the_cut_is_not_made_longer() -> None:
    assert cut([tuesdays(2)], TUESDAY + 20 * WEEK, CALENDAR) == ([tuesdays(2)], [])


def test_later_days_move_weekdays_and_the_last_date_along() -> None:
    both = Pattern("weekly", until=date(2027, 1, 31), weekdays=frozenset({1, 6}))
    segment = replace(tuesdays(1), pattern=both)
    _before, (after,) = edited([segment], TUESDAY, edit(days=1), CALENDAR)
    assert [f"{on:%a %-d.%-m.}" for on in dates([after])] == [
        "Wed 13.1.",
        "Mon 18.1.",
        "Wed 20.1.",
        "Mon 25.1.",
        "Wed 27.1.",
        "Mon 1.2.",
    ]


def test_dates_that_are_chosen_not_to_take_place_are_left_out_of_the_segment_that_has_them() -> None:
    out = frozenset({TUESDAY + 3 * WEEK, TUESDAY + DAY})
    before, after = segments_after(
        [tuesdays(5)], TUESDAY + 2 * WEEK, edit(Scope.FOLLOWING, times=EARLY), out, CALENDAR
    )
    assert before.pattern.skip == frozenset()
    assert after.pattern.skip == {TUESDAY + 3 * WEEK}
    assert (after.start, after.end) == (EARLY.start, EARLY.end)
