"""What features above enclose in the mail about a reservation: the reader's calendar.

Reservations know no calendars (the arrows point downwards), so those register here what makes an enclosure,
when they are imported.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from booking.accounts.models import User
from booking.outbox.message import CalendarPart
from booking.outbox.models import OutboxMessage
from booking.reservations.models import Reservation

TELLING = frozenset({"confirmed", "move_confirmed", "edited", "cancelled"})
"""The mails that tell the booker's side how dates stand from now on. No other carries an enclosure: what an
owner's decision drops and its undo writes again (`undoing.keeping`) is words alone."""


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A calendar that joins a mail.

    `words` say what it is, in the reader's language; where they hold `outbox.filling.MARK`, `filling` names
    what takes its place. The mail waits at least `wait_seconds`, so that it does not overtake an earlier one.
    `keep` writes down that the mail brings it.
    """

    calendar: CalendarPart
    words: str
    filling: str | None
    wait_seconds: int
    keep: Callable[[OutboxMessage], None]


Encloser = Callable[[Reservation, User, datetime], Enclosure | None]
"""(reservation, who reads, now) -> what their calendar has to hear; called in the reader's language."""

_ENCLOSERS: list[Encloser] = []


def register_encloser(encloser: Encloser) -> Encloser:
    """Say what makes the enclosures. May be used as a decorator."""
    _ENCLOSERS[:] = [encloser]
    return encloser


def enclosed(kind: str, reservation: Reservation, reader: User, now: datetime) -> Enclosure | None:
    """Return what a mail of this kind encloses for a reader, None for who has not chosen so."""
    if kind not in TELLING or not reader.wants_invitations:
        return None
    for encloser in _ENCLOSERS:
        return encloser(reservation, reader, now)
    return None
