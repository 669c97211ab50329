"""The confirmation on paper: its dates, and as much of the terms as one sheet has room for."""

from dataclasses import dataclass
from datetime import datetime

from booking.reservations.lifecycle import ACTIVE, State
from booking.reservations.models import Reservation
from booking.rooms.catalogue import catalogue
from booking.rooms.labels import room_name

MOST_TERMS = 400  # characters: with twelve dates in large type the sheet is still one


@dataclass(frozen=True, slots=True)
class PrintedDate:
    """One date; `room` is named where it is not the reservation's."""

    start: datetime
    end: datetime
    room: str
    is_confirmed: bool


def dates_to_print(reservation: Reservation) -> list[PrintedDate]:
    """Return the dates that are in force or asked for, by start."""
    rooms = catalogue().by_id
    return [
        PrintedDate(
            each.starts_at,
            each.ends_at,
            room_name(rooms[each.room_id]) if each.room_id != reservation.room_id else "",
            State(each.state) is not State.PENDING,
        )
        for each in reservation.occurrences
        if each.state in ACTIVE
    ]


def shortened(terms: str, most: int = MOST_TERMS) -> str:
    """PURE: Return the beginning of the terms, ended after a sentence or word if too long."""
    text = " ".join(terms.split())
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    end = cut.rfind(". ")
    return cut[: end + 1] if end > most // 2 else cut.rsplit(" ", 1)[0] + "…"
