"""Short ways to close rooms."""

from datetime import datetime, timedelta
from typing import Any

from booking.accounts.models import User
from booking.db import in_transaction
from booking.desk.closures.models import Closure
from booking.desk.closures.plans import Plan
from booking.desk.closures.service import Wanted, close
from booking.rooms.models import Room
from booking.timetable.pattern import Pattern
from tests.factories.reservations import NOW
from tests.factories.users import acting

HOUR = timedelta(hours=1)
WEEK = timedelta(days=7)
EVENING_WALL = datetime(2027, 1, 12, 17)  # noqa: DTZ001 - by the wall clock, an hour before EVENING


def wanted(*rooms: Room, start: datetime = EVENING_WALL, hours: float = 4, **changes: Any) -> Wanted:
    """Return a closure of these rooms around EVENING; `pattern` repeats it."""
    pattern: Pattern | None = changes.pop("pattern", None)
    values = {"kind": "closure", "title": "Lattian hionta", "is_public": False} | changes
    plan = Plan(start, start + hours * HOUR, pattern)
    return Wanted(room_ids=tuple(room.id for room in rooms), plan=plan, **values)


def shut(keeper: User, *rooms: Room, now: datetime = NOW, **changes: Any) -> Closure:
    """Have a keeper close these rooms."""
    return in_transaction(lambda: close(wanted(*rooms, **changes), actor=acting(keeper), now=now))
