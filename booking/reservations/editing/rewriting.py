"""PURE: the segments of a series after an edit. What was left as it was stays as each stretch has it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from booking.reservations.editing.edit import Edit, Scope, Times
from booking.reservations.editing.shifts import Shift, shift_of, shifted
from booking.reservations.editing.stretches import (
    Calendar,
    by_end,
    by_last_date,
    cut,
    in_full,
    pattern_at,
    rule_dates,
    without,
)
from booking.reservations.segments import Segment
from booking.timetable.pattern import Pattern

_DAY = timedelta(days=1)


def edited(
    segments: Sequence[Segment], at: date, edit: Edit, calendar: Calendar
) -> tuple[list[Segment], list[Segment]]:
    """Return what stays of a series' segments before a date, and what it becomes from there on.

    Raises a PatternError for a pattern that cannot be.
    """
    before, after = cut(segments, at, calendar)
    after = by_end(after, calendar)
    was, edit = compared(segments, at, edit, calendar)
    shift = shift_of(edit, was)
    if shift is not None:
        after = [shifted(each, shift, calendar) for each in after]
    elif edit.pattern is None and edit.days:
        after = [_later(each, edit.days) for each in after]
    if edit.pattern is not None and was is not None:
        after = _repeating(after or [replace(segments[-1], first=at)], edit, was, shift, calendar)
    return before, [_at_times(each, edit.times) for each in after]


def segments_after(
    segments: Sequence[Segment], at: date, edit: Edit, left_out: frozenset[date], calendar: Calendar
) -> list[Segment]:
    """Return the segments of a series after an edit that begins `at` a date and leaves out these dates."""
    before, after = edited(segments, at, edit, calendar) if segments and not _same(edit) else ([], segments)
    return [*before, *without(after, left_out, calendar)]


def compared(
    segments: Sequence[Segment], at: date, edit: Edit, calendar: Calendar
) -> tuple[Pattern | None, Edit]:
    """Return how the series goes on before the edit, and the edit with its pattern in full as that is."""
    if not segments:
        return None, edit
    was = edit.was or pattern_at(segments, at, calendar)
    if edit.pattern is None:
        return was, edit
    later = sorted(cut(segments, at, calendar)[1], key=lambda each: each.first)
    first = later[0].first if later else at
    return was, replace(edit, pattern=in_full(edit.pattern, first + edit.days * _DAY))


def _repeating(
    after: Sequence[Segment], edit: Edit, was: Pattern, shift: Shift | None, calendar: Calendar
) -> list[Segment]:
    """Return the stretches with what differs between the edit's pattern and `was`; an end is the last's."""
    wish = edit.pattern or was
    changes_rule = shift is None and _rule(wish) != _rule(was)
    kinds = {each.pattern.frequency for each in after} | {wish.frequency}
    if shift is None and (changes_rule or edit.days) and ("dates" in kinds or len(after) == 1):
        base = after[0]
        return [replace(base, first=base.first + edit.days * _DAY, pattern=wish)]
    found = [*after[:-1], by_last_date(after[-1], calendar)]
    found = [_changed(each, wish, was, changes_rule=changes_rule) for each in found]
    if shift is None and edit.days:
        found = [replace(each, first=each.first + edit.days * _DAY) for each in found]
    if wish.count is not None or (wish.until is not None and wish.until != was.until):
        found = _ending(found, wish, calendar)
    return found


def _rule(pattern: Pattern) -> tuple[object, ...]:
    return (
        pattern.frequency,
        pattern.interval,
        pattern.weekdays,
        pattern.monthly_by,
        frozenset(pattern.dates),
    )


def _changed(segment: Segment, wish: Pattern, was: Pattern, *, changes_rule: bool) -> Segment:
    """Return a stretch with the rule, the left out dates and the breaks that were changed; its end stays."""
    old = segment.pattern
    new = replace(old, skip=(old.skip - (was.skip - wish.skip)) | (wish.skip - was.skip))
    if wish.skip_holidays != was.skip_holidays:
        new = replace(new, skip_holidays=wish.skip_holidays)
    if wish.skip_school_breaks != was.skip_school_breaks:
        new = replace(new, skip_school_breaks=wish.skip_school_breaks)
    if changes_rule:
        new = replace(
            new,
            frequency=wish.frequency,
            interval=wish.interval,
            weekdays=wish.weekdays,
            monthly_by=wish.monthly_by,
        )
    return replace(segment, pattern=new)


def _ending(segments: Sequence[Segment], wish: Pattern, calendar: Calendar) -> list[Segment]:
    """Return the stretches with another end: the last made longer or shorter, what is beyond left off."""
    until = wish.until
    if wish.count is not None:
        counted = sorted({on for each in segments for on in rule_dates(each, calendar)})
        if wish.count > len(counted):
            *others, last = segments
            theirs = len(rule_dates(last, calendar)) + wish.count - len(counted)
            if last.pattern.frequency == "dates":
                return [*others, last]
            return [*others, replace(last, pattern=replace(last.pattern, until=None, count=theirs))]
        until = counted[wish.count - 1]
    if until is None:
        return list(segments)
    *others, last = cut(segments, until + _DAY, calendar)[0] or [segments[0]]
    if last.pattern.frequency == "dates":
        return [*others, last]
    return [*others, replace(last, pattern=replace(last.pattern, until=until, count=None))]


def _later(segment: Segment, days: int) -> Segment:
    """Return the same series so many days later, by its rule."""
    pattern, by = segment.pattern, days * _DAY
    moved = replace(
        pattern,
        until=pattern.until + by if pattern.until else None,
        weekdays=frozenset((each + days) % 7 for each in pattern.weekdays),
        dates=tuple(on + by for on in pattern.dates),
        skip=frozenset(on + by for on in pattern.skip),
    )
    return replace(segment, first=segment.first + by, pattern=moved)


def _same(edit: Edit) -> bool:
    """Say whether the series goes on as it did, apart from single dates or its room."""
    return edit.scope is Scope.ONE or (edit.times is None and edit.pattern is None and edit.days == 0)


def _at_times(segment: Segment, times: Times | None) -> Segment:
    if times is None:
        return segment
    return replace(segment, start=times.start, end=times.end, days=times.days)
