"""PURE: what a room asks of a booking's time and size, before anybody looks whether it is free.

Source of the rules: DOMAIN.md, "Room rules". Times are aware UTC, wall-clock rules are read in the zone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from booking.errors import Violation
from booking.timetable.interval import Interval
from booking.timetable.openings import OpeningHours, closure
from booking.timetable.zone import local_date, to_utc_or_after, to_wall

# The least and the most that an owner may ask, in the units of the names
BOUNDS: Mapping[str, tuple[int, int]] = {
    "shortest_minutes": (1, 20_160),
    "longest_minutes": (1, 20_160),
    "turnaround_minutes": (0, 1440),
    "notice_minutes": (0, 525_600),
    "longest_ahead_months": (0, 60),
    "cancellation_days": (0, 365),
    "most_active": (1, 1_000_000),
}


@dataclass(frozen=True, slots=True)
class RoomRules:
    """A room's rules, in the units of their names."""

    who_may_book: str = "associations"
    approval: str = "by_approver"
    pending_holds: bool = False
    grid_minutes: int = 30
    shortest_minutes: int = 30
    longest_minutes: int = 720
    turnaround_minutes: int = 0
    notice_minutes: int = 120
    longest_ahead_months: int = 12
    cancellation_days: int = 7
    most_active: int | None = None

    @property
    def turnaround(self) -> timedelta:
        """What the room needs after each use before the next."""
        return timedelta(minutes=self.turnaround_minutes)

    def claimed(self, use: Interval) -> Interval:
        """Return what a use takes of the room's time: itself and the turnaround."""
        return use.extend_end(self.turnaround) if self.turnaround_minutes else use


def broken_by_time(
    rules: RoomRules, hours: OpeningHours, use: Interval, *, now: datetime, zone: ZoneInfo
) -> list[Violation]:
    """Return every rule of time that a use would break; empty when it breaks none."""
    broken = [*_moment(rules, use, now, zone), *_length(rules, use), *_grid(rules, use, zone)]
    if use.duration > timedelta(minutes=rules.longest_minutes):
        return broken  # the hours of a hundred years need not be looked up
    closed = closure(hours, use, zone)
    if closed is not None:
        broken.append(Violation(f"closed_{closed.kind}", "start", {"date": closed.date}))
    return broken


def broken_by_people(capacity: int | None, people: int) -> list[Violation]:
    """Return the violation of more people than the room takes. An unknown capacity refuses nobody."""
    if capacity is not None and people > capacity:
        return [Violation("too_many_people", "people", {"capacity": capacity, "people": people})]
    return []


def broken_by_quota(rules: RoomRules, active: int) -> list[Violation]:
    """Return the violation of one more reservation by an association that has so many active ones."""
    if rules.most_active is not None and active >= rules.most_active:
        return [Violation("too_many_active", "organisation", {"most": rules.most_active})]
    return []


def last_day_to_book(rules: RoomRules, now: datetime, zone: ZoneInfo) -> date:
    """Return the last local date that can be booked now: so many months ahead, at most the month's end."""
    today = local_date(now, zone)
    months = today.month - 1 + rules.longest_ahead_months
    year, month = today.year + months // 12, months % 12 + 1
    after = date(year + month // 12, month % 12 + 1, 1)
    return min(date(year, month, 1) + timedelta(days=today.day - 1), after - timedelta(days=1))


def cancellation_deadline(rules: RoomRules, start: datetime, zone: ZoneInfo) -> datetime:
    """Return the last moment at which the booker may cancel without asking the owner.

    So many days before on the wall clock: at the same time of day across a change of the clocks too.
    """
    wall = to_wall(start, zone).replace(tzinfo=None)
    return to_utc_or_after(wall - timedelta(days=rules.cancellation_days), zone)


def _moment(rules: RoomRules, use: Interval, now: datetime, zone: ZoneInfo) -> list[Violation]:
    if use.start < now:
        return [Violation("in_the_past", "start")]
    if use.start < now + timedelta(minutes=rules.notice_minutes):
        return [Violation("too_soon", "start", {"minutes": rules.notice_minutes})]
    last = last_day_to_book(rules, now, zone)
    if local_date(use.start, zone) > last:
        return [Violation("too_far_ahead", "date", {"months": rules.longest_ahead_months, "date": last})]
    return []


def _length(rules: RoomRules, use: Interval) -> list[Violation]:
    minutes = use.duration // timedelta(minutes=1)
    if minutes < rules.shortest_minutes:
        return [Violation("too_short", "end", {"minutes": rules.shortest_minutes})]
    if minutes > rules.longest_minutes:
        return [Violation("too_long", "end", {"minutes": rules.longest_minutes})]
    return []


def _grid(rules: RoomRules, use: Interval, zone: ZoneInfo) -> list[Violation]:
    broken = []
    for field, moment in (("start", use.start), ("end", use.end)):
        wall = to_wall(moment, zone)
        if wall.second or wall.minute % rules.grid_minutes:
            broken.append(Violation("off_grid", field, {"minutes": rules.grid_minutes}))
    return broken
