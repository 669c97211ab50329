"""PURE: moments, wall-clock times and references as text that people write into a sheet, and back.

Reading raises Unreadable with a code and the figures of its sentence.
"""

import json
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from booking.rooms.faults import Unreadable
from booking.timetable.interval import Interval
from booking.timetable.zone import MissingTime, UnreadableTime, local_date, parse_date, to_utc, to_wall

_FINNISH_DATE = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")
# 18:00, 18.00, 18 and what spreadsheets make of them; an offset tells the second 03:30 of an autumn night
_TIME = re.compile(r"([0-9]{1,2})(?:[:.]([0-9]{2})(?:[:.]00)?)?([+-][0-9]{2}:[0-9]{2})?")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_DAY = timedelta(days=1)
LONGEST_PAST_MIDNIGHT = timedelta(hours=12)
"""By the clock. An earlier end without a date is the next day's up to this; beyond, a slip of the pen."""


class EndUnreadable(Unreadable):
    """Of a use it is the end that cannot be used."""


Clock = tuple[int, int, str]
"""Hour (24 is the end of the day), minute, and the offset or "" where the clocks leave no doubt."""


def read_day(text: str) -> date:
    """Return the date of `2027-01-12` or `12.1.2027`."""
    found = _FINNISH_DATE.fullmatch(text)
    wanted = f"{int(found[3]):04}-{int(found[2]):02}-{int(found[1]):02}" if found else text
    try:
        return parse_date(wanted)
    except UnreadableTime:
        raise Unreadable("sheet_not_date", text=text) from None


def read_clock(text: str) -> Clock:
    """Return the time of `18:00`, `18.00` or `18`."""
    found = _TIME.fullmatch(text)
    hour, minute = (int(found[1]), int(found[2] or 0)) if found else (99, 0)
    if hour * 60 + minute > 24 * 60 or minute > 59:
        raise Unreadable("sheet_not_time", text=text)
    return hour, minute, (found[3] or "") if found else ""


def moment_at(on: date, clock: Clock, zone: ZoneInfo) -> datetime:
    """Return when a date's clocks show a time, aware UTC. Raises Unreadable for a time there is not."""
    hour, minute, offset = clock
    wall = datetime(on.year, on.month, on.day) + timedelta(hours=hour, minutes=minute)  # noqa: DTZ001
    try:
        first = to_utc(wall, zone)
    except MissingTime:
        raise Unreadable("sheet_missing_time", text=f"{wall:%H:%M}") from None
    if not offset:
        return first
    for moment in (first, to_utc(wall, zone, second=True)):
        if offset == _offset(to_wall(moment, zone)):
            return moment
    raise Unreadable("sheet_not_time", text=f"{wall:%H:%M}{offset}")


def use_of(
    on: date, start: Clock, end_on: date | None, end: Clock, zone: ZoneInfo
) -> tuple[datetime, datetime]:
    """Return a use as two aware UTC moments; without the end's date an evening may run past midnight.

    Raises Unreadable, and EndUnreadable for an end that cannot be used.
    """
    if end_on is None:
        end_on = _implied(on, start[:2], end[:2])
        if end_on is None:
            raise EndUnreadable("sheet_end_needs_date", most=LONGEST_PAST_MIDNIGHT // timedelta(hours=1))
    begins = moment_at(on, start, zone)
    try:
        return begins, moment_at(end_on, end, zone)
    except Unreadable as error:
        raise EndUnreadable(error.code, **error.params) from None


def write_use(starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> dict[str, str]:
    """Return the cells `date`, `start`, `end_date` and `end` that `use_of` reads."""
    start, end = to_wall(starts_at, zone), to_wall(ends_at, zone)
    implied = _implied(start.date(), (start.hour, start.minute), (end.hour, end.minute))
    return {
        "date": start.date().isoformat(),
        "start": _clock(start, zone),
        "end_date": "" if end.date() == implied else end.date().isoformat(),
        "end": _clock(end, zone),
    }


def _implied(on: date, start: tuple[int, int], end: tuple[int, int]) -> date | None:
    """Return the day of an end that has no date: the same, the next of a night, or none that is certain."""
    lasts = timedelta(hours=end[0] - start[0], minutes=end[1] - start[1])
    if lasts > timedelta(0):
        return on
    return on + _DAY if timedelta(0) < lasts + _DAY <= LONGEST_PAST_MIDNIGHT else None


def runs_past_midnight(use: Interval, zone: ZoneInfo) -> bool:
    """Say whether a use goes on on another day than it began; one that ends at midnight does not."""
    return local_date(use.start, zone) != local_date(use.end - timedelta(seconds=1), zone)


def read_email(text: str) -> str:
    """Return an address in lower case."""
    if not _EMAIL.fullmatch(text) or len(text) > 254:
        raise Unreadable("sheet_not_email", text=text)
    return text.lower()


def read_json(text: str) -> dict[str, Any]:
    """Return the pattern of a series."""
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Unreadable("sheet_not_pattern", text=text)
    return found


def write_json(value: dict[str, Any]) -> str:
    """Return a pattern as one line, the same each time."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _clock(wall: datetime, zone: ZoneInfo) -> str:
    # the first of two equal times needs no offset, and other times have only one
    is_second = to_utc(wall.replace(tzinfo=None), zone) != wall.astimezone(UTC)
    return f"{wall:%H:%M}{_offset(wall) if is_second else ''}"


def _offset(wall: datetime) -> str:
    text = f"{wall:%z}"
    return f"{text[:3]}:{text[3:5]}"
