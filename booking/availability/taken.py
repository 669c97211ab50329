"""PURE: what is taken of some spaces, sorted, so that one look tells whether an interval is free."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping
from operator import attrgetter

from booking.timetable.interval import Interval

_BY_START = attrgetter("start")


class Taken:
    """Taken time by space. What is taken of one space never overlaps."""

    def __init__(self, by_space: Mapping[int, Iterable[Interval]], window: Interval | None = None) -> None:
        self._by_space = {space_id: sorted(intervals) for space_id, intervals in by_space.items()}
        self._window = window

    def meets(self, space_ids: Iterable[int], claimed: Interval) -> bool:
        """Whether any of the spaces is taken at some moment of the interval."""
        for space_id in space_ids:
            taken = self._by_space.get(space_id)
            if taken:
                before = bisect_left(taken, claimed.end, key=_BY_START)
                if before and taken[before - 1].end > claimed.start:
                    return True
        return False

    def knows(self, space_ids: Iterable[int], claimed: Interval) -> bool:
        """Whether it is known what is taken of all these spaces at that time."""
        known = self._window is not None and self._window.contains(claimed)
        return known and all(space_id in self._by_space for space_id in space_ids)

    def within(self, space_ids: Iterable[int], window: Interval) -> list[Interval]:
        """Return what is taken of these spaces inside the window, as it is: it may reach out."""
        found: list[Interval] = []
        for space_id in space_ids:
            taken = self._by_space.get(space_id, ())
            first = max(0, bisect_left(taken, window.start, key=_BY_START) - 1)
            last = bisect_left(taken, window.end, key=_BY_START)
            found += [each for each in taken[first:last] if each.end > window.start]
        return found

    def add(self, space_ids: Iterable[int], claimed: Interval) -> None:
        """Have the spaces taken for this interval too. It must be free."""
        for space_id in space_ids:
            insort(self._by_space.setdefault(space_id, []), claimed)
