"""A series that goes to other days: its dates go along, and what was left out or ended stays so."""

from dataclasses import replace
from datetime import date, time

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from booking.reservations.editing.edit import Edit, Scope, Times
from booking.reservations.editing.plan import Dated, Outcome
from booking.reservations.editing.rewriting import edited
from booking.reservations.editing.shifts import ShiftMeetsItself
from booking.reservations.editing.stretches import by_last_date, pattern_at, slots_in
from booking.reservations.editing.wanted import planned
from booking.reservations.lifecycle import State
from booking.reservations.segments import Segment
from booking.timetable.pattern import Pattern, PatternError
from tests.editing.pure import CALENDAR, DAY, TUESDAY, WEEK, dated, edit, series, tuesdays, weeks
from tests.editing.test_edit_after_edit import World, begin
from tests.timetable.patterns import patterns

MONDAY = TUESDAY - DAY
EARLY = Times(time(8), time(9))


def outcomes(world: World, wish: Edit) -> list[Outcome]:
    return [
        each.outcome for each in planned(world.dates, wish, series(*world.segments), world.today)[1].items
    ]


def given_by(segments: list[Segment]) -> list[date]:
    return [slot.date for slot in slots_in(segments, CALENDAR)]


@settings(max_examples=150)
@given(st.data())
def test_after_a_move_an_edit_that_changes_nothing_changes_nothing(data: st.DataObject) -> None:
    try:
        world = begin(data.draw(patterns(TUESDAY)))
    except PatternError:
        return
    assume(world.dates)
    states = st.sampled_from([State.PENDING, State.PENDING, State.CANCELLED, State.DECLINED])
    world.dates = [replace(each, state=data.draw(states)) for each in world.dates]
    coming = [each for each in world.dates if each.is_open]
    assume(coming)
    chosen = coming[data.draw(st.integers(0, 100)) % len(coming)]
    days = data.draw(st.integers(-6, 10).filter(bool))
    before = {each.id: each.state for each in world.dates}
    ended = {each.id for each in world.dates if not each.is_open}
    scope = data.draw(st.sampled_from([Scope.FOLLOWING, Scope.ALL]))
    try:
        world.edit(Edit(scope, chosen.id, days=days))
    except ShiftMeetsItself:
        return
    assert [each.id for each in world.dates] == list(before), "a date is new"
    for each in world.dates:
        gone_by = each.state is State.EXPIRED and each.begun
        assert each.state is before[each.id] or gone_by, "a date ended"
        assert each.id in ended or not each.is_dropped
    first = min(each.on for each in world.dates if each.is_open)
    for pattern in (None, pattern_at(world.segments, first, CALENDAR)):
        same = Edit(Scope.ALL, chosen.id, pattern=pattern, times=Times(time(18), time(20)))
        assert {*outcomes(world, same)} <= {Outcome.UNCHANGED, Outcome.LEFT}


def test_a_week_left_out_for_a_holiday_stays_left_out_and_a_cancelled_one_cancelled() -> None:
    """Tuesday the 6th of January is Epiphany."""
    epiphany = date(2026, 1, 6)
    weekly = Pattern("weekly", until=epiphany + 3 * WEEK, skip_holidays=True)
    segment = Segment(epiphany - WEEK, time(18), time(20), 0, weekly)
    _before, after = edited([segment], segment.first, edit(days=1), CALENDAR)
    assert given_by(after) == [epiphany + DAY + n * WEEK for n in (-1, 1, 2, 3)]
    to_holiday = replace(
        segment, first=segment.first - DAY, pattern=replace(weekly, until=epiphany + 3 * WEEK)
    )
    _before, after = edited([to_holiday], to_holiday.first, edit(days=1), CALENDAR)
    assert given_by(after) == [epiphany + n * WEEK for n in (-1, 0, 1, 2, 3)]


def test_one_weekday_of_two_replaced_moves_its_own_dates() -> None:
    both = Segment(
        MONDAY, time(18), time(20), 0, Pattern("weekly", until=MONDAY + 13 * DAY, weekdays=frozenset({0, 3}))
    )
    dates = [dated(n + 1, on) for n, on in enumerate(given_by([both]))]
    dates[2] = replace(dates[2], state=State.CANCELLED)
    wish = edit(pattern=replace(both.pattern, weekdays=frozenset({2, 3})))
    _edit, plan = planned(dates, wish, series(both), MONDAY - DAY)
    assert [(each.on.day, each.outcome.value) for each in plan.items] == [
        (13, "consent"),
        (14, "unchanged"),
        (20, "left"),
        (21, "unchanged"),
    ]
    assert given_by(edited([both], MONDAY, wish, CALENDAR)[1]) == [date(2027, 1, n) for n in (13, 14, 20, 21)]


