"""Read about requests in the queue: who asks, how their other dates stand, whose is what is in the way."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import aliased, joinedload

from booking.db import Ids, among
from booking.extensions import db
from booking.occupancy.models import Block, BlockDate, Claim
from booking.organisations.models import Organisation
from booking.reservations.models import Occurrence, Proposal, Reservation


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose claim it is. Without a reservation it is somebody's on the waiting list, or a block's."""

    claim_id: int
    kind: str
    room_id: int | None = None
    reference: str | None = None
    title: str | None = None
    organisation: str | None = None
    block: str | None = None
    block_title: str | None = None


def requests(reservation_ids: Collection[int]) -> dict[int, Reservation]:
    """Return these reservations with who asks, by their ids. One statement."""
    if not reservation_ids:
        return {}
    query = (
        select(Reservation)
        .where(among(Reservation.id, bindparam("reservation_ids", list(reservation_ids), type_=Ids)))
        .options(joinedload(Reservation.organisation), joinedload(Reservation.booker))
    )
    return {each.id: each for each in db.session.scalars(query)}


def numbers_by_state(reservation_ids: Collection[int]) -> dict[int, Counter[str]]:
    """Return how many dates of each reservation are in which state, by its id. One statement."""
    found: dict[int, Counter[str]] = {each: Counter() for each in reservation_ids}
    if not found:
        return {}
    query = (
        select(Occurrence.reservation_id, Occurrence.state, func.count())
        .where(among(Occurrence.reservation_id, bindparam("reservation_ids", list(found), type_=Ids)))
        .group_by(Occurrence.reservation_id, Occurrence.state)
    )
    for reservation_id, state, number in db.session.execute(query):
        found[reservation_id][state] = number
    return found


def holders(claim_ids: Collection[int]) -> dict[int, Holder]:
    """Return whose claims these are, by their ids. One statement. For approvers' eyes only."""
    if not claim_ids:
        return {}
    offered = aliased(Occurrence)
    query = (
        select(
            Claim.id,
            Claim.kind,
            func.coalesce(Occurrence.room_id, offered.room_id),
            Reservation.reference,
            Reservation.title,
            Organisation.name,
            Block.kind,
            Block.title,
        )
        .outerjoin(BlockDate, BlockDate.claim_id == Claim.id)
        .outerjoin(BlockDate.block)
        .outerjoin(Occurrence, Occurrence.claim_id == Claim.id)
        .outerjoin(Proposal, Proposal.claim_id == Claim.id)
        .outerjoin(offered, offered.id == Proposal.occurrence_id)
        .outerjoin(
            Reservation, Reservation.id == func.coalesce(Occurrence.reservation_id, offered.reservation_id)
        )
        .outerjoin(Organisation, Organisation.id == Reservation.organisation_id)
        .where(among(Claim.id, bindparam("claim_ids", list(claim_ids), type_=Ids)))
    )
    return {row[0]: Holder(*row) for row in db.session.execute(query)}
