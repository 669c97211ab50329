"""Other times and rooms for single dates: the owner's counter-offers and the booker's moves.

Source: DOMAIN.md, "Reservations"; decision 10. Every function works in the caller's transaction and flushes.
What is refused: NotFound for a reservation, date or proposal that does not exist or may not be seen,
Forbidden, and WrongState for a proposal that is no longer open.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import selectinload

from booking.access.actor import Actor
from booking.errors import NotFound, RuleViolation, Violation, WrongState
from booking.extensions import db
from booking.occupancy import service as occupancy
from booking.reservations import messages, policy
from booking.reservations.behalf.calls import note_answer
from booking.reservations.changes import (
    close_proposals,
    for_change,
    hold,
    hold_of,
    lock_rooms,
    lose_competitors,
    lose_if_taken,
    record_change,
    room_of,
    rooms_touched,
    take_step,
)
from booking.reservations.counter_offers import claim_offer, deadline_of, refuse_closed, refuse_unfit
from booking.reservations.lifecycle import State, Step
from booking.reservations.models import Occurrence, Proposal, Reservation
from booking.reservations.moves import changes_of, place, told, touch_places_left, written
from booking.reservations.offer_mail import about, was_told
from booking.reservations.reasons import words_of
from booking.rooms.catalogue import catalogue
from booking.rooms.facts import RoomFacts
from booking.timetable.interval import Interval

EXPIRED_AT_ONCE = 200  # proposals a run; the next run takes the rest


def offer(
    reference: str,
    occurrence_id: int,
    *,
    room_slug: str,
    use: Interval,
    message: str,
    actor: Actor,
    now: datetime,
) -> Proposal:
    """Offer another time or room for a pending or confirmed date, as an approver; held until the deadline.

    A confirmed date stays as it is until the booker accepts. The room is any published one of the same owner.
    An offer made before for this date is replaced. Raises RuleViolation for a room or time that cannot be
    offered, SlotTaken.
    """
    room = catalogue().by_slug.get(room_slug)
    reservation = for_change(reference, policy.require_decider, actor, also=[room] if room else [])
    occurrence = _date_of(reservation, occurrence_id)
    refuse_closed(occurrence, now)
    if room is None or room.owner_id != reservation.room.owner_id:
        raise RuleViolation([Violation("not_the_owners_room", "room")])
    words = words_of(message, "message")
    refuse_unfit(occurrence, room, use, now)
    close_proposals([occurrence], now=now)
    db.session.flush()
    wanted = room.rules.claimed(use)
    proposal = _proposal("owner", occurrence, room, use, actor=actor, now=now)
    proposal.claim_id = claim_offer(occurrence, room, wanted)
    proposal.deadline_at = deadline_of(min(occurrence.starts_at, use.start), now)
    proposal.message, proposal.is_alone = words, True
    db.session.flush()
    record_change("offer", [occurrence], actor_id=actor.user_id, now=now, reason=words, proposal=proposal.id)
    messages.tell_booker(
        "offer_made",
        reservation,
        [occurrence],
        now=now,
        decision=True,
        reason=words,
        facts=told(
            changes_of([occurrence]), proposal.deadline_at, is_confirmed=occurrence.state == State.CONFIRMED
        ),
        about=about(proposal),
    )
    return proposal


def accept(reference: str, proposal_id: int, *, actor: Actor, now: datetime) -> Proposal:
    """Take the owner's offer for the booker: the date moves there and is confirmed, or stays so.

    Raises WrongState after the deadline too.
    """
    reservation = for_change(reference, policy.require_booker, actor)
    proposal = _open(reservation, proposal_id, "owner", now)
    occurrence = proposal.occurrence
    changes = changes_of([occurrence])
    offered = occupancy.held([proposal.claim_id] if proposal.claim_id is not None else [])
    close_proposals([occurrence], now=now, state="accepted")
    place(occurrence, proposal)
    take_step(
        Step.ACCEPT,
        [occurrence],
        actor_id=actor.user_id,
        now=now,
        promised=[row for rows in offered.values() for row in rows],
        proposal=proposal.id,
        left=written(changes),
    )
    touch_places_left([occurrence], changes)
    note_answer(reservation, actor_id=actor.user_id, now=now)
    messages.tell_booker("confirmed", reservation, [occurrence], now=now)
    messages.tell_approvers("offer_accepted", reservation, [occurrence], now=now, facts=told(changes))
    lose_competitors([occurrence], now=now)
    return proposal


def refuse(reference: str, proposal_id: int, *, actor: Actor, now: datetime, reason: str = "") -> Proposal:
    """Refuse the owner's offer for the booker: the date stays as it is, waiting where it can or confirmed."""
    reservation = for_change(reference, policy.require_booker, actor)
    proposal = _open(reservation, proposal_id, "owner", now)
    occurrence, words = proposal.occurrence, words_of(reason, "refusal")
    changes = changes_of([occurrence])
    close_proposals([occurrence], now=now, state="refused")
    record_change(
        "refuse_offer", [occurrence], actor_id=actor.user_id, now=now, reason=words, proposal=proposal.id
    )
    note_answer(reservation, actor_id=actor.user_id, now=now)
    facts = told(changes, is_confirmed=occurrence.state == State.CONFIRMED)
    messages.tell_approvers("offer_refused", reservation, [occurrence], now=now, reason=words, facts=facts)
    lose_if_taken([occurrence], now=now)
    return proposal


