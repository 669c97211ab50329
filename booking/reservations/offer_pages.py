"""Open proposals as pages show them: the owner's offers to answer, the booker's moves that wait."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from booking.access.actor import Actor
from booking.access.roles import Right
from booking.audit.models import AuditEntry
from booking.extensions import db
from booking.reservations import policy
from booking.reservations.lifecycle import State
from booking.reservations.models import Occurrence, Proposal, Reason, Reservation
from booking.reservations.obstacles import in_the_way
from booking.reservations.policy import Sight
from booking.reservations.quote_words import price_changes
from booking.reservations.quotes import Place
from booking.rooms.catalogue import catalogue
from booking.rooms.labels import room_name
from booking.timetable.interval import Interval


@dataclass(frozen=True, slots=True)
class Line:
    """A time, and its room where that needs to be named."""

    start: datetime
    end: datetime
    room: str = ""


@dataclass(frozen=True, slots=True)
class OfferDetail:
    """An open proposal: what the date is now, what it would be, until when, and what the reader may do.

    `is_move`: the booker's own, which awaits the owner. `asked_is_taken`: others hold what was asked for, so
    that a refusal may end the request. `is_confirmed`: the owner's, for a date that is confirmed already.
    `price`: the sentence about the price of the reservation, where it changes.
    """

    id: int
    reference: str
    asked: Line
    offered: Line
    room_slug: str
    answer_by: datetime | None
    message: str
    is_move: bool
    is_confirmed: bool
    asked_is_taken: bool
    price: str
    can_answer: bool
    can_take_back: bool


def open_offers(reservation: Reservation, actor: Actor) -> Sequence[OfferDetail]:
    """Return the open proposals for a reservation's dates, by start; none to who does not see all of it."""
    if policy.sight(reservation, actor) is not Sight.FULL:
        return ()
    books = policy.acts_for_booker(reservation, actor, Right.BOOK)
    decides = policy.decides(reservation, actor)
    found = [
        (each, each.proposal)
        for each in sorted(reservation.occurrences, key=lambda each: (each.starts_at, each.id))
        if each.proposal is not None
    ]
    blockers = in_the_way([each for each, proposal in found if proposal.side == "owner"])
    return [
        _detail(each, proposal, books=books, decides=decides, is_taken=bool(blockers.get(each.id)))
        for each, proposal in found
    ]


@dataclass(frozen=True, slots=True)
class Refusal:
    """The last offer for a pending date, which its booker has refused: what it was, when, and their words."""

    offered: Line
    at: datetime
    reason: str


def last_refusals(occurrences: Collection[Occurrence]) -> dict[int, Refusal]:
    """Return the refusals that these dates' decisions have to reckon with, by the date's id.

    Only where the refused offer is the last and nothing is open. Two statements at most. For approvers' eyes.
    """
    refused = {
        each.id: last
        for each in occurrences
        if each.proposal is None and (last := _last_offer(each)) is not None and last.state == "refused"
    }
    if not refused:
        return {}
    words: dict[int, str] = {}
    rows = db.session.execute(
        select(AuditEntry.details, Reason.text)
        .join(Reason, Reason.audit_entry_id == AuditEntry.id)
        .where(
            AuditEntry.action == "refuse_offer",
            Reason.reservation_id.in_({each.reservation_id for each in occurrences}),
        )
    )
    for details, text in rows:
        words[details["proposal"]] = text
    return {
        occurrence_id: Refusal(_line(each), each.closed_at or each.created_at, words.get(each.id, ""))
        for occurrence_id, each in refused.items()
    }


def _last_offer(occurrence: Occurrence) -> Proposal | None:
    return next((each for each in reversed(occurrence.proposals) if each.side == "owner"), None)


def _detail(
    occurrence: Occurrence, proposal: Proposal, *, books: bool, decides: bool, is_taken: bool
) -> OfferDetail:
    is_move = proposal.side == "booker"
    return OfferDetail(
        id=proposal.id,
        reference=occurrence.reservation.reference,
        asked=_line(occurrence),
        offered=_line(proposal),
        room_slug=catalogue().by_id[proposal.room_id].slug,
        answer_by=proposal.deadline_at,
        message=proposal.message,
        is_move=is_move,
        is_confirmed=not is_move and occurrence.state == State.CONFIRMED,
        asked_is_taken=is_taken,
        price=price_changes(occurrence.reservation, {occurrence.id: _place(proposal)}),
        can_answer=books and not is_move,
        can_take_back=books if is_move else decides,
    )


def _place(proposal: Proposal) -> Place:
    """Return where a date lies once it is accepted."""
    return proposal.room_id, Interval(proposal.starts_at, proposal.ends_at)


def _line(slot: Occurrence | Proposal) -> Line:
    return Line(slot.starts_at, slot.ends_at, room_name(catalogue().by_id[slot.room_id]))
