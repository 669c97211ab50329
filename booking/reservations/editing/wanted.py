"""PURE: what an edit wants of each date, with the choices made for single ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from booking.availability.wishes import NOT_BOOKED, Wish, wishes_of
from booking.reservations.editing.edit import Edit, Scope, Times
from booking.reservations.editing.plan import Dated, EditPlan, Wanted, in_scope, meeting_their_own, plan_edit
from booking.reservations.editing.rewriting import compared, edited
from booking.reservations.editing.shifts import Names, renamed, shift_of
from booking.reservations.editing.stretches import Calendar, slots_in
from booking.reservations.segments import Segment
from booking.rooms.facts import RoomFacts
from booking.timetable.recurrence import Slot
from booking.timetable.zone import local_date

_LAST = 3  # dates: by these a stretch is told from one date with a title of its own


@dataclass(frozen=True, slots=True)
class Series:
    """What wishes are made of besides the dates: the segments, the calendar and the rooms.

    `room` is where new dates go that take after no regular one, unless the edit names another; `find_room`
    gives the room of a slug, or raises.
    """

    segments: Sequence[Segment]
    calendar: Calendar
    room: RoomFacts
    find_room: Callable[[str], RoomFacts]


def planned(dates: Sequence[Dated], edit: Edit, series: Series, today: date) -> tuple[Edit, EditPlan]:
    """Return an edit as it is done, and what becomes of the dates.

    Where dates that go along would meet the old times of others, which those keep until the owner consents,
    the series is made anew by its rule instead. Raises what `wanted_by` raises.
    """
    plan = plan_edit(dates, edit, wanted_by(dates, edit, series, today))
    if edit.scope is Scope.ONE or not (edit.days and series.segments) or edit.pattern is not None:
        return edit, plan
    if not meeting_their_own(plan, dates):
        return edit, plan
    anew = replace(edit, anew=True)
    return anew, plan_edit(dates, anew, wanted_by(dates, anew, series, today))


def wanted_by(dates: Sequence[Dated], edit: Edit, series: Series, today: date) -> Wanted:
    """Return what is wanted of the open dates that the edit means, and of new ones from `today` on.

    Raises a PatternError for a pattern that cannot be, and what `find_room` raises.
    """
    if not edit.moves:
        return Wanted()
    meant = in_scope(dates, edit)
    names = _names(dates, edit, series, today)
    if not edit.expands:
        existing = [each for each in meant if each.is_open]
        wishes = {each.id: _of_date(each, edit, series, names.of.get(each.id)) for each in existing}
        return Wanted(wishes, names=names.of, lost=names.lost)
    slots = slots_in(
        edited(series.segments, first_slot(dates, edit, today), edit, series.calendar)[1], series.calendar
    )
    named = {
        names.of.get(each.id, each.on): each
        for each in dates
        if not each.is_dropped and each.id not in names.lost
    }
    means = {each.id for each in meant}
    there = [named[slot.date] for slot in slots if slot.date in named]
    new = [slot for slot in slots if slot.date not in named and slot.date >= today]
    models = {slot.date: _model(slot.date, meant, edit) for slot in new}
    return Wanted(
        {each.id: _of_date(each, edit, series, names.of.get(each.id)) for each in there if each.id in means},
        [_of_new(slot, models[slot.date], edit, series) for slot in new],
        {on: each.id for on, each in models.items()},
        names.of,
        names.lost,
    )


def _names(dates: Sequence[Dated], edit: Edit, series: Series, today: date) -> Names:
    """Return what the dates are named when the edit moves the series along."""
    if edit.scope is Scope.ONE:
        return Names()
    at = first_slot(dates, edit, today)
    was, full = compared(series.segments, at, edit, series.calendar)
    shift = shift_of(full, was)
    return renamed(dates, edit, at, shift) if shift else Names()


def _model(on: date, meant: Sequence[Dated], edit: Edit) -> Dated:
    """Return the date that a new one takes after: a regular one before it, as most of the last are."""
    (chosen,) = (each for each in meant if each.id == edit.date_id)
    regular = [each for each in meant if each.is_open and not each.is_exception]
    before = sorted((each for each in regular if each.on <= on), key=lambda each: each.on)[-_LAST:]
    if chosen in before or not before:
        return chosen
    alike = Counter((each.title, each.people, each.wanted.room.id) for each in before)
    return max(before, key=lambda each: (alike[each.title, each.people, each.wanted.room.id], each.on))


def _of_new(slot: Slot, model: Dated, edit: Edit, series: Series) -> Wish:
    room = model.wanted.room if not model.is_exception else series.room
    room = series.find_room(edit.room) if edit.room else room
    return wishes_of(room, [slot], edit.fixes, series.calendar.zone, series.find_room)[0]


def first_slot(dates: Sequence[Dated], edit: Edit, today: date) -> date:
    """Return the first slot's date that an edit of a series means: of all, the first that has not begun."""
    if edit.scope is not Scope.ALL:
        return max(today, *(each.on for each in dates if each.id == edit.date_id))
    coming = [each for each in dates if each.is_open]
    regular = [each.on for each in coming if not each.is_exception]
    return max(today, min(regular or [each.on for each in coming], default=today))


def _of_date(each: Dated, edit: Edit, series: Series, name: date | None) -> Wish:
    """Return what is wanted of a date, by its `name` after the edit, None: it keeps its own.

    Of one alone only another time or room can be chosen. It moves from the day on which it is wanted to be,
    which is not that of its slot when a move was refused.
    """
    zone = series.calendar.zone
    spot = each.wanted
    room = series.find_room(edit.room) if edit.room else spot.room
    day = local_date(spot.use.start, zone)
    by = timedelta(days=edit.days) if edit.scope is Scope.ONE else (name or each.on) - each.on
    slot = (edit.times or Times.of(spot.use, zone)).on(day + by, zone) if by or edit.times else None
    on = day + by if edit.scope is Scope.ONE else name or each.on
    wanted = Slot(on, slot.interval if slot else spot.use, slot.missing if slot else None)
    fixes = [each for each in edit.fixes if edit.scope is not Scope.ONE or each.kind not in NOT_BOOKED]
    return wishes_of(room, [wanted], fixes, zone, series.find_room)[0]
