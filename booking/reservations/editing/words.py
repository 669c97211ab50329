"""PURE: what an edit of the title or the number of people leaves on the reservation and on each date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from booking.reservations.editing.edit import Edit, Scope
from booking.reservations.editing.plan import Dated, in_scope

T = TypeVar("T", str, int)


@dataclass(frozen=True, slots=True)
class Spread(Generic[T]):
    """What is told after an edit: by the reservation, and by each date whose own changes (None: no own)."""

    whole: T
    own: Mapping[int, T | None] = field(default_factory=dict)


def spread(
    new: T | None, whole: T, own: Mapping[int, T | None], dates: Sequence[Dated], edit: Edit
) -> Spread[T]:
    """Return where a new title or number of people is written. `own` is what each date has by its id.

    Of one date and of this and following it becomes the dates' own; of all it becomes the reservation's, and
    what has begun or ended keeps what it was. So does a date that tells something else than the chosen one.
    """
    if new is None:
        return Spread(whole)
    before = own[edit.date_id] or whole
    after: dict[int, T | None] = {}
    if edit.scope is Scope.ALL:
        for each in dates:
            if not each.is_open:
                after[each.id] = own[each.id] or whole
            elif own[each.id] == before:
                after[each.id] = None
    else:
        meant = (each for each in in_scope(dates, edit) if each.is_open)
        after = {
            each.id: new if new != whole else None for each in meant if (own[each.id] or whole) == before
        }
    changed = {number: value for number, value in after.items() if value != own[number]}
    return Spread(new if edit.scope is Scope.ALL else whole, changed)
