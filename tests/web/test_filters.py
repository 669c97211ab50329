"""How dates, times and figures are written."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from booking.i18n import speaking
from booking.timetable.interval import Interval
from booking.timetable.zone import HELSINKI, to_utc
from booking.web import filters

pytestmark = pytest.mark.usefixtures("session")


def at(*wall: int) -> datetime:
    return to_utc(datetime(*wall), HELSINKI)  # noqa: DTZ001 - a wall-clock time is naive


EVENING = Interval(at(2027, 1, 12, 18), at(2027, 1, 12, 20))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fi", "ti 12.1.2027 klo 18.00–20.00"),
        ("sv", "tis 12.1.2027 kl. 18.00–20.00"),
        ("en", "Tue 12 Jan 2027, 18:00–20:00"),
    ],
)
def test_a_use_is_written_as_each_language_writes_it(language: str, text: str) -> None:
    with speaking(language):
        assert filters.when(EVENING) == text


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fi", "pe 15.1.2027 klo 20.00 – la 16.1. klo 01.00"),
        ("sv", "fre 15.1.2027 kl. 20.00 – lör 16.1. kl. 01.00"),
        ("en", "Fri 15 Jan 2027, 20:00 – Sat 16 Jan, 01:00"),
    ],
)
def test_a_night_names_its_second_day(language: str, text: str) -> None:
    with speaking(language):
        assert filters.when(Interval(at(2027, 1, 15, 20), at(2027, 1, 16, 1))) == text


def test_an_end_at_midnight_is_24_of_the_same_day() -> None:
    until_midnight = Interval(at(2027, 1, 15, 20), at(2027, 1, 16))
    assert filters.when(until_midnight) == "pe 15.1.2027 klo 20.00–24.00"
    assert filters.time_range(until_midnight) == "20.00–24.00"
    later = Interval(at(2027, 1, 15, 20), at(2027, 1, 17))
    assert filters.when(later) == "pe 15.1.2027 klo 20.00 – la 16.1. klo 24.00"
    assert filters.time_span(later) == "20.00 – la 16.1. klo 24.00"


def test_new_years_night_names_both_years() -> None:
    night = Interval(at(2026, 12, 31, 22), at(2027, 1, 1, 2))
    assert filters.when(night) == "to 31.12.2026 klo 22.00 – pe 1.1.2027 klo 02.00"


def test_the_evening_keeps_its_hour_in_winter_and_in_summer() -> None:
    assert filters.clock_time(at(2027, 3, 23, 18)) == "18.00"
    assert filters.clock_time(at(2027, 3, 30, 18)) == "18.00"
    assert at(2027, 3, 23, 18).hour != at(2027, 3, 30, 18).hour


@pytest.mark.parametrize(
    ("name", "value", "texts"),
    [
        ("date_short", EVENING.start, ("ti 12.1.", "tis 12.1.", "Tue 12 Jan")),
        ("date_short", date(2027, 1, 12), ("ti 12.1.", "tis 12.1.", "Tue 12 Jan")),
        ("date_long", date(2027, 1, 12), ("ti 12.1.2027", "tis 12.1.2027", "Tue 12 Jan 2027")),
        ("weekday", EVENING.start, ("ti", "tis", "Tue")),
        ("day_month", EVENING.start, ("12.1.", "12.1.", "12 Jan")),
        ("time", EVENING.start, ("18.00", "18.00", "18:00")),
        ("time_range", EVENING, ("18.00–20.00", "18.00–20.00", "18:00–20:00")),
        ("time_span", EVENING, ("18.00–20.00", "18.00–20.00", "18:00–20:00")),
        (
            "moment",
            EVENING.start,
            ("ti 12.1.2027 klo 18.00", "tis 12.1.2027 kl. 18.00", "Tue 12 Jan 2027, 18:00"),
        ),
        ("number", 1200, ("1\xa0200", "1\xa0200", "1,200")),
        ("number", 12.5, ("12,5", "12,5", "12.5")),
        ("number", 1234567.25, ("1\xa0234\xa0567,25", "1\xa0234\xa0567,25", "1,234,567.25")),
        ("duration", 9000, ("2\xa0t 30\xa0min", "2\xa0h 30\xa0min", "2\xa0h 30\xa0min")),
        ("duration", timedelta(minutes=45), ("45\xa0min",) * 3),
        ("duration", 30, ("30\xa0s",) * 3),
        ("wall_date", EVENING.start, ("2027-01-12",) * 3),
        ("wall_time", EVENING.start, ("18:00",) * 3),
    ],
)
def test_each_filter_writes_in_three_languages(
    app: Any, name: str, value: object, texts: tuple[str, str, str]
) -> None:
    written = []
    for language in ("fi", "sv", "en"):
        with speaking(language):
            written.append(app.jinja_env.filters[name](value))
    assert tuple(written) == texts


def test_a_late_evening_belongs_to_its_local_day() -> None:
    assert filters.date_short(at(2027, 7, 1, 0, 30)) == "to 1.7."


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        filters.moment(datetime(2027, 1, 12, 18))  # noqa: DTZ001 - the mistake itself
