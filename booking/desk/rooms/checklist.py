"""What a room still lacks before it is opened, as a list that leads through the pages where it is said.

Other parts of the desk add their own lines with `register_checker`, when they are imported.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l

from booking.rooms.facts import RoomFacts
from booking.rooms.models import ACCESSIBILITY


@dataclass(frozen=True, slots=True)
class Check:
    """One line: `text` is what there should be. `needed`: the room cannot be published without it.

    `begun`: part of it is said. `endpoint` is the page where it is said; it gets the room's `slug`.
    """

    code: str
    text: Any
    done: bool
    endpoint: str
    needed: bool = False
    begun: bool = False

    @property
    def is_reachable(self) -> bool:
        """Whether its page is there."""
        return self.endpoint in current_app.view_functions


Checker = Callable[[Sequence[RoomFacts]], Mapping[int, Sequence[Check]]]
"""(rooms) -> lines by the room's id. Asked once for all rooms of a page: it asks the database once too."""

_CHECKERS: list[Checker] = []


def register_checker(checker: Checker) -> Checker:
    """Add lines to every room's list. May be used as a decorator."""
    if checker not in _CHECKERS:
        _CHECKERS.append(checker)
    return checker


def checks_of(rooms: Sequence[RoomFacts]) -> dict[int, list[Check]]:
    """Return the list of each of these rooms, what is needed first."""
    found: dict[int, list[Check]] = {room.id: [] for room in rooms}
    for checker in _CHECKERS:
        for room_id, checks in checker(rooms).items():
            found[room_id] += checks
    return {room_id: sorted(checks, key=lambda each: not each.needed) for room_id, checks in found.items()}


def missing(room: RoomFacts) -> list[Check]:
    """Return what a room cannot be published without and does not have."""
    return [each for each in checks_of([room])[room.id] if each.needed and not each.done]


@register_checker
def _own(rooms: Sequence[RoomFacts]) -> Mapping[int, Sequence[Check]]:
    return {room.id: _of(room) for room in rooms}


def _of(room: RoomFacts) -> list[Check]:
    facts, hours = "desk_rooms.facts", "desk_hours.hours"
    known, most = sum(name in room.features for name in ACCESSIBILITY), len(ACCESSIBILITY)
    access = _l("Esteettömyystiedot (%(known)s/%(all)s kerrottu)", known=known, all=most)
    return [
        Check("name", _l("Nimi ja laji"), bool(room.name and room.kind), facts, needed=True),
        Check("owner", _l("Omistaja"), room.owner_id is not None, "desk_rooms.room", needed=True),
        Check("hours", _l("Aukioloajat"), room.hours_known, hours, needed=True),
        Check("people", _l("Henkilömäärä"), room.capacity is not None, facts),
        Check("description", _l("Kuvaus"), bool(room.description), facts),
        Check("contact", _l("Yhteystieto"), bool(room.contact), facts),
        Check("photos", _l("Kuva"), bool(room.photos), "desk_rooms.photos"),
        Check("accessibility", access, known == most, facts, begun=known > 0),
        Check("price", _l("Hinta"), bool(room.prices), "desk_rooms.prices"),
        Check("terms", _l("Ehdot"), bool(room.terms), "desk_rooms.terms"),
        Check("key", _l("Avain tai ovikoodi"), bool(room.access_instructions), "desk_rooms.key"),
    ]
