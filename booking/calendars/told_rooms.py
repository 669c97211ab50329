"""PURE: what feeds tell of rooms, as a fingerprint that stands for it in a feed's version."""

import hashlib
from collections.abc import Iterable, Sequence

from booking.rooms.facts import RoomFacts


def version_of(found: Sequence[object], rooms: Iterable[RoomFacts]) -> tuple[object, ...]:
    """Return a feed's version: what it was found with, its last part, the stamp of all rooms, left out.

    In its place stands what the feed tells of its rooms, so that hours, prices or pictures that change
    anywhere, and names that change elsewhere, leave the feed as it was.
    """
    told = [
        (
            each.id,
            (each.name, each.name_sv, each.name_en),
            (each.venue, each.street_address, each.position),
            (each.owner_id, each.owner),
            each.space_ids,
            each.state,
            each.changed_at and each.changed_at.timestamp(),
        )
        for each in rooms
    ]
    return (*found[:-1], hashlib.sha256(repr(told).encode("utf-8")).hexdigest())
