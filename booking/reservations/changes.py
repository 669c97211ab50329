"""The one way a date changes its state: claim or release, sequence, history, calendars, mail.

Callers hold the spaces' locks (`occupancy.lock`) and have read the dates after taking them.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import selectinload

from booking.access.actor import Actor
from booking.audit.models import AuditEntry
from booking.audit.service import record
from booking.errors import NotFound, SlotTaken
from booking.extensions import db
from booking.occupancy import blocks
from booking.occupancy import service as occupancy
from booking.reservations import messages
from booking.reservations.lifecycle import HOLDING, State, Step, after, holds_space
from booking.reservations.models import LONGEST_DAYS, REASON_LENGTH, Occurrence, Proposal, Reason, Reservation
from booking.reservations.offer_mail import take_back_mail
from booking.reservations.standing import partly
from booking.reservations.undoing import keeping
from booking.rooms.catalogue import catalogue, require_current
from booking.rooms.facts import RoomFacts
from booking.timetable.interval import Interval, subtract
from booking.versions.service import Scope, touch


def for_change(
    reference: str,
    require: Callable[[Reservation, Actor], None],
    actor: Actor,
    *,
    also: Iterable[RoomFacts] = (),
) -> Reservation:
    """Return a reservation as it stands under the locks of its rooms, once `require` lets the person through.

    `also`: rooms it is to go to, locked in the same breath. Raises NotFound, and what `require` raises.
    """
    query = select(Reservation).where(Reservation.reference == reference)
    query = query.options(selectinload(Reservation.occurrences)).execution_options(populate_existing=True)
    reservation = db.session.scalar(query)
    if reservation is None:
        raise NotFound("unknown_reservation")
    require(reservation, actor)
    locked: set[int] = set()
    wanted = {room.id for room in also}
    while (room_ids := rooms_touched(reservation.occurrences) | wanted) - locked:
        lock_rooms(room_of(room_id) for room_id in room_ids)
        locked |= room_ids
        # A date may have moved to another room while this waited for the lock: then once more
        reservation = db.session.scalars(query).one()
    return reservation


def lock_rooms(rooms: Iterable[RoomFacts]) -> None:
    """Have these rooms' spaces to oneself until the transaction ends, and all spaces of rooms that share one.

    All of them, because what is given back here may be offered to who waits for a room that shares the space.
    Raises Outdated when rooms have changed while this waited: one may be divided or retired.
    """
    known = catalogue()
    occupancy.lock(
        space_id for room in rooms for sharing in known.sharing(room) for space_id in sharing.space_ids
    )
    require_current()


def take_step(
    step: Step,
    occurrences: Sequence[Occurrence],
    *,
    actor_id: int | None,
    now: datetime,
    reason: str = "",
    promised: Collection[occupancy.Released] = (),
    **details: object,
) -> AuditEntry:
    """Move these dates of one reservation by one step and record it; open proposals for them end. Flushes.

    `actor_id` None is the service itself; `promised` as in `hold`. Raises WrongState, and SlotTaken when a
    space is not free.
    """
    states = [after(State(each.state), step) for each in occurrences]
    keeping.before(occurrences)
    close_proposals(occurrences, now=now)
    take_back_mail(occurrences)
    wanted: list[tuple[Occurrence, occupancy.Hold]] = []
    for occurrence, state in zip(occurrences, states, strict=True):
        occurrence.state = state.value
        wanted.append((occurrence, hold_of(occurrence)))
        mark_changed(occurrence, now)
    hold(wanted, now=now, promised=promised)
    return record_change(step.value, occurrences, actor_id=actor_id, now=now, reason=reason, **details)


def mark_changed(occurrence: Occurrence, now: datetime) -> None:
    """Tell calendars that the date has changed."""
    occurrence.sequence += 1
    occurrence.changed_at = now


def hold_of(occurrence: Occurrence) -> occupancy.Hold:
    """Return what a date has to hold in its state: nothing, its slot, or also the slot of its move."""
    if not holds_space(State(occurrence.state), pending_holds=occurrence.pending_holds):
        return ()
    own = occupancy.Part(room_of(occurrence.room_id).space_ids, claimed(occurrence))
    move = occurrence.proposal
    if move is None or move.side != "booker":
        return (own,)
    return (own, occupancy.Part(room_of(move.room_id).space_ids, claimed(move)))


def hold(
    wanted: Sequence[tuple[Occurrence, occupancy.Hold]],
    *,
    now: datetime,
    promised: Collection[occupancy.Released] = (),
) -> None:
    """Have these dates hold exactly this: all old claims are released, then all new ones are made.

    A date that holds the same already keeps its claim. What is left behind falls at once to the blocks that
    want it, and none of it to another date, unless it is among what was `promised`: offered and held until
    now. Raises SlotTaken when something is not free.
    """
    held = occupancy.held([each.claim_id for each, _parts in wanted if each.claim_id is not None])
    changed = [
        (occurrence, parts, held.get(occurrence.claim_id or 0, []))
        for occurrence, parts in wanted
        if occupancy.rows_of_hold(parts) != held.get(occurrence.claim_id or 0, [])
    ]
    ended = [occurrence.claim_id for occurrence, _parts, _old in changed if occurrence.claim_id is not None]
    for occurrence, _parts, _old in changed:
        occurrence.claim_id = None
    occupancy.release(ended, now=now)
    holding = [(occurrence, parts, old) for occurrence, parts, old in changed if parts]
    if ended:
        _leave_to_blocks([(parts, [*old, *promised]) for _occurrence, parts, old in holding])
    made = occupancy.claim_all("occurrence", [parts for _occurrence, parts, _old in holding])
    for (occurrence, _parts, _old), claim_id in zip(holding, made, strict=True):
        occurrence.claim_id = claim_id
    blocks.take_released([row for claim_id in ended for row in held.get(claim_id, ())], now)


def _leave_to_blocks(holds: Iterable[tuple[occupancy.Hold, Sequence[occupancy.Released]]]) -> None:
    """Raise SlotTaken for a hold that would gain what a block wants. In: with what it has had of its own."""
    gained: list[tuple[int, Interval, occupancy.Hold]] = []
    for parts, own in holds:
        for space_id, interval in occupancy.rows_of_hold(parts):
            had = [each for own_space, each in own if own_space == space_id]
            gained += [(space_id, each, parts) for each in subtract([interval], had)]
    wanted = blocks.wanted_of((space_id, each) for space_id, each, _parts in gained)
    if wanted:
        refused = [parts for _space, each, parts in gained if any(each.overlaps(other) for other in wanted)]
        raise SlotTaken(sorted({part.interval for parts in refused for part in parts}))


def close_proposals(
    occurrences: Iterable[Occurrence], *, now: datetime, state: str = "withdrawn"
) -> list[Proposal]:
    """End the open proposals for these dates and give back what counter-offers hold; return them.

    Their mail that has not gone out is dropped. What the date itself holds for a move is the caller's to
    mend: `hold` with `hold_of`.
    """
    ending = [each for each in occurrences if each.proposal is not None]
    keeping.before(ending)
    take_back_mail(ending)
    closed = [each.proposal for each in ending if each.proposal is not None]
    ended = [each.claim_id for each in closed if each.claim_id is not None]
    for proposal in closed:
        proposal.state, proposal.closed_at, proposal.claim_id = state, now, None
    occupancy.release(ended, now=now)
    return closed


def record_change(
    action: str,
    occurrences: Sequence[Occurrence],
    *,
    actor_id: int | None,
    now: datetime,
    reason: str = "",
    **details: object,
) -> AuditEntry:
    """Write one step of a reservation's history, with its words, and raise its calendars' versions. Flushes.

    `details` are ids, codes and moments, never a name or words.
    """
    reservation = occurrences[0].reservation
    reservation.changed_at = now
    entry = record(
        action,
        "reservation",
        reservation.id,
        actor_id=actor_id,
        now=now,
        occurrences=[each.id for each in occurrences],
        **details,
    )
    if reason:
        db.session.add(
            Reason(audit_entry_id=entry.id, reservation_id=reservation.id, text=reason[:REASON_LENGTH])
        )
    db.session.flush()
    rooms = catalogue()
    for room_id in {each.room_id for each in occurrences}:
        touch_calendars(reservation, rooms.sharing(room_of(room_id)))
    return entry


def lose_competitors(winners: Iterable[Occurrence], *, now: datetime) -> int:
    """Decline the pending requests that no longer fit beside these confirmed dates, and tell their bookers.

    Returns how many requests have lost a date. One that has been offered another time or room is left until
    the offer is answered (`lose_if_taken`).
    """
    beaten = (rival for rivals in competing_with(list(winners)).values() for rival in rivals)
    lost = [each for each in dict.fromkeys(beaten) if each.proposal is None]
    _lose(lost, now)
    return len({each.reservation_id for each in lost})


def lose_if_taken(occurrences: Sequence[Occurrence], *, now: datetime) -> None:
    """Decline those of these pending dates whose time was confirmed for another while an offer was open."""
    waiting = [each for each in occurrences if each.state == State.PENDING and each.claim_id is None]
    winners = beside(waiting, Occurrence.state.in_(HOLDING))
    _lose([each for each in waiting if winners[each.id]], now)


def _lose(lost: Sequence[Occurrence], now: datetime) -> None:
    by_reservation: dict[int, list[Occurrence]] = {}
    for each in lost:
        by_reservation.setdefault(each.reservation_id, []).append(each)
    for occurrences in by_reservation.values():
        take_step(Step.LOSE, occurrences, actor_id=None, now=now)
        reservation = occurrences[0].reservation
        messages.tell_booker(
            "competing_lost",
            reservation,
            occurrences,
            now=now,
            decision=True,
            facts=partly(reservation, occurrences),
        )


def competing(occurrence: Occurrence) -> list[Occurrence]:
    """Return the pending requests of other reservations that want a part of the same time and space.

    Those that hold their space are not among them: nothing else can have been confirmed beside them.
    Oldest request first.
    """
    return competing_with([occurrence])[occurrence.id]


def competing_with(occurrences: Sequence[Occurrence]) -> dict[int, list[Occurrence]]:
    """Return `competing` of each of these dates, by its id. One statement."""
    return beside(occurrences, Occurrence.state == State.PENDING.value, Occurrence.claim_id.is_(None))


def beside(
    occurrences: Sequence[Occurrence], *conditions: ColumnElement[bool]
) -> dict[int, list[Occurrence]]:
    """Return, for each date, the dates of other reservations that overlap it on a space it uses."""
    found: dict[int, list[Occurrence]] = {each.id: [] for each in occurrences}
    if not occurrences:
        return found
    rooms = catalogue()
    sharing = {
        each.room_id: {room.id for room in rooms.sharing(room_of(each.room_id))} for each in occurrences
    }
    wishes = [(each, claimed(each)) for each in occurrences]
    first, last = min(wish.start for _each, wish in wishes), max(wish.end for _each, wish in wishes)
    others = db.session.scalars(
        select(Occurrence)
        .join(Reservation)
        .where(
            Occurrence.room_id.in_(set().union(*sharing.values())),
            Occurrence.starts_at < last,
            Occurrence.starts_at > first - timedelta(days=LONGEST_DAYS + 1),
            *conditions,
        )
        .order_by(Reservation.created_at, Occurrence.id)
    )
    for other in others:
        taken = claimed(other)
        for each, wish in wishes:
            if (
                other.reservation_id != each.reservation_id
                and other.room_id in sharing[each.room_id]
                and taken.overlaps(wish)
            ):
                found[each.id].append(other)
    return found


def claimed(slot: Occurrence | Proposal) -> Interval:
    """Return what a date takes of its room's time: the use and the turnaround of its own day of asking."""
    return Interval(slot.starts_at, slot.ends_at + timedelta(minutes=slot.turnaround_minutes))


def room_of(room_id: int) -> RoomFacts:
    """Return the room of a date, also one that is no longer published."""
    return catalogue().by_id[room_id]


def rooms_touched(occurrences: Iterable[Occurrence]) -> set[int]:
    """Return the rooms of these dates and of what is proposed for them."""
    dates = list(occurrences)
    return {each.room_id for each in dates} | {
        each.proposal.room_id for each in dates if each.proposal is not None
    }


def touch_calendars(reservation: Reservation, rooms: Collection[RoomFacts]) -> None:
    """Raise the versions of every calendar that shows the reservation."""
    if reservation.visibility == "event":
        touch_events()
    touch(Scope.ROOM, *(room.id for room in rooms))
    touch(Scope.USER, reservation.booker_id)
    if reservation.organisation_id is not None:
        touch(Scope.ORGANISATION, reservation.organisation_id)


def touch_events() -> None:
    """Raise the version of the calendar of public events: also for what is one no more."""
    touch(Scope.EVENTS, 0)
