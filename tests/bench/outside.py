"""A calendar of 5,000 events as another program keeps it, to be read."""

from datetime import datetime, time, timedelta

from booking.calendars.outside.reading_apart import read_apart
from booking.calendars.outside.readings import Rules
from booking.timetable.interval import Interval
from booking.timetable.zone import HELSINKI

EVENTS = 5_000
_WEEKLY = 100  # one event in so many repeats for ten weeks
OUTSIDE_DATES = EVENTS + EVENTS // _WEEKLY * 9
_WINDOW = timedelta(days=400)


def outside_calendar(first: datetime) -> bytes:
    """Return the file: an event every half an hour by the clock, from the day after an aware moment on."""
    start = datetime.combine(first.date() + timedelta(days=1), time())
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "X-WR-CALNAME:Mittaus"]
    for number in range(EVENTS):
        begins = start + number * timedelta(minutes=30)
        lines += [
            "BEGIN:VEVENT",
            f"UID:{number}@bench.example",
            f"DTSTAMP:{start:%Y%m%dT%H%M%SZ}",
            f"DTSTART;TZID=Europe/Helsinki:{begins:%Y%m%dT%H%M%S}",
            f"DTEND;TZID=Europe/Helsinki:{begins + timedelta(minutes=30):%Y%m%dT%H%M%S}",
            *(["RRULE:FREQ=WEEKLY;COUNT=10"] if number % _WEEKLY == 0 else []),
            f"SUMMARY:Tapahtuma {number}",
            "DESCRIPTION:Kuvaus\\, joka on tavallisen pituinen eikä kuulu varaamiseen",
            "END:VEVENT",
        ]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def read_outside(data: bytes, first: datetime) -> int:
    """Read the file as the service does, in a process of its own; return how many dates it has."""
    window = Interval(first, first + _WINDOW)
    return len(read_apart(data, zone=HELSINKI, window=window, rules=Rules(), seconds=60).events)
