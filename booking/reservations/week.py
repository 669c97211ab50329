"""PURE: a room's week as a table: days across, half hours down, each stretch one cell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby, pairwise
from zoneinfo import ZoneInfo

from booking.reservations.seen import Seen
from booking.rooms.facts import RoomFacts
from booking.rooms.rules import last_day_to_book
from booking.timetable.interval import Interval
from booking.timetable.openings import opened_on
from booking.timetable.zone import IsoWeek, day, local_date, to_utc_or_after, to_wall

ROW = 30  # minutes; a quarter where something in the week keeps to quarters
FINE_ROW = 15
SHOWN_WHEN_CLOSED = (8 * 60, 22 * 60)
_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class WeekCell:
    """One stretch of one day. `state`: free, pending, taken, mine, closed, past or turnaround."""

    day: date
    start: datetime
    end: datetime
    rows: int
    state: str
    label: str = ""
    reference: str | None = None
    bookable: bool = False


@dataclass(frozen=True, slots=True)
class WeekRow:
    """The cells that begin in one row; `start` is the row's moment on the first day."""

    start: datetime
    cells: Sequence[WeekCell]


@dataclass(frozen=True, slots=True)
class Week:
    """The table and the way to the weeks beside it."""

    iso: str
    previous: str | None
    next: str | None
    number: int
    days: Sequence[date]
    today: date | None
    rows: Sequence[WeekRow]


@dataclass(frozen=True, slots=True)
class _Line:
    """One row of one day before neighbours are joined: what it belongs to, and how it looks."""

    key: tuple[object, ...]
    start: datetime
    end: datetime
    state: str
    seen: Seen | None = None


def week_of(
    iso: IsoWeek,
    room: RoomFacts,
    seen: Sequence[Seen],
    *,
    may_request: bool,
    now: datetime,
    zone: ZoneInfo,
    closed_for: Mapping[date, str] | None = None,
) -> Week:
    """Return the week's table. `seen` is what lies on the room's spaces in it, by start.

    `closed_for`: why the room is closed on a day, by the day; its closed cell says so.
    """
    days = iso.days()
    today = local_date(now, zone)
    first, last = _hours(room, days, seen, zone)
    step = FINE_ROW if any(_is_fine(each.use) for each in seen if not each.block) else ROW
    columns = [_column(on, first, last, step, room, seen, now=now, zone=zone) for on in days]
    until = last_day_to_book(room.rules, now, zone)
    rows = []
    for n, minute in enumerate(range(first, last, step)):
        begin = [
            _cell(on, lines, may_request and on <= until, (closed_for or {}).get(on, ""))
            for on, column in zip(days, columns, strict=True)
            if (lines := column.get(n))
        ]
        rows.append(WeekRow(_at(days[0], minute, zone), begin))
    return Week(
        iso=str(iso),
        previous=str(iso.previous()),
        next=str(iso.next()) if days[-1] < until else None,
        number=iso.week,
        days=days,
        today=today if today in days else None,
        rows=rows,
    )


def _hours(room: RoomFacts, days: Sequence[date], seen: Sequence[Seen], zone: ZoneInfo) -> tuple[int, int]:
    """Return the first and last minute of the table: all openings and all uses of the week, whole hours.

    Closures lie within: they mostly last for days.
    """
    bounds = []
    for on in days:
        midnight = day(on, zone).start
        stretches = [*opened_on(room.hours, on, zone)]
        stretches += [each.use for each in seen if not each.block and local_date(each.use.start, zone) == on]
        for each in stretches:
            start, end = _minute(each.start, midnight, zone), _minute(each.end, midnight, zone)
            bounds.append((start, min(end, 2 * _DAY)))
    if not bounds:
        return SHOWN_WHEN_CLOSED
    first, last = min(start for start, _ in bounds), max(end for _, end in bounds)
    return first // 60 * 60, -(-last // 60) * 60


def _column(
    on: date,
    first: int,
    last: int,
    step: int,
    room: RoomFacts,
    seen: Sequence[Seen],
    *,
    now: datetime,
    zone: ZoneInfo,
) -> dict[int, list[_Line]]:
    """Return the day's joined lines by the row in which they begin."""
    edges = [_at(on, minute, zone) for minute in range(first, last + step, step)]
    opened = opened_on(room.hours, on, zone)
    lines = []
    for n, (start, end) in enumerate(pairwise(edges)):
        # Free time is cut at whole hours, so that each hour can be asked for by itself
        hour = (first + n * step) // 60
        lines.append(_line(start, end, hour, opened, seen, now))
    joined: dict[int, list[_Line]] = {}
    n = 0
    for _, run in groupby(lines, key=lambda line: line.key):
        together = list(run)
        joined[n] = together
        n += len(together)
    return joined


def _line(
    start: datetime,
    end: datetime,
    hour: int,
    opened: Sequence[Interval],
    seen: Sequence[Seen],
    now: datetime,
) -> _Line:
    if start == end:  # the hour that the clocks skip
        return _Line(("closed",), start, end, "closed")
    here = [each for each in seen if each.claimed.start < end and each.claimed.end > start]
    in_use = [each for each in here if each.use.end > start]
    for each in sorted(in_use, key=lambda each: (not each.holds, bool(each.block), each.use.start)):
        return _Line(("seen", each.occurrence_id, each.use), start, end, each.look, each)
    if any(each.holds for each in here):
        return _Line(("turnaround",), start, end, "turnaround")
    if not any(each.start <= start and end <= each.end for each in opened):
        return _Line(("closed",), start, end, "closed")
    if end <= now:
        return _Line(("past",), start, end, "past")
    return _Line(("free", hour), start, end, "free")


def _cell(on: date, lines: Sequence[_Line], bookable: bool, why_closed: str) -> WeekCell:
    first, seen = lines[0], lines[0].seen
    if seen is None:
        free = first.state == "free" and bookable
        label = why_closed if first.state == "closed" else ""
        return WeekCell(on, first.start, lines[-1].end, len(lines), first.state, label, bookable=free)
    return WeekCell(
        day=on,
        start=first.start if seen.block else seen.use.start,
        end=lines[-1].end if seen.block else seen.use.end,
        rows=len(lines),
        state=first.state,
        label=seen.label,
        reference=seen.reference,
        # others may still ask for what is only asked for
        bookable=bookable and first.state == "pending" and not seen.holds and seen.reference is None,
    )


def _is_fine(use: Interval) -> bool:
    return any(moment.minute % ROW for moment in (use.start, use.end))


def _minute(moment: datetime, midnight: datetime, zone: ZoneInfo) -> int:
    wall, start = to_wall(moment, zone), to_wall(midnight, zone)
    return (wall.date() - start.date()).days * _DAY + wall.hour * 60 + wall.minute


def _at(on: date, minute: int, zone: ZoneInfo) -> datetime:
    wall = datetime.combine(on, time()) + timedelta(minutes=minute)
    return to_utc_or_after(wall, zone)
