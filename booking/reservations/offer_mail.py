"""The mails about an owner's offers: each is about its proposal, so that one that ends early goes untold."""

from collections.abc import Iterable
from datetime import timedelta

from booking.outbox.service import take_back
from booking.reservations.models import Occurrence, Proposal
from booking.reservations.undoing import keeping
from booking.reservations.undoing.keeping import TIME_TO_UNDO

SUBJECT = "proposal"  # what the mails are about: the outbox takes them back by it
KINDS = ("offer_made", "offer_withdrawn")


def about(proposal: Proposal) -> tuple[str, int]:
    """Return what a mail about an offer is about."""
    return SUBJECT, proposal.id


def take_back_mail(occurrences: Iterable[Occurrence]) -> None:
    """Drop what has not gone out yet about these dates' offers, which have ended."""
    for occurrence in occurrences:
        for proposal in occurrence.proposals:
            if proposal.side == "owner":
                keeping.dropped(take_back(SUBJECT, proposal.id, KINDS))


def was_told(proposal: Proposal) -> bool:
    """Say whether the booker's side had heard of an offer that has ended, or of one that it replaced."""
    if proposal.closed_at is None or proposal.closed_at - proposal.created_at >= timedelta(
        seconds=TIME_TO_UNDO
    ):
        return True
    replaced = (
        each
        for each in proposal.occurrence.proposals
        if each.side == "owner" and each.id < proposal.id and each.closed_at == proposal.created_at
    )
    return any(was_told(each) for each in replaced)
