"""PURE: one date of a reservation as one reader may see it."""

from dataclasses import dataclass
from datetime import datetime

from booking.reservations.lifecycle import State
from booking.timetable.interval import Interval


@dataclass(frozen=True, slots=True)
class Seen:
    """One date as one reader may see it. `title` is empty where only "taken" may be seen.

    `use` is without the turnaround, `claimed` with it. `mine`: the reader belongs to who booked it.
    """

    occurrence_id: int
    room_id: int
    use: Interval
    claimed: Interval
    state: State
    holds: bool
    mine: bool
    title: str = ""
    organisation: str = ""
    reference: str | None = None

    @property
    def look(self) -> str:
        """How it looks to its reader: pending, mine or taken."""
        if self.state is State.PENDING:
            return "pending"
        return "mine" if self.mine else "taken"

    @property
    def label(self) -> str:
        """Who and what, as far as the reader may know."""
        return ", ".join(part for part in (self.organisation, self.title) if part)


@dataclass(frozen=True, slots=True)
class Listed:
    """One date in a list of reservations."""

    reference: str
    title: str
    room_id: int
    start: datetime
    end: datetime
    state: str
    organisation: str | None
