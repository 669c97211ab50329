"""What an owner does about what lies in a closure's way: keep it, offer something else, or cancel it.

Works in the caller's transaction and flushes. Source: DOMAIN.md, "An owner cancelling for its own event gives
at least 14 days' notice and an alternative".
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from booking.access.actor import Actor
from booking.audit.service import record
from booking.desk.closures.models import Closure, ClosureChoice
from booking.desk.closures.service import for_change
from booking.errors import Forbidden, NotFound, RuleViolation, SlotTaken, Violation, WrongState
from booking.extensions import db
from booking.reservations import decisions, policy, proposals
from booking.reservations.changes import lock_rooms, room_of, rooms_touched
from booking.reservations.in_the_way import Conflict, in_the_way_of
from booking.reservations.models import Occurrence, Proposal
from booking.reservations.moves import move_of
from booking.reservations.reasons import words_of
from booking.reservations.suggestions import suggestions
from booking.reservations.undoing.keeping import begin
from booking.reservations.undoing.models import DecisionRecord
from booking.rooms.catalogue import catalogue
from booking.timetable.interval import Interval

KEEP, OFFER, CANCEL = "keep", "offer", "cancel"
OFFERED_AT_ONCE = 40  # dates; each is looked for by itself


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was done: dates kept, offered something else, cancelled or declined; `short`: without notice.

    `left`: those for which nothing else was free, or that a move of their booker's stands before. `record`:
    what the decisions can be undone by for a minute.
    """

    kept: int = 0
    offered: int = 0
    cancelled: int = 0
    declined: int = 0
    short: int = 0
    left: int = 0
    record: DecisionRecord | None = None


def choose(
    closure_id: int,
    choice: str,
    occurrence_ids: Collection[int] | None,
    reason: str,
    *,
    actor: Actor,
    now: datetime,
) -> Chosen:
    """Do one thing about these dates, None: about all that nothing has been chosen for yet.

    To cancel needs a reason and is said to the booker with what is free instead; what only asks is declined.
    Raises NotFound for a date that is not in the way (any more), Forbidden for whom does not decide on it,
    RuleViolation without a reason or a choice.
    """
    closure = for_change(closure_id, actor)
    _lock_all(closure, now)
    conflicts = in_the_way_of([closure.block], now)[closure.block_id].conflicts
    chosen = _chosen(closure, conflicts, occurrence_ids, actor)
    if choice == KEEP:
        for each in chosen:
            _note(closure, each, KEEP, actor, now)
        done = Chosen(kept=len(chosen))
    elif choice == CANCEL:
        done = _cancel(closure, chosen, reason, actor, now)
    elif choice == OFFER:
        done = _offer(closure, chosen, reason, actor, now)
    else:
        raise RuleViolation([Violation("choice_missing", "choice")])
    dates = sorted(each.occurrence.id for each in chosen)
    record(
        f"choose_{choice}",
        "closure",
        closure.id,
        actor_id=actor.user_id,
        now=now,
        dates=dates,
        short_notice=done.short,
    )
    return done


def choices_of(closure_ids: Collection[int]) -> dict[int, dict[int, ClosureChoice]]:
    """Return what has been chosen, by the closure's and the date's id. One statement."""
    found: dict[int, dict[int, ClosureChoice]] = {closure_id: {} for closure_id in closure_ids}
    for each in db.session.scalars(select(ClosureChoice).where(ClosureChoice.closure_id.in_(closure_ids))):
        found[each.closure_id][each.occurrence_id] = each
    return found


def is_settled(conflict: Conflict, choice: ClosureChoice | None) -> bool:
    """Say whether there is nothing to do about a date now: it is kept, or an offer awaits its answer."""
    if choice is not None and choice.choice == KEEP:
        return True
    return open_offer(conflict.occurrence) is not None


def open_offer(occurrence: Occurrence) -> Proposal | None:
    """Return what the owner has offered instead of a date and awaits an answer."""
    proposal = occurrence.proposal
    return proposal if proposal is not None and proposal.side == "owner" else None


