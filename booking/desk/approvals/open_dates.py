"""What awaits a decision, date by date, as light rows: a queue of thousands is read in one statement."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CTE, Row, Select, and_, bindparam, select, union_all

from booking.access.actor import Actor
from booking.access.roles import Right
from booking.db import Ids, among
from booking.extensions import db
from booking.reservations.lifecycle import State
from booking.reservations.models import SHOWN_PEOPLE, Occurrence, Proposal, Reservation
from booking.rooms.catalogue import catalogue
from booking.timetable.interval import Interval


@dataclass(frozen=True, slots=True)
class Slot:
    """A room and a time in it; `claimed` adds the turnaround of the day it was asked for."""

    room_id: int
    start: datetime
    end: datetime
    turnaround_minutes: int

    @property
    def use(self) -> Interval:
        """The use alone."""
        return Interval(self.start, self.end)

    @property
    def claimed(self) -> Interval:
        """The use and the turnaround."""
        return Interval(self.start, self.end + timedelta(minutes=self.turnaround_minutes))


@dataclass(frozen=True, slots=True)
class OpenProposal:
    """Another time or room that awaits an answer: the owner's counter-offer or the booker's move."""

    id: int
    is_move: bool
    slot: Slot
    claim_id: int | None
    answer_by: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class OpenDate:
    """A date that awaits an approver: pending, or confirmed with a move its booker proposes.

    `main_room_id` is the request's room, `asked_at` when what awaits a decision was asked for.
    """

    id: int
    reservation_id: int
    main_room_id: int
    slot: Slot
    state: str
    claim_id: int | None
    people: int
    asked_at: datetime
    proposal: OpenProposal | None

    @property
    def move(self) -> OpenProposal | None:
        """The booker's move of a confirmed date."""
        return self.proposal if self.proposal and self.proposal.is_move else None

    @property
    def wanted(self) -> Slot:
        """What an approver's yes would take: its own slot, or the one it is to move to."""
        return self.move.slot if self.move else self.slot

    @property
    def own_claims(self) -> Collection[int | None]:
        """What it holds itself, or was offered instead: that stands in nobody's way but others'."""
        return (self.claim_id, self.proposal.claim_id if self.proposal else None)

    @classmethod
    def of(cls, occurrence: Occurrence) -> OpenDate:
        """Return the date of a reservation that has been read."""
        proposal = occurrence.proposal
        is_move = proposal is not None and proposal.side == "booker"
        return cls(
            id=occurrence.id,
            reservation_id=occurrence.reservation_id,
            main_room_id=occurrence.reservation.room_id,
            slot=_slot(occurrence),
            state=occurrence.state,
            claim_id=occurrence.claim_id,
            people=occurrence.people,
            asked_at=proposal.created_at if proposal and is_move else occurrence.reservation.created_at,
            proposal=OpenProposal(
                proposal.id,
                is_move,
                _slot(proposal),
                proposal.claim_id,
                proposal.deadline_at,
                proposal.created_at,
            )
            if proposal
            else None,
        )


@dataclass(frozen=True, slots=True)
class Waiting:
    """All that awaits a decision: this person's own, and others' in rooms that share a space."""

    own: list[OpenDate]
    others: list[OpenDate]


def waiting_for(actor: Actor, now: datetime) -> Waiting:
    """Return the dates that await this person, and those of others for the same spaces, by start.

    Pending ones, and confirmed ones with a move, that have not begun. One statement.
    """
    rooms, owner_ids = catalogue(), actor.organisations_with(Right.DECIDE)
    own = {room.id for room in rooms.by_id.values() if room.owner_id in owner_ids}
    near = {other.id for room_id in own for other in rooms.sharing(rooms.by_id[room_id])}
    found = [
        _open_date(row) for row in db.session.execute(_OPEN, {"room_ids": sorted(own | near), "now": now})
    ]
    return Waiting(
        [each for each in found if each.slot.room_id in own],
        [each for each in found if each.slot.room_id not in own],
    )


def by_reservation(dates: Collection[OpenDate]) -> Mapping[int, list[OpenDate]]:
    """Return these dates by their reservation's id, each by start."""
    found: dict[int, list[OpenDate]] = {}
    for each in sorted(dates, key=lambda each: (each.slot.start, each.id)):
        found.setdefault(each.reservation_id, []).append(each)
    return found


def _slot(slot: Occurrence | Proposal) -> Slot:
    return Slot(slot.room_id, slot.starts_at, slot.ends_at, slot.turnaround_minutes)


def _open_ids() -> CTE:
    """Return the ids of the dates in these rooms that await a decision; each half has its index."""
    rooms = among(Occurrence.room_id, bindparam("room_ids", type_=Ids))
    now = bindparam("now", type_=Occurrence.starts_at.type)
    coming: Select[int] = select(Occurrence.id).where(rooms, Occurrence.starts_at > now)
    moving = coming.join(Proposal, Proposal.occurrence_id == Occurrence.id).where(
        Proposal.state == "open",
        Proposal.side == "booker",
        Proposal.starts_at > now,
        Occurrence.state == State.CONFIRMED.value,
    )
    pending = coming.where(Occurrence.state == State.PENDING.value)
    return union_all(pending, moving).cte("open_ids")


def _open_rows() -> Select[*tuple[Any, ...]]:
    open_ids = _open_ids()
    return (
        select(
            Occurrence.id,
            Occurrence.reservation_id,
            Reservation.room_id.label("main_room_id"),
            Occurrence.room_id,
            Occurrence.starts_at,
            Occurrence.ends_at,
            Occurrence.turnaround_minutes,
            Occurrence.state,
            Occurrence.claim_id,
            SHOWN_PEOPLE.label("people"),
            Reservation.created_at,
            Proposal.id.label("proposal_id"),
            Proposal.side,
            Proposal.room_id.label("to_room_id"),
            Proposal.starts_at.label("to_start"),
            Proposal.ends_at.label("to_end"),
            Proposal.turnaround_minutes.label("to_turnaround"),
            Proposal.claim_id.label("to_claim_id"),
            Proposal.deadline_at,
            Proposal.created_at.label("proposed_at"),
        )
        .join(open_ids, open_ids.c.id == Occurrence.id)
        .join(Reservation, Reservation.id == Occurrence.reservation_id)
        .outerjoin(Proposal, and_(Proposal.occurrence_id == Occurrence.id, Proposal.state == "open"))
        .order_by(Occurrence.starts_at, Occurrence.id)
    )


def _open_date(row: Row[*tuple[Any, ...]]) -> OpenDate:
    proposal = None
    if row.proposal_id is not None:
        slot = Slot(row.to_room_id, row.to_start, row.to_end, row.to_turnaround)
        proposal = OpenProposal(
            row.proposal_id, row.side == "booker", slot, row.to_claim_id, row.deadline_at, row.proposed_at
        )
    return OpenDate(
        id=row.id,
        reservation_id=row.reservation_id,
        main_room_id=row.main_room_id,
        slot=Slot(row.room_id, row.starts_at, row.ends_at, row.turnaround_minutes),
        state=row.state,
        claim_id=row.claim_id,
        people=row.people,
        asked_at=proposal.created_at if proposal and proposal.is_move else row.created_at,
        proposal=proposal,
    )


_OPEN = _open_rows()
