"""What an edit does to each date, without a database."""

from dataclasses import replace
from datetime import date, time
from typing import Any

import pytest

from booking.availability.fixes import Fix, FixKind
from booking.reservations.editing.edit import Edit, Scope, Times
from booking.reservations.editing.plan import (
    Dated,
    EditPlan,
    Outcome,
    Spot,
    Why,
    meeting_their_own,
    plan_edit,
)
from booking.reservations.editing.wanted import wanted_by
from booking.reservations.lifecycle import State
from booking.timetable.pattern import Pattern
from tests.editing.pure import (
    AT_ONCE,
    DAY,
    EVENING,
    HALL,
    STUDIO,
    TUESDAY,
    WEEK,
    dated,
    edit,
    series,
    tuesdays,
    use,
    weeks,
)

LATER = Times(time(19), time(21))
LONGER = Times(time(18), time(21))
SHORTER = Times(time(18, 30), time(20))


def plan(dates: list[Dated], wish: Edit) -> EditPlan:
    found = series(tuesdays(4))
    return plan_edit(dates, wish, wanted_by(dates, wish, found, TUESDAY - WEEK))


def said(found: EditPlan) -> list[str]:
    """Each date of a plan in a word, with the reason why it is left alone."""
    return [each.why.value if each.why else each.outcome.value for each in found.items]


@pytest.mark.parametrize(
    ("times", "room", "outcome"),
    [
        (LATER, None, Outcome.CONSENT),
        (LONGER, None, Outcome.CONSENT),
        (SHORTER, None, Outcome.CHANGED),
        (EVENING, None, Outcome.UNCHANGED),
        (None, STUDIO.slug, Outcome.CONSENT),
        (SHORTER, STUDIO.slug, Outcome.CONSENT),
        (LATER, AT_ONCE.slug, Outcome.CHANGED),
    ],
)
def test_a_confirmed_date_needs_consent_when_it_grows_or_moves(
    times: Times | None, room: str | None, outcome: Outcome
) -> None:
    for scope in Scope:
        found = plan([dated(1)], edit(scope, times=times, room=room))
        assert [each.outcome for each in found.items] == [outcome]


def test_what_awaits_a_decision_changes_at_once() -> None:
    found = plan([dated(1, state=State.PENDING)], edit(Scope.ONE, times=LATER, days=2))
    (item,) = found.items
    assert item.outcome is Outcome.CHANGED
    assert item.wish is not None
    assert item.wish.use == use(TUESDAY + 2 * DAY, LATER)


def test_each_scope_means_its_dates() -> None:
    dates = weeks(4)
    assert said(plan(dates, edit(Scope.ONE, 2, times=LATER))) == ["consent"]
    assert [each.on for each in plan(dates, edit(Scope.FOLLOWING, 2, times=LATER)).items] == [
        TUESDAY + n * WEEK for n in (1, 2, 3)
    ]
    assert said(plan(dates, edit(Scope.ALL, 2, times=LATER))) == ["consent"] * 4


def test_what_has_begun_or_ended_or_is_an_exception_is_left_alone() -> None:
    first, second, third, fourth = weeks(4)
    dates = [
        replace(first, begun=True),
        replace(second, state=State.CANCELLED),
        replace(third, is_exception=True, spot=Spot(STUDIO, use(third.on + DAY, LATER))),
        replace(fourth, too_late=True),
    ]
    assert said(plan(dates, edit(times=LATER))) == ["exception", "too_late"]
    again = edit(pattern=Pattern("weekly", until=TUESDAY + 4 * WEEK), date_id=4)
    assert said(plan(dates, again)) == ["exception", "unchanged", "added"]
    assert said(plan(dates, replace(again, days=1))) == ["exception", "too_late"]


def test_an_ended_date_is_asked_for_again_only_if_an_edit_dropped_it() -> None:
    first, second, third, _fourth = weeks(4)
    dates = [
        first,
        replace(second, state=State.DECLINED),
        replace(third, state=State.CANCELLED, is_dropped=True),
    ]
    found = plan(dates, edit(pattern=Pattern("weekly", count=4)))
    assert said(found) == ["unchanged", "ended", "added", "added"]


