"""Short ways to have a calendar from outside tell something."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from booking.accounts.models import User
from booking.calendars.outside import service
from booking.calendars.outside.models import OutsideSource
from booking.calendars.outside.readings import OutsideEvent, Reading, Rules
from booking.calendars.outside.service import Got, Wanted
from booking.db import in_transaction
from booking.rooms.models import Room
from booking.timetable.interval import Interval
from tests.factories.reservations import EVENING, NOW
from tests.factories.users import acting

HOUR = timedelta(hours=1)
WEEK = timedelta(days=7)
SECRET = "https://kalenteri.example/salainen-avain/basic.ics"


def hours(start: float, end: float) -> Interval:
    """Return an interval in hours after EVENING's start."""
    return Interval(EVENING.start + start * HOUR, EVENING.start + end * HOUR)


def told(uid: str, when: Interval = EVENING, title: str = "Kuoro", recurrence: str = "") -> OutsideEvent:
    """Return one event."""
    return OutsideEvent(uid, recurrence, when.start, when.end, title)


def weeks(number: int, *, first: int = 0, title: str = "Kuoro") -> list[OutsideEvent]:
    """Return so many weekly events from EVENING on, each under its own name."""
    return [told(f"viikko-{n}", EVENING.shift(n * WEEK), title) for n in range(first, first + number)]


def reading(*events: OutsideEvent, **changes: Any) -> Reading:
    """Return a calendar that could be read."""
    ordered: Sequence[OutsideEvent] = sorted(events, key=lambda each: each.start)
    return Reading(**({"name": "Salin kalenteri", "events": ordered, "problems": ()} | changes))


def wanted(room: Room, **changes: Any) -> Wanted:
    """Return what a keeper asks for."""
    values = {"address": SECRET, "file_name": "", "rules": Rules(), "is_public": False} | changes
    return Wanted(room_id=room.id, **values)


def added(
    keeper: User, room: Room, *events: OutsideEvent, now: datetime = NOW, **changes: Any
) -> OutsideSource:
    """Have a keeper add a calendar that tells these events."""
    got = Got(reading(*events), etag='"1"')
    return in_transaction(lambda: service.add(wanted(room, **changes), got, actor=acting(keeper), now=now))


def heard(
    source: OutsideSource,
    keeper: User,
    *events: OutsideEvent,
    now: datetime = NOW,
    accept_empty: bool = False,
) -> Any:
    """Have the calendar be asked for and tell these events; return what came of it."""
    actor = acting(keeper)
    asked = in_transaction(
        lambda: service.ask_now(source.id, actor=actor, now=now, accept_empty=accept_empty)
    )
    return in_transaction(lambda: service.take_in(asked, Got(reading(*events)), now=now))
