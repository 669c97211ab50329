"""PURE: from the bytes of somebody else's calendar to the stretches of time that are busy.

A file whose frame is broken, or that would be too much, is refused as a whole (Unreadable). An event that
cannot be understood is left out and told of, with its line. No Flask, no database: it runs in a process of
its own, see `reading_apart`.
"""

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from zoneinfo import ZoneInfo

from booking.calendars.outside.ics.events import Clocks, VEvent, name_of, read_event
from booking.calendars.outside.ics.frame import Component, calendars, refused
from booking.calendars.outside.ics.lines import plain_text
from booking.calendars.outside.ics.moments import Bad, wall_of
from booking.calendars.outside.ics.series import MOST_DATES, Stretch, newest, stretches
from booking.calendars.outside.ics.zones import Zones
from booking.calendars.outside.readings import OutsideEvent, Problem, Reading, Rules, Unreadable
from booking.timetable.interval import Interval

MOST_PROBLEMS = 100
MOST_SECONDS = 3.0
"""Of this thread's computing, for all events' dates together. A busy house's year takes a tenth of it."""


def read(data: bytes, *, zone: ZoneInfo, window: Interval, rules: Rules) -> Reading:
    """Return what is busy within the window, by UTC, and what was left out. Raises Unreadable.

    `zone` is the town's: floating times and whole days are by its clock. Events are whole, not cut to the
    window, so that they stay the same while it moves on.
    """
    reader = _Reader(zone, window, rules)
    found = calendars(data)
    for calendar in found:
        if calendar.value("CALSCALE") not in ("", "GREGORIAN"):
            raise refused(calendar.line, "calendar_not_gregorian")
        reader.take(calendar)
    return reader.reading(_name(found))


class _Reader:
    """What has been read so far."""

    def __init__(self, zone: ZoneInfo, window: Interval, rules: Rules) -> None:
        self.zone, self.window, self.rules = zone, window, rules
        self.events: dict[str, list[VEvent]] = defaultdict(list)
        self.problems: list[Problem] = []
        self.seen = self.left_out = 0

    def take(self, calendar: Component) -> None:
        """Take the events of one VCALENDAR."""
        clocks = self._clocks(calendar)
        cancelled = calendar.value("METHOD") == "CANCEL"
        for part in calendar.parts:
            if part.name != "VEVENT" or cancelled:
                continue
            self.seen += 1
            try:
                event = read_event(part, name_of(part), clocks)
            except Bad as bad:
                if part.value("STATUS") != "CANCELLED":
                    self._leave_out(bad, part.line)
            else:
                self.events[event.uid].append(event)

    def _clocks(self, calendar: Component) -> Clocks:
        around = wall_of(self.window.start, self.zone), wall_of(self.window.end, self.zone)
        zones = Zones((part for part in calendar.parts if part.name == "VTIMEZONE"), self.zone, around)
        written = calendar.first("X-WR-TIMEZONE")
        floating = None
        if written is not None:
            try:
                floating = zones.named(written.value, written.line)
            except Bad:
                floating = None  # a name for its people, such as "Imatran aika": the town's clock is as good
        return Clocks(zones.named, floating or self.zone, self.zone)

    def _leave_out(self, bad: Bad, line: int, events: int = 1) -> None:
        self.left_out += events
        self.problems.append(Problem(bad.line or line, bad.code, bad.params))

    def reading(self, name: str) -> Reading:
        """Return all of it, sorted. Raises Unreadable when nothing of it could be understood."""
        found: dict[tuple[str, str], OutsideEvent] = {}
        for stretch in self._stretches():
            event = self._busy(stretch)
            if event is None:
                continue
            # Hourly dates in an hour that the clocks skip fall onto the next ones: the longer of two counts.
            known = found.setdefault((event.uid, event.recurrence), event)
            if known.end < event.end:
                found[event.uid, event.recurrence] = event
        self.problems.sort(key=lambda problem: problem.line)
        if self.left_out and self.left_out == self.seen:
            raise Unreadable(_shortened(self.problems))
        events = sorted(
            found.values(), key=lambda event: (event.start, event.end, event.uid, event.recurrence)
        )
        return Reading(name, events, _shortened(self.problems))

    def _stretches(self) -> Iterator[Stretch]:
        began, number = time.thread_time(), 0
        for events in self.events.values():
            self._tell_of_doubles(events)
            try:
                for stretch in stretches(events, self.window):
                    number += 1
                    yield stretch
            except Bad as bad:
                self._leave_out(bad, events[0].line, len(events))
            if number > MOST_DATES:
                raise refused(events[0].line, "calendar_too_many_dates", most=MOST_DATES)
            if time.thread_time() - began > MOST_SECONDS:
                raise refused(events[0].line, "calendar_too_slow")

    def _tell_of_doubles(self, events: list[VEvent]) -> None:
        """Tell of events that have one UID and are not versions of one another: only the last can be kept."""
        if len(events) == 1:
            return
        kept = newest(events).get(None)
        for event in events:
            if event.recurrence is None and kept is not None and _is_another(event, kept):
                self.problems.append(Problem(event.line, "calendar_uid_twice"))

    def _busy(self, stretch: Stretch) -> OutsideEvent | None:
        """Return a date as it blocks a room, or None where it does not by the owner's choice."""
        event = stretch.event
        skipped = (
            event.cancelled
            or (event.free and self.rules.transparent == "skip")
            or (event.all_day and self.rules.all_day == "skip")
        )
        if skipped:
            return None
        if stretch.end <= stretch.start:
            self.problems.append(Problem(event.line, "calendar_no_length"))
            return None
        if stretch.end <= self.window.start:
            return None
        recurrence = f"{stretch.original:%Y%m%dT%H%M%SZ}" if stretch.original else ""
        return OutsideEvent(event.uid, recurrence, stretch.start, stretch.end, event.title)


def _is_another(event: VEvent, kept: VEvent) -> bool:
    """Whether an event is no older version of the one that is kept, but another written at the same time."""
    same_version = (event.sequence, event.stamp) == (kept.sequence, kept.stamp)
    return same_version and event.start != kept.start and not (event.cancelled or kept.cancelled)


def _name(found: Iterable[Component]) -> str:
    names = (each for part in found for name in ("X-WR-CALNAME", "NAME") if (each := part.first(name)))
    first = next(names, None)
    return plain_text(first.value, 120) if first else ""


def _shortened(problems: list[Problem]) -> list[Problem]:
    """Return the first problems, each once, and how many more there are."""
    once = list({(each.line, each.code): each for each in problems}.values())
    if len(once) <= MOST_PROBLEMS:
        return once
    more = Problem(0, "calendar_more_problems", {"number": len(once) - MOST_PROBLEMS})
    return [*once[:MOST_PROBLEMS], more]
