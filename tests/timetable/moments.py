"""Short ways to write times, and the nights on which the clocks of Finland change."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st

from booking.timetable.interval import Interval
from booking.timetable.zone import HELSINKI, to_utc

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
YEARS = range(2020, 2036)

examples = settings(max_examples=150)


def wall(text: str) -> datetime:
    """`2027-01-12 18:00` as a naive wall-clock time."""
    return datetime.fromisoformat(text)


def utc(text: str) -> datetime:
    """`2027-01-12 16:00` as a UTC moment."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def between(start: str, end: str) -> Interval:
    """The interval between two wall-clock times of Helsinki, none of them missing or doubled."""
    return Interval(to_utc(wall(start), HELSINKI), to_utc(wall(end), HELSINKI))


def last_sunday(year: int, month: int) -> date:
    """The last Sunday of a month of 31 days: the clocks of the Union change on March's and October's."""
    last = date(year, month, 31)
    return last - (last.weekday() + 1) % 7 * DAY


SPRING = tuple(last_sunday(year, 3) for year in YEARS)
AUTUMN = tuple(last_sunday(year, 10) for year in YEARS)

any_date = st.dates(date(2020, 1, 1), date(2035, 12, 31))
change_date = st.sampled_from(SPRING + AUTUMN)
