"""Read what awaits an approver, and what stands in its way: a few statements, however much there is."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CTE, Select, bindparam, func, select, union_all
from sqlalchemy.orm import aliased, joinedload

from booking.access.actor import Actor
from booking.access.roles import Right
from booking.db import Ids, among
from booking.extensions import db
from booking.occupancy.models import Block, BlockDate, Claim
from booking.organisations.models import Organisation
from booking.reservations.lifecycle import State
from booking.reservations.models import Occurrence, Proposal, Reservation
from booking.rooms.models import Room

QUEUE_LENGTH = 200  # requests on one page of the approver's queue


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


def dates_to_decide(actor: Actor, now: datetime) -> list[Occurrence]:
    """Return the dates that await this person: of the first requests by start, each with all its dates.

    Pending ones, and confirmed ones with a move, that have not begun. One statement.
    """
    open_dates = _open_dates(actor.organisations_with(Right.DECIDE), now)
    first = (
        select(open_dates.c.reservation_id)
        .group_by(open_dates.c.reservation_id)
        .order_by(func.min(open_dates.c.starts_at), open_dates.c.reservation_id)
        .limit(QUEUE_LENGTH)
    )
    query = (
        select(Occurrence)
        .where(Occurrence.id.in_(select(open_dates.c.id).where(open_dates.c.reservation_id.in_(first))))
        .options(
            joinedload(Occurrence.proposals),
            joinedload(Occurrence.reservation).joinedload(Reservation.organisation),
            joinedload(Occurrence.reservation).joinedload(Reservation.booker),
        )
        .order_by(Occurrence.starts_at, Occurrence.id)
    )
    return list(db.session.scalars(query).unique())


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


def _open_dates(owner_ids: Collection[int], now: datetime) -> CTE:
    """Return (id, reservation id, start) of the dates in these owners' rooms that await a decision."""

    def of_owners() -> Select[int, int, datetime]:
        return (
            select(Occurrence.id, Occurrence.reservation_id, Occurrence.starts_at)
            .join(Room, Room.id == Occurrence.room_id)
            .where(Room.owner_id.in_(owner_ids), Occurrence.starts_at > now)
        )

    moving = (
        of_owners()
        .join(Proposal, Proposal.occurrence_id == Occurrence.id)
        .where(
            Proposal.state == "open",
            Proposal.side == "booker",
            Proposal.starts_at > now,
            Occurrence.state == State.CONFIRMED.value,
        )
    )
    pending = of_owners().where(Occurrence.state == State.PENDING.value)
    return union_all(pending, moving).cte("open_dates")