def take_back(reference: str, proposal_id: int, *, actor: Actor, now: datetime) -> Proposal:
    """Take one's own proposal back: an approver an offer, the booker's side a move. The date stays."""
    reservation = for_change(reference, policy.require_either, actor)
    proposal = _known(reservation, proposal_id)
    by_owner = proposal.side == "owner"
    (policy.require_decider if by_owner else policy.require_booker)(reservation, actor)
    _open(reservation, proposal_id, proposal.side, now)
    occurrence = proposal.occurrence
    changes = changes_of([occurrence])
    close_proposals([occurrence], now=now)
    hold([(occurrence, hold_of(occurrence))], now=now)
    action = "withdraw_offer" if by_owner else "withdraw_move"
    record_change(action, [occurrence], actor_id=actor.user_id, now=now, proposal=proposal.id)
    facts = told(changes, is_confirmed=occurrence.state == State.CONFIRMED)
    if by_owner:
        if was_told(proposal):
            messages.tell_booker(
                "offer_withdrawn",
                reservation,
                [occurrence],
                now=now,
                decision=True,
                facts=facts,
                about=about(proposal),
            )
        lose_if_taken([occurrence], now=now)
    else:
        messages.tell_approvers("move_withdrawn", reservation, [occurrence], now=now, facts=facts)
    return proposal


def propose_moves(
    items: Sequence[tuple[Occurrence, RoomFacts, Interval]],
    *,
    actor: Actor,
    now: datetime,
    alone: Collection[int] = (),
) -> list[Proposal]:
    """Propose for the booker that confirmed dates of one reservation take another time or room.

    They hold the old and the new slot until the owner decides; moves proposed before are replaced. In: under
    `for_change`, the new rooms locked too (`also`) and their rules looked at; `alone`: the ids of the dates
    that leave their series by it. The mail and the step of the
    history are the caller's. Raises WrongState for a date that is not confirmed, SlotTaken.
    """
    for occurrence, room, _use in items:
        if occurrence.state != State.CONFIRMED:
            raise WrongState(state=occurrence.state, step="move")
        if room.owner_id != occurrence.reservation.room.owner_id:
            raise RuleViolation([Violation("not_the_owners_room", "room")])
    close_proposals([occurrence for occurrence, _room, _use in items], now=now)
    db.session.flush()
    made = [
        _proposal("booker", occurrence, room, use, actor=actor, now=now) for occurrence, room, use in items
    ]
    for proposal in made:
        proposal.is_alone = proposal.occurrence.id in alone
    db.session.flush()
    hold([(occurrence, hold_of(occurrence)) for occurrence, _room, _use in items], now=now)
    return made


