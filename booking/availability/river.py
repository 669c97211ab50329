"""The river of the day: a band from opening to closing in which what is taken lies like stones."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from booking.rooms.facts import RoomFacts
from booking.timetable.interval import Interval, clip, subtract
from booking.timetable.openings import open_within, opening_span
from booking.timetable.zone import day

MOST_TICKS = 9
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Stone:
    """One stretch of a river. `label` and `reference` only where the reader may know them."""

    start: datetime
    end: datetime
    state: str
    label: str = ""
    reference: str | None = None

    @classmethod
    def of(cls, interval: Interval, state: str) -> "Stone":
        """Return a stone without words."""
        return cls(interval.start, interval.end, state)


@dataclass(frozen=True, slots=True)
class River:
    """A day of one room between `start` and `end`; free is what no stone covers."""

    start: datetime
    end: datetime
    stones: Sequence[Stone]
    ticks: Sequence[datetime]
    chosen: Interval | None = None
    now: datetime | None = None
    closed: bool = False


def band_of(rooms: Iterable[RoomFacts], on: date, zone: ZoneInfo, wished: Interval | None = None) -> Interval:
    """Return one band for all these rooms: from the earliest opening to the latest closing, whole hours."""
    spans = [span for room in rooms if (span := opening_span(room.hours, on, zone)) is not None]
    ends = [*spans, *([wished] if wished else [])]
    if not ends:
        midnight = day(on, zone).start
        return Interval(midnight + 8 * _HOUR, midnight + 22 * _HOUR)
    return Interval(
        _whole_hour(min(each.start for each in ends)),
        _whole_hour(max(each.end for each in ends) + _HOUR - timedelta(seconds=1)),
    )


def river_of(
    room: RoomFacts,
    band: Interval,
    stones: Sequence[Stone],
    zone: ZoneInfo,
    *,
    now: datetime,
    chosen: Interval | None = None,
) -> River:
    """Return the river of one room. `stones` tell what is taken, sorted or not, clipped or not."""
    taken = [each for each in (_clipped(stone, band) for stone in stones) if each is not None]
    opened = open_within(room.hours, band, zone)
    covered = [Interval(each.start, each.end) for each in taken]
    closed = subtract(subtract([band], opened), covered)
    gone = clip(subtract(opened, covered), Interval(band.start, now)) if now > band.start else ()
    others = [Stone.of(each, "closed") for each in closed] + [Stone.of(each, "past") for each in gone]
    return River(
        start=band.start,
        end=band.end,
        stones=sorted([*taken, *others], key=lambda stone: stone.start),
        ticks=_ticks(band),
        chosen=chosen.intersection(band) if chosen else None,
        now=now if band.holds(now) else None,
        closed=not opened and not taken,
    )


def _clipped(stone: Stone, band: Interval) -> Stone | None:
    start, end = max(stone.start, band.start), min(stone.end, band.end)
    return Stone(start, end, stone.state, stone.label, stone.reference) if start < end else None


def _ticks(band: Interval) -> list[datetime]:
    hours = band.duration // _HOUR
    step = next(step for step in (1, 2, 3, 4, 6, 12, 24, 48, 168, 336) if hours // step < MOST_TICKS)
    return [band.start + n * _HOUR for n in range(0, hours + 1, step)]


def _whole_hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)
