"""PURE: what an edit does to each date of a reservation, before anybody looks whether it is free."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from booking.availability.fixes import FixKind
from booking.availability.wishes import Wish
from booking.reservations.editing.edit import Edit, Scope
from booking.reservations.lifecycle import ACTIVE, State
from booking.rooms.facts import RoomFacts
from booking.timetable.interval import Interval

LEFT_OUT = frozenset({FixKind.SKIP, FixKind.WAIT})


@dataclass(frozen=True, slots=True)
class Spot:
    """A room and a use of it."""

    room: RoomFacts
    use: Interval


@dataclass(frozen=True, slots=True)
class Dated:
    """One date that is there. `on` is the local date of its slot: it names the date for ever.

    `move`: where the booker's open move wants it. `too_late`: the time in which the booker may cancel it is
    over. The rest is as in the table of dates.
    """

    id: int
    on: date
    spot: Spot
    state: State
    turnaround: timedelta = timedelta()
    is_exception: bool = False
    is_dropped: bool = False
    begun: bool = False
    too_late: bool = False
    move: Spot | None = None
    title: str = ""
    people: int = 0

    @property
    def is_open(self) -> bool:
        """Whether it still can change."""
        return self.state in ACTIVE and not self.begun

    @property
    def wanted(self) -> Spot:
        """Where its booker wants it: where its open move goes, else where it lies."""
        return self.move or self.spot


class Outcome(StrEnum):
    """What becomes of a date."""

    UNCHANGED = "unchanged"
    LEFT = "left"
    """It would change, but is left alone: see `Why`."""
    CHANGED = "changed"
    """It gets another time or room at once."""
    CONSENT = "consent"
    """It gets another time or room when the owner consents, and stays where it is until then."""
    REVERTED = "reverted"
    """It stays where it lies, and the move that awaited consent is taken back."""
    CANCELLED = "cancelled"
    WITHDRAWN = "withdrawn"
    ADDED = "added"
    SKIPPED = "skipped"
    """A new date of the pattern that is not asked for, by choice."""


class Why(StrEnum):
    """Why a date is left alone."""

    EXCEPTION = "exception"
    """It was changed by itself."""
    TOO_LATE = "too_late"
    """It can no longer be cancelled, so it cannot be moved either."""
    ENDED = "ended"
    """It was cancelled, declined, withdrawn or expired: nobody asks for it again."""
    BEGUN = "begun"
    KEPT = "kept"
    """The booker chose so."""


MOVING = frozenset({Outcome.CHANGED, Outcome.CONSENT})
ASKING = MOVING | {Outcome.ADDED}
ENDING = frozenset({Outcome.CANCELLED, Outcome.WITHDRAWN})


@dataclass(frozen=True, slots=True)
class Item:
    """What becomes of one date: `date` is None for a new one, `wish` for one nothing is wanted of.

    `on` names it after the edit. `like`: the id of the date whose title and people a new one takes.
    """

    on: date
    outcome: Outcome
    date: Dated | None = None
    wish: Wish | None = None
    why: Why | None = None
    like: int | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is wanted: of dates that are there, by id, and of new ones.

    `likes`: by a new date, the id of the one it takes after. `names`: the dates of the slots that change;
    `lost`: the ids of those whose name another takes.
    """

    existing: Mapping[int, Wish] = field(default_factory=dict)
    new: Sequence[Wish] = ()
    likes: Mapping[date, int] = field(default_factory=dict)
    names: Mapping[int, date] = field(default_factory=dict)
    lost: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class EditPlan:
    """What an edit does, by date. `names`, `lost`: see `Wanted`."""

    items: tuple[Item, ...] = ()
    names: Mapping[int, date] = field(default_factory=dict)
    lost: frozenset[int] = frozenset()

    def of(self, *outcomes: Outcome) -> list[Item]:
        """Return the dates with one of these outcomes."""
        return [each for each in self.items if each.outcome in outcomes]

    @property
    def left_out(self) -> frozenset[date]:
        """The dates of the pattern that were chosen not to take place."""
        ended = self.of(*ENDING, Outcome.SKIPPED)
        return frozenset(each.on for each in ended if each.wish is not None)

    @property
    def is_empty(self) -> bool:
        """Whether no date changes its time, room or state."""
        return not self.of(*ASKING, *ENDING, Outcome.REVERTED)


