"""From what a form asks, date and times of day on the wall, to the use it means."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from booking.errors import RuleViolation, Violation
from booking.timetable.interval import Interval
from booking.timetable.zone import MissingTime, to_utc

# An end this early in the morning, before the start, is the end of an evening
LATEST_END_OF_AN_EVENING = time(6)


def use_of(on: date, start: time, end: time, zone: ZoneInfo) -> Interval:
    """Return the use that begins on this local date. An end at night or at midnight is the next day's.

    Raises RuleViolation for an end that is not after its start and for a time that the clock change skips;
    the doubled hour is its first.
    """
    last = on
    if end <= start:
        if end > LATEST_END_OF_AN_EVENING or end == start:
            raise RuleViolation([Violation("end_before_start", "end")])
        last = on + timedelta(days=1)
    starts = _moment("start", datetime.combine(on, start), zone)
    ends = _moment("end", datetime.combine(last, end), zone)
    if ends <= starts:
        raise RuleViolation([Violation("end_before_start", "end")])
    return Interval(starts, ends)


def _moment(field: str, wall: datetime, zone: ZoneInfo) -> datetime:
    try:
        return to_utc(wall, zone)
    except MissingTime as error:
        raise RuleViolation([Violation("missing_time", field, {"later": error.later})]) from error
