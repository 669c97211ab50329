"""PURE: what an edit wants of each date, with the choices made for single ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from booking.availability.wishes import NOT_BOOKED, Wish, wishes_of
from booking.reservations.editing.edit import Edit, Scope, Times
from booking.reservations.editing.plan import Dated, Wanted, in_scope
from booking.reservations.editing.stretches import Calendar, edited, slots_in
from booking.reservations.segments import Segment
from booking.rooms.facts import RoomFacts
from booking.timetable.recurrence import Slot
from booking.timetable.zone import local_date


@dataclass(frozen=True, slots=True)
class Series:
    """What wishes are made of besides the dates: the segments, the calendar and the rooms.

    `room` is where new dates go unless the edit names another; `find_room` gives the room of a slug, or
    raises.
    """

    segments: Sequence[Segment]
    calendar: Calendar
    room: RoomFacts
    find_room: Callable[[str], RoomFacts]


def wanted_by(dates: Sequence[Dated], edit: Edit, series: Series, today: date) -> Wanted:
    """Return what is wanted of the open dates that the edit means, and of new ones from `today` on.

    Raises a PatternError for a pattern that cannot be, and what `find_room` raises.
    """
    if not edit.moves:
        return Wanted()
    meant = in_scope(dates, edit)
    if not edit.expands:
        existing = [each for each in meant if each.is_open]
        return Wanted({each.id: _of_date(each, edit, series) for each in existing})
    slots = slots_in(
        edited(series.segments, first_slot(dates, edit, today), edit, series.calendar)[1], series.calendar
    )
    named = {each.on: each for each in dates if not each.is_dropped}
    means = {each.id for each in meant}
    there = [named[slot.date] for slot in slots if slot.date in named]
    new = [slot for slot in slots if slot.date not in named and slot.date >= today]
    room = series.find_room(edit.room) if edit.room else series.room
    return Wanted(
        {each.id: _of_date(each, edit, series) for each in there if each.id in means},
        wishes_of(room, new, edit.fixes, series.calendar.zone, series.find_room),
    )


def first_slot(dates: Sequence[Dated], edit: Edit, today: date) -> date:
    """Return the first slot's date that an edit of a series means: of all, the first that has not begun."""
    if edit.scope is not Scope.ALL:
        return max(today, *(each.on for each in dates if each.id == edit.date_id))
    coming = [each for each in dates if each.is_open]
    regular = [each.on for each in coming if not each.is_exception]
    return max(today, min(regular or [each.on for each in coming], default=today))


def _of_date(each: Dated, edit: Edit, series: Series) -> Wish:
    """Return what is wanted of a date. Of one alone only another time or room can be chosen."""
    zone = series.calendar.zone
    spot = each.wanted
    room = series.find_room(edit.room) if edit.room else spot.room
    on, slot = each.on, Slot(each.on, spot.use)
    if edit.scope is Scope.ONE and (edit.days or edit.times):
        on = local_date(spot.use.start, zone) + timedelta(days=edit.days)
        slot = (edit.times or Times.of(spot.use, zone)).on(on, zone)
    elif edit.scope is Scope.ONE:
        slot = Slot(local_date(spot.use.start, zone), spot.use)
    elif edit.times:
        slot = edit.times.on(on, zone)
    fixes = [each for each in edit.fixes if edit.scope is not Scope.ONE or each.kind not in NOT_BOOKED]
    return wishes_of(room, [slot], fixes, zone, series.find_room)[0]
