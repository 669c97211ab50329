"""Which uses a busy year holds: chosen by chance from all the places in it, the same for the same chance."""

from __future__ import annotations

import random
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from booking import clock
from booking.occupancy.queries import taken_between
from booking.rooms.facts import RoomFacts
from booking.timetable.interval import Interval
from booking.timetable.openings import opened_on
from booking.timetable.zone import to_utc

FIRST, LAST, EVENING = 8 * 60, 22 * 60, 16 * 60  # minutes of the day; no clock changes in between
BLOCKS = (120, 60)  # minutes: a day is cut into long blocks, into short ones when there must be very many
COMFORTABLE = 0.7  # share of the long blocks from which short ones are taken
LENGTHS = {120: (120, 90, 90, 60, 60), 60: (60, 45, 30)}  # of a use, where the turnaround leaves so much
DAY_WEIGHTS = (10, 11, 11, 10, 8, 6, 5)  # Monday first: how much likelier a use is on such a day
EVENING_WEIGHT = 4
_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)


class TooMany(Exception):
    """So many do not fit; the text says how many would."""


@dataclass(frozen=True, slots=True)
class Use:
    """One use of the room with that index, in aware UTC."""

    start: datetime
    end: datetime
    room: int


def choose_uses(
    rooms: Sequence[RoomFacts], years: Sequence[int], number: int, chance: random.Random
) -> list[Use]:
    """Return so many uses that overlap neither each other nor what is booked, in order of their start.

    Raises TooMany.
    """
    dates = [date(year, 1, 1) + day * _DAY for year in years for day in range(366)]
    dates = sorted({on for on in dates if on.year in set(years)})
    most = 0
    for block in BLOCKS:
        places, weights = _places(rooms, dates, block)
        most = max(most, len(places))
        if number <= len(places) * (COMFORTABLE if block != BLOCKS[-1] else 1):
            return _uses(rooms, dates, block, _sample(places, weights, number, chance), chance)
    raise TooMany(
        f"{number:,} reservations do not fit; {most:,} do in {len(rooms)} rooms and {len(years)} years"
    )


def _places(rooms: Sequence[RoomFacts], dates: Sequence[date], block: int) -> tuple[array[int], array[int]]:
    """Return the blocks that are open and free, as numbers (day, room, block), and how likely each is."""
    zone, per_day = clock.zone(), (LAST - FIRST) // block
    taken = _taken(rooms, dates)
    places, weights = array("q"), array("b")
    for day, on in enumerate(dates):
        midnight = _midnight(on)
        weight = DAY_WEIGHTS[on.weekday()]
        for room, facts in enumerate(rooms):
            if not _lengths(facts, block):
                continue
            openings = opened_on(facts.hours, on, zone)
            busy = taken.get((room, on), ())
            for slot in range(per_day if openings else 0):
                start = FIRST + slot * block
                use = Interval(midnight + start * _MINUTE, midnight + (start + block) * _MINUTE)
                if any(each.contains(use) for each in openings) and not any(
                    each.overlaps(use) for each in busy
                ):
                    places.append((day * len(rooms) + room) * per_day + slot)
                    weights.append(weight * (EVENING_WEIGHT if start >= EVENING else 1))
    return places, weights


def _taken(rooms: Sequence[RoomFacts], dates: Sequence[date]) -> dict[tuple[int, date], list[Interval]]:
    """Return what is booked already, by room and local date."""
    window = Interval(_midnight(dates[0]), _midnight(dates[-1]) + 2 * _DAY)
    by_space = taken_between([room.space_ids[0] for room in rooms], window)
    found: dict[tuple[int, date], list[Interval]] = {}
    for number, room in enumerate(rooms):
        for each in by_space[room.space_ids[0]]:
            for on in _days(each):
                found.setdefault((number, on), []).append(each)
    return found


def _days(interval: Interval) -> Iterator[date]:
    zone = clock.zone()
    on, last = interval.start.astimezone(zone).date(), interval.end.astimezone(zone).date()
    while on <= last:
        yield on
        on += _DAY


def _sample(places: array[int], weights: array[int], number: int, chance: random.Random) -> list[int]:
    """Choose so many places, the heavier the likelier: those whose alarm clocks ring first.

    Each place's clock rings after an exponential time with the place's weight as its rate, which is weighted
    sampling without replacement (Efraimidis and Spirakis, 2006).
    """
    rings = array("d", (chance.expovariate(weight) for weight in weights))
    last = sorted(rings)[number - 1]
    chosen = [place for place, ring in zip(places, rings, strict=True) if ring <= last]
    return chosen[:number]


def _uses(
    rooms: Sequence[RoomFacts],
    dates: Sequence[date],
    block: int,
    places: Sequence[int],
    chance: random.Random,
) -> list[Use]:
    per_day = (LAST - FIRST) // block
    lengths = [_lengths(room, block) for room in rooms]
    midnights = [_midnight(on) for on in dates]
    uses = []
    for place in places:
        rest, slot = divmod(place, per_day)
        day, room = divmod(rest, len(rooms))
        length = chance.choice(lengths[room])
        spare = block - length - rooms[room].rules.turnaround_minutes
        start = FIRST + slot * block + (30 if spare >= 30 and chance.random() < 0.3 else 0)
        begins = midnights[day] + start * _MINUTE
        uses.append(Use(begins, begins + length * _MINUTE, room))
    uses.sort(key=lambda use: (use.start, use.room))
    return uses


def _lengths(room: RoomFacts, block: int) -> list[int]:
    return [length for length in LENGTHS[block] if length + room.rules.turnaround_minutes <= block]


def _midnight(on: date) -> datetime:
    """Return the moment from which the minutes of the day count after the clocks may have changed."""
    eight = to_utc(datetime.combine(on, time(FIRST // 60)), clock.zone())
    return eight.astimezone(UTC) - FIRST * _MINUTE
