"""School breaks for demo data: an example, not anybody's calendar.

Each town decides on its own breaks. The weeks here are the usual ones of South-Eastern Finland; the breaks
that count are those kept for a venue.
"""

from __future__ import annotations

from datetime import date, timedelta

from booking.timetable.pattern import Break


def example_breaks(school_year_start: int) -> tuple[Break, ...]:
    """The breaks of the school year that begins in August of that year, in order, named in Finnish."""
    year, following = school_year_start, school_year_start + 1
    june = date(following, 6, 1)
    return (
        _week(year, 42, "syysloma"),
        Break(date(year, 12, 22), date(following, 1, 6), "joululoma"),
        _week(following, 9, "talviloma"),
        Break(june + timedelta(days=-june.weekday() % 7), date(following, 8, 8), "kesäloma"),
    )


def _week(iso_year: int, iso_week: int, name: str) -> Break:
    monday = date.fromisocalendar(iso_year, iso_week, 1)
    return Break(monday, monday + timedelta(days=6), name)
