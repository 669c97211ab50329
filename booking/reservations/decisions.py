"""Decide on requests, withdraw and cancel. Every function works in the caller's transaction and flushes.

`occurrence_ids` None means all dates that are open to the step. All raise NotFound for a reservation or a
date that does not exist or may not be seen, Forbidden, and WrongState when a date is not open to the step.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from booking.access.actor import Actor
from booking.clock import zone
from booking.errors import NotFound, RuleViolation, Violation, WrongState
from booking.extensions import db
from booking.reservations import messages, policy
from booking.reservations.changes import (
    for_change,
    lock_rooms,
    lose_competitors,
    room_of,
    rooms_touched,
    take_step,
)
from booking.reservations.lifecycle import State, Step, awaits_decision, sources
from booking.reservations.models import Occurrence, Proposal, Reservation
from booking.reservations.moves import confirm_moves, decline_moves, move_of
from booking.reservations.reasons import words_of
from booking.reservations.standing import partly
from booking.reservations.undoing.keeping import begin
from booking.reservations.undoing.models import DecisionRecord
from booking.rooms.rules import cancellation_deadline

OWNERS_NOTICE = timedelta(days=14)  # DOMAIN.md: an owner cancelling for its own event gives so much notice
EXPIRED_AT_ONCE = 200  # dates a run; the next run takes the rest


@dataclass(frozen=True, slots=True)
class Decided:
    """What an approver's decision did: dates and moves decided on, and requests that lost a date by it.

    `record` is what it can be undone by for a minute.
    """

    reservation: Reservation
    dates: int
    moves: int
    record: DecisionRecord
    lost: int = 0


def confirm(
    reference: str, occurrence_ids: Collection[int] | None, *, actor: Actor, now: datetime
) -> Decided:
    """Confirm pending dates and the moves of confirmed ones as an approver: what moves goes first.

    Competing requests that no longer fit are declined by themselves. Raises SlotTaken when somebody else
    holds the space of a pending date by now.
    """
    reservation = for_change(reference, policy.require_decider, actor)
    chosen = _chosen(reservation, occurrence_ids, Step.CONFIRM)
    _refuse_begun(chosen, now)
    pending, moving = _pending_and_moving(chosen)
    _refuse_begun(filter(None, map(move_of, moving)), now)
    record = begin(reservation.room.owner_id, actor=actor, now=now)
    if moving:
        confirm_moves(moving, actor=actor, now=now)
    if pending:
        take_step(Step.CONFIRM, pending, actor_id=actor.user_id, now=now)
        facts = partly(reservation, pending)
        messages.tell_booker("confirmed", reservation, pending, now=now, decision=True, facts=facts)
    lost = lose_competitors(chosen, now=now)
    return Decided(reservation, len(pending), len(moving), record, lost)


def decline(
    reference: str, occurrence_ids: Collection[int] | None, reason: str, *, actor: Actor, now: datetime
) -> Decided:
    """Decline pending dates and the moves of confirmed ones, which then stay, as an approver.

    Raises RuleViolation without a reason: every loser is owed one.
    """
    reservation = for_change(reference, policy.require_decider, actor)
    words = _required(reason)
    chosen = _chosen(reservation, occurrence_ids, Step.DECLINE)
    pending, moving = _pending_and_moving(chosen)
    record = begin(reservation.room.owner_id, actor=actor, now=now)
    if moving:
        decline_moves(moving, words, actor=actor, now=now)
    if pending:
        take_step(Step.DECLINE, pending, actor_id=actor.user_id, now=now, reason=words)
        messages.tell_booker(
            "declined",
            reservation,
            pending,
            now=now,
            decision=True,
            reason=words,
            facts=partly(reservation, pending),
        )
    return Decided(reservation, len(pending), len(moving), record)


def withdraw(
    reference: str,
    occurrence_ids: Collection[int] | None,
    *,
    actor: Actor,
    now: datetime,
    reason: str = "",
) -> Reservation:
    """Take back pending dates for the booker."""
    reservation = for_change(reference, policy.require_booker, actor)
    chosen = _chosen(reservation, occurrence_ids, Step.WITHDRAW)
    words = words_of(reason)
    take_step(Step.WITHDRAW, chosen, actor_id=actor.user_id, now=now, reason=words)
    messages.tell_booker("withdrawn", reservation, chosen, now=now)
    messages.tell_approvers("withdrawn_by_booker", reservation, chosen, now=now, reason=words)
    return reservation


def cancel(
    reference: str, occurrence_ids: Collection[int] | None, reason: str, *, actor: Actor, now: datetime
) -> Reservation:
    """Cancel confirmed dates, for the booker until the room's deadline, or as approver with a reason.

    Raises RuleViolation when the booker is late or the approver gives no reason. An approver's cancellation
    with less than 14 days' notice is recorded as such.
    """
    reservation = for_change(reference, policy.require_either, actor)
    as_owner = policy.acts_as_owner(reservation, actor)
    words = _required(reason) if as_owner else words_of(reason)
    chosen = _chosen(reservation, occurrence_ids, Step.CANCEL)
    _refuse_begun(chosen, now)
    if as_owner:
        begin(reservation.room.owner_id, actor=actor, now=now)
        short = any(each.starts_at - now < OWNERS_NOTICE for each in chosen)
        take_step(
            Step.CANCEL, chosen, actor_id=actor.user_id, now=now, reason=words, by="owner", short_notice=short
        )
        messages.tell_booker(
            "cancelled",
            reservation,
            chosen,
            now=now,
            decision=True,
            reason=words,
            facts=lambda reader: {"short_notice": short},
        )
    else:
        _refuse_late(chosen, now)
        take_step(Step.CANCEL, chosen, actor_id=actor.user_id, now=now, reason=words, by="booker")
        messages.tell_booker("cancelled", reservation, chosen, now=now, reason=words)
        messages.tell_approvers("cancelled_by_booker", reservation, chosen, now=now, reason=words)
    return reservation


def expire_pending(*, now: datetime) -> int:
    """Expire the requests nobody decided before their start, some at a time; return how many dates."""
    due = db.session.scalars(
        select(Occurrence)
        .where(Occurrence.state == State.PENDING.value, Occurrence.starts_at <= now)
        .order_by(Occurrence.starts_at, Occurrence.id)
        .limit(EXPIRED_AT_ONCE)
    ).all()
    lock_rooms(room_of(room_id) for room_id in rooms_touched(due))
    by_reservation: dict[int, list[Occurrence]] = {}
    for occurrence in due:
        db.session.refresh(occurrence)
        if occurrence.state == State.PENDING.value:
            by_reservation.setdefault(occurrence.reservation_id, []).append(occurrence)
    for occurrences in by_reservation.values():
        take_step(Step.EXPIRE, occurrences, actor_id=None, now=now)
        messages.tell_booker("expired", occurrences[0].reservation, occurrences, now=now)
    return sum(len(each) for each in by_reservation.values())


def is_to_decide(occurrence: Occurrence) -> bool:
    """Say whether the date awaits an approver: pending, or with a move that its booker proposes."""
    return awaits_decision(State(occurrence.state), moves=move_of(occurrence) is not None)


def _pending_and_moving(chosen: Sequence[Occurrence]) -> tuple[list[Occurrence], list[Occurrence]]:
    pending = [each for each in chosen if each.state == State.PENDING]
    return pending, [each for each in chosen if each not in pending]


def _chosen(reservation: Reservation, occurrence_ids: Collection[int] | None, step: Step) -> list[Occurrence]:
    if occurrence_ids is None:
        chosen = [each for each in reservation.occurrences if _is_open(each, step)]
    else:
        wanted = set(occurrence_ids)
        chosen = [each for each in reservation.occurrences if each.id in wanted]
        if len(chosen) < len(wanted):
            raise NotFound("unknown_occurrence")
    for each in chosen:
        if not _is_open(each, step):
            raise WrongState(state=each.state, step=step.value)
    if not chosen:
        raise WrongState(state=reservation.occurrences[0].state, step=step.value)
    return chosen


def _is_open(occurrence: Occurrence, step: Step) -> bool:
    if step in (Step.CONFIRM, Step.DECLINE):
        return is_to_decide(occurrence)
    return occurrence.state in sources(step)


def _refuse_begun(slots: Iterable[Occurrence | Proposal], now: datetime) -> None:
    if any(each.starts_at <= now for each in slots):
        raise WrongState("already_begun")


def _refuse_late(occurrences: Collection[Occurrence], now: datetime) -> None:
    for each in occurrences:
        rules = room_of(each.room_id).rules
        deadline = cancellation_deadline(rules, each.starts_at, zone())
        if now > deadline:
            params = {"days": rules.cancellation_days, "moment": deadline}
            raise RuleViolation([Violation("too_late_to_cancel", "reason", params)])


def _required(reason: str) -> str:
    words = words_of(reason)
    if not words:
        raise RuleViolation([Violation("reason_missing", "reason")])
    return words
