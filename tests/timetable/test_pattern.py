"""Which patterns cannot be, and what a refusal says."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from booking.timetable import pattern as module
from booking.timetable.pattern import (
    BadCount,
    BadStep,
    BadWeekday,
    Break,
    NoDates,
    NotOfFrequency,
    Pattern,
    PatternError,
    TooManyDates,
    UnknownFrequency,
    UnknownMonthlyBy,
    UntilOrCount,
    in_break,
)

UNTIL = date(2027, 1, 12)
RULES = ("daily", "weekly", "monthly")


@pytest.mark.parametrize("number", [0, -1, 1.5, True, "2", None])
def test_a_step_that_is_no_count_is_refused(number: Any) -> None:
    with pytest.raises(BadStep):
        Pattern("weekly", number, UNTIL)


@pytest.mark.parametrize("number", [0, -1, 1.5, True, "2"])
def test_a_count_that_is_none_is_refused(number: Any) -> None:
    with pytest.raises(BadCount):
        Pattern("weekly", count=number)


@pytest.mark.parametrize("frequency", ["yearly", "", None])
def test_an_unknown_frequency_is_refused(frequency: Any) -> None:
    with pytest.raises(UnknownFrequency):
        Pattern(frequency, until=UNTIL)


def test_months_by_something_unknown_are_refused() -> None:
    with pytest.raises(UnknownMonthlyBy):
        Pattern("monthly", until=UNTIL, monthly_by="moon")  # type: ignore[arg-type]


@pytest.mark.parametrize("weekday", [-1, 7, True, 1.0, "1"])
def test_a_weekday_off_the_week_is_refused(weekday: Any) -> None:
    with pytest.raises(BadWeekday):
        Pattern("weekly", until=UNTIL, weekdays=frozenset({3, weekday}))


@pytest.mark.parametrize("frequency", RULES)
def test_a_rule_has_either_a_last_date_or_a_count(frequency: Any) -> None:
    for both_or_none in ({}, {"until": UNTIL, "count": 3}):
        with pytest.raises(UntilOrCount):
            Pattern(frequency, **both_or_none)  # type: ignore[arg-type]
    assert Pattern(frequency, until=UNTIL).count is None
    assert Pattern(frequency, count=3).until is None


def test_a_list_of_dates_has_no_other_end() -> None:
    for end in ({"until": UNTIL}, {"count": 3}):
        with pytest.raises(UntilOrCount):
            Pattern("dates", dates=(UNTIL,), **end)


def test_an_empty_list_of_dates_is_refused() -> None:
    with pytest.raises(NoDates):
        Pattern("dates")


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: Pattern("daily", count=3, weekdays=frozenset({1})), "weekdays"),
        (lambda: Pattern("monthly", count=3, weekdays=frozenset({1})), "weekdays"),
        (lambda: Pattern("dates", dates=(UNTIL,), weekdays=frozenset({1})), "weekdays"),
        (lambda: Pattern("daily", count=3, monthly_by="weekday"), "monthly_by"),
        (lambda: Pattern("weekly", count=3, monthly_by="last_weekday"), "monthly_by"),
        (lambda: Pattern("dates", dates=(UNTIL,), monthly_by="weekday"), "monthly_by"),
        (lambda: Pattern("dates", 2, dates=(UNTIL,)), "interval"),
        (lambda: Pattern("daily", count=3, dates=(UNTIL,)), "dates"),
        (lambda: Pattern("weekly", count=3, dates=(UNTIL,)), "dates"),
        (lambda: Pattern("monthly", count=3, dates=(UNTIL,)), "dates"),
    ],
)
def test_a_field_that_another_frequency_has_is_refused(make: Callable[[], Pattern], field: str) -> None:
    with pytest.raises(NotOfFrequency) as caught:
        make()
    assert caught.value.field == field


def test_every_refusal_has_a_code_of_its_own_and_names_a_field() -> None:
    refusals = PatternError.__subclasses__()
    assert {refusal.code for refusal in refusals} == {
        "unreadable_pattern",
        "unknown_frequency",
        "not_of_frequency",
        "bad_interval",
        "bad_count",
        "until_or_count",
        "bad_weekday",
        "unknown_monthly_by",
        "no_dates",
        "end_before_start",
        "until_before_start",
        "overlaps_itself",
        "count_out_of_reach",
        "too_many_dates",
    }
    assert len({refusal.code for refusal in refusals} | {PatternError.code}) == len(refusals) + 1
    assert all(issubclass(refusal, ValueError) for refusal in refusals)
    assert {refusal.field for refusal in refusals} <= {*Pattern.__dataclass_fields__, "end"}
    assert all(refusal.__module__ == module.__name__ for refusal in refusals)
    assert TooManyDates(400).field == "until"


def test_patterns_are_values() -> None:
    one = Pattern("weekly", 2, UNTIL, weekdays=frozenset({1, 3}), skip=frozenset({UNTIL}))
    same = Pattern("weekly", 2, UNTIL, weekdays=frozenset({3, 1}), skip=frozenset({UNTIL}))
    assert len({one, same}) == 1
    with pytest.raises(AttributeError):
        one.interval = 3  # type: ignore[misc]


def test_a_break_holds_both_its_edges_and_does_not_end_before_it_begins() -> None:
    week = Break(date(2027, 3, 1), date(2027, 3, 7), "talviloma")
    days = [date(2027, 2, 28), date(2027, 3, 1), date(2027, 3, 7), date(2027, 3, 8)]
    assert [in_break(on, [week]) for on in days] == [False, True, True, False]
    assert not in_break(days[1], [])
    assert Break(UNTIL, UNTIL).holds(UNTIL)
    with pytest.raises(ValueError, match="must not end before it begins"):
        Break(date(2027, 3, 7), date(2027, 3, 1))