def expire_proposals(*, now: datetime) -> int:
    """End what nobody has answered in time, some at a time; return how many proposals.

    That is offers past their deadline, and moves whose old or new time has begun. The dates stay as they are.
    """
    due = [each.occurrence for each in _overdue(now)]
    rooms = rooms_touched(due)
    lock_rooms(room_of(room_id) for room_id in rooms)
    again = {each.occurrence_id: each for each in _overdue(now, among={each.id for each in due})}
    by_reservation: dict[tuple[int, str], list[Occurrence]] = {}
    for proposal in again.values():
        if proposal.room_id in rooms:  # else it was made anew while this waited for the locks: the next run's
            key = (proposal.occurrence.reservation_id, proposal.side)
            by_reservation.setdefault(key, []).append(proposal.occurrence)
    for (_reservation_id, side), occurrences in by_reservation.items():
        _expire(side, occurrences, now)
    return sum(len(each) for each in by_reservation.values())


def _overdue(now: datetime, among: Collection[int] | None = None) -> Sequence[Proposal]:
    lapsed = and_(Proposal.side == "owner", Proposal.deadline_at <= now)
    begun = and_(Proposal.side == "booker", or_(Proposal.starts_at <= now, Occurrence.starts_at <= now))
    query = (
        select(Proposal)
        .join(Proposal.occurrence)
        .where(Proposal.state == "open", or_(lapsed, begun))
        .options(selectinload(Proposal.occurrence).selectinload(Occurrence.proposals))
        .order_by(Proposal.id)
        .limit(EXPIRED_AT_ONCE)
        .execution_options(populate_existing=True)
    )
    if among is not None:
        query = query.where(Proposal.occurrence_id.in_(among))
    return db.session.scalars(query).all()


def _expire(side: str, occurrences: Sequence[Occurrence], now: datetime) -> None:
    """End the proposals of one side for dates of one reservation, and tell both sides."""
    by_owner, reservation = side == "owner", occurrences[0].reservation
    confirmed = all(each.state == State.CONFIRMED for each in occurrences)
    facts = told(changes_of(occurrences), is_confirmed=confirmed)
    ended = [each.id for each in close_proposals(occurrences, now=now, state="expired")]
    hold([(each, hold_of(each)) for each in occurrences], now=now)
    action = "expire_offer" if by_owner else "expire_move"
    record_change(action, occurrences, actor_id=None, now=now, proposals=ended)
    kind = "offer_expired" if by_owner else "move_expired"
    messages.tell_booker(kind, reservation, occurrences, now=now, facts=facts)
    messages.tell_approvers(kind, reservation, occurrences, now=now, facts=facts)
    if by_owner:
        lose_if_taken(occurrences, now=now)


def _proposal(
    side: str, occurrence: Occurrence, room: RoomFacts, use: Interval, *, actor: Actor, now: datetime
) -> Proposal:
    proposal = Proposal(
        side=side,
        room_id=room.id,
        starts_at=use.start,
        ends_at=use.end,
        turnaround_minutes=room.rules.turnaround_minutes,
        state="open",
        created_by_id=actor.user_id,
        created_at=now,
    )
    occurrence.proposals.append(proposal)
    return proposal


def _date_of(reservation: Reservation, occurrence_id: int) -> Occurrence:
    for each in reservation.occurrences:
        if each.id == occurrence_id:
            return each
    raise NotFound("unknown_occurrence")


def _known(reservation: Reservation, proposal_id: int) -> Proposal:
    for each in reservation.occurrences:
        for proposal in each.proposals:
            if proposal.id == proposal_id:
                return proposal
    raise NotFound("unknown_proposal")


def _open(reservation: Reservation, proposal_id: int, side: str, now: datetime) -> Proposal:
    proposal = _known(reservation, proposal_id)
    if proposal.side != side:
        raise NotFound("unknown_proposal")
    if proposal.state != "open":
        raise WrongState("proposal_closed")
    if proposal.deadline_at is not None and proposal.deadline_at <= now:
        raise WrongState("offer_lapsed")
    return proposal
