"""What a calendar has to hear of a reservation's dates, after what it has heard. Knows no database.

Sources: RFC 5546 (2.1.4, SEQUENCE; 2.1.5, which of two messages is the newer one).
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import NamedTuple

from booking.ical.event import CalendarEvent, event_bytes
from booking.ical.invitation import Method

_NO_VERSION = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Date:
    """A date as it stands. `event` is CONFIRMED while it holds, else CANCELLED.

    `changed_now`: by the very step that the mail tells of.
    """

    event: CalendarEvent
    changed_now: bool

    @property
    def cancelled(self) -> bool:
        """Whether the date does not take place."""
        return self.event.status == "CANCELLED"

    @property
    def content(self) -> str:
        """A digest of what the event says, whatever its version."""
        bare = replace(
            self.event, sequence=0, stamp=_NO_VERSION, last_modified=_NO_VERSION, created=_NO_VERSION
        )
        return hashlib.sha256(event_bytes(bare)).hexdigest()


class Heard(NamedTuple):
    """What a calendar has heard last of a date."""

    sequence: int
    cancelled: bool
    content: str


def to_tell(dates: Sequence[Date], heard: Mapping[str, Heard]) -> list[Date]:
    """Return the dates that the calendar must hear of now; `heard` is by UID.

    One it has never heard of is told once it is confirmed, by the mail of that step: what was confirmed
    before the reader chose invitations is not caught up on, and nothing is cancelled that was never invited
    to. One it has heard of is told when something is otherwise, and always under a higher SEQUENCE.
    """
    return [each for each in dates if _is_news(each, heard.get(each.event.uid))]


def _is_news(date: Date, heard: Heard | None) -> bool:
    if heard is None:
        return date.changed_now and not date.cancelled
    if date.event.sequence <= heard.sequence or (date.cancelled and heard.cancelled):
        return False
    return date.cancelled != heard.cancelled or date.content != heard.content


def method_of(told: Sequence[Date], *, is_single: bool) -> Method:
    """Return how it is told: a single date is invited to or cancelled, dates of a series are published."""
    if not is_single:
        return "PUBLISH"
    return "CANCEL" if told[0].cancelled else "REQUEST"
