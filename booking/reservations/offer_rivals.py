"""Who else has asked for what is about to be offered: the offer holds it, so they cannot have it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from booking.extensions import db
from booking.reservations.changes import claimed
from booking.reservations.lifecycle import State
from booking.reservations.models import LONGEST_DAYS, Occurrence, Reservation
from booking.rooms.catalogue import catalogue
from booking.rooms.facts import RoomFacts
from booking.rooms.labels import room_name
from booking.timetable.interval import Interval


@dataclass(frozen=True, slots=True)
class Rival:
    """A pending date of another request: whose it is, what for, when and where. For approvers' eyes only."""

    reference: str
    who: str
    title: str
    start: datetime
    end: datetime
    room: str


def rivals(occurrence: Occurrence, places: Sequence[tuple[RoomFacts, Interval]]) -> list[list[Rival]]:
    """Return, for each room and use, the requests of others that want a part of it. One statement."""
    if not places:
        return []
    rooms = catalogue()
    sharing = [{each.id for each in rooms.sharing(room)} for room, _use in places]
    wanted = [room.rules.claimed(use) for room, use in places]
    others = db.session.scalars(
        select(Occurrence)
        .join(Reservation)
        .where(
            Occurrence.room_id.in_(set().union(*sharing)),
            Occurrence.starts_at < max(each.end for each in wanted),
            Occurrence.starts_at > min(each.start for each in wanted) - timedelta(days=LONGEST_DAYS + 1),
            Occurrence.state == State.PENDING.value,
            Occurrence.reservation_id != occurrence.reservation_id,
        )
        .options(
            joinedload(Occurrence.reservation).joinedload(Reservation.organisation),
            joinedload(Occurrence.reservation).joinedload(Reservation.booker),
        )
        .order_by(Reservation.created_at, Occurrence.id)
    ).all()
    return [
        [_rival(each) for each in others if each.room_id in room_ids and claimed(each).overlaps(wish)]
        for room_ids, wish in zip(sharing, wanted, strict=True)
    ]


def _rival(each: Occurrence) -> Rival:
    reservation = each.reservation
    who = reservation.organisation.name if reservation.organisation else reservation.booker.name
    room = room_name(catalogue().by_id[each.room_id])
    return Rival(reservation.reference, who, each.title, each.starts_at, each.ends_at, room)
