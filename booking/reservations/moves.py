"""Take dates to another time or room: what an accepted counter-offer and a confirmed move have in common.

Callers work under `changes.for_change`, with the rooms that the dates go to locked too.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from booking.access.actor import Actor
from booking.accounts.models import User
from booking.clock import zone
from booking.reservations import messages
from booking.reservations.changes import (
    close_proposals,
    hold,
    hold_of,
    mark_changed,
    record_change,
    room_of,
    touch_calendars,
)
from booking.reservations.lifecycle import ACTIVE
from booking.reservations.models import Occurrence, Proposal
from booking.rooms.catalogue import catalogue
from booking.rooms.labels import room_name
from booking.timetable.zone import isoformat


@dataclass(frozen=True, slots=True)
class Place:
    """A room and a use of it."""

    room_id: int
    start: datetime
    end: datetime

    @classmethod
    def of(cls, slot: Occurrence | Proposal) -> "Place":
        """Return where a date lies, or where it is proposed to lie."""
        return cls(slot.room_id, slot.starts_at, slot.ends_at)


@dataclass(frozen=True, slots=True)
class Change:
    """A date's way from one place to another, as mails tell it."""

    old: Place
    new: Place


def move_of(occurrence: Occurrence) -> Proposal | None:
    """Return the booker's open move of a date; an owner's counter-offer is none."""
    proposal = occurrence.proposal
    return proposal if proposal is not None and proposal.side == "booker" else None


def changes_of(occurrences: Sequence[Occurrence]) -> list[Change]:
    """Return what the open proposals would change about these dates."""
    return [Change(Place.of(each), Place.of(each.proposal)) for each in occurrences if each.proposal]


def told(
    changes: Sequence[Change], answer_by: datetime | None = None, *, is_confirmed: bool = False
) -> messages.Facts:
    """Return what the mails about proposals want: each change with the rooms' names, and the deadline.

    `is_confirmed`: an offer is for confirmed dates, which stay as they are until it is accepted.
    """

    def facts(reader: User) -> Mapping[str, object]:
        rooms = catalogue().by_id

        def line(place: Place) -> messages.DateLine:
            return messages.DateLine(place.start, place.end, room_name(rooms[place.room_id]))

        return {
            "changes": [(line(each.old), line(each.new)) for each in changes],
            "answer_by": answer_by,
            "is_confirmed": is_confirmed,
        }

    return facts


def confirm_moves(occurrences: Sequence[Occurrence], *, actor: Actor, now: datetime) -> None:
    """Have confirmed dates of one reservation take the time and room their booker has proposed. Flushes.

    Those that competed with them are the caller's: `lose_competitors`.
    """
    changes = changes_of(occurrences)
    proposals = close_proposals(occurrences, now=now, state="accepted")
    for occurrence, proposal in zip(occurrences, proposals, strict=True):
        place(occurrence, proposal)
        mark_changed(occurrence, now)
    hold([(each, hold_of(each)) for each in occurrences], now=now)
    reservation = occurrences[0].reservation
    record_change(
        "confirm_move",
        occurrences,
        actor_id=actor.user_id,
        now=now,
        left=written(changes),
        proposals=[each.id for each in proposals],
    )
    touch_places_left(occurrences, changes)
    messages.tell_booker(
        "move_confirmed", reservation, occurrences, now=now, decision=True, facts=told(changes)
    )


def decline_moves(occurrences: Sequence[Occurrence], words: str, *, actor: Actor, now: datetime) -> None:
    """Refuse the moves of confirmed dates of one reservation: they stay where they are. Flushes."""
    changes = changes_of(occurrences)
    ended = [each.id for each in close_proposals(occurrences, now=now, state="refused")]
    hold([(each, hold_of(each)) for each in occurrences], now=now)
    record_change("decline_move", occurrences, actor_id=actor.user_id, now=now, reason=words, proposals=ended)
    messages.tell_booker(
        "move_declined",
        occurrences[0].reservation,
        occurrences,
        now=now,
        decision=True,
        reason=words,
        facts=told(changes),
    )


def place(occurrence: Occurrence, proposal: Proposal) -> None:
    """Put a date where it was proposed, with the turnaround of that room. What it holds is the caller's.

    Once all that is still to come is in another room, the reservation is that room's, under its terms.
    """
    occurrence.room_id, occurrence.room = proposal.room_id, proposal.room
    occurrence.starts_at, occurrence.ends_at = proposal.starts_at, proposal.ends_at
    occurrence.turnaround_minutes = proposal.turnaround_minutes
    occurrence.is_exception = occurrence.is_exception or proposal.is_alone
    occurrence.reminded_at = None
    reservation = occurrence.reservation
    in_rooms = {each.room_id for each in reservation.occurrences if each.state in ACTIVE}
    if in_rooms == {proposal.room_id} and reservation.room_id != proposal.room_id:
        reservation.room_id, reservation.room = proposal.room_id, proposal.room
        reservation.terms_version = room_of(proposal.room_id).terms_version


def written(changes: Iterable[Change]) -> list[list[object]]:
    """Return the places that dates have left, for the history: room, start, end."""
    local = zone()
    return [
        [each.old.room_id, isoformat(each.old.start, local), isoformat(each.old.end, local)]
        for each in changes
    ]


def touch_places_left(occurrences: Sequence[Occurrence], changes: Iterable[Change]) -> None:
    """Raise the versions of the calendars that have shown the dates where they were."""
    rooms = catalogue()
    for room_id in {each.old.room_id for each in changes}:
        touch_calendars(occurrences[0].reservation, rooms.sharing(room_of(room_id)))
