"""Rooms and dates for the pure part of editing, without a database."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from booking.reservations.editing.edit import Edit, Scope, Times
from booking.reservations.editing.plan import Dated, Spot
from booking.reservations.editing.stretches import Calendar
from booking.reservations.editing.wanted import Series
from booking.reservations.lifecycle import State
from booking.reservations.segments import Segment
from booking.rooms.facts import RoomFacts
from booking.rooms.rules import RoomRules
from booking.timetable.interval import Interval
from booking.timetable.openings import OpeningHours
from booking.timetable.pattern import Pattern

HELSINKI = ZoneInfo("Europe/Helsinki")
CALENDAR = Calendar(HELSINKI)
TUESDAY = date(2027, 1, 12)
WEEK = timedelta(days=7)
DAY = timedelta(days=1)
EVENING = Times(time(18), time(20))
NOW = datetime(2027, 1, 4, 8, tzinfo=UTC)


def room_facts(number: int, **rules: Any) -> RoomFacts:
    """A room of one space, decided on by an approver unless told otherwise."""
    names = (
        "name_sv name_en description terms contact access_instructions source sourced_facts venue district"
    )
    texts = dict.fromkeys(f"{names} street_address owner_slug owner owner_kind".split(), "")
    return RoomFacts(
        id=number,
        slug=f"tila-{number}",
        name=f"Tila {number}",
        kind="hall",
        state="published",
        capacity=None,
        area_m2=None,
        terms_version=1,
        example_facts=frozenset(),
        position=None,
        owner_id=1,
        space_ids=(number,),
        features={},
        hours=OpeningHours((), (), True),
        rules=RoomRules(**rules),
        **texts,
    )


HALL, STUDIO = room_facts(1), room_facts(2)
AT_ONCE = room_facts(3, approval="at_once")
ROOMS = {room.slug: room for room in (HALL, STUDIO, AT_ONCE)}


def use(on: date, times: Times = EVENING) -> Interval:
    """These times of a date on which the clocks skip none of them."""
    found = times.on(on, HELSINKI).interval
    assert found is not None
    return found


def dated(number: int, on: date = TUESDAY, times: Times = EVENING, **changes: Any) -> Dated:
    """A confirmed date in the hall at its slot."""
    values: dict[str, Any] = {"spot": Spot(HALL, use(on, times)), "state": State.CONFIRMED}
    return Dated(number, on, **values | changes)


def weeks(count: int, **changes: Any) -> list[Dated]:
    """So many Tuesdays, numbered from 1."""
    return [dated(n + 1, TUESDAY + n * WEEK, **changes) for n in range(count)]


def tuesdays(count: int) -> Segment:
    return Segment(TUESDAY, time(18), time(20), 0, Pattern("weekly", count=count))


def series(*segments: Segment) -> Series:
    return Series(segments, CALENDAR, HALL, ROOMS.__getitem__)


def edit(scope: Scope = Scope.ALL, date_id: int = 1, **changes: Any) -> Edit:
    return Edit(scope, date_id, **changes)
