"""Keeping the prices of a room."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select

from booking.access.actor import Actor
from booking.audit.service import record
from booking.desk.keeping import room_kept
from booking.errors import RuleViolation, Violation
from booking.extensions import db
from booking.rooms.models import Room, room_spaces
from booking.rooms.prices import RoomPriceRow
from booking.rooms.pricing import BASES, FREE, SHARE, RoomPrice, share_of, twice, whole_of

MOST_PRICES = 20  # of one room


def set_prices(slug: str, prices: Sequence[RoomPrice], *, actor: Actor, now: datetime) -> Room:
    """Put these prices in place of a room's; none: what it costs is not known.

    What was promised to reservations stays. RuleViolation names the row (`price-2`) that says what an earlier
    one says already, or whose amount is missing.
    """
    room = room_kept(slug, actor)
    broken = broken_by_prices(prices, has_whole=whole_room(room) is not None)
    if broken:
        raise RuleViolation(broken)
    before = [row.price for row in room.prices]
    if list(prices) != before:
        room.prices.clear()
        db.session.flush()  # the old rows go before the new ones come: they may be for the same groups
        room.prices.extend(RoomPriceRow.of(price) for price in prices)
        db.session.flush()
        record("price_room", "room", room.id, actor_id=actor.user_id, now=now, rows=len(prices))
    return room


def broken_by_prices(prices: Sequence[RoomPrice], *, has_whole: bool) -> list[Violation]:
    """Return what is wrong with a room's prices, each with its row, counted from 1."""
    if len(prices) > MOST_PRICES:
        return [Violation("too_many_prices", "prices", {"most": MOST_PRICES})]
    broken = [Violation("price_twice", f"price-{place + 1}") for place in twice(prices)]
    broken += [
        Violation("price_missing", f"price-{place}")
        for place, price in enumerate(prices, start=1)
        if price.basis in BASES and price.basis != FREE and price.amount == 0
    ]
    if share_of(prices) is not None and (len(prices) > 1 or not has_whole):
        broken.append(Violation("share_alone" if has_whole else "share_of_nothing", SHARE))
    return broken


def whole_room(room: Room) -> Room | None:
    """Return the room that this one is a part of: the smallest that has all its spaces and more."""
    theirs = select(room_spaces.c.room_id).where(
        room_spaces.c.space_id.in_([space.id for space in room.spaces])
    )
    spaces: dict[int, set[int]] = {}
    for room_id, space_id in db.session.execute(
        select(room_spaces.c.room_id, room_spaces.c.space_id).where(room_spaces.c.room_id.in_(theirs))
    ):
        spaces.setdefault(room_id, set()).add(space_id)
    known: Mapping[int, frozenset[int]] = {key: frozenset(its) for key, its in spaces.items()}
    found = whole_of(room.id, known) if room.id in known else None
    return db.session.get(Room, found) if found is not None else None
