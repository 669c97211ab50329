"""PURE: which requests of a queue compete: any of their dates want the same space at the same time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from booking.timetable.interval import Interval


@dataclass(frozen=True, slots=True)
class Wish:
    """What an approver's yes to a date would take."""

    date_id: int
    reservation_id: int
    space_ids: tuple[int, ...]
    claimed: Interval


@dataclass(frozen=True, slots=True)
class Rivalry:
    """`groups`: the wishes joined by what competes, each request whole, by start; `competing`: dates' ids."""

    groups: Sequence[Sequence[Wish]]
    competing: frozenset[int]


def rivalry(wishes: Iterable[Wish]) -> Rivalry:
    """Return who competes with whom. Requests that share a rival are of one group."""
    every = sorted(wishes, key=lambda wish: (wish.claimed.start, wish.claimed.end, wish.date_id))
    leaders = {wish.reservation_id: wish.reservation_id for wish in every}
    competing: set[int] = set()
    under_way: dict[int, list[Wish]] = {}
    for wish in every:
        for space_id in wish.space_ids:
            others = [each for each in under_way.get(space_id, ()) if each.claimed.end > wish.claimed.start]
            for other in others:
                if other.reservation_id != wish.reservation_id:
                    competing |= {other.date_id, wish.date_id}
                    one, two = _leader(leaders, other), _leader(leaders, wish)
                    leaders[max(one, two)] = min(one, two)
            under_way[space_id] = [*others, wish]
    groups: dict[int, list[Wish]] = {}
    for wish in every:
        groups.setdefault(_leader(leaders, wish), []).append(wish)
    return Rivalry(list(groups.values()), frozenset(competing))


def _leader(leaders: dict[int, int], wish: Wish) -> int:
    """Return the least id of the requests known to be joined with this one's."""
    found = wish.reservation_id
    while leaders[found] != found:
        leaders[found] = found = leaders[leaders[found]]
    return found
