"""Which dates a form is about: single ones, those from one on, or all that are open to the step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from werkzeug.datastructures import MultiDict

from booking.access.actor import Actor
from booking.errors import NotFound, RuleViolation, Violation
from booking.reservations import policy
from booking.reservations.dates import DateDetail, dates_of
from booking.reservations.forms import occurrence_ids
from booking.reservations.models import Reservation
from booking.reservations.queries import find

Open = Literal["can_withdraw", "can_cancel"]
_REQUIRED: Final[dict[Open, Callable[[Reservation, Actor], None]]] = {
    "can_withdraw": policy.require_booker,
    "can_cancel": policy.require_either,
}


@dataclass(frozen=True, slots=True)
class WhichDates:
    """What was pressed and chosen. `kind` is "all", "since" (with the first date's id) or "chosen"."""

    kind: str
    since: int | None
    chosen: tuple[int, ...]

    @classmethod
    def read(cls, form: MultiDict[str, str]) -> WhichDates:
        """Return what a form says; whatever it does not say is about the chosen dates."""
        since = occurrence_ids(form.getlist("since"))
        return cls(
            kind=form.get("which", "chosen"),
            since=since[0] if since else None,
            chosen=tuple(occurrence_ids(form.getlist("occurrences")) or ()),
        )

    def ids(self, reference: str, may: Open, actor: Actor, now: datetime) -> list[int]:
        """Return the ids of the dates that are meant; of "all" and "since" those open to this person.

        Raises NotFound, Forbidden, and RuleViolation when no date is meant.
        """
        reservation, seen = find(reference, actor)
        _REQUIRED[may](reservation, actor)
        found = list(self.chosen)
        if self.kind != "chosen":
            every = dates_of(reservation, seen, actor, now, {}).every
            if self.kind == "since" and self.since is None:
                raise RuleViolation([Violation("no_first_date_chosen", "occurrences")])
            start = self._start(every) if self.kind == "since" else None
            found = [
                each.id for each in every if getattr(each, may) and (start is None or each.start >= start)
            ]
        if not found:
            raise RuleViolation([Violation("no_dates_chosen", "occurrences")])
        return found

    def _start(self, every: Sequence[DateDetail]) -> datetime:
        for each in every:
            if each.id == self.since:
                return each.start
        raise NotFound("unknown_occurrence")
