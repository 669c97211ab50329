"""The library's holidays against the calendar rules written out."""

from datetime import date, timedelta

import pytest
from dateutil.easter import easter

from booking.timetable.holidays import Language, is_public_holiday, public_holiday
from tests.timetable.moments import DAY


def first_saturday(on: date) -> date:
    return on + (5 - on.weekday()) % 7 * DAY


def holidays_by_rule(year: int) -> set[date]:
    """The church's holidays, May Day and Independence Day, and the two eves on which everything is closed."""
    sunday = easter(year)
    midsummer = first_saturday(date(year, 6, 20))
    from_easter = {sunday + timedelta(days=days) for days in (-2, 0, 1, 39, 49)}
    fixed = {(1, 1), (1, 6), (5, 1), (12, 6), (12, 24), (12, 25), (12, 26)}
    return (
        from_easter
        | {date(year, month, number) for month, number in fixed}
        | {midsummer, midsummer - DAY, first_saturday(date(year, 10, 31))}
    )


@pytest.mark.parametrize("year", [2000, 2024, 2026, 2027, 2035, 2060, 2100])
def test_the_holidays_of_a_year_are_those_of_the_rules(year: int) -> None:
    days = [
        date(year, 1, 1) + number * DAY for number in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)
    ]
    assert {on for on in days if is_public_holiday(on)} == holidays_by_rule(year)


@pytest.mark.parametrize(
    ("language", "independence", "eve"),
    [
        ("fi", "Itsenäisyyspäivä", "Juhannusaatto"),
        ("sv", "Självständighetsdagen", "Midsommarafton"),
        ("en", "Independence Day", "Midsummer Eve"),
    ],
)
def test_a_holiday_has_its_name_in_each_language(language: Language, independence: str, eve: str) -> None:
    assert public_holiday(date(2027, 12, 6), language) == independence
    assert public_holiday(date(2027, 6, 25), language) == eve


def test_finnish_is_the_language_when_none_is_asked_for() -> None:
    assert public_holiday(date(2027, 12, 24)) == "Jouluaatto"


def test_an_ordinary_day_and_easter_saturday_have_no_name() -> None:
    assert public_holiday(date(2027, 1, 12)) is None
    assert public_holiday(date(2027, 3, 27)) is None
    assert not is_public_holiday(date(2027, 3, 27))


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="'de'"):
        public_holiday(date(2027, 12, 6), "de")  # type: ignore[arg-type]
