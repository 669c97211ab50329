"""Take a sheet of reservations in: all of it, or nothing and every fault with its line.

The same occupancy claims as everywhere decide what is free. An owner's sheet makes new reservations,
confirmed or pending, in rooms whose reservations they decide on; the operator's brings back what was
exported, states, references and names in calendars kept. Opening hours and other rules are not looked at:
what an owner has agreed on paper holds. No mail goes out; the history says where a reservation came from.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from booking.access.actor import VISITOR, Actor
from booking.clock import zone
from booking.extensions import db
from booking.reservations.changes import lock_rooms, lose_competitors
from booking.reservations.lifecycle import State
from booking.reservations.models import Occurrence
from booking.reservations.queries import visible_occurrences
from booking.reservations.seen import Seen
from booking.reservations.sheets import fault_words
from booking.reservations.sheets.clashes import clashes
from booking.reservations.sheets.columns import NEEDED
from booking.reservations.sheets.export import columns_of
from booking.reservations.sheets.lines import Line, LineReader
from booking.reservations.sheets.people import CHUNK, People
from booking.reservations.sheets.stored import Stored
from booking.reservations.sheets.writing import write_groups
from booking.rooms.csv_file import read_table
from booking.rooms.faults import Fault, SheetRefused
from booking.rooms.sheet import NEEDED as ROOMS_NEED
from booking.timetable.interval import Interval

__all__ = ["MOST_LINES", "Taken", "fault_words", "import_dates"]

MOST_LINES = 5_000  # of an owner's sheet: what one request takes in well within its time


@dataclass(frozen=True, slots=True)
class Taken:
    """How many reservations and dates were made, and how many dates were there already."""

    reservations: int
    dates: int
    unchanged: int


def import_dates(
    content: bytes,
    *,
    actor: Actor | None,
    now: datetime,
    tick: Callable[[int], None] = lambda _: None,
) -> Taken:
    """Make the reservations of a sheet, in the caller's transaction. Raises SheetRefused with every fault.

    `actor` None is the operator at the command line. `tick` is called with the number of lines done since
    the last call.
    """
    columns = columns_of(kept=actor is None)
    rows = read_table(content, [column.name for column in columns], NEEDED, {"sheet_is_of_rooms": ROOMS_NEED})
    if actor is not None and len(rows) > MOST_LINES:
        raise SheetRefused([Fault(MOST_LINES + 2, "", "sheet_too_many_lines", {"most": MOST_LINES})])
    reader = LineReader(actor, now, zone())
    lines = reader.read(rows)
    lock_rooms({line.room.id: line.room for line in lines}.values())
    stored = Stored(lines, columns, actor)
    new = [line for line in lines if not stored.has(line)]
    for line in new:
        reader.check_new(line)
    stored.check_uids(new)
    groups = reader.group(new)
    people = People(actor, now)
    people.find(groups)
    there = _what_is_there(new, actor)
    faults = [*reader.faults, *stored.faults, *people.faults]
    faults += clashes(new, there, requests_too=actor is not None)
    if faults:
        raise SheetRefused(faults)
    tick(len(rows) - len(new))
    ids = write_groups(groups, people, actor, now, tick)
    if actor is not None:
        _decline_the_beaten(new, ids, [each.use for each in there if not each.holds], now)
    return Taken(len(groups), len(new), len(rows) - len(new))


def _what_is_there(lines: Sequence[Line], actor: Actor | None) -> list[Seen]:
    """Return what lies in the lines' rooms meanwhile, as far as who sends the sheet may see it."""
    if not lines:
        return []
    window = Interval(min(each.use.start for each in lines), max(each.claimed.end for each in lines))
    rooms = {line.room.id: line.room for line in lines}
    return visible_occurrences(rooms.values(), window, actor or VISITOR)


def _decline_the_beaten(
    lines: Sequence[Line], ids: dict[int, int], waiting: Sequence[Interval], now: datetime
) -> None:
    """Decline the requests that were waiting for a time which the sheet has confirmed for another."""
    winners = [
        ids[line.number]
        for line in lines
        if line.state is State.CONFIRMED
        and line.use.start > now
        and any(each.overlaps(line.claimed.extend_end(timedelta(days=1))) for each in waiting)
    ]
    for first in range(0, len(winners), CHUNK):
        part = winners[first : first + CHUNK]
        dates = db.session.scalars(select(Occurrence).where(Occurrence.id.in_(part)))
        lose_competitors(dates, now=now)
