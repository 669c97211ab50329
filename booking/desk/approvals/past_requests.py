"""What who asks has asked of an owner lately, and what came of it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from booking.desk.approvals.past_use import Applicant, theirs
from booking.extensions import db
from booking.reservations.models import Occurrence, Reservation
from booking.reservations.standing import counted
from booking.rooms.catalogue import catalogue
from booking.rooms.labels import room_name
from booking.rooms.models import Room

SHOWN = 8


@dataclass(frozen=True, slots=True)
class PastRequest:
    """One of their other reservations: its dates from the first start to the last end, and how they stand."""

    reference: str
    title: str
    room: str
    start: datetime
    end: datetime
    outcome: str


def past_requests(applicant: Applicant, besides: Reservation) -> Sequence[PastRequest]:
    """Return their latest reservations in the owner's rooms, the latest date first. One statement."""
    latest = (
        select(Reservation.id, func.max(Occurrence.starts_at).label("last"))
        .join(Occurrence, Occurrence.reservation_id == Reservation.id)
        .join(Room, Room.id == Reservation.room_id)
        .where(theirs([applicant]), Reservation.id != besides.id)
        .group_by(Reservation.id)
        .order_by(func.max(Occurrence.starts_at).desc(), Reservation.id.desc())
        .limit(SHOWN)
        .cte("latest")
    )
    rows = db.session.execute(
        select(
            Reservation.reference,
            Reservation.title,
            Reservation.room_id,
            Occurrence.state,
            func.min(Occurrence.starts_at).label("start"),
            func.max(Occurrence.ends_at).label("end"),
            func.count().label("number"),
        )
        .join(latest, latest.c.id == Reservation.id)
        .join(Occurrence, Occurrence.reservation_id == Reservation.id)
        .group_by(
            Reservation.id, Reservation.reference, Reservation.title, Reservation.room_id, Occurrence.state
        )
        .group_by(latest.c.last)
        .order_by(latest.c.last.desc(), Reservation.id.desc())
    ).all()
    rooms = catalogue().by_id
    found: dict[str, PastRequest] = {}
    numbers: dict[str, Counter[str]] = {}
    for row in rows:
        many = numbers.setdefault(row.reference, Counter())
        many[row.state] += row.number
        known = found.get(row.reference)
        found[row.reference] = PastRequest(
            row.reference,
            row.title,
            room_name(rooms[row.room_id]),
            min(row.start, known.start) if known else row.start,
            max(row.end, known.end) if known else row.end,
            counted(many),
        )
    return list(found.values())
