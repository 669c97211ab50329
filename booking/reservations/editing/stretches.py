"""PURE: the segments of a series, cut where an edit begins.

Cutting changes no date: what both parts give together is what the whole gave.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from booking.reservations.editing.edit import Edit, Scope, Times
from booking.reservations.segments import Segment
from booking.timetable.pattern import Break, Pattern
from booking.timetable.recurrence import DEFAULT_LIMIT, Slot, expand

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """What the dates of a series are read by: the zone's clocks and the venue's school breaks."""

    zone: ZoneInfo
    breaks: Sequence[Break] = ()


def slots_in(segments: Iterable[Segment], calendar: Calendar) -> list[Slot]:
    """Return the dates of these segments, by date; where two give the same date, the earlier segment's.

    Raises a PatternError for a pattern that cannot be.
    """
    found: dict[date, Slot] = {}
    for each in segments:
        for slot in _slots(each, each.pattern, calendar):
            found.setdefault(slot.date, slot)
    return [found[on] for on in sorted(found)]


def cut(segments: Sequence[Segment], at: date, calendar: Calendar) -> tuple[list[Segment], list[Segment]]:
    """Return what these segments are before a date, and from it on."""
    before, after = [], []
    for each in segments:
        earlier, later = _cut(each, at, calendar)
        before += [earlier] if earlier else []
        after += [later] if later else []
    return before, after


def in_force(segments: Sequence[Segment], at: date, calendar: Calendar) -> Segment | None:
    """Return the segment that goes on from a date, begun there, or None when nothing comes any more."""
    later = cut(segments, at, calendar)[1]
    return min(later, key=lambda each: each.first, default=None)


def by_last_date(segment: Segment, calendar: Calendar) -> Segment:
    """Return the segment with its last date instead of the number of times."""
    if segment.pattern.count is None:
        return segment
    last = _rule_dates(segment, calendar)[-1]
    return replace(segment, pattern=replace(segment.pattern, count=None, until=last))


def edited(
    segments: Sequence[Segment], at: date, edit: Edit, calendar: Calendar
) -> tuple[list[Segment], list[Segment]]:
    """Return what stays of a series' segments before a date, and what it becomes from there on."""
    before, after = cut(segments, at, calendar)
    if edit.pattern is not None:
        base = min(after, key=lambda each: each.first, default=replace(segments[-1], first=at))
        after = [replace(base, first=base.first + edit.days * _DAY, pattern=edit.pattern)]
    elif edit.days:
        after = [_later(each, edit.days) for each in after]
    return before, [_at_times(each, edit.times) for each in after]


def segments_after(
    segments: Sequence[Segment], at: date, edit: Edit, left_out: frozenset[date], calendar: Calendar
) -> list[Segment]:
    """Return the segments of a series after an edit that begins `at` a date and leaves out these dates."""
    before, after = edited(segments, at, edit, calendar) if segments and not _same(edit) else ([], segments)
    return [*before, *without(after, left_out, calendar)]


def without(segments: Iterable[Segment], dates: frozenset[date], calendar: Calendar) -> list[Segment]:
    """Return the segments with these dates of theirs left out."""
    return [
        replace(each, pattern=replace(each.pattern, skip=each.pattern.skip | theirs))
        if (theirs := dates & {slot.date for slot in _slots(each, each.pattern, calendar)})
        else each
        for each in segments
    ]


def _slots(segment: Segment, pattern: Pattern, calendar: Calendar) -> Sequence[Slot]:
    return expand(
        pattern,
        segment.first_start,
        segment.first_end,
        calendar.zone,
        breaks=calendar.breaks,
        limit=DEFAULT_LIMIT + len(segment.pattern.skip),
    )


def _rule_dates(segment: Segment, calendar: Calendar) -> list[date]:
    """Return every date that counts, also those left out."""
    whole = replace(segment.pattern, skip=frozenset())
    return [slot.date for slot in _slots(segment, whole, calendar)]


def _cut(segment: Segment, at: date, calendar: Calendar) -> tuple[Segment | None, Segment | None]:
    pattern = segment.pattern
    dates = _rule_dates(segment, calendar)
    before, after = [on for on in dates if on < at], [on for on in dates if on >= at]
    if not after:
        return segment, None
    later = replace(segment, first=after[0], pattern=_rest(pattern, after, len(before)))
    if not before:
        return None, later
    if pattern.frequency == "dates":
        earlier = replace(pattern, dates=tuple(before))
    else:
        earlier = replace(pattern, until=at - _DAY, count=None)
    return replace(segment, first=before[0], pattern=earlier), later


def _rest(pattern: Pattern, after: Sequence[date], counted: int) -> Pattern:
    if pattern.frequency == "dates":
        return replace(pattern, dates=tuple(after))
    return replace(pattern, count=pattern.count - counted) if pattern.count else pattern


def _later(segment: Segment, days: int) -> Segment:
    """Return the same series so many days later."""
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
    return edit.scope is Scope.ONE or (edit.times is None and not edit.expands)


def _at_times(segment: Segment, times: Times | None) -> Segment:
    if times is None:
        return segment
    return replace(segment, start=times.start, end=times.end, days=times.days)
