"""PURE: one date of a reservation as one reader may see it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from booking.occupancy.models import CLOSURE
from booking.reservations.lifecycle import State
from booking.timetable.interval import Interval, merge, subtract


@dataclass(frozen=True, slots=True)
class Seen:
    """One date as one reader may see it. `title` is empty where only "taken" may be seen.

    `use` is without the turnaround, `claimed` with it; `space_ids` is where. `mine`: the reader belongs to
    who booked it. `occurrence_id` 0 is a stretch that is held and that no date accounts for (`unaccounted`),
    or that a block holds: then `block` is its kind.
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
    block: str = ""

    @property
    def look(self) -> str:
        """How it looks to its reader: pending, mine, taken, or closed by the owner."""
        if self.block == CLOSURE:
            return "closed"
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


def blocked(held: Iterable[tuple[int, Interval, int]], kinds: Mapping[int, tuple[str, str]]) -> list[Seen]:
    """Return what blocks hold, each stretch once for all its spaces, by start.

    In: what is held as (space id, interval, claim id), and of the claims that are a block's its kind and the
    words for it. What a block took piece by piece is one stretch.
    """
    pieces: dict[tuple[int, int], list[Interval]] = {}
    for space_id, interval, claim_id in held:
        if claim_id in kinds:
            pieces.setdefault((claim_id, space_id), []).append(interval)
    spaces: dict[tuple[int, Interval], list[int]] = {}
    for (claim_id, space_id), intervals in pieces.items():
        for whole in merge(intervals):
            spaces.setdefault((claim_id, whole), []).append(space_id)
    found = [
        Seen(
            occurrence_id=0,
            space_ids=tuple(sorted(where)),
            use=whole,
            claimed=whole,
            state=State.CONFIRMED,
            holds=True,
            mine=False,
            title=kinds[claim_id][1],
            block=kinds[claim_id][0],
        )
        for (claim_id, whole), where in spaces.items()
    ]
    return sorted(found, key=lambda each: (each.use, each.space_ids))
