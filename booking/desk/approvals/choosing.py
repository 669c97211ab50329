"""Which dates of a request an approver's form is about: all, those that are free, marked ones, a range."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from werkzeug.datastructures import MultiDict

from booking.access.actor import Actor
from booking.errors import RuleViolation, Violation
from booking.reservations import policy
from booking.reservations.decisions import is_to_decide
from booking.reservations.forms import occurrence_ids
from booking.reservations.models import Occurrence
from booking.reservations.obstacles import in_the_way
from booking.reservations.queries import find


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen. `which`: "all", "free", "chosen", "range", or "" for those that came along, if any.

    `chosen`, `first` and `last` are dates' ids. `shown`: how many dates the page counted as all or as free.
    """

    which: str = ""
    chosen: tuple[int, ...] = ()
    first: int | None = None
    last: int | None = None
    shown: int = 0

    @classmethod
    def read(cls, form: MultiDict[str, str]) -> Choice:
        """Return what a form says; what is no number is left out.

        Marks, or a range, mean themselves while `which` is still what the form began with (`begun`).
        """

        def number(name: str) -> int | None:
            return next(iter(occurrence_ids(form.getlist(name)) or ()), None)

        which = form.get("which", "")
        chosen = tuple(occurrence_ids(form.getlist("occurrences")) or ())
        first, last = number("from_date"), number("to_date")
        marked, ranged = bool(chosen), first is not None or last is not None
        if which and which == form.get("begun") and marked != ranged:
            which = "chosen" if marked else "range"
        return cls(which, chosen, first, last, number(f"shown_{which}") or 0)

    def ids(self, reference: str, actor: Actor) -> list[int] | None:
        """Return the ids of the dates that are meant; None: all that are open.

        What was marked and not meant is refused, not guessed at. Raises NotFound, Forbidden, RuleViolation.
        """
        reservation, _seen = find(reference, actor)
        policy.require_decider(reservation, actor)
        if self.which == "":
            return list(self.chosen) or None
        self._refuse_contradiction()
        if self.which == "all":
            return None
        dates = [each for each in reservation.occurrences if is_to_decide(each)]
        found = self._found(dates)
        if not found:
            raise RuleViolation([Violation("no_dates_chosen", "occurrences")])
        return found

    def _found(self, dates: list[Occurrence]) -> list[int]:
        if self.which == "range":
            starts = {each.id: each.starts_at for each in dates}
            first, last = self._end(starts, self.first), self._end(starts, self.last)
            if last < first:
                raise RuleViolation([Violation("range_unclear", "from_date")])
            return [each.id for each in dates if first <= each.starts_at <= last]
        if self.which == "free":
            blockers = in_the_way([each for each in dates if each.state == "pending"])
            return [each.id for each in dates if not blockers.get(each.id)]
        return list(self.chosen)

    def _end(self, starts: dict[int, datetime], occurrence_id: int | None) -> datetime:
        try:
            return starts[occurrence_id or 0]
        except KeyError:
            raise RuleViolation([Violation("range_unclear", "from_date")]) from None

    def _refuse_contradiction(self) -> None:
        marked = self.which != "chosen" and bool(self.chosen)
        ends = self.which != "range" and (self.first is not None or self.last is not None)
        if marked or ends:
            raise RuleViolation([Violation("dates_contradict", "which")])
