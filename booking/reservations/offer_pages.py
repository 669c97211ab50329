"""Open proposals as pages show them: the owner's offers to answer, the booker's moves that wait."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from booking.access.actor import Actor
from booking.access.roles import Right
from booking.reservations import policy
from booking.reservations.deciding import Line
from booking.reservations.models import Occurrence, Proposal, Reservation
from booking.reservations.policy import Sight
from booking.reservations.queue import in_the_way
from booking.rooms.catalogue import catalogue
from booking.rooms.labels import room_name


@dataclass(frozen=True, slots=True)
class OfferDetail:
    """An open proposal: what the date is now, what it would be, until when, and what the reader may do.

    `is_move`: the booker's own, which awaits the owner. `asked_is_taken`: others hold what was asked for, so
    that a refusal may end the request.
    """

    id: int
    reference: str
    asked: Line
    offered: Line
    room_slug: str
    answer_by: datetime | None
    message: str
    is_move: bool
    asked_is_taken: bool
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
        asked_is_taken=is_taken,
        can_answer=books and not is_move,
        can_take_back=books if is_move else decides,
    )


def _line(slot: Occurrence | Proposal) -> Line:
    return Line(slot.starts_at, slot.ends_at, room_name(catalogue().by_id[slot.room_id]))
