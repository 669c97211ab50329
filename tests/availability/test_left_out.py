"""What the preview says that a pattern passes over."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from booking.availability.left_out import left_out, missed, months_without
from booking.timetable.pattern import Break, Pattern
from booking.timetable.school_breaks import example_breaks

WEEKLY = Pattern("weekly", until=date(2027, 3, 10), skip_holidays=True, skip_school_breaks=True)
BREAKS = example_breaks(2026)


@pytest.fixture(autouse=True)
def request_context(app: Any) -> Any:
    with app.test_request_context("/?lang=fi") as context:
        yield context


def test_holidays_and_breaks_are_named() -> None:
    first = date(2026, 12, 30)
    assert left_out(WEEKLY, first, date(2027, 3, 10), ()) == ["Pois jäävät: ke 6.1.2027 loppiainen."]
    (said,) = left_out(replace(WEEKLY, skip_holidays=False), first, date(2027, 3, 10), BREAKS)
    assert said == "Pois jäävät: ke 30.12.2026 – ke 6.1.2027 joululoma (2), ke 3.3.2027 talviloma."
    nameless = [Break(date(2027, 2, 1), date(2027, 2, 7))]
    assert "ke 3.2.2027 koulujen loma-aika" in left_out(WEEKLY, first, date(2027, 3, 10), nameless)[0]


def test_a_count_leaves_out_what_lies_before_its_last_date_and_no_more() -> None:
    counted = Pattern("weekly", count=3, skip_holidays=True)
    found = missed(counted, date(2026, 12, 30), date(2027, 1, 20), ())
    assert [each.on for each in found] == [date(2027, 1, 6)]
    assert missed(replace(counted, skip_holidays=False), date(2026, 12, 30), date(2027, 1, 20), ()) == []


@pytest.mark.parametrize(
    ("first", "by", "without"),
    [
        (date(2027, 1, 31), "day", [2, 4, 6]),
        (date(2027, 1, 30), "day", [2]),
        (date(2027, 1, 29), "weekday", [2, 3, 5, 6]),  # the fifth Friday
        (date(2027, 1, 31), "last_weekday", []),
    ],
)
def test_months_without_the_day_are_told(first: date, by: Any, without: list[int]) -> None:
    pattern = Pattern("monthly", until=date(2027, 7, 31), monthly_by=by)
    assert [each.month for each in months_without(pattern, first, date(2027, 7, 31))] == without


def test_months_are_named_with_their_year() -> None:
    pattern = Pattern("monthly", until=date(2027, 5, 31))
    assert left_out(pattern, date(2027, 1, 31), date(2027, 5, 31), ()) == [
        "Kuukaudet, joissa tätä päivää ei ole: helmikuu 2027, huhtikuu 2027."
    ]
