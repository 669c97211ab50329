"""PURE: the segments of a series, cut where an edit begins.

Cutting changes no date: what both parts give together is what the whole gave.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

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
    last = rule_dates(segment, calendar)[-1]
    return replace(segment, pattern=replace(segment.pattern, count=None, until=last))


def pattern_at(segments: Sequence[Segment], at: date, calendar: Calendar) -> Pattern:
    """Return how a series goes on from a date, in full: its weekdays or dates, and the last date of it all.

    Its rule is that of the stretch in force there, its end that of the last stretch. Raises a PatternError.
    """
    later = by_end(cut(segments, at, calendar)[1] or [segments[-1]], calendar)
    found = by_last_date(min(later, key=lambda each: each.first), calendar)
    last = by_last_date(later[-1], calendar)
    skip = frozenset().union(*(each.pattern.skip for each in segments))
    pattern = replace(in_full(found.pattern, found.first), skip=skip)
    if pattern.frequency == "dates":
        return replace(pattern, dates=tuple(sorted({found.first, *pattern.dates})))
    return replace(pattern, until=last.pattern.until or max(last.pattern.dates))


def by_end(segments: Iterable[Segment], calendar: Calendar) -> list[Segment]:
    """Return segments in the order in which they end."""
    return sorted(segments, key=lambda each: (rule_dates(each, calendar)[-1:], each.first))


def in_full(pattern: Pattern, first: date) -> Pattern:
    """Return a pattern with its weekday said, which else is that of its first date."""
    if pattern.frequency != "weekly" or pattern.weekdays:
        return pattern
    return replace(pattern, weekdays=frozenset({first.weekday()}))


def without(segments: Iterable[Segment], dates: frozenset[date], calendar: Calendar) -> list[Segment]:
    """Return the segments with these dates of theirs left out."""
    return [
        replace(each, pattern=replace(each.pattern, skip=each.pattern.skip | theirs))
        if (theirs := dates & {slot.date for slot in slots_in([each], calendar)})
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


def rule_dates(segment: Segment, calendar: Calendar) -> list[date]:
    """Return every date that counts, also those left out."""
    whole = replace(segment.pattern, skip=frozenset())
    return [slot.date for slot in _slots(segment, whole, calendar)]


def _cut(segment: Segment, at: date, calendar: Calendar) -> tuple[Segment | None, Segment | None]:
    pattern = segment.pattern
    dates = rule_dates(segment, calendar)
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
