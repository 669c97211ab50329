"""Half-open stretches of time between two aware UTC moments, and their algebra.

An interval holds its start and not its end: a use that ends at 18:00 does not meet one that begins at 18:00.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from operator import attrgetter

_BY_START = attrgetter("start")
_NONE = timedelta(0)


@dataclass(frozen=True, order=True, slots=True)
class Interval:
    """The moments from `start` (held) to `end` (not held), both aware UTC; sorted by start, then end.

    Raises ValueError for a naive moment, for another zone than UTC, and for an end at or before its start.
    """

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is not UTC:
            _require_utc(self.start)
        if self.end.tzinfo is not UTC:
            _require_utc(self.end)
        if self.end <= self.start:
            raise ValueError(f"an interval must end after it starts: {self.start} – {self.end}")

    @property
    def duration(self) -> timedelta:
        """The time that really passes, so a night of a clock change is an hour shorter or longer."""
        return self.end - self.start

    def overlaps(self, other: Interval) -> bool:
        """Whether some moment is in both; intervals that only touch do not overlap."""
        return self.start < other.end and other.start < self.end

    def contains(self, other: Interval) -> bool:
        """Whether every moment of `other` is in this one; an interval contains itself."""
        return self.start <= other.start and other.end <= self.end

    def holds(self, moment: datetime) -> bool:
        """Whether the moment is in the interval: its start is, its end is not."""
        return self.start <= moment < self.end

    def intersection(self, other: Interval) -> Interval | None:
        """What both have in common, or None when they do not overlap."""
        start = max(self.start, other.start)
        end = min(self.end, other.end)
        return Interval(start, end) if start < end else None

    def shift(self, by: timedelta) -> Interval:
        """The same length of time, `by` later (earlier when negative)."""
        return Interval(self.start + by, self.end + by)

    def extend_end(self, by: timedelta) -> Interval:
        """The same start with the end `by` later. A negative `by` may not reach the start (ValueError)."""
        return Interval(self.start, self.end + by)


def merge(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """The same moments as sorted intervals that neither overlap nor touch."""
    ordered = sorted(intervals, key=_BY_START)
    if len(ordered) < 2:
        return tuple(ordered)
    merged: list[Interval] = []
    current = ordered[0]
    for following in ordered[1:]:
        if following.start > current.end:
            merged.append(current)
            current = following
        elif following.end > current.end:
            current = Interval(current.start, following.end)
    merged.append(current)
    return tuple(merged)


def subtract(wholes: Iterable[Interval], holes: Iterable[Interval]) -> tuple[Interval, ...]:
    """The moments in some whole and in no hole, merged. Either side may be unsorted and overlapping."""
    cuts = merge(holes)
    left: list[Interval] = []
    first = 0
    for whole in merge(wholes):
        # Wholes come in order, so a hole that ended before this one can touch no later one either.
        while first < len(cuts) and cuts[first].end <= whole.start:
            first += 1
        start = whole.start
        for cut in cuts[first:]:
            if cut.start >= whole.end:
                break
            if cut.start > start:
                left.append(Interval(start, cut.start))
            start = cut.end
        if start < whole.end:
            left.append(whole if start == whole.start else Interval(start, whole.end))
    return tuple(left)


def clip(intervals: Iterable[Interval], window: Interval) -> tuple[Interval, ...]:
    """Each interval cut to the window, in the given order; those outside the window are left out."""
    start, end = window.start, window.end
    return tuple(
        each
        if start <= each.start and each.end <= end
        else Interval(max(each.start, start), min(each.end, end))
        for each in intervals
        if each.start < end and start < each.end
    )


def _require_utc(moment: datetime) -> None:
    # Drivers and pickles may hand over another object for UTC; London in winter is not UTC all the same.
    if moment.tzinfo is None or str(moment.tzinfo) != "UTC" or moment.utcoffset() != _NONE:
        raise ValueError(f"not an aware UTC moment: {moment!r}")