def test_unmatched_dates_end_and_new_ones_are_asked_for() -> None:
    dates = [*weeks(2), *(replace(each, state=State.PENDING) for each in weeks(4)[2:])]
    found = plan(dates, edit(pattern=Pattern("weekly", 2, until=TUESDAY + 4 * WEEK)))
    assert said(found) == ["unchanged", "cancelled", "unchanged", "withdrawn", "added"]


def test_a_series_that_changes_its_weekday_keeps_the_dates_that_have_begun() -> None:
    dates = [replace(weeks(1)[0], begun=True), *weeks(3)[1:]]
    found = plan(dates, edit(date_id=2, pattern=Pattern("weekly", count=2, weekdays=frozenset({3}))))
    assert [(each.outcome.value, each.on.day) for each in found.items] == [
        ("consent", 21),
        ("consent", 28),
    ]


def test_a_choice_for_a_single_date_goes_before_the_rest() -> None:
    def chosen(kind: FixKind, **more: Any) -> EditPlan:
        fix = Fix(TUESDAY + WEEK, kind, **more)
        return plan(weeks(2), edit(times=SHORTER, fixes=(fix,)))

    assert said(chosen(FixKind.KEEP)) == ["changed", "kept"]
    assert said(chosen(FixKind.SKIP)) == ["changed", "cancelled"]
    assert chosen(FixKind.SKIP).left_out == {TUESDAY + WEEK}
    assert said(chosen(FixKind.ROOM, room=STUDIO.slug)) == ["changed", "consent"]
    moved = chosen(FixKind.TIME, start=time(8), end=time(9)).items[1]
    assert moved.outcome is Outcome.CONSENT
    assert moved.wish is not None
    assert moved.wish.use == use(TUESDAY + WEEK, Times(time(8), time(9)))


def test_a_move_that_awaits_consent_is_replaced_kept_or_taken_back() -> None:
    moving = dated(1, move=Spot(HALL, use(TUESDAY, LATER)))
    assert said(plan([moving], edit(times=LATER))) == ["unchanged"]
    assert said(plan([moving], edit(times=EVENING))) == ["reverted"]
    assert said(plan([moving], edit(times=LONGER))) == ["consent"]
    # only the room changes: at the time where the move wants it
    (item,) = plan([moving], edit(room=STUDIO.slug)).items
    assert item.wish is not None
    assert item.wish.use == use(TUESDAY, LATER)


def test_a_date_that_can_no_longer_be_cancelled_may_grow_but_not_move() -> None:
    late = dated(1, too_late=True)
    assert said(plan([late], edit(times=LONGER))) == ["consent"]
    for times in (LATER, SHORTER):
        assert said(plan([late], edit(times=times))) == ["too_late"]
    assert said(plan([late], edit(room=AT_ONCE.slug))) == ["too_late"]


def test_a_time_that_the_clocks_skip_is_wanted_without_an_hour() -> None:
    night = Times(time(3, 30), time(5))
    (item,) = plan([dated(1, date(2027, 3, 28), EVENING)], edit(times=night)).items
    assert item.wish is not None
    assert item.wish.use is None
    assert item.wish.missing is not None


def test_nothing_is_wanted_of_dates_when_only_words_change() -> None:
    assert said(plan(weeks(2), edit(title="Uusi nimi"))) == ["unchanged", "unchanged"]


def test_a_date_may_not_take_what_another_keeps() -> None:
    """The old time of a date that awaits consent stays its own, and so does a request that holds nothing."""
    first = dated(1)
    pending = dated(
        2, TUESDAY + DAY, state=State.PENDING, is_exception=True, spot=Spot(HALL, use(TUESDAY, LATER))
    )
    dates = [first, pending]
    found = plan(dates, edit(times=Times(time(17), time(19))))
    assert said(found) == ["consent", "exception"]
    assert meeting_their_own(found, dates) == frozenset()
    found = plan(dates, edit(times=LONGER))
    assert meeting_their_own(found, dates) == {0}
    elsewhere = plan(dates, edit(times=LONGER, room=STUDIO.slug))
    assert meeting_their_own(elsewhere, dates) == frozenset()


def test_reasons_and_outcomes_go_together() -> None:
    assert {each.value for each in Why}.isdisjoint(each.value for each in Outcome)