def _lock_all(closure: Closure, now: datetime) -> None:
    """Lock the rooms of all that is in the way at once: one by one, two owners might wait for each other."""
    conflicts = in_the_way_of([closure.block], now)[closure.block_id].conflicts
    dates = [date for each in conflicts for date in each.occurrence.reservation.occurrences]
    lock_rooms(room_of(room_id) for room_id in rooms_touched(dates))
    db.session.expire_all()


def _chosen(
    closure: Closure,
    conflicts: Sequence[Conflict],
    occurrence_ids: Collection[int] | None,
    actor: Actor,
) -> list[Conflict]:
    mine = [each for each in conflicts if policy.decides(each.occurrence.reservation, actor)]
    if occurrence_ids is None:
        choices = choices_of([closure.id])[closure.id]
        chosen = [each for each in mine if not is_settled(each, choices.get(each.occurrence.id))]
        if not chosen and conflicts and not mine:
            raise Forbidden
    else:
        wanted = set(occurrence_ids)
        known = {each.occurrence.id for each in conflicts}
        if wanted - known:
            raise NotFound("not_in_the_way")
        chosen = [each for each in mine if each.occurrence.id in wanted]
        if len(chosen) < len(wanted):
            raise Forbidden
    if not chosen:
        raise RuleViolation([Violation("no_dates_chosen", "dates")])
    return chosen


def _cancel(closure: Closure, chosen: Sequence[Conflict], reason: str, actor: Actor, now: datetime) -> Chosen:
    by_step: dict[tuple[str, bool], list[Conflict]] = {}
    for each in chosen:
        key = (each.occurrence.reservation.reference, each.is_pending)
        by_step.setdefault(key, []).append(each)
    short, declined = 0, sum(each.is_pending for each in chosen)
    decision = begin(closure.owner_id, actor=actor, now=now)
    for (reference, pending), conflicts in by_step.items():
        ids = [each.occurrence.id for each in conflicts]
        if pending:
            decisions.decline(reference, ids, reason, actor=actor, now=now)
        else:
            decisions.cancel(reference, ids, reason, actor=actor, now=now)
            short += sum(each.short_notice for each in conflicts)
        for each in conflicts:
            _note(closure, each, "decline" if pending else CANCEL, actor, now)
    return Chosen(cancelled=len(chosen) - declined, declined=declined, short=short, record=decision)


def _offer(closure: Closure, chosen: Sequence[Conflict], message: str, actor: Actor, now: datetime) -> Chosen:
    """Offer each date what is nearest to it; what is offered to one is not free for the next."""
    offered, words = 0, words_of(message, "reason")
    for each in chosen[:OFFERED_AT_ONCE]:
        occurrence = each.occurrence
        nearest = suggestions(occurrence, now=now)[:1] if move_of(occurrence) is None else []
        for place in nearest:
            room = catalogue().by_slug[place.slug]
            try:
                with db.session.begin_nested():  # one that cannot be had leaves nothing behind
                    proposals.offer(
                        occurrence.reservation.reference,
                        occurrence.id,
                        room_slug=room.slug,
                        use=Interval(place.start, place.end),
                        message=words,
                        actor=actor,
                        now=now,
                    )
            except (RuleViolation, SlotTaken, WrongState):
                continue
            _note(closure, each, OFFER, actor, now)
            offered += 1
    return Chosen(offered=offered, left=len(chosen) - offered)


def _note(closure: Closure, conflict: Conflict, choice: str, actor: Actor, now: datetime) -> None:
    """Write what was last chosen for a date. To cancel late is a breach; to keep or to offer is none."""
    found = choices_of([closure.id])[closure.id].get(conflict.occurrence.id)
    if found is None:
        found = ClosureChoice(closure_id=closure.id, occurrence_id=conflict.occurrence.id)
        db.session.add(found)
    found.choice, found.short_notice = choice, choice == CANCEL and conflict.short_notice
    found.chosen_by_id, found.chosen_at = actor.user_id or 0, now
    db.session.flush()
