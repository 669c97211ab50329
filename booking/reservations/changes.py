"""The one way a date changes its state: claim or release, sequence, history, calendars, mail.

Callers hold the spaces' locks (`occupancy.lock`) and have read the dates after taking them.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from booking.audit.models import AuditEntry
from booking.audit.service import record
from booking.extensions import db
from booking.occupancy import service as occupancy
from booking.occupancy.queries import taken_slots
from booking.reservations import messages
from booking.reservations.lifecycle import State, Step, after, holds_space
from booking.reservations.models import LONGEST_DAYS, REASON_LENGTH, Occurrence, Reason, Reservation
from booking.rooms.catalogue import catalogue
from booking.rooms.facts import RoomFacts
from booking.timetable.interval import Interval
from booking.versions.service import Scope, touch


def take_step(
    step: Step,
    occurrences: Sequence[Occurrence],
    *,
    actor_id: int | None,
    now: datetime,
    reason: str = "",
    **details: object,
) -> AuditEntry:
    """Move these dates of one reservation by one step and record it. Flushes.

    `actor_id` None is the service itself. Raises WrongState, and SlotTaken when a space is not free.
    """
    reservation = occurrences[0].reservation
    for occurrence in occurrences:
        _move(occurrence, after(State(occurrence.state), step), now)
    reservation.changed_at = now
    entry = record(
        step.value,
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


def _move(occurrence: Occurrence, state: State, now: datetime) -> None:
    room = room_of(occurrence.room_id)
    # What held as a request goes on holding as a confirmed use; what competed has to claim now
    if occurrence.claim_id is None and holds_space(state, pending_holds=False):
        made = occupancy.claim("occurrence", room.space_ids, [claimed(occurrence)])
        occurrence.claim_id = made.id
    elif occurrence.claim_id is not None and not holds_space(state, pending_holds=True):
        ended, occurrence.claim_id = occurrence.claim_id, None
        occupancy.release([ended])
    occurrence.state = state.value
    occurrence.sequence += 1
    occurrence.changed_at = now


def lose_competitors(winners: Iterable[Occurrence], *, now: datetime) -> None:
    """Decline the pending requests that no longer fit beside these dates, and tell their bookers."""
    lost: dict[int, list[Occurrence]] = {}
    for winner in winners:
        for other in competing(winner):
            if taken_slots(room_of(other.room_id).space_ids, [claimed(other)]):
                lost.setdefault(other.reservation_id, []).append(other)
    for occurrences in lost.values():
        still_pending = [each for each in dict.fromkeys(occurrences) if each.state == State.PENDING]
        take_step(Step.LOSE, still_pending, actor_id=None, now=now)
        messages.tell_booker(
            "competing_lost", still_pending[0].reservation, still_pending, now=now, decision=True
        )


def competing(occurrence: Occurrence) -> list[Occurrence]:
    """Return the pending requests of other reservations that want a part of the same time and space.

    Those that hold their space are not among them: nothing else can have been confirmed beside them.
    Oldest request first.
    """
    wish = claimed(occurrence)
    sharing = catalogue().sharing(room_of(occurrence.room_id))
    candidates = db.session.scalars(
        select(Occurrence)
        .join(Reservation)
        .where(
            Occurrence.room_id.in_([room.id for room in sharing]),
            Occurrence.state == State.PENDING.value,
            Occurrence.claim_id.is_(None),
            Occurrence.reservation_id != occurrence.reservation_id,
            Occurrence.starts_at < wish.end,
            Occurrence.starts_at > wish.start - timedelta(days=LONGEST_DAYS + 1),
        )
        .order_by(Reservation.created_at, Occurrence.id)
    )
    return [each for each in candidates if claimed(each).overlaps(wish)]


def claimed(occurrence: Occurrence) -> Interval:
    """Return what a date takes of its room's time: the use and the turnaround of its own day of asking."""
    return Interval(
        occurrence.starts_at, occurrence.ends_at + timedelta(minutes=occurrence.turnaround_minutes)
    )


def room_of(room_id: int) -> RoomFacts:
    """Return the room of a date, also one that is no longer published."""
    return catalogue().by_id[room_id]


def touch_calendars(reservation: Reservation, rooms: Collection[RoomFacts]) -> None:
    """Raise the versions of every calendar that shows the reservation."""
    touch(Scope.ROOM, *(room.id for room in rooms))
    touch(Scope.USER, reservation.booker_id)
    if reservation.organisation_id is not None:
        touch(Scope.ORGANISATION, reservation.organisation_id)
