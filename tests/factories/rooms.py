"""Venues, spaces, rooms, hours. A room is open day and night, holidays too, unless told otherwise."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import count
from types import EllipsisType
from typing import Any

from booking.extensions import db
from booking.organisations.models import Organisation
from booking.rooms.models import (
    OpeningExceptionRow,
    OpeningHoursRow,
    Room,
    RoomFeature,
    SchoolBreak,
    Space,
    Venue,
)
from booking.rooms.prices import RoomPriceRow
from booking.rooms.pricing import RoomPrice
from tests.factories.organisations import make_organisation

_numbers = count(1)

ALWAYS = tuple(
    (weekday, 0, 1440) for weekday in range(7)
)  # (weekday from Monday 0, opens, closes) in minutes


def every_day(opens: int, closes: int) -> list[tuple[int, int, int]]:
    """Return the same hours for each weekday, in minutes after midnight; past 1440 is after midnight."""
    return [(weekday, opens, closes) for weekday in range(7)]


def make_venue(**changes: Any) -> Venue:
    """Return a place without rooms."""
    number = next(_numbers)
    venue = Venue(**{"slug": f"paikka-{number}", "name": f"Paikka {number}"} | changes)
    db.session.add(venue)
    db.session.flush()
    return venue


def make_space(venue: Venue | None = None, **changes: Any) -> Space:
    """Return a space that no room is made of yet."""
    space = Space(**{"venue": venue or make_venue(), "name": f"Osa {next(_numbers)}"} | changes)
    db.session.add(space)
    db.session.flush()
    return space


def make_room(
    *,
    owner: Organisation | EllipsisType | None = ...,
    spaces: Sequence[Space] = (),
    venue: Venue | None = None,
    hours: Iterable[tuple[int, int, int]] = ALWAYS,
    features: dict[str, bool] | None = None,
    prices: Iterable[RoomPrice] = (),
    **changes: Any,
) -> Room:
    """Return a published room with its own space and owner, free for anyone to ask for, by approval.

    `owner` None: nobody known. `spaces`: what it is made of instead of a space of its own. `changes` are the
    model's columns, rules among them.
    """
    number = next(_numbers)
    place = venue or (spaces[0].venue if spaces else make_venue())
    values: dict[str, Any] = {
        "slug": f"tila-{number}",
        "name": f"Tila {number}",
        "kind": "meeting",
        "venue": place,
        "owner": make_organisation() if isinstance(owner, EllipsisType) else owner,
        "who_may_book": "anyone",
        "open_on_holidays": True,
    }
    room = Room(**values | changes)
    room.spaces = list(spaces) or [make_space(place)]
    room.opening_hours = [
        OpeningHoursRow(weekday=weekday, opens=opens, closes=closes) for weekday, opens, closes in hours
    ]
    room.prices = [RoomPriceRow.of(price) for price in prices]
    room.features = [RoomFeature(feature=name, present=known) for name, known in (features or {}).items()]
    db.session.add(room)
    db.session.flush()
    return room


def make_divisible_hall(**changes: Any) -> tuple[Room, Room, Room]:
    """Return (half A, half B, whole hall): one owner's, over two spaces. `changes` are all three's."""
    venue = make_venue()
    owner = changes.pop("owner", None) or make_organisation()
    a, b = make_space(venue), make_space(venue)
    parts = ([a], [b], [a, b])
    half_a, half_b, whole = (
        make_room(owner=owner, venue=venue, spaces=spaces, **changes) for spaces in parts
    )
    return half_a, half_b, whole


def make_opening_exception(room: Room, on: date, *hours: tuple[int, int]) -> None:
    """Have the room open at these hours of one date instead of its week's; none: closed."""
    room.opening_exceptions += [
        OpeningExceptionRow(on_date=on, opens=opens, closes=closes)
        for opens, closes in (hours or ((None, None),))
    ]
    db.session.flush()


def make_school_break(first: date, last: date, *, venue: Venue | None = None) -> SchoolBreak:
    """Return a school break of a venue; None: of them all."""
    found = SchoolBreak(venue_id=venue.id if venue else None, name="loma", first_day=first, last_day=last)
    db.session.add(found)
    db.session.flush()
    return found
