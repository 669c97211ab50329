"""Is it free? Questions to the occupancy table, each one statement of index seeks.

Rows of a space never overlap and so lie sorted by both their ends: the only row that can stand in the way of
a wish is the last that starts before the wish ends.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple, TypeVar

from sqlalchemy import (
    CTE,
    ColumnElement,
    CompoundSelect,
    Join,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    join,
    literal,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, aliased

from booking.db import Ids, UTCDateTime, among, plus_minutes, rows_of
from booking.extensions import db
from booking.occupancy.given_rows import table_of
from booking.occupancy.models import CLOSURE, Block, BlockDate, Occupancy, block_spaces
from booking.rooms.models import Room, Space, room_spaces
from booking.timetable.interval import Interval

T = TypeVar("T")


def taken_slots(space_ids: Collection[int], intervals: Sequence[Interval]) -> list[Interval]:
    """Return those of the intervals in which any of the spaces is taken, in order. One statement."""
    wanted = [(n, space_id) for n in range(len(intervals)) for space_id in space_ids]
    taken = taken_rows([(space_id, intervals[n]) for n, space_id in wanted])
    return [intervals[n] for n in sorted({wanted[index][0] for index in taken})]


def taken_rows(wanted: Sequence[tuple[int, Interval]]) -> set[int]:
    """Return the indexes of those (space id, interval) in which the space is taken. One statement."""
    if not wanted:
        return set()
    return set(db.session.scalars(_TAKEN_ROWS, {"wanted": _numbered(wanted)}))


def taken_dates(
    room_ids: Collection[int], intervals: Sequence[Interval], besides: Collection[int] = ()
) -> dict[tuple[int, int], str]:
    """Return "taken" or "closed", by (room id, index of the interval), for every wish that cannot be had.

    The intervals are uses: each room's own turnaround is added here. Closed is what a closure wants, whoever
    holds it. Claims `besides` which it is asked stand in nobody's way, and what they hold is not closed to
    them. One statement for all rooms and dates; its cost does not depend on how much is stored before or
    after.
    """
    if not intervals or not room_ids:
        return {}
    asked = {
        "room_ids": list(room_ids),
        "wishes": [(n, each.start, each.end) for n, each in enumerate(intervals)],
    }
    if besides:
        rows = db.session.execute(_TAKEN_BESIDES, asked | {"besides": list(besides)})
    else:
        rows = db.session.execute(_TAKEN_OR_CLOSED, asked)
    return {(room_id, n): reason for room_id, n, reason in sorted(rows, key=lambda row: row[2] == "closed")}


class Lying(NamedTuple):
    """What lies on some spaces, by the space's id: what is held, what blocks and closures want. Sorted."""

    taken: dict[int, list[Interval]]
    blocked: dict[int, list[Interval]]
    closed: dict[int, list[Interval]]


def lying_between(space_ids: Collection[int], window: Interval) -> Lying:
    """Return what lies on each space inside the window, cut to it. One statement."""
    found = Lying(*[{space_id: list[Interval]() for space_id in space_ids} for _ in range(3)])
    for space_id, start, end, kind in db.session.execute(_LYING, between(space_ids, window)):
        each = Interval(max(start, window.start), end)
        if not kind:
            found.taken[space_id].append(each)
            continue
        found.blocked[space_id].append(each)
        if kind == CLOSURE:
            found.closed[space_id].append(each)
    for by_space in found:
        for intervals in by_space.values():
            intervals.sort()
    return found


def taken_between(
    space_ids: Collection[int], window: Interval, besides: Collection[int] = ()
) -> dict[int, list[Interval]]:
    """Return what is taken of each space inside the window, sorted, `besides` by these claims. One statement.

    What reaches in from before begins with the window; what reaches out ends when it ends.
    """
    taken: dict[int, list[Interval]] = {space_id: [] for space_id in space_ids}
    for row in db.session.execute(_BETWEEN, between(space_ids, window)):
        if row.claim_id not in besides:
            taken[row.space_id].append(Interval(row.starts_at, row.ends_at))
    for intervals in taken.values():
        intervals.sort()
    return taken