def plan_edit(dates: Iterable[Dated], edit: Edit, wanted: Wanted) -> EditPlan:
    """Return what becomes of each date that is meant, and of the new ones, in order.

    `dates` are all of the reservation. A date that nothing is wanted of ends when the dates are made anew,
    else nothing becomes of it.
    """
    meant = [each for each in in_scope(dates, edit) if not each.is_dropped]
    items = [
        _of_date(each, wanted.existing.get(each.id), edit, wanted.names.get(each.id, each.on))
        for each in meant
    ]
    items += [_of_new(each, wanted.likes.get(each.on)) for each in wanted.new]
    ordered = sorted((each for each in items if each), key=lambda item: item.on)
    return EditPlan(tuple(ordered), wanted.names, wanted.lost)


def in_scope(dates: Iterable[Dated], edit: Edit) -> list[Dated]:
    """Return the dates that an edit means, whatever their state. The chosen date must be among `dates`."""
    every = list(dates)
    if edit.scope is Scope.ALL:
        return every
    (chosen,) = (each for each in every if each.id == edit.date_id)
    if edit.scope is Scope.ONE:
        return [chosen]
    return [each for each in every if each is chosen or each.on > chosen.on]


def meeting_their_own(plan: EditPlan, dates: Iterable[Dated]) -> frozenset[int]:
    """Return the indexes of the plan's items that want time which another date of the reservation keeps.

    That is one which holds nothing yet and stays where it is, or the old time of a date whose move awaits
    consent. Where dates that move or are new meet each other is not looked at here.
    """
    moved = {item.date.id for item in plan.items if item.date and item.outcome in (Outcome.CHANGED, *ENDING)}
    keeping = [
        (each, *_taken(each.spot, each.turnaround)) for each in dates if each.is_open and each.id not in moved
    ]
    found = set()
    for n, item in enumerate(plan.items):
        if item.outcome in ASKING and item.wish and item.wish.use:
            spaces = set(item.wish.room.space_ids)
            claimed = item.wish.room.rules.claimed(item.wish.use)
            if any(
                each is not item.date and claimed.overlaps(taken) and not spaces.isdisjoint(kept)
                for each, kept, taken in keeping
            ):
                found.add(n)
    return frozenset(found)


def _taken(spot: Spot, turnaround: timedelta) -> tuple[tuple[int, ...], Interval]:
    return spot.room.space_ids, spot.use.extend_end(turnaround)


def _of_date(each: Dated, wish: Wish | None, edit: Edit, on: date) -> Item | None:
    if not each.is_open:
        if wish is None:
            return None
        return Item(on, Outcome.LEFT, each, wish, Why.BEGUN if each.begun else Why.ENDED)
    ends = edit.expands if wish is None else _is_left_out(wish)
    if wish is None and not ends:
        return Item(on, Outcome.UNCHANGED, each)
    if each.is_exception and edit.scope is not Scope.ONE:
        return Item(on, Outcome.LEFT, each, wish, Why.EXCEPTION)
    if wish is not None and wish.fix is not None and wish.fix.kind is FixKind.KEEP:
        return Item(on, Outcome.LEFT, each, wish, Why.KEPT)
    outcome = _ending(each) if ends or wish is None else _moving(each, wish)
    return Item(on, outcome, each, wish, Why.TOO_LATE if outcome is Outcome.LEFT else None)


def _of_new(wish: Wish, like: int | None) -> Item:
    return Item(wish.on, Outcome.ADDED if wish.is_booked else Outcome.SKIPPED, None, wish, like=like)


def _is_left_out(wish: Wish) -> bool:
    return wish.fix is not None and wish.fix.kind in LEFT_OUT


def _ending(each: Dated) -> Outcome:
    if each.state is State.PENDING:
        return Outcome.WITHDRAWN
    return Outcome.LEFT if each.too_late else Outcome.CANCELLED


def _moving(each: Dated, wish: Wish) -> Outcome:
    old = each.spot
    same_room = wish.room.id == old.room.id
    if same_room and wish.use == old.use:
        return Outcome.REVERTED if each.move else Outcome.UNCHANGED
    if each.move and (wish.room.id, wish.use) == (each.move.room.id, each.move.use):
        return Outcome.UNCHANGED
    if each.state is State.PENDING:
        return Outcome.CHANGED
    grows = same_room and wish.use is not None and wish.use.contains(old.use)
    if each.too_late and not grows:
        return Outcome.LEFT
    shrinks = same_room and wish.use is not None and old.use.contains(wish.use)
    if wish.room.rules.approval == "at_once" or shrinks:
        return Outcome.CHANGED
    return Outcome.CONSENT
