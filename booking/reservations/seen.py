"""PURE: one date of a reservation as one reader may see it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from booking.reservations.lifecycle import State
from booking.timetable.interval import Interval, subtract


@dataclass(frozen=True, slots=True)
class Seen:
    """One date as one reader may see it. `title` is empty where only "taken" may be seen.

    `use` is without the turnaround, `claimed` with it; `space_ids` is where. `mine`: the reader belongs to
    who booked it. `occurrence_id` 0 is a stretch that is held and that no date accounts for (`unaccounted`).
    """

    occurrence_id: int
    space_ids: tuple[int, ...]
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


def unaccounted(
    held: Iterable[tuple[int, Interval, int]], dates: Mapping[int, tuple[Collection[int], Interval]]
) -> list[Seen]:
    """Return what is held beyond the dates' own slots, without a word of whose it is, by start.

    In: what is held as (space id, interval, claim id), and of the claims that are a date's the spaces and the
    time that the date itself takes. Such are offers, and the new slot of a move that awaits consent.
    """
    spaces: dict[tuple[int, Interval], list[int]] = {}
    for space_id, interval, claim_id in held:
        own_spaces, own = dates.get(claim_id, ((), interval))
        for rest in subtract([interval], [own]) if space_id in own_spaces else [interval]:
            spaces.setdefault((claim_id, rest), []).append(space_id)
    found = [
        Seen(0, tuple(sorted(where)), rest, rest, State.PENDING, holds=True, mine=False)
        for (_claim_id, rest), where in spaces.items()
    ]
    return sorted(found, key=lambda each: (each.use, each.space_ids))
