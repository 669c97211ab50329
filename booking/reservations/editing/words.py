"""PURE: what an edit of the title or the number of people leaves on the reservation and on each date."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from booking.reservations.editing.edit import Scope

T = TypeVar("T", str, int)


@dataclass(frozen=True, slots=True)
class Told(Generic[T]):
    """What one date tells by itself: `own` None is what the reservation tells. `open`: it can change."""

    id: int
    own: T | None
    meant: bool
    begun: bool
    open: bool


@dataclass(frozen=True, slots=True)
class Spread(Generic[T]):
    """What is told after an edit: by the reservation, and by each date whose own changes."""

    whole: T
    own: Mapping[int, T | None]


def spread(new: T, whole: T, chosen: int, dates: Iterable[Told[T]], scope: Scope) -> Spread[T]:
    """Return where a new title (or number of people) is written.

    Of one date and of this and following it becomes the dates' own; of all it becomes the reservation's, and
    what has begun keeps what it was. A date that tells something else than the chosen one keeps that.
    """
    every = list(dates)
    (before,) = (each.own or whole for each in every if each.id == chosen)
    own: dict[int, T | None] = {}
    if scope is Scope.ALL:
        for each in every:
            if each.begun:
                own[each.id] = each.own or whole
            elif each.own == before:
                own[each.id] = None
        return Spread(new, _different(own, every))
    for each in every:
        if each.meant and each.open and (each.own or whole) == before:
            own[each.id] = new if new != whole else None
    return Spread(whole, _different(own, every))


def _different(own: Mapping[int, T | None], dates: Iterable[Told[T]]) -> dict[int, T | None]:
    return {each.id: own[each.id] for each in dates if each.id in own and own[each.id] != each.own}
