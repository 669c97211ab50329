"""Dates in lists, with their room's name in the reader's language."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from booking.reservations.seen import Listed
from booking.rooms.catalogue import catalogue
from booking.rooms.labels import room_name


@dataclass(frozen=True, slots=True)
class ListedItem:
    """One line of a list."""

    reference: str
    title: str
    room: str
    room_slug: str
    start: datetime
    end: datetime
    state: str
    organisation: str | None
    more: int = 0


def listed_items(listed: Iterable[Listed]) -> list[ListedItem]:
    """Return the lines of a list."""
    rooms = catalogue().by_id
    return [
        ListedItem(
            reference=each.reference,
            title=each.title,
            room=room_name(rooms[each.room_id]),
            room_slug=rooms[each.room_id].slug,
            start=each.start,
            end=each.end,
            state=each.state,
            organisation=each.organisation,
        )
        for each in listed
    ]
