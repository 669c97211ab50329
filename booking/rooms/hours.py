"""Put other opening hours in the place of a room's, and say hours as one text that tells them apart."""

from collections.abc import Iterator

from booking.extensions import db
from booking.rooms.models import OpeningExceptionRow, OpeningHoursRow, Room
from booking.rooms.notation import Exceptional, write_exceptions, write_hours, write_yes_no
from booking.timetable.openings import OpeningException, OpeningHours


def replace_hours(room: Room, hours: OpeningHours) -> None:
    """Make these the room's hours, in the caller's transaction. Flushes; the catalogue stamps itself."""
    room.open_on_holidays = hours.open_on_holidays
    room.opening_hours = [
        OpeningHoursRow(
            weekday=each.weekday,
            opens=each.opens,
            closes=each.closes,
            valid_from=each.valid_from,
            valid_to=each.valid_to,
        )
        for each in hours.weekly
    ]
    room.opening_exceptions = [
        OpeningExceptionRow(on_date=row.on_date, opens=row.opens, closes=row.closes)
        for row in _rows(hours.exceptions)
    ]
    db.session.flush()


def text_of_hours(hours: OpeningHours) -> str:
    """Return the hours as one text: equal for equal hours, in whatever order they are kept."""
    exceptions = write_exceptions(_rows(hours.exceptions))
    return f"{write_hours(hours.weekly)} | {exceptions} | {write_yes_no(hours.open_on_holidays)}"


def _rows(exceptions: tuple[OpeningException, ...]) -> Iterator[Exceptional]:
    for each in exceptions:
        for opens, closes in each.hours or ((None, None),):
            yield Exceptional(each.date, opens, closes)