def test_what_no_rule_gives_is_a_list_of_days() -> None:
    monthly = Segment(date(2027, 1, 30), time(18), time(20), 0, Pattern("monthly", count=3))
    _before, (after,) = edited([monthly], monthly.first, edit(days=3), CALENDAR)
    assert after.pattern.frequency == "dates"
    assert given_by([after]) == [date(2027, 2, 2), date(2027, 4, 2), date(2027, 5, 3)]


def test_a_date_does_not_go_where_the_series_has_one_already() -> None:
    with pytest.raises(ShiftMeetsItself):
        planned(weeks(3), edit(Scope.FOLLOWING, 2, days=-7), series(tuesdays(3)), TUESDAY - WEEK)
    first, *rest = weeks(3)
    ended = [replace(first, state=State.CANCELLED), *(replace(each, state=State.PENDING) for each in rest)]
    _edit, plan = planned(ended, edit(Scope.FOLLOWING, 2, days=-7), series(tuesdays(3)), TUESDAY - WEEK)
    assert plan.lost == {1}


def test_each_day_a_day_later_waits_for_nobodys_old_time() -> None:
    """Until the owner consents the next date keeps its own time: then only the ends differ."""
    daily = Segment(TUESDAY, time(18), time(20), 0, Pattern("daily", count=3))
    dates = [dated(n + 1, TUESDAY + n * DAY) for n in range(3)]
    _edit, plan = planned(dates, edit(days=1), series(daily), MONDAY)
    assert [each.outcome.value for each in plan.items] == ["cancelled", "unchanged", "unchanged", "added"]
    asked = [replace(each, state=State.PENDING) for each in dates]
    _edit, plan = planned(asked, edit(days=1), series(daily), MONDAY)
    assert [each.outcome.value for each in plan.items] == ["changed"] * 3


def two_stretches() -> tuple[list[Segment], list[Dated]]:
    """Two Tuesdays in the evening and two in the morning, under another title."""
    before, after = edited([tuesdays(4)], TUESDAY + 2 * WEEK, edit(Scope.FOLLOWING, 3, times=EARLY), CALENDAR)
    dates = [
        *weeks(2, title="Harjoitus", people=10),
        *(dated(n + 1, TUESDAY + n * WEEK, EARLY, title="Konsertti", people=20) for n in (2, 3)),
    ]
    return [*before, *after], dates


def test_another_end_is_that_of_the_last_stretch() -> None:
    segments, dates = two_stretches()
    was = pattern_at(segments, TUESDAY, CALENDAR)
    assert was.until == TUESDAY + 3 * WEEK
    for wish in (replace(was, until=TUESDAY + 5 * WEEK), replace(was, until=None, count=6)):
        asked = edit(pattern=wish)
        _edit, plan = planned(dates, asked, series(*segments), MONDAY)
        new = plan.of(Outcome.ADDED)
        assert [each.on for each in new] == [TUESDAY + n * WEEK for n in (4, 5)]
        assert [each.wish and each.wish.use for each in new] == [
            EARLY.on(each.on, CALENDAR.zone).interval for each in new
        ]
        assert {each.like for each in new} <= {3, 4}
        assert len(plan.items) == 6
        before, after = edited(segments, TUESDAY, asked, CALENDAR)
        assert [(each.start.hour, len(given_by([each]))) for each in before + after] == [(18, 2), (8, 4)]
    shorter = edit(pattern=replace(was, until=TUESDAY + 2 * WEEK))
    assert [len(given_by([each])) for each in edited(segments, TUESDAY, shorter, CALENDAR)[1]] == [2, 1]


def test_another_rule_is_each_stretchs_at_its_own_times() -> None:
    segments, dates = two_stretches()
    was = pattern_at(segments, TUESDAY, CALENDAR)
    asked = edit(pattern=replace(was, weekdays=frozenset({1, 3})))
    _edit, plan = planned(dates, asked, series(*segments), MONDAY)
    new = [
        each.wish.use.start.astimezone(CALENDAR.zone)
        for each in plan.of(Outcome.ADDED)
        if each.wish and each.wish.use
    ]
    assert [(each.day, each.hour) for each in new] == [(14, 18), (21, 18), (28, 8)]
    assert len(plan.of(Outcome.UNCHANGED)) == 4
    last = by_last_date(edited(segments, TUESDAY, asked, CALENDAR)[1][-1], CALENDAR)
    assert last.pattern.until == was.until