def rows_between() -> CompoundSelect[int, datetime, datetime, int]:
    """Return the statement for (space id, start, end, claim id) of what is taken inside a window.

    Besides the rows that start in the window, the last one before it may reach into it; that one's start is
    given as the window's. It is looked for by scalar subqueries, which are index seeks whatever a planner
    thinks of its figures. The parameters are `between(space_ids, window)`.
    """
    spaces = bindparam("space_ids", type_=Ids)
    starts, ends = bindparam("window_start", type_=UTCDateTime), bindparam("window_end", type_=UTCDateTime)
    # Joined to the few ids, not filtered by them: SQLite would read the whole table rather than seek so often
    wanted = rows_of(spaces)
    inside = (
        select(Occupancy.space_id, Occupancy.starts_at, Occupancy.ends_at, Occupancy.claim_id)
        .select_from(wanted)
        .join(Occupancy, Occupancy.space_id == wanted.c.value)
        .where(Occupancy.starts_at > starts, Occupancy.starts_at < ends)
    )
    last = (
        select(
            Space.id.label("space_id"),
            _last_before(Space.id, starts, Occupancy.ends_at, at_latest=True).label("ends_at"),
            _last_before(Space.id, starts, Occupancy.claim_id, at_latest=True).label("claim_id"),
        )
        .where(among(Space.id, spaces))
        .subquery()
    )
    reaching_in = select(last.c.space_id, starts.label("starts_at"), last.c.ends_at, last.c.claim_id).where(
        last.c.ends_at > starts
    )
    return union_all(inside, reaching_in)


def rows_within(wanted: CTE) -> CompoundSelect[int, datetime, datetime, int]:
    """Return the statement for (n, start, end, claim id) of what is taken of a space at a time, for many.

    In: a table of (n, space_id, starts_at, ends_at). What reaches in from before begins with `starts_at`; it
    is looked for as in `rows_between`.
    """
    inside = (
        select(wanted.c.n, Occupancy.starts_at, Occupancy.ends_at, Occupancy.claim_id)
        .select_from(wanted)
        .join(Occupancy, Occupancy.space_id == wanted.c.space_id)
        .where(Occupancy.starts_at > wanted.c.starts_at, Occupancy.starts_at < wanted.c.ends_at)
    )
    start = wanted.c.starts_at
    last = select(
        wanted.c.n,
        start.label("starts_at"),
        _last_before(wanted.c.space_id, start, Occupancy.ends_at, at_latest=True).label("ends_at"),
        _last_before(wanted.c.space_id, start, Occupancy.claim_id, at_latest=True).label("claim_id"),
    ).subquery()
    reaching_in = select(last.c.n, last.c.starts_at, last.c.ends_at, last.c.claim_id).where(
        last.c.ends_at > last.c.starts_at
    )
    return union_all(inside, reaching_in)


def held_within(wanted: Sequence[tuple[int, Interval]]) -> list[list[tuple[Interval, int]]]:
    """Return, for each (space id, window), what is taken and by which claim, by start. One statement."""
    found: list[list[tuple[Interval, int]]] = [[] for _ in wanted]
    if wanted:
        for n, start, end, claim_id in db.session.execute(_HELD, {"wanted": _numbered(wanted)}):
            found[n].append((Interval(start, end), claim_id))
    return [sorted(each) for each in found]


def between(space_ids: Collection[int], window: Interval) -> dict[str, object]:
    """Return the parameters of a question about these spaces in a window."""
    return {"space_ids": list(space_ids), "window_start": window.start, "window_end": window.end}


