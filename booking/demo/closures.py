"""What owners keep for themselves in the demonstration: repairs that hit reservations, a parish's own use."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from booking import clock
from booking.demo.people import CITY, PARISH
from booking.demo.timeline import APPROVERS, Timeline
from booking.desk.closures.choosing import KEEP, choose
from booking.desk.closures.plans import Plan
from booking.desk.closures.service import Wanted, close
from booking.reservations.in_the_way import in_the_way_of
from booking.rooms.catalogue import catalogue
from booking.timetable.pattern import Pattern
from booking.timetable.zone import local_date

REPAIRED = "vuoksenniskan-koulukeskus"  # where the choir sings on Thursdays
_DAY = timedelta(days=1)
_SUNDAYS = 8


def plan_closures(timeline: Timeline) -> None:
    """Add the closures to what happens: last of all, so that they hit what is there."""
    timeline.add(timeline.now, lambda moment: _repair(timeline, moment))
    timeline.add(timeline.now, lambda moment: _services(timeline, moment))


def _repair(timeline: Timeline, now: datetime) -> None:
    """Close a room of the city for two weeks from the 16th day on, and keep one of those it hits."""
    first = datetime.combine(local_date(now, clock.zone()) + 16 * _DAY, time.min)
    approver = timeline.actor(APPROVERS[CITY])
    room = catalogue().room(REPAIRED)
    plan = Plan(first, first + 12 * _DAY)
    wanted = Wanted("closure", "Lattian hionta ja lakkaus", True, (room.id,), plan)
    closure = close(wanted, actor=approver, now=now)
    conflicts = in_the_way_of([closure.block], now)[closure.block_id].conflicts
    if len(conflicts) > 1:
        choose(closure.id, KEEP, [conflicts[0].occurrence.id], "", actor=approver, now=now)


def _services(timeline: Timeline, now: datetime) -> None:
    """Take the first of the parish's rooms into own use on Sundays."""
    today = local_date(now, clock.zone())
    sunday = today + (6 - today.weekday()) * _DAY + 7 * _DAY
    plan = Plan(
        datetime.combine(sunday, time(10)),
        datetime.combine(sunday, time(12)),
        Pattern("weekly", count=_SUNDAYS),
    )
    rooms: Sequence[int] = [room.id for room in catalogue().rooms if room.owner_slug == PARISH][:1]
    wanted = Wanted("own_use", "Kirkkokahvit", True, tuple(rooms), plan)
    close(wanted, actor=timeline.actor(APPROVERS[PARISH]), now=now)
