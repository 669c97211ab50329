"""Read dates with everything a sheet tells of them. Who may read them is the caller's business."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import aliased

from booking.accounts.models import User
from booking.extensions import db
from booking.organisations.models import Organisation
from booking.reservations.behalf.models import Behalf
from booking.reservations.models import SHOWN_PEOPLE, SHOWN_TITLE, Companion, Occurrence, Reservation
from booking.rooms.models import Room
from booking.timetable.interval import Interval

_main = aliased(Reservation)
_asked = aliased(Room)


@dataclass(frozen=True, slots=True)
class SheetDate:
    """One date and the reservation it belongs to. Moments are aware UTC; rooms and associations are slugs.

    `title` and `people` are the date's; `whole_title`, `whole_people` and `asked_room` the reservation's.
    `association` is empty when a person books for themselves; `sent_with` is the main request of a companion.
    """

    occurrence_id: int
    reference: str
    room: str
    starts_at: datetime
    ends_at: datetime
    state: str
    association: str
    title: str
    purpose: str
    people: int
    visibility: str
    responsible: str
    contact: str
    note: str
    booker: str
    attendance: int | None
    association_name: str
    association_kind: str
    booker_name: str
    asked_room: str
    whole_title: str
    whole_people: int
    uid: str
    sequence: int
    slot_starts_at: datetime
    turnaround_minutes: int
    pending_holds: bool
    is_exception: bool
    is_dropped: bool
    terms_version: int
    price_cents: int | None
    price_terms: dict[str, Any] | None
    pattern: dict[str, Any] | None
    sent_with: str
    on_behalf: bool
    caller: str
    caller_language: str
    created_at: datetime
    changed_at: datetime
    date_created_at: datetime
    date_changed_at: datetime
    approvers_reminded_at: datetime | None
    reminded_at: datetime | None
    reservation_id: int


_COLUMNS = (
    Occurrence.id,
    Reservation.reference,
    Room.slug,
    Occurrence.starts_at,
    Occurrence.ends_at,
    Occurrence.state,
    Organisation.slug,
    SHOWN_TITLE,
    Reservation.purpose,
    SHOWN_PEOPLE,
    Reservation.visibility,
    Reservation.responsible,
    Reservation.contact,
    Reservation.note,
    User.email,
    Occurrence.attendance,
    Organisation.name,
    Organisation.kind,
    User.name,
    _asked.slug,
    Reservation.title,
    Reservation.people,
    Occurrence.uid,
    Occurrence.sequence,
    Occurrence.slot_starts_at,
    Occurrence.turnaround_minutes,
    Occurrence.pending_holds,
    Occurrence.is_exception,
    Occurrence.is_dropped,
    Reservation.terms_version,
    Reservation.price_cents,
    Reservation.price_terms,
    Reservation.pattern,
    _main.reference,
    Reservation.on_behalf,
    Behalf.caller,
    Behalf.language,
    Reservation.created_at,
    Reservation.changed_at,
    Occurrence.created_at,
    Occurrence.changed_at,
    Reservation.approvers_reminded_at,
    Occurrence.reminded_at,
    Reservation.id,
)
_TEXTS = (
    "association",
    "association_name",
    "association_kind",
    "sent_with",
    "booker",
    "caller",
    "caller_language",
)


def dates_in(room_ids: Collection[int] | None, window: Interval | None = None) -> list[SheetDate]:
    """Return the dates in these rooms that begin in the window, whatever their state. One statement.

    None: in every room; at any time. By start, room, reference and name.
    """
    conditions: list[ColumnElement[bool]] = []
    if room_ids is not None:
        conditions.append(Occurrence.room_id.in_(sorted(room_ids)))
    if window is not None:
        conditions += [Occurrence.starts_at >= window.start, Occurrence.starts_at < window.end]
    return _read(*conditions)


def dates_of(references: Collection[str]) -> list[SheetDate]:
    """Return all dates of these reservations. One statement."""
    return _read(Reservation.reference.in_(sorted(references))) if references else []


def _read(*conditions: ColumnElement[bool]) -> list[SheetDate]:
    names = tuple(SheetDate.__dataclass_fields__)
    rows = db.session.execute(
        select(*_COLUMNS)
        .select_from(Occurrence)
        .join(Occurrence.reservation)
        .join(Room, Room.id == Occurrence.room_id)
        .join(_asked, _asked.id == Reservation.room_id)
        .join(User, User.id == Reservation.booker_id)
        .outerjoin(Organisation, Organisation.id == Reservation.organisation_id)
        .outerjoin(Companion, Companion.reservation_id == Reservation.id)
        .outerjoin(_main, _main.id == Companion.main_id)
        .outerjoin(Behalf, Behalf.reservation_id == Reservation.id)
        .where(*conditions)
    )
    found = []
    for row in rows:
        values = dict(zip(names, row, strict=True))
        found.append(SheetDate(**values | {name: values[name] or "" for name in _TEXTS}))
    return sorted(found, key=lambda each: (each.starts_at, each.room, each.reference, each.uid))
