"""Terms as somebody accepted them: what a form had shown, and what a reservation was made under."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from booking.errors import Violation
from booking.reservations.models import Reservation
from booking.reservations.policy import Sight
from booking.rooms.catalogue import catalogue
from booking.rooms.facts import RoomFacts
from booking.rooms.labels import room_name
from booking.rooms.terms import terms_of


@dataclass(frozen=True, slots=True)
class AcceptedTerms:
    """The version that a reservation was made under, and its text. `is_old`: another is in force."""

    version: int
    text: str
    is_old: bool


def version_of(room: RoomFacts) -> int:
    """Return the version of the terms in force, 0 where the room has none."""
    return room.terms_version if room.terms else 0


def written(rooms: Iterable[RoomFacts]) -> str:
    """Return which terms of these rooms a page shows, for its form to carry: `sali:3 keittio:0`."""
    return " ".join(f"{slug}:{version}" for slug, version in _versions(rooms).items())


def read(text: str) -> Mapping[str, int]:
    """Return what `written` wrote; what it cannot have written is left out."""
    pairs = (part.rpartition(":") for part in text.split()[:400])
    return {slug: int(n) for slug, _, n in pairs if slug and n.isascii() and n.isdecimal() and len(n) < 10}


def unseen(rooms: Iterable[RoomFacts], shown: Mapping[str, int] | None) -> list[Violation]:
    """Return the rooms whose terms in force were not shown. None: all are accepted, shown or not."""
    if shown is None:
        return []
    return [
        Violation("terms_changed", "accept_terms", {"room": room_name(room), "version": version_of(room)})
        for room in rooms
        if version_of(room) and shown.get(room.slug) != version_of(room)
    ]


def accepted(reservation: Reservation, seen: Sight) -> AcceptedTerms | None:
    """Return the terms a reservation was made under, to who sees all of it. None where there were none."""
    if seen is not Sight.FULL:
        return None
    room, version = catalogue().by_id[reservation.room_id], reservation.terms_version
    in_force = version == room.terms_version
    text = room.terms if in_force else terms_of(room.id, version)
    return AcceptedTerms(version, text, not in_force) if text else None


def _versions(rooms: Iterable[RoomFacts]) -> dict[str, int]:
    return {room.slug: version_of(room) for room in rooms}
