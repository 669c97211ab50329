"""A weekly series of the town's choir as it stands, and the text of pages that tell of it."""

import re
from collections.abc import Mapping
from datetime import date, time, timedelta
from html import unescape
from typing import Any

from booking.reservations.models import Reservation
from booking.reservations.segments import Segment
from booking.reservations.series import written
from booking.timetable.interval import Interval
from booking.timetable.pattern import Pattern
from tests.factories.reservations import EVENING, make_occurrence, make_reservation
from tests.reservations.town import Town

WEEK = timedelta(days=7)
TUESDAYS = Pattern("weekly", until=date(2027, 5, 25))


def weekly(number: int) -> Interval:
    """Return the series' use so many weeks after its first: winter time up to the tenth."""
    return EVENING.shift(number * WEEK)


def stored(pattern: Pattern = TUESDAYS) -> dict[str, Any]:
    """Return the pattern as a reservation of it stores it."""
    return written([Segment(date(2027, 1, 12), time(18), time(20), 0, pattern)])


def series_of(town: Town, *states: str, own: Mapping[int, Any] | None = None, **changes: Any) -> Reservation:
    """Return the choir's series with a Tuesday in each of these states; `own` changes single dates."""
    values: dict[str, Any] = {
        "title": "Kuoroharjoitus",
        "pattern": stored(),
        "booker": town.booker,
        "organisation": town.choir,
    }
    values |= changes
    made = make_reservation(values.pop("room", town.room), weekly(0), state=states[0], **values)
    for number, state in enumerate(states[1:], start=1):
        make_occurrence(made, weekly(number), state=state, **(own or {}).get(number, {}))
    return made


def plain(markup: str) -> str:
    """Return the text of a piece of a page on one line."""
    text = unescape(re.sub("<[^>]*>", " ", markup)).replace("\xa0", " ")
    return re.sub(r"\s+([,.):])", r"\1", " ".join(text.split()))
