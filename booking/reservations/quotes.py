"""What a reservation was promised to cost, and what its dates come to by that.

The rows that applied when the request was sent are kept with it: whatever the owner changes later, the
dates are counted by them. A date that moves into a room that nothing was promised of is counted by that
room's prices of the day.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from booking.clock import zone
from booking.reservations.lifecycle import State
from booking.reservations.models import Reservation
from booking.rooms.catalogue import catalogue
from booking.rooms.facts import RoomFacts
from booking.rooms.pricing import ANY_AGE, Charge, RoomPrice, charge, customer_of, rows_for
from booking.timetable.interval import Interval

Place = tuple[int, Interval]
"""A room's id and a use."""

Dates = Iterable[Place]

_NOT_PAID = frozenset({State.DECLINED, State.WITHDRAWN, State.EXPIRED, State.CANCELLED})


@dataclass(frozen=True, slots=True)
class Promise:
    """Whom the price is for, and by the room's slug the rows that apply to them.

    Slugs and not ids: a reservation that comes back from a sheet into another database keeps its promise.
    """

    customer: str
    age: str
    rows: Mapping[str, tuple[RoomPrice, ...]]

    @classmethod
    def of(cls, rooms: Iterable[RoomFacts], customer: str, age: str = ANY_AGE) -> Self:
        """Return what is promised today."""
        return cls(customer, age, {room.slug: rows_for(room.prices, customer, age) for room in rooms})

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Self:
        """Return what was stored."""
        rows = {room: tuple(RoomPrice(**row) for row in theirs) for room, theirs in stored["rows"].items()}
        return cls(stored["customer"], stored["age"], rows)

    def written(self) -> dict[str, Any]:
        """Return the promise as it is stored: codes and amounts."""
        rows = {room: [asdict(row) for row in theirs] for room, theirs in self.rows.items()}
        return {"customer": self.customer, "age": self.age, "rows": rows}


@dataclass(frozen=True, slots=True)
class Quote:
    """What dates cost. `cents` None: not known, for some room has no price for this customer."""

    promise: Promise
    cents: int | None
    charges: tuple[Charge, ...]

    @property
    def basis(self) -> str | None:
        """How it is counted; None: not known, or in several ways."""
        bases = {each.row.basis for each in self.charges}
        return bases.pop() if self.cents is not None and len(bases) == 1 else None


def quote(promise: Promise, dates: Dates) -> Quote:
    """Return what the dates cost by a promise."""
    by_room: dict[int, list[Interval]] = {}
    for room_id, use in dates:
        by_room.setdefault(room_id, []).append(use)
    rooms = catalogue().by_id
    found = []
    for room_id, uses in by_room.items():
        room = rooms[room_id]
        rows = promise.rows.get(room.slug)
        if rows is None:
            rows = rows_for(room.prices, promise.customer, promise.age)
        found.append(charge(rows, uses, zone()))
    charges = tuple(each for each in found if each is not None)
    known = bool(found) and len(charges) == len(found)
    return Quote(promise, sum(each.cents for each in charges) if known else None, charges)


def promise_to(
    reservation: Reservation, organisation_kind: str, age: str, rooms: Iterable[RoomFacts]
) -> Quote:
    """Store with a new reservation, whose dates are there, what it is promised to cost, and return it."""
    promise = Promise.of(rooms, customer_of(organisation_kind), age)
    found = quote(promise, _dates(reservation, set()))
    reservation.price_cents, reservation.price_terms = found.cents, promise.written()
    return found


def quote_of(reservation: Reservation) -> Quote | None:
    """Return what the dates that stand cost, or, when none stands, what was asked for would have.

    None for a reservation older than prices.
    """
    return quote_after(reservation, {})


def quote_after(
    reservation: Reservation, places: Mapping[int, Place | None], new: Dates = ()
) -> Quote | None:
    """Return what a reservation will cost once these dates, by id, lie elsewhere, and with these new ones.

    A place of None: the date ends. None for a reservation older than prices.
    """
    if reservation.price_terms is None:
        return None
    promise = Promise.read(reservation.price_terms)
    standing = [*_dates(reservation, _NOT_PAID, places), *new]
    return quote(promise, standing or _dates(reservation, set()))


def _dates(
    reservation: Reservation, without: Iterable[State], places: Mapping[int, Place | None] | None = None
) -> Iterable[Place]:
    left_out = {state.value for state in without}
    for each in reservation.occurrences:
        if each.state not in left_out and not each.is_dropped:
            place = (places or {}).get(each.id, (each.room_id, Interval(each.starts_at, each.ends_at)))
            if place is not None:
                yield place
