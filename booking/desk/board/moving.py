"""Moving a reservation from the desk: what the other time or room would meet, and how consent is had.

Nobody's confirmed reservation is moved without an answer: what an approver moves is an offer (decision 10)
that the booker accepts; only the owner's own use moves at once, for there the owner answers itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from booking.access.actor import Actor
from booking.access.roles import Right
from booking.clock import zone
from booking.errors import NotFound, RuleViolation, Violation
from booking.reservations import policy, proposals, queries
from booking.reservations.counter_offers import refuse_closed, refuse_unfit
from booking.reservations.decisions import OWNERS_NOTICE
from booking.reservations.lifecycle import State
from booking.reservations.models import Occurrence, Proposal, Reservation
from booking.reservations.queries import visible_occurrences
from booking.reservations.seen import Seen
from booking.rooms.catalogue import catalogue
from booking.rooms.facts import RoomFacts
from booking.rooms.rules import broken_by_time
from booking.timetable.interval import Interval


@dataclass(frozen=True, slots=True)
class MovePreview:
    """What a move would meet.

    `refusals`: why it cannot be offered. `passed_over`: rules of the room that an approver may pass over.
    `held` is what others hold there, `wanted` what they have asked for.
    """

    room: RoomFacts
    use: Interval
    refusals: Sequence[Violation]
    passed_over: Sequence[Violation]
    held: Sequence[Seen]
    wanted: Sequence[Seen]

    @property
    def can_be_offered(self) -> bool:
        """Whether nothing stands in the way."""
        return not self.refusals and not self.held


def date_to_move(reference: str, occurrence_id: int, actor: Actor, now: datetime) -> Occurrence:
    """Return a date for the approver of its room. Raises NotFound, Forbidden, WrongState once settled."""
    reservation, _seen = queries.find(reference, actor)
    policy.require_decider(reservation, actor)
    for each in reservation.occurrences:
        if each.id == occurrence_id:
            refuse_closed(each, now)
            return each
    raise NotFound("unknown_occurrence")


def rooms_to_move_to(occurrence: Occurrence) -> list[RoomFacts]:
    """Return the published rooms of the date's owner, by venue and name."""
    owner_id = occurrence.reservation.room.owner_id
    return [room for room in catalogue().rooms if room.owner_id == owner_id]


def preview(
    occurrence: Occurrence, room: RoomFacts, use: Interval, *, actor: Actor, now: datetime
) -> MovePreview:
    """Return what the date would meet there. Nothing changes. Two statements."""
    refusals: Sequence[Violation] = ()
    try:
        refuse_unfit(occurrence, room, use, now)
    except RuleViolation as error:
        refusals = error.violations
    broken = broken_by_time(room.rules, room.hours, use, now=now, zone=zone())
    said = {each.code for each in refusals}
    claimed = room.rules.claimed(use)
    others = [
        each
        for each in visible_occurrences([room], claimed, actor)
        if each.occurrence_id != occurrence.id and not _is_own_offer(each, occurrence)
    ]
    return MovePreview(
        room=room,
        use=use,
        refusals=refusals,
        passed_over=[each for each in broken if each.code not in said],
        held=[each for each in others if each.holds],
        wanted=[each for each in others if not each.holds],
    )


def moves_at_once(reservation: Reservation, actor: Actor) -> bool:
    """Say whether the date is the owner's own use, and the approver may answer for it too."""
    return reservation.organisation_id == reservation.room.owner_id and policy.acts_for_booker(
        reservation, actor, Right.BOOK
    )


def gives_short_notice(occurrence: Occurrence, now: datetime) -> bool:
    """Say whether a confirmed date is nearer than the notice that an owner owes (DOMAIN.md)."""
    return occurrence.state == State.CONFIRMED and occurrence.starts_at - now < OWNERS_NOTICE


def move(
    reference: str,
    occurrence_id: int,
    *,
    room_slug: str,
    use: Interval,
    message: str,
    actor: Actor,
    now: datetime,
) -> Proposal:
    """Offer the other place to the booker, and accept it at once where it is the owner's own use.

    Raises what `proposals.offer` raises.
    """
    made = proposals.offer(
        reference, occurrence_id, room_slug=room_slug, use=use, message=message, actor=actor, now=now
    )
    reservation = made.occurrence.reservation
    if moves_at_once(reservation, actor):
        return proposals.accept(reference, made.id, actor=actor, now=now)
    return made


def _is_own_offer(seen: Seen, occurrence: Occurrence) -> bool:
    """Say whether a nameless stretch is what this date was offered before: a new offer takes its place."""
    offered = occurrence.proposal
    return (
        seen.occurrence_id == 0
        and not seen.block
        and offered is not None
        and offered.claim_id is not None
        and offered.starts_at <= seen.use.start < offered.ends_at
    )


def begins_with(occurrence: Occurrence) -> tuple[RoomFacts, Interval]:
    """Return where the date lies now."""
    return catalogue().by_id[occurrence.room_id], Interval(occurrence.starts_at, occurrence.ends_at)
