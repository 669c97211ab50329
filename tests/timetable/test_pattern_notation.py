"""Patterns written as JSON and read again."""

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.timetable.pattern import Pattern, PatternError, UnreadablePattern
from booking.timetable.pattern_notation import from_json, to_json
from tests.timetable.moments import any_date, examples
from tests.timetable.patterns import patterns_with_leave

WEEKLY: dict[Any, Any] = {"frequency": "weekly", "until": "2027-05-31"}


@examples
@given(st.data(), any_date)
def test_a_pattern_comes_back_as_it_was(data: st.DataObject, first: date) -> None:
    pattern = data.draw(patterns_with_leave(first))
    written = to_json(pattern)
    assert from_json(json.loads(json.dumps(written))) == pattern
    assert to_json(from_json(written)) == written


def test_the_notation_says_what_was_asked_for_and_no_more() -> None:
    pattern = Pattern(
        "weekly",
        2,
        date(2027, 5, 31),
        weekdays=frozenset({3, 1}),
        skip=frozenset({date(2027, 4, 6), date(2027, 2, 23)}),
        skip_school_breaks=True,
    )
    assert to_json(pattern) == {
        "frequency": "weekly",
        "interval": 2,
        "until": "2027-05-31",
        "weekdays": [1, 3],
        "skip": ["2027-02-23", "2027-04-06"],
        "skip_school_breaks": True,
    }
    assert to_json(Pattern("daily", count=5)) == {"frequency": "daily", "count": 5}
    assert to_json(Pattern("monthly", count=5, monthly_by="last_weekday", skip_holidays=True)) == {
        "frequency": "monthly",
        "count": 5,
        "monthly_by": "last_weekday",
        "skip_holidays": True,
    }
    listed = Pattern("dates", dates=(date(2027, 3, 1), date(2027, 1, 20)))
    assert to_json(listed) == {"frequency": "dates", "dates": ["2027-03-01", "2027-01-20"]}


def test_defaults_may_be_written_out() -> None:
    written: dict[str, Any] = {
        **WEEKLY,
        "interval": 1,
        "count": None,
        "weekdays": [],
        "monthly_by": "day",
        "dates": [],
        "skip": [],
        "skip_holidays": False,
        "skip_school_breaks": False,
    }
    assert from_json(written) == Pattern("weekly", until=date(2027, 5, 31))
    assert from_json({"frequency": "daily", "until": None, "count": 2}) == Pattern("daily", count=2)


@pytest.mark.parametrize(
    "rubbish",
    [
        None,
        [],
        "weekly",
        {},
        {"until": "2027-05-31"},
        {**WEEKLY, "colour": "red"},
        {**WEEKLY, 1: 2},
        {**WEEKLY, "frequency": ["weekly"]},
        {**WEEKLY, "interval": "2"},
        {**WEEKLY, "interval": True},
        {**WEEKLY, "interval": 2.0},
        {**WEEKLY, "interval": None},
        {**WEEKLY, "until": 20270531},
        {**WEEKLY, "until": "20270531"},
        {**WEEKLY, "until": "2027-W03-1"},
        {**WEEKLY, "until": "2027-02-29"},
        {**WEEKLY, "until": "2027-05-31T18:00"},
        {"frequency": "weekly", "count": "3"},
        {**WEEKLY, "weekdays": 1},
        {**WEEKLY, "weekdays": "13"},
        {**WEEKLY, "weekdays": ["1"]},
        {**WEEKLY, "weekdays": [[1]]},
        {**WEEKLY, "weekdays": {"1": 1}},
        {**WEEKLY, "monthly_by": None},
        {**WEEKLY, "skip": "2027-02-23"},
        {**WEEKLY, "skip": [None]},
        {"frequency": "dates", "dates": [date(2027, 1, 12)]},
        {**WEEKLY, "skip_holidays": 1},
        {**WEEKLY, "skip_school_breaks": "yes"},
    ],
)
def test_what_is_no_pattern_is_refused(rubbish: Any) -> None:
    with pytest.raises(UnreadablePattern) as caught:
        from_json(rubbish)
    assert caught.value.code == "unreadable_pattern"


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ({"frequency": "yearly", "count": 3}, "unknown_frequency"),
        ({"frequency": "weekly"}, "until_or_count"),
        ({**WEEKLY, "interval": 0}, "bad_interval"),
        ({**WEEKLY, "weekdays": [7]}, "bad_weekday"),
        ({**WEEKLY, "monthly_by": "moon"}, "unknown_monthly_by"),
        ({**WEEKLY, "dates": ["2027-01-12"]}, "not_of_frequency"),
        ({"frequency": "dates", "dates": []}, "no_dates"),
    ],
)
def test_a_pattern_that_cannot_be_says_why(written: Any, code: str) -> None:
    with pytest.raises(PatternError) as caught:
        from_json(written)
    assert caught.value.code == code


json_values = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=12), st.just("2027-01-12")
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=5,
)
names = st.sampled_from(sorted(Pattern.__dataclass_fields__))


@examples
@given(st.dictionaries(names, json_values), st.sampled_from(["daily", "weekly", "monthly", "dates"]))
def test_no_json_makes_the_reader_fail_otherwise(values: dict[str, Any], frequency: str) -> None:
    for each in (values, {**values, "frequency": frequency}):
        try:
            pattern = from_json(each)
        except PatternError:
            continue
        assert from_json(to_json(pattern)) == pattern
