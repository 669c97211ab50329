"""What features above add to the pages of organisations: their rooms, their coming reservations.

Organisations know neither rooms nor reservations (the arrows point downwards), so those register here what
they have to say, when they are imported.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from booking.access.actor import Actor
from booking.organisations.models import Organisation

Panel = Callable[[Organisation, Actor, datetime], Mapping[str, Any]]
"""(organisation, who reads, now) -> facts for the organisation's template, such as `rooms` or `coming`."""
RoomCounter = Callable[[], Mapping[int, int]]
"""() -> how many rooms each owner has, by organisation id. Who has none is no owner."""
Tie = Callable[[Organisation, datetime], tuple[str, int]]
"""(organisation, now) -> the code of what keeps it from being archived, and how many of these there are."""

_PANELS: list[Panel] = []
_ROOM_COUNTERS: list[RoomCounter] = []
_TIES: list[Tie] = []


def register_panel(panel: Panel) -> Panel:
    """Add facts to an organisation's page. May be used as a decorator."""
    if panel not in _PANELS:
        _PANELS.append(panel)
    return panel


def register_room_counter(counter: RoomCounter) -> RoomCounter:
    """Say who owns how many rooms. May be used as a decorator."""
    _ROOM_COUNTERS[:] = [counter]
    return counter


def register_tie(tie: Tie) -> Tie:
    """Say what an organisation must have none of to be archived. May be used as a decorator."""
    if tie not in _TIES:
        _TIES.append(tie)
    return tie


def ties(organisation: Organisation, now: datetime) -> list[tuple[str, int]]:
    """Return what keeps an organisation from being archived, each with how many there are."""
    return [tie(organisation, now) for tie in _TIES]


def facts_of(organisation: Organisation, actor: Actor, now: datetime) -> dict[str, Any]:
    """Return all the facts that features above have of an organisation."""
    facts: dict[str, Any] = {}
    for panel in _PANELS:
        facts.update(panel(organisation, actor, now))
    return facts


def rooms_by_owner() -> Mapping[int, int]:
    """Return how many rooms each owner has, by organisation id."""
    return {owner: count for counter in _ROOM_COUNTERS for owner, count in counter().items() if count}
