"""PURE: what a booker chooses for one date of a series, mostly for one that does not work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum


class FixKind(StrEnum):
    """What is chosen for a date."""

    SKIP = "skip"
    """Not on this date."""
    WAIT = "wait"
    """Not booked: the date is waited for."""
    TIME = "time"
    """Another time of the same day in the same room."""
    ROOM = "room"
    """Another room, at the same time or another."""
    KEEP = "keep"
    """When a series is edited: this date stays as it was."""


@dataclass(frozen=True, slots=True)
class Fix:
    """The choice for the date that the pattern gives. `start` and `end` are times of the wall clock.

    An end at or before its start is on the next day.
    """

    on: date
    kind: FixKind
    room: str = ""
    start: time | None = None
    end: time | None = None


def write_fix(fix: Fix) -> str:
    """Return the choice as one line of text: "2027-02-09 room karelia-sali 17:30 19:30"."""
    parts = [fix.on.isoformat(), fix.kind.value, fix.room]
    if fix.start is not None and fix.end is not None:
        parts += [f"{fix.start:%H:%M}", f"{fix.end:%H:%M}"]
    return " ".join(part for part in parts if part)


def read_fix(text: str) -> Fix:
    """Return the choice that `write_fix` wrote. Raises ValueError for anything else."""
    match text.split():
        case [on, ("skip" | "wait" | "keep") as kind]:
            return Fix(date.fromisoformat(on), FixKind(kind))
        case [on, "time", start, end]:
            return Fix(date.fromisoformat(on), FixKind.TIME, "", _time(start), _time(end))
        case [on, "room", room]:
            return Fix(date.fromisoformat(on), FixKind.ROOM, room)
        case [on, "room", room, start, end]:
            return Fix(date.fromisoformat(on), FixKind.ROOM, room, _time(start), _time(end))
    raise ValueError(f"not a choice for a date: {text!r}")


def _time(text: str) -> time:
    found = time.fromisoformat(text)
    if len(text) != 5 or found.tzinfo is not None:
        raise ValueError(f"not a time of day: {text!r}")
    return found
