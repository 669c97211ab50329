"""Sheets of an owner's rooms and of the reservations in them, out and in.

Rooms are whose keeper one is; reservations, which hold people's contact details, whose approver one is.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from booking.access.actor import Actor
from booking.access.roles import Right
from booking.audit.service import record_all
from booking.clock import zone
from booking.errors import Forbidden
from booking.organisations.acting import act, reader, try_out
from booking.reservations.contacts.log import seen as contacts_seen
from booking.reservations.sheets.columns import PLAIN
from booking.reservations.sheets.dates import dates_in
from booking.reservations.sheets.export import written
from booking.reservations.sheets.importing import Taken, judging
from booking.reservations.sheets.importing import taking as taking_dates
from booking.reservations.sheets.lines import Line
from booking.rooms.catalogue import catalogue
from booking.rooms.csv_file import write_table
from booking.rooms.exchange import MOST_ROOMS, export_rooms, merge_rooms, reading_rooms
from booking.rooms.facts import RoomFacts
from booking.rooms.faults import Fault, SheetRefused
from booking.rooms.kept_by import Keeper
from booking.rooms.merge import Outcome, ReadRooms
from booking.rooms.steps import Step
from booking.timetable.interval import Interval
from booking.timetable.zone import day
from booking.web.carried import MOST_BYTES

SHOWN_DATES: Final = 50


@dataclass(frozen=True, slots=True)
class Checked:
    """What a sheet without a fault would do; `lines` are the first of its new dates, of `dates` in all."""

    taken: Outcome | Taken
    lines: Sequence[Line] = ()
    dates: int = 0


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
    dates = dates_in(rooms, window)
    contacts_seen({each.reservation_id for each in dates})
    return written(dates, office=office)


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


def require_right(kind: str, actor: Actor) -> None:
    """Raise Forbidden for who may bring in no sheet of this kind."""
    if not actor.organisations_with(Right.DECIDE if kind == "reservations" else Right.KEEP_ROOMS):
        raise Forbidden


def refuse_large(content: bytes) -> None:
    """Raise SheetRefused for more bytes than a sheet may have."""
    if len(content) > MOST_BYTES:
        said = {"megabytes": MOST_BYTES // (1024 * 1024)}
        raise SheetRefused([Fault(1, "", "sheet_too_large", said)])


def checking(kind: str, content: bytes, now: datetime) -> Generator[Step, None, Checked]:
    """Look at a sheet; nothing is written. Raises SheetRefused with every fault."""
    if kind == "reservations":
        plan = yield from judging(content, actor=reader(), now=now)
        return Checked(plan.outcome, plan.lines[:SHOWN_DATES], len(plan.lines))
    read = yield from reading_rooms(content, most=MOST_ROOMS)
    return Checked(try_out(lambda actor: _merged(read, actor, now)))


def taking(kind: str, content: bytes, now: datetime) -> Generator[Step, None, Outcome | Taken]:
    """Take a sheet in by one writing transaction. Raises SheetRefused with every fault."""
    if kind == "reservations":
        return (yield from taking_dates(content, reader=reader, run=act, now=now))
    read = yield from reading_rooms(content, most=MOST_ROOMS)
    return act(lambda actor: _merged(read, actor, now))


def _merged(read: ReadRooms, actor: Actor, now: datetime) -> Outcome:
    owners = actor.organisations_with(Right.KEEP_ROOMS)
    if not owners:
        raise Forbidden
    outcome = merge_rooms(read, keeper=Keeper(owners))
    steps: list[tuple[int, dict[str, Any]]] = [(room_id, {}) for room_id in outcome.room_ids]
    record_all("import", "room", steps, actor_id=actor.user_id, now=now)
    return outcome
