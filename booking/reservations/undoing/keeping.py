"""Keep what a decision changes while it is made: whatever changes a date shows it to `before` first.

One record a transaction: decisions made together are undone together. What is only known when everything
else is done (what the waiting list was offered, how the changed dates stand in the end) is written at commit.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from sqlalchemy import func, select

from booking.access.actor import Actor
from booking.audit.models import AuditEntry
from booking.db import at_commit, notes
from booking.extensions import db
from booking.occupancy import service as occupancy
from booking.occupancy.blocks import CLAIM
from booking.occupancy.models import Claim
from booking.occupancy.queries import held_within
from booking.outbox.message import Message
from booking.reservations.models import Occurrence, Proposal
from booking.reservations.undoing.models import DecisionRecord
from booking.timetable.interval import Interval

TIME_TO_UNDO: Final = 60  # seconds a decision can be undone, and its mail waits (DOMAIN.md)
_NOTE: Final = "decision"


Held = Mapping[int, Sequence[tuple[int, Interval]]]
"""What claims hold, by their ids: (space id, interval)."""


class ToTell(Protocol):
    """Something that staff is to tell by phone."""

    id: int


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
    calls: list[ToTell] = field(default_factory=list)
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
    slots = [slot for each in new for slot in (each, each.proposal) if slot is not None]
    held = occupancy.held([slot.claim_id for slot in slots if slot.claim_id is not None])
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


def to_tell(call: ToTell) -> None:
    """Keep that the decision has something told by phone."""
    if kept := notes().get(_NOTE):
        kept.calls.append(call)


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


def _as_it_stands(occurrence: Occurrence, held: Held) -> dict[str, Any]:
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
        "hold": _rows(occurrence, held),
        "proposal": {"id": proposal.id, "room": proposal.room_id, "hold": _rows(proposal, held)}
        if proposal
        else None,
    }


def _rows(slot: Occurrence | Proposal, held: Held) -> list[list[Any]]:
    rows = held.get(slot.claim_id or 0, ())
    return [[space_id, each.start.isoformat(), each.end.isoformat()] for space_id, each in rows]


def _taken_by_blocks(dates: Iterable[dict[str, Any]]) -> list[list[Any]]:
    """Return what blocks hold now of what these dates held before, as (claim id, space id, start, end)."""
    windows = [
        (space_id, Interval(datetime.fromisoformat(start), datetime.fromisoformat(end)))
        for was in dates
        for space_id, start, end in was["hold"]
    ]
    found = [
        (claim_id, space_id, shared)
        for (space_id, window), others in zip(windows, held_within(windows), strict=True)
        for interval, claim_id in others
        if (shared := interval.intersection(window)) is not None
    ]
    kinds = select(Claim.id).where(Claim.id.in_({each[0] for each in found}), Claim.kind == CLAIM)
    blocks = set(db.session.scalars(kinds)) if found else set()
    return [
        [claim_id, space_id, each.start.isoformat(), each.end.isoformat()]
        for claim_id, space_id, each in found
        if claim_id in blocks
    ]


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
        "blocks": _taken_by_blocks(was for _each, was in kept.dates.values()),
        "calls": [each.id for each in kept.calls],
        "offers": [[each.id, each.room_id, each.claim_id] for each in kept.offers],
        "mails": kept.mails,
        "dropped": [_words(each) for each in kept.dropped],
        "audit": db.session.scalar(select(func.max(AuditEntry.id))),
    }
    db.session.flush()


def _words(mail: Message) -> list[Any]:
    # Words alone: what is dropped tells of offers, and those enclose nothing (`enclosures.TELLING`)
    return [
        mail.kind,
        mail.recipient,
        mail.language,
        mail.subject,
        mail.body,
        mail.subject_kind,
        mail.subject_id,
    ]