def _numbered(wanted: Sequence[tuple[int, Interval]]) -> list[tuple[int | datetime, ...]]:
    return [(n, space_id, each.start, each.end) for n, (space_id, each) in enumerate(wanted)]


def _last_before(
    space_id: object,
    before: ColumnElement[datetime],
    wanted: InstrumentedAttribute[T],
    *,
    at_latest: bool = False,
    besides: bool = False,
) -> ScalarSelect[T]:
    """Return what is wanted of the space's last row that starts before a moment, or `at_latest` then.

    With `besides` rows of the claims of the parameter of that name are passed over.
    """
    earlier = aliased(Occupancy)
    start = earlier.starts_at
    return (
        select(getattr(earlier, wanted.key))
        .where(
            earlier.space_id == space_id,
            start <= before if at_latest else start < before,
            *([~among(earlier.claim_id, bindparam("besides", type_=Ids))] if besides else []),
        )
        .order_by(start.desc())
        .limit(1)
        .scalar_subquery()
    )


def _wanted_dates() -> Join:
    return join(BlockDate, Block, Block.id == BlockDate.block_id).join(
        block_spaces, block_spaces.c.block_id == Block.id
    )


def _lying() -> CompoundSelect[int, datetime, datetime, str]:
    """Return the statement for (space id, start, end, kind) of what is held (no kind) and blocks want."""
    held = rows_between().subquery()
    return union_all(
        select(held.c.space_id, held.c.starts_at, held.c.ends_at, literal("")),
        select(block_spaces.c.space_id, BlockDate.starts_at, BlockDate.ends_at, Block.kind)
        .select_from(_wanted_dates())
        .where(
            among(block_spaces.c.space_id, bindparam("space_ids", type_=Ids)),
            BlockDate.starts_at < bindparam("window_end", type_=UTCDateTime),
            BlockDate.ends_at > bindparam("window_start", type_=UTCDateTime),
        ),
    )


def _taken_rows() -> Select[int]:
    """Return the statement for the numbers of those rows `wanted` whose space is taken."""
    wanted = table_of("wanted", numbers="n space_id", moments="starts_at ends_at")
    last_end = _last_before(wanted.c.space_id, wanted.c.ends_at, Occupancy.ends_at)
    return select(wanted.c.n).where(last_end > wanted.c.starts_at)


def _taken_dates(*, besides: bool) -> Select[int, int, str] | CompoundSelect[int, int, str]:
    """Return the statement for (room id, number of the wish, reason); parameters as in `taken_dates`."""
    wished = table_of("wishes", numbers="n", moments="starts_at ends_at")
    rooms = bindparam("room_ids", type_=Ids)
    until = plus_minutes(wished.c.ends_at, Room.turnaround_minutes)
    taken = (
        select(Room.id, wished.c.n, literal("taken"))
        .select_from(Room)
        .join(room_spaces, room_spaces.c.room_id == Room.id)
        .join(wished, literal(True))
        .where(
            among(Room.id, rooms),
            _last_before(room_spaces.c.space_id, until, Occupancy.ends_at, besides=besides)
            > wished.c.starts_at,
        )
    )
    closed = (
        select(room_spaces.c.room_id, wished.c.n, literal("closed"))
        .select_from(_wanted_dates())
        .join(room_spaces, room_spaces.c.space_id == block_spaces.c.space_id)
        .join(
            wished,
            and_(BlockDate.starts_at < wished.c.ends_at, BlockDate.ends_at > wished.c.starts_at),
        )
        .where(among(room_spaces.c.room_id, rooms), Block.kind == CLOSURE)
    )
    return taken if besides else union_all(taken, closed)


_BETWEEN = rows_between()
_LYING = _lying()
_TAKEN_ROWS = _taken_rows()
_TAKEN_OR_CLOSED, _TAKEN_BESIDES = _taken_dates(besides=False), _taken_dates(besides=True)
_HELD = rows_within(table_of("wanted", numbers="n space_id", moments="starts_at ends_at"))
