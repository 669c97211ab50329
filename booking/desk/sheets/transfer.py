"""Sheets of an owner's rooms and of the reservations in them, out and in.

Rooms are whose keeper one is; reservations, which hold people's contact details, whose approver one is.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from booking.access.actor import Actor
from booking.access.roles import Right
from booking.audit.service import record_all
from booking.clock import zone
from booking.errors import Forbidden
from booking.reservations.sheets.columns import PLAIN
from booking.reservations.sheets.dates import dates_in
from booking.reservations.sheets.export import written
from booking.reservations.sheets.importing import Taken, import_dates
from booking.rooms.catalogue import catalogue
from booking.rooms.csv_file import write_table
from booking.rooms.exchange import export_rooms, import_rooms
from booking.rooms.facts import RoomFacts
from booking.rooms.faults import Fault, SheetRefused
from booking.rooms.kept_by import Keeper
from booking.rooms.merge import Outcome
from booking.timetable.interval import Interval
from booking.timetable.zone import day
from booking.web.carried import MOST_BYTES

Take = Callable[[Actor], Outcome | Taken]
"""Takes a sheet in for a person, in the caller's transaction."""


def rooms_with(right: Right, actor: Actor) -> list[RoomFacts]:
    """Return the rooms, of any state, of the organisations in which the person has the right, by slug."""
    owners = actor.organisations_with(right)
    return sorted(
        (room for room in catalogue().by_id.values() if room.owner_id in owners), key=lambda room: room.slug
    )


def decides_somewhere(actor: Actor) -> bool:
    """Say whether the person may see and bring in reservations of any owner."""
    return bool(actor.organisations_with(Right.DECIDE))


def rooms_out(actor: Actor, *, office: bool) -> str:
    """Return the person's own rooms as CSV."""
    return export_rooms(actor.organisations_with(Right.KEEP_ROOMS), office=office)


def reservations_out(actor: Actor, first: date, last: date, *, office: bool) -> str:
    """Return the dates of these days in the rooms the person decides on, as CSV. Raises Forbidden."""
    if not decides_somewhere(actor):
        raise Forbidden
    window = Interval(day(first, zone()).start, day(last, zone()).end)
    rooms = [room.id for room in rooms_with(Right.DECIDE, actor)]
    return written(dates_in(rooms, window), office=office)


def template(actor: Actor, today: date) -> str:
    """Return an empty sheet of reservations with three lines to write over."""
    mine = rooms_with(Right.DECIDE, actor)
    room = mine[0].slug if mine else "sali"
    week = [date.fromordinal(today.toordinal() + days).isoformat() for days in (7, 14, 21)]
    common = {"room": room, "start": "18:00", "end": "20:00", "people": "20", "purpose": "rehearsal"}
    lines: list[dict[str, str]] = [
        {"reference": "1", "date": week[0], "title": "Harjoitus", "state": "confirmed"},
        {"reference": "1", "date": week[1], "title": "Harjoitus", "state": "confirmed"},
        {"reference": "2", "date": week[2], "title": "Konsertti", "state": "pending"},
    ]
    names = [column.name for column in PLAIN]
    rows = [[(common | line).get(name, "") for name in names] for line in lines]
    return write_table(names, rows, office=True)


def takes_rooms(content: bytes, now: datetime) -> Take:
    """Return what takes a sheet of rooms in. It raises SheetRefused with every fault."""
    _refuse_large(content)

    def take(actor: Actor) -> Outcome:
        owners = actor.organisations_with(Right.KEEP_ROOMS)
        if not owners:
            raise Forbidden
        outcome = import_rooms(content, keeper=Keeper(owners))
        steps: list[tuple[int, dict[str, Any]]] = [(room_id, {}) for room_id in outcome.room_ids]
        record_all("import", "room", steps, actor_id=actor.user_id, now=now)
        return outcome

    return take


def takes_reservations(content: bytes, now: datetime) -> Take:
    """Return what takes a sheet of reservations in. It raises SheetRefused with every fault."""
    _refuse_large(content)

    def take(actor: Actor) -> Taken:
        if not decides_somewhere(actor):
            raise Forbidden
        return import_dates(content, actor=actor, now=now)

    return take


def _refuse_large(content: bytes) -> None:
    if len(content) > MOST_BYTES:
        said = {"megabytes": MOST_BYTES // (1024 * 1024)}
        raise SheetRefused([Fault(1, "", "sheet_too_large", said)])
