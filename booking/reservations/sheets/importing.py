"""Take a sheet of reservations in: all of it, or nothing and every fault with its line.

The same occupancy claims as everywhere decide what is free. An owner's sheet makes new reservations,
confirmed or pending, in rooms whose reservations they decide on; the operator's brings back what was
exported, states, references and names in calendars kept. Opening hours and other rules are not looked at:
what an owner has agreed on paper holds. No mail goes out; the history says where a reservation came from.

A large sheet is read and judged before the writing transaction begins (decision 6 of the architecture):
`judging` makes a plan and writes nothing, `write` writes it unless what it rests on has changed meanwhile.
"""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from booking.access.actor import VISITOR, Actor
from booking.access.roles import Right
from booking.clock import zone
from booking.errors import SlotTaken
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
from booking.reservations.sheets.lines import Draft, Line, LineReader
from booking.reservations.sheets.people import CHUNK, People
from booking.reservations.sheets.stored import Stored
from booking.reservations.sheets.writing import Prepared, prepare, write_prepared
from booking.rooms.catalogue import catalogue
from booking.rooms.csv_file import Row, read_rows
from booking.rooms.faults import Fault, SheetRefused
from booking.rooms.sheet import NEEDED as ROOMS_NEED
from booking.rooms.steps import EVERY, Step, finished
from booking.timetable.interval import Interval
from booking.versions.service import Scope, current

__all__ = [
    "MOST_LINES",
    "MOST_NEW",
    "Plan",
    "Stale",
    "Taken",
    "fault_words",
    "import_dates",
    "judging",
    "taking",
    "write",
]

MOST_LINES = 20_000  # of an owner's sheet
MOST_NEW = 10_000  # of them: writing these takes a small part of the time that other writers wait for
_TRIES = 3  # to judge beside other writers, before it is done in the writing transaction itself


class Stale(Exception):
    """What a plan rests on has changed since it was made."""


