"""Keep what a decision changes while it is made: whatever changes a date shows it to `before` first.

One record a transaction: decisions made together are undone together. What is only known when everything
else is done (what the waiting list was offered, how the changed dates stand in the end) is written at commit.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from sqlalchemy import func, select

from booking.access.actor import Actor
from booking.audit.models import AuditEntry
from booking.db import at_commit, notes
from booking.extensions import db
from booking.occupancy import service as occupancy
from booking.outbox.message import Message
from booking.reservations.models import Occurrence, Proposal
from booking.reservations.undoing.models import DecisionRecord

TIME_TO_UNDO: Final = 60  # seconds a decision can be undone, and its mail waits (DOMAIN.md)
_NOTE: Final = "decision"


class Offered(Protocol):
    """A date of the waiting list."""

    id: int
    room_id: int
    state: str
    claim_id: int | None


@dataclass(slots=True)
class Kept:
    """What a decision being made has changed so far, by ids; all of it fits into JSON."""

    record: DecisionRecord
    owners: set[int] = field(default_factory=set)
    dates: dict[int, tuple[Occurrence, dict[str, Any]]] = field(default_factory=dict)
    offers: list[Offered] = field(default_factory=list)
    mails: list[int] = field(default_factory=list)
    dropped: list[Message] = field(default_factory=list)


def begin(owner_id: int | None, *, actor: Actor, now: datetime) -> DecisionRecord:
    """Keep from here on what this transaction changes, as a decision for this owner. Flushes."""
    kept: Kept | None = notes().get(_NOTE)
    if kept is None:
        record = DecisionRecord(actor_id=actor.user_id, decided_at=now, changes={})
        db.session.add(record)
        db.session.flush()
        kept = notes()[_NOTE] = Kept(record)
        at_commit(_write_down, record.id, last=True)
    if owner_id is not None:
        kept.owners.add(owner_id)
    return kept.record


def before(occurrences: Iterable[Occurrence]) -> None:
    """Keep how these dates stand, if a decision is being made that has not changed them yet."""
    kept: Kept | None = notes().get(_NOTE)
    if kept is None:
        return
    new = [each for each in occurrences if each.id not in kept.dates]
    claims = [each.proposal.claim_id for each in new if each.proposal and each.proposal.claim_id is not None]
    held = occupancy.held(claims)
    for each in new:
        kept.dates[each.id] = (each, _as_it_stands(each, held))


def offered(dates: Sequence[Offered]) -> None:
    """Keep that the waiting list has been offered these dates by what the decision gave back."""
    if kept := notes().get(_NOTE):
        kept.offers += dates


def posted(mail_id: int) -> None:
    """Keep that the decision has written this mail."""
    if kept := notes().get(_NOTE):
        kept.mails.append(mail_id)


def dropped(mails: Iterable[Message]) -> None:
    """Keep the mails that the decision has taken back because they tell of what it ended."""
    if kept := notes().get(_NOTE):
        kept.dropped += mails


def until(record: DecisionRecord) -> datetime:
    """Return the moment from which a decision cannot be undone any more: its mails are due then."""
    return record.decided_at + timedelta(seconds=TIME_TO_UNDO)


def fingerprint(occurrence: Occurrence) -> list[Any]:
    """Return what tells whether a date has been changed: its state, place, hold, version, open proposal."""
    proposal = occurrence.proposal
    return [
        occurrence.state,
        occurrence.room_id,
        *_moments(occurrence),
        occurrence.claim_id,
        occurrence.sequence,
        proposal.id if proposal else None,
    ]


def _as_it_stands(occurrence: Occurrence, held: dict[int, list[tuple[int, Any]]]) -> dict[str, Any]:
    proposal, reservation = occurrence.proposal, occurrence.reservation
    reminded = occurrence.reminded_at
    return {
        "state": occurrence.state,
        "room": occurrence.room_id,
        "times": _moments(occurrence),
        "turnaround": occurrence.turnaround_minutes,
        "exception": occurrence.is_exception,
        "reminded": reminded.isoformat() if reminded else None,
        "reservation": [reservation.id, reservation.room_id, reservation.terms_version],
        "proposal": _open_proposal(proposal, held) if proposal else None,
    }


def _open_proposal(proposal: Proposal, held: dict[int, list[tuple[int, Any]]]) -> dict[str, Any]:
    rows = held.get(proposal.claim_id or 0, [])
    return {
        "id": proposal.id,
        "room": proposal.room_id,
        "hold": [[space_id, each.start.isoformat(), each.end.isoformat()] for space_id, each in rows],
    }


def _moments(slot: Occurrence) -> list[str]:
    return [slot.starts_at.isoformat(), slot.ends_at.isoformat()]


def _write_down(record_ids: list[int]) -> None:
    """Write how everything stands in the end; the hook that the commit calls last."""
    kept: Kept | None = notes().get(_NOTE)
    if kept is None or kept.record.id not in record_ids:
        return
    kept.record.changes = {
        "owners": sorted(kept.owners),
        "dates": {
            str(number): was | {"after": fingerprint(each)} for number, (each, was) in kept.dates.items()
        },
        "offers": [[each.id, each.room_id, each.claim_id] for each in kept.offers],
        "mails": kept.mails,
        "dropped": [_words(each) for each in kept.dropped],
        "audit": db.session.scalar(select(func.max(AuditEntry.id))),
    }
    db.session.flush()


def _words(mail: Message) -> list[Any]:
    return [
        mail.kind,
        mail.recipient,
        mail.language,
        mail.subject,
        mail.body,
        mail.subject_kind,
        mail.subject_id,
    ]
