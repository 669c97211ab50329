"""PURE: a series, or one weekday of it, so many days later: every date goes along and keeps its history.

What is left out or has ended goes along by name too, so it stays left out or ended.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from booking.reservations.editing.edit import Edit, Scope
from booking.reservations.editing.plan import Dated, in_scope
from booking.reservations.editing.stretches import Calendar, by_last_date, rule_dates, slots_in
from booking.reservations.segments import Segment
from booking.timetable.pattern import OverlapsItself, Pattern, PatternError

_DAY = timedelta(days=1)
_WEEK = 7


class ShiftMeetsItself(OverlapsItself):
    """A date of a series would go to a day on which the series has one already, which stays."""

    field = "date"


@dataclass(frozen=True, slots=True)
class Shift:
    """So many days later, or earlier when negative; of one weekday (0 is Monday) or of all."""

    days: int
    weekday: int | None = None

    def of(self, on: date) -> date:
        """Return where a date goes."""
        return on + self.days * _DAY if self.weekday in (None, on.weekday()) else on


@dataclass(frozen=True, slots=True)
class Names:
    """The dates' names after a shift, by id; `lost` have ended and lose theirs to one that goes there."""

    of: Mapping[int, date] = field(default_factory=dict)
    lost: frozenset[int] = frozenset()


def shift_of(edit: Edit, was: Pattern | None) -> Shift | None:
    """Return by how much an edit moves a series, which goes on as `was` says; None: it does not.

    One weekday replaced by another is such a move too. Both patterns are in full (`stretches.in_full`).
    """
    if edit.scope is Scope.ONE or edit.anew:
        return None
    days, pattern = edit.days, edit.pattern
    if pattern is None or was is None or _same_rule(pattern, was):
        return Shift(days) if days and (pattern is None or was is not None) else None
    lost, gained = was.weekdays - pattern.weekdays, pattern.weekdays - was.weekdays
    same = (pattern.frequency, pattern.interval) == (was.frequency, was.interval)
    if not same or (len(lost), len(gained)) != (1, 1):
        return None
    (old,), (new,) = lost, gained
    if days == 0:
        return Shift(new - old, old)
    alone = len(was.weekdays) == 1
    return Shift(days, old) if days == new - old or (alone and (days - new + old) % _WEEK == 0) else None


def renamed(dates: Iterable[Dated], edit: Edit, at: date, shift: Shift) -> Names:
    """Return the names of a reservation's dates when those from `at` on, and what is meant, are moved.

    Raises ShiftMeetsItself when one would get the name of a date that is to come or has begun and stays.
    """
    every = list(dates)
    meant = {each.id for each in in_scope(every, edit) if each.is_open and not each.is_exception}
    names = {each.id: shift.of(each.on) if each.on >= at or each.id in meant else each.on for each in every}
    holders: dict[date, Dated] = {}
    lost = set()
    for each in sorted((each for each in every if not each.is_dropped), key=_weight):
        other = holders.setdefault(names[each.id], each)
        if other is not each:
            if each.is_open or each.begun:
                raise ShiftMeetsItself(each.on)
            lost.add(each.id)
    return Names(names, frozenset(lost))


def shifted(segment: Segment, shift: Shift, calendar: Calendar) -> Segment:
    """Return the stretch so much later, its dates just those that it had; as a list where no rule gives them.

    So a week that was left out for a holiday stays left out, and a date that goes to a holiday is a date.
    """
    counted = [shift.of(on) for on in rule_dates(segment, calendar)]
    wanted = {shift.of(slot.date) for slot in slots_in([segment], calendar)}
    skip = frozenset(map(shift.of, segment.pattern.skip))
    last = by_last_date(segment, calendar)
    for each in (segment, last, replace(last, pattern=_without_breaks(last.pattern))):
        moved = _ruled(each, shift, counted, skip)
        given = _given(moved, calendar) if moved else frozenset()
        if moved and wanted <= given and (each.pattern.count is None or wanted == given):
            extra = frozenset(given - wanted)
            return replace(moved, pattern=replace(moved.pattern, skip=skip | extra)) if extra else moved
    dates = Pattern("dates", dates=tuple(sorted(counted)), skip=skip)
    return replace(segment, first=min(counted), pattern=dates)


def _weight(each: Dated) -> int:
    """Order dates by their right to a name: what is to come, what has begun, what has ended."""
    return 0 if each.is_open or each.begun else 1


def _same_rule(one: Pattern, other: Pattern) -> bool:
    def rule(each: Pattern) -> tuple[object, ...]:
        return (each.frequency, each.interval, each.weekdays, each.monthly_by, frozenset(each.dates))

    return rule(one) == rule(other)


def _ruled(segment: Segment, shift: Shift, counted: list[date], skip: frozenset[date]) -> Segment | None:
    """Return the stretch by the same kind of rule; it may give dates more or less. None: there is no such."""
    pattern, first = segment.pattern, min(counted)
    if pattern.frequency == "dates" or (shift.weekday is not None and pattern.frequency != "weekly"):
        return None
    weekdays = pattern.weekdays
    if shift.weekday is None or shift.weekday in weekdays:
        weekdays = frozenset(
            (each + shift.days) % _WEEK if shift.weekday in (None, each) else each for each in weekdays
        )
    until = pattern.until
    if until is not None:
        until = max(until + shift.days * _DAY if shift.weekday is None else until, max(counted))
    return replace(segment, first=first, pattern=replace(pattern, until=until, weekdays=weekdays, skip=skip))


def _without_breaks(pattern: Pattern) -> Pattern:
    return replace(pattern, skip_holidays=False, skip_school_breaks=False)


def _given(segment: Segment, calendar: Calendar) -> frozenset[date]:
    try:
        return frozenset(slot.date for slot in slots_in([segment], calendar))
    except PatternError:  # a rule that gives such dates cannot be
        return frozenset()