@dataclass(frozen=True, slots=True)
class Taken:
    """How many reservations and dates were made, and how many dates were there already."""

    reservations: int
    dates: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What a sheet without a fault will make. `lines`: the new dates; `unchanged`: those there already.

    `waiting`: when requests wait in its rooms. `stamp`, `versions`: of the rooms and their calendars, as they
    were when it was judged.
    """

    lines: Sequence[Line]
    unchanged: int
    people: People
    prepared: Prepared
    waiting: Sequence[Interval]
    stamp: int
    versions: dict[int, int]

    @property
    def outcome(self) -> Taken:
        """What writing it comes to."""
        return Taken(len(self.prepared.groups), len(self.lines), self.unchanged)


def import_dates(
    content: bytes,
    *,
    actor: Actor | None,
    now: datetime,
    tick: Callable[[int], None] = lambda _: None,
) -> Taken:
    """Make the reservations of a sheet, in the caller's transaction. Raises SheetRefused with every fault.

    `actor` None is the operator at the command line. `tick` is called with the number of lines looked at
    since the last call.
    """
    return write(finished(judging(content, actor=actor, now=now), tick), actor=actor, now=now)


def taking(
    content: bytes,
    *,
    reader: Callable[[], Actor | None],
    run: Callable[[Callable[[Actor | None], Taken]], Taken],
    now: datetime,
) -> Generator[Step, None, Taken]:
    """Judge a sheet beside other writers, then write it in one short transaction. Raises SheetRefused.

    `reader` tells who sends it, as they are now; `run` does its work in a writing transaction with them.
    """
    for _ in range(_TRIES):
        plan = yield from judging(content, actor=reader(), now=now)
        yield Step(len(plan.lines), len(plan.lines), saves=True)
        try:
            return run(lambda actor, plan=plan: write(plan, actor=actor, now=now))  # type: ignore[misc]
        except (Stale, SlotTaken, IntegrityError):
            continue  # somebody was faster: judged again, the sheet may have a fault, or has none
    return run(lambda actor: import_dates(content, actor=actor, now=now))


def judging(content: bytes, *, actor: Actor | None, now: datetime) -> Generator[Step, None, Plan]:
    """Make the plan of a sheet; writes nothing. Raises SheetRefused with every fault.

    In the caller's transaction, a reading or a writing one.
    """
    columns = columns_of(kept=actor is None)
    known = [column.name for column in columns]
    rows, faults = read_rows(content, known, NEEDED, {"sheet_is_of_rooms": ROOMS_NEED})
    if actor is not None and len(rows) > MOST_LINES:
        raise SheetRefused([Fault(MOST_LINES + 2, "", "sheet_too_many_lines", {"most": MOST_LINES})])
    reader = LineReader(actor, now, zone())
    drafts = yield from _reading(reader, rows)
    rooms = {draft.room.id for draft in drafts if draft.room is not None}
    versions = current(Scope.ROOM, rooms)  # before what they are the versions of
    stored = Stored(drafts, columns, actor)
    new = [draft for draft in drafts if not stored.has(draft)]
    if actor is not None and len(new) > MOST_NEW:
        raise SheetRefused([Fault(new[MOST_NEW].number, "", "sheet_too_many_new", {"most": MOST_NEW})])
    for draft in new:
        reader.check_new(draft)
    stored.check_uids(new)
    groups = reader.group(new)
    people = People(actor, now)
    people.find(new)
    lines = [draft.line for draft in new if draft.line is not None]
    there = _what_is_there(lines, actor)
    faults += [*reader.faults, *stored.faults, *people.faults]
    faults += clashes(lines, there, requests_too=actor is not None)
    if faults:
        raise SheetRefused(faults)
    whole = [[draft.line for draft in group if draft.line is not None] for group in groups]
    return Plan(
        lines=lines,
        unchanged=len(rows) - len(new),
        people=people,
        prepared=prepare(whole, actor, now),
        waiting=[each.use for each in there if not each.holds],
        stamp=catalogue().stamp,
        versions=versions,
    )


def write(plan: Plan, *, actor: Actor | None, now: datetime) -> Taken:
    """Make the reservations of a plan, in the caller's writing transaction.

    Raises Stale, SlotTaken or IntegrityError where something has changed that the plan rests on.
    """
    rooms = {line.room.id: line.room for line in plan.lines}
    lock_rooms(rooms.values())
    if catalogue().stamp != plan.stamp or current(Scope.ROOM, plan.versions) != plan.versions:
        raise Stale
    if actor is not None and not all(actor.has(Right.DECIDE, room.owner_id) for room in rooms.values()):
        raise Stale
    plan.people.make_missing()
    ids = write_prepared(plan.prepared, plan.people, actor, now)
    if actor is not None:
        _decline_the_beaten(plan, ids, now)
    return plan.outcome


def _reading(reader: LineReader, rows: Sequence[Row]) -> Generator[Step, None, list[Draft]]:
    drafts = []
    for done, row in enumerate(rows):
        if done % EVERY == 0:
            yield Step(done, len(rows))
        drafts.append(reader.read(row))
    yield Step(len(rows), len(rows))
    return drafts


def _what_is_there(lines: Sequence[Line], actor: Actor | None) -> list[Seen]:
    """Return what lies in the lines' rooms meanwhile, as far as who sends the sheet may see it."""
    if not lines:
        return []
    window = Interval(min(each.use.start for each in lines), max(each.claimed.end for each in lines))
    rooms = {line.room.id: line.room for line in lines}
    return visible_occurrences(rooms.values(), window, actor or VISITOR)


def _decline_the_beaten(plan: Plan, ids: dict[int, int], now: datetime) -> None:
    """Decline the requests that were waiting for a time which the sheet has confirmed for another."""
    winners = [
        ids[line.number]
        for line in plan.lines
        if line.state is State.CONFIRMED
        and line.use.start > now
        and any(each.overlaps(line.claimed.extend_end(timedelta(days=1))) for each in plan.waiting)
    ]
    for first in range(0, len(winners), CHUNK):
        part = winners[first : first + CHUNK]
        dates = db.session.scalars(select(Occurrence).where(Occurrence.id.in_(part)))
        lose_competitors(dates, now=now)
