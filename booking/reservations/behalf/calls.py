"""Whom staff has to call: news of reservations whose booker nobody can write to.

Source: DOMAIN.md, "Who": not everybody has an email address, and somebody has to tell them too.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from booking.access.actor import Actor
from booking.access.roles import Right
from booking.audit.service import record
from booking.errors import Forbidden, NotFound, WrongState
from booking.extensions import db
from booking.reservations import policy
from booking.reservations.behalf.models import Behalf, Call
from booking.reservations.models import Occurrence, Reservation
from booking.reservations.undoing import keeping
from booking.rooms.models import Room

TOLD_ON_THE_PHONE: Final = frozenset(
    {"request_received", "confirmed", "withdrawn", "cancelled", "given_back", "edited"}
)
"""What staff itself does while the person is on the phone; a decision of the same name is news."""


OFFER_MADE: Final = "offer_made"


@dataclass(frozen=True, slots=True)
class ToCall:
    """One reservation with all that is still to be told of it, oldest news first."""

    reservation: Reservation
    behalf: Behalf | None
    calls: Sequence[Call]


def note_call(
    kind: str, reservation: Reservation, occurrences: Iterable[Occurrence], *, decision: bool, now: datetime
) -> None:
    """Have staff tell by phone what no mail can tell. Nothing for what is said on the phone anyway."""
    if not reservation.on_behalf or (kind in TOLD_ON_THE_PHONE and not decision):
        return
    ids = [each.id for each in occurrences]
    call = Call(reservation_id=reservation.id, kind=kind, occurrence_ids=ids, created_at=now)
    db.session.add(call)
    if decision:
        keeping.to_tell(call)


def count_calls(actor: Actor) -> int:
    """Count the reservations that this person has to call about."""
    query = _of_owners(select(func.count(Call.reservation_id.distinct())), actor)
    return db.session.scalar(query) or 0


def calls_to_make(actor: Actor, *, limit: int, offset: int = 0) -> list[ToCall]:
    """Return what the person's owners have to tell by phone, the oldest news first. A few statements."""
    first = _of_owners(select(Call.reservation_id), actor).group_by(Call.reservation_id)
    first = first.order_by(func.min(Call.id)).limit(limit).offset(offset)
    ids: list[int] = list(db.session.scalars(first))
    if not ids:
        return []
    calls = db.session.scalars(
        select(Call)
        .where(Call.reservation_id.in_(ids), Call.told_at.is_(None))
        .order_by(Call.id)
        .options(
            joinedload(Call.reservation).selectinload(Reservation.occurrences),
            joinedload(Call.reservation).joinedload(Reservation.organisation),
        )
    ).all()
    known = {each.reservation_id: each for each in behalves(ids)}
    by_reservation: dict[int, list[Call]] = {}
    for call in calls:
        by_reservation.setdefault(call.reservation_id, []).append(call)
    return [
        ToCall(by_reservation[each][0].reservation, known.get(each), by_reservation[each])
        for each in ids
        if each in by_reservation
    ]


def open_calls(reservation: Reservation) -> list[Call]:
    """Return what is still to be told of one reservation, oldest first."""
    return list(
        db.session.scalars(
            select(Call)
            .where(Call.reservation_id == reservation.id, Call.told_at.is_(None))
            .order_by(Call.id)
        )
    )


def mark_told(reference: str, last_call_id: int, *, actor: Actor, now: datetime) -> Reservation:
    """Note that the person has been told all news up to this call.

    Raises NotFound, Forbidden for staff of another owner, WrongState when there is nothing left to tell.
    """
    query = select(Reservation).where(Reservation.reference == reference)
    reservation = db.session.scalar(query.options(selectinload(Reservation.occurrences)))
    if reservation is None:
        raise NotFound("unknown_reservation")
    if not policy.serves_booker(reservation, actor):
        raise Forbidden if policy.sight(reservation, actor) else NotFound("unknown_reservation")
    told = [each for each in open_calls(reservation) if each.id <= last_call_id]
    if not told:
        raise WrongState("told_already")
    for call in told:
        call.told_at, call.told_by_id = now, actor.user_id
    record(
        "tell_by_phone",
        "reservation",
        reservation.id,
        actor_id=actor.user_id,
        now=now,
        calls=[each.id for each in told],
    )
    db.session.flush()
    return reservation


def note_answer(reservation: Reservation, *, actor_id: int | None, now: datetime) -> None:
    """Take the owner's offers whose dates all have their answer off the list: staff has heard it by phone."""
    if not reservation.on_behalf:
        return
    waiting = {each.id for each in reservation.occurrences if each.proposal is not None}
    for call in open_calls(reservation):
        if call.kind == OFFER_MADE and not waiting.intersection(call.occurrence_ids):
            call.told_at, call.told_by_id = now, actor_id


def behalf_of(reservation: Reservation) -> Behalf | None:
    """Return for whom a reservation was made; None when it was not on behalf, or that has been erased."""
    return db.session.get(Behalf, reservation.id) if reservation.on_behalf else None


def behalves(reservation_ids: Iterable[int]) -> Sequence[Behalf]:
    """Return for whom these reservations were made, where they were on behalf. One statement."""
    return db.session.scalars(select(Behalf).where(Behalf.reservation_id.in_(list(reservation_ids)))).all()


def _of_owners(query: Select[Any], actor: Actor) -> Select[Any]:
    served = actor.organisations_with(Right.BOOK_ON_BEHALF)
    return (
        query.select_from(Call)
        .join(Reservation, Reservation.id == Call.reservation_id)
        .join(Room, Room.id == Reservation.room_id)
        .where(Call.told_at.is_(None), Room.owner_id.in_(served))
    )
