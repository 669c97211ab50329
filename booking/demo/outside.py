"""A calendar kept elsewhere in the demonstration: the parish sends in the file of one of its rooms."""

from datetime import datetime, time, timedelta

from booking import clock
from booking.calendars.outside.following import window_of
from booking.calendars.outside.reading import read
from booking.calendars.outside.readings import Rules
from booking.calendars.outside.service import Got, Wanted, add
from booking.demo.people import PARISH
from booking.demo.timeline import APPROVERS, Timeline
from booking.rooms.catalogue import catalogue
from booking.timetable.zone import local_date

_DAY = timedelta(days=1)
_MONDAY, _WEDNESDAY = 0, 2


def plan_outside(timeline: Timeline) -> None:
    """Add the calendar to what happens: last of all, so that it meets what is there."""
    timeline.add(timeline.now, lambda moment: _send_in(timeline, moment))


def _send_in(timeline: Timeline, now: datetime) -> None:
    rooms = [room.id for room in catalogue().rooms if room.owner_slug == PARISH]
    if len(rooms) < 2:
        return
    content, rules = _file(now), Rules()
    reading = read(content, zone=clock.zone(), window=window_of(now), rules=rules)
    wanted = Wanted(rooms[1], "", "seurakunnan-kalenteri.ics", rules, is_public=False)
    add(wanted, Got(reading, content=content), actor=timeline.actor(APPROVERS[PARISH]), now=now)


def _file(now: datetime) -> bytes:
    """Return what the parish's own calendar program writes: a circle each week, and an evening."""
    today = local_date(now, clock.zone())
    circle = datetime.combine(today + _DAY * ((_WEDNESDAY - today.weekday()) % 7 + 7), time(13))
    evening = datetime.combine(today + _DAY * ((_MONDAY - today.weekday()) % 7 + 14), time(18))
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Esimerkki//FI",
        "X-WR-CALNAME:Seurakunnan kalenteri",
    ]
    for uid, start, hours, title, rule in (
        ("piiri", circle, 2, "Diakoniapiiri", "FREQ=WEEKLY;COUNT=12"),
        ("ilta", evening, 3, "Vapaaehtoisten ilta", ""),
    ):
        lines += [
            "BEGIN:VEVENT",
            f"UID:{uid}@esimerkki.example",
            f"DTSTAMP:{now:%Y%m%dT%H%M%SZ}",
            f"DTSTART;TZID=Europe/Helsinki:{start:%Y%m%dT%H%M%S}",
            f"DTEND;TZID=Europe/Helsinki:{start + timedelta(hours=hours):%Y%m%dT%H%M%S}",
            *([f"RRULE:{rule}"] if rule else []),
            f"SUMMARY:{title}",
            "END:VEVENT",
        ]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()
