"""What stands in the way of a pending date: the claims of others on its time and space."""

from collections.abc import Collection, Mapping

from sqlalchemy import bindparam, select

from booking.db import Ids, among, plus_minutes
from booking.extensions import db
from booking.occupancy.queries import rows_within
from booking.reservations.models import Occurrence
from booking.rooms.models import room_spaces


def in_the_way(occurrences: Collection[Occurrence]) -> dict[int, frozenset[int]]:
    """Return the claims of others that lie on the time and space of each date, by its id. One statement.

    What a date holds itself, and what was offered instead of it, stands in nobody's way but others'.
    """
    return in_the_way_of(
        {each.id: (each.claim_id, each.proposal.claim_id if each.proposal else None) for each in occurrences}
    )


def in_the_way_of(own: Mapping[int, Collection[int | None]]) -> dict[int, frozenset[int]]:
    """Return `in_the_way` of dates that are known by their ids, each with the claims that are its own."""
    found: dict[int, set[int]] = {occurrence_id: set() for occurrence_id in own}
    if not own:
        return {}
    wanted = (
        select(
            Occurrence.id.label("n"),
            room_spaces.c.space_id,
            Occurrence.starts_at,
            plus_minutes(Occurrence.ends_at, Occurrence.turnaround_minutes).label("ends_at"),
        )
        .join(room_spaces, room_spaces.c.room_id == Occurrence.room_id)
        .where(among(Occurrence.id, bindparam("occurrence_ids", list(own), type_=Ids)))
        .cte("wanted")
    )
    for occurrence_id, _start, _end, claim_id in db.session.execute(rows_within(wanted)):
        if claim_id not in own[occurrence_id]:
            found[occurrence_id].add(claim_id)
    return {occurrence_id: frozenset(claim_ids) for occurrence_id, claim_ids in found.items()}
