"""PURE: what has to change here for a calendar from outside to be followed, and when it had better not be.

An event is known by its UID and its RECURRENCE-ID, whatever its time becomes. Some programs give new UIDs to
everything they write: what comes under a new name at just the time of one that is gone is that one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final, NamedTuple

from booking.calendars.outside.readings import OutsideEvent
from booking.timetable.interval import Interval

AHEAD: Final = timedelta(days=400)
MANY: Final = 10  # events that do not vanish all at once without being asked about
_SHARE: Final = 10  # of that many one must be left


class Known(NamedTuple):
    """An event that is here already: its row, its block, when and under what words."""

    event_id: int
    block_id: int
    interval: Interval
    title: str


class Told(NamedTuple):
    """An event as the calendar tells it now."""

    interval: Interval
    title: str


@dataclass(frozen=True, slots=True)
class Following:
    """What is to be done, by keys for what is new and by blocks for what is here.

    `renamed`: the event's row under its new key. What is in none of these stays untouched.
    """

    added: Mapping[str, Told]
    moved: Mapping[int, Interval]
    retitled: Mapping[int, str]
    renamed: Mapping[int, str]
    removed: Sequence[Known]

    @property
    def is_nothing(self) -> bool:
        """Whether all is as it was."""
        return not (self.added or self.moved or self.retitled or self.renamed or self.removed)


def window_of(now: datetime) -> Interval:
    """Return the time in which a calendar is followed: from now to 400 days ahead, in whole seconds."""
    start = now.replace(microsecond=0)
    return Interval(start, start + AHEAD)


def key_of(event: OutsideEvent) -> str:
    """Return the name by which an event is known: bounded, and it tells nothing of what is written there."""
    return sha256(f"{event.uid}\n{event.recurrence}".encode("utf-8", "surrogatepass")).hexdigest()


def told_by(events: Sequence[OutsideEvent], window: Interval) -> dict[str, Told]:
    """Return the events that reach into the window by their keys; of two of one name the first."""
    found: dict[str, Told] = {}
    for each in events:
        start, end = each.start.replace(microsecond=0), each.end.replace(microsecond=0)
        if start < end and end > window.start and start < window.end:
            found.setdefault(key_of(each), Told(Interval(start, end), each.title))
    return found


def follow(known: Mapping[str, Known], told: Mapping[str, Told]) -> Following:
    """Return what is to be done so that what is known becomes what is told."""
    fresh = {key: each for key, each in told.items() if key not in known}
    gone = {key: each for key, each in known.items() if key not in told}
    pairs = {key: known[key] for key in told if key in known}
    at_its_time: dict[Interval, list[str]] = {}
    for key in sorted(gone, reverse=True):
        at_its_time.setdefault(gone[key].interval, []).append(key)
    renamed: dict[int, str] = {}
    for key, each in list(fresh.items()):
        if same := at_its_time.get(each.interval):
            pairs[key] = gone.pop(same.pop())
            renamed[pairs[key].event_id] = key
            del fresh[key]
    return Following(
        added=fresh,
        moved={
            each.block_id: told[key].interval
            for key, each in pairs.items()
            if each.interval != told[key].interval
        },
        retitled={
            each.block_id: told[key].title for key, each in pairs.items() if each.title != told[key].title
        },
        renamed=renamed,
        removed=sorted(gone.values(), key=lambda each: each.event_id),
    )


def is_emptied(known: int, told: int) -> bool:
    """Say whether a calendar of many events suddenly has (almost) none: rather a fault than the truth."""
    return known >= MANY and told * _SHARE < known
