"""PURE: what is read of a calendar from outside, and what was wrong with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

AllDay = Literal["block", "skip"]
Transparent = Literal["skip", "block"]


@dataclass(frozen=True, slots=True)
class Rules:
    """What of a calendar blocks a room, by the owner's choice. What is cancelled never does.

    `all_day`: whether events of whole days block, from midnight to midnight of the town's clock.
    `transparent`: whether events marked as free (TRANSP:TRANSPARENT) block.
    """

    all_day: AllDay = "block"
    transparent: Transparent = "skip"


@dataclass(frozen=True, slots=True)
class OutsideEvent:
    """One busy stretch. `recurrence` is "" or, of a recurring event, the UTC start that names the date.

    `uid` and `recurrence` name it for ever, whatever its time becomes. Moments are aware UTC. `title` is as
    written there, at most 120 characters, "" for an event marked private.
    """

    uid: str
    recurrence: str
    start: datetime
    end: datetime
    title: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that was left out, or why nothing could be read. `line`: of the file, from 1; 0 is unknown.

    `code` has a sentence (`register_sentences`), which may use `params`.
    """

    line: int
    code: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reading:
    """A calendar that could be read. `events` are sorted by start; `problems` tell of events left out."""

    name: str
    events: Sequence[OutsideEvent]
    problems: Sequence[Problem]


class Unreadable(Exception):
    """The whole calendar is refused and nothing may change: `problems` say why, with line numbers."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(problems)
        self.problems = problems
