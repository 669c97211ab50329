"""What a room's documents on paper say: its week, its season, the sign on its door.

A week and a season hang on walls, so they tell what a visitor may see, whoever prints them; only a season
that an approver asks for with its details tells more.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from flask_babel import format_date
from flask_babel import gettext as _

from booking import clock
from booking.access.actor import VISITOR, Actor
from booking.access.roles import Right
from booking.desk.sheets.shut import (
    CLOSED,
    Shut,
    besides,
    closed_by_hours,
    in_season,
    joined,
    on_day,
    unusual,
)
from booking.errors import Forbidden, NotFound
from booking.i18n import language
from booking.reservations.contacts.log import seen as contacts_seen
from booking.reservations.queries import visible_occurrences
from booking.reservations.seen import Seen
from booking.reservations.sheets.dates import SheetDate, dates_in
from booking.reservations.week import Week, week_of
from booking.rooms.catalogue import catalogue
from booking.rooms.facts import RoomFacts
from booking.rooms.pages import RoomDetail, detail
from booking.timetable.interval import Interval
from booking.timetable.seasons import Season, season_of
from booking.timetable.zone import FIRST_YEAR, LAST_YEAR, IsoWeek, day, local_date, week
from booking.web.addresses import outside_url
from booking.web.filters import date_long, time_span
from booking.web.states import state_word

_SEASON = re.compile(r"([0-9]{4})-(winter|summer)")
_MONTHS = {"winter": 9, "summer": 6}
LONG_NAME = 24  # letters: a longer name is set smaller on a door
# In tenths of a millimetre: the heights of a row in paper.css, and what a landscape sheet has for all rows
_HEIGHTS = (48, 34, 29, 23, 18, 15, 12, 7)
_SHEET = 1400
_DAY = timedelta(days=1)
_END_OF_A_CLOSURE = timedelta(days=31)  # how far beyond the week a closure's end is looked for
_ONE_LINE = 70  # a lower cell holds one line, cut where it ends; the list has all of it


@dataclass(frozen=True, slots=True)
class DayLine:
    """One thing of a day: when it is in words, and what it is."""

    start: datetime
    time: str
    what: str


@dataclass(frozen=True, slots=True)
class DayLines:
    """What happens on one day, by start."""

    day: date
    lines: Sequence[DayLine]


@dataclass(frozen=True, slots=True)
class SeasonLine:
    """One date of a season, or a stretch in which the room is closed; `more` is what its approver is told.

    `note` says which days a closed stretch fills wholly.
    """

    start: datetime
    days: str
    time: str
    what: str
    state: str
    note: str = ""
    more: SheetDate | None = None


@dataclass(frozen=True, slots=True)
class Month:
    """The lines of a month, "tammikuu 2027"."""

    name: str
    lines: Sequence[SeasonLine]


def week_sheet(room: RoomFacts, iso: IsoWeek, now: datetime) -> dict[str, Any]:
    """Return what a room's week on paper says: two statements, however much is booked."""
    local = clock.zone()
    window = week(iso.year, iso.week, local)
    looked_at = visible_occurrences([room], window.extend_end(_END_OF_A_CLOSURE), VISITOR)
    seen = [each for each in looked_at if each.claimed.start < window.end + _DAY]
    days = iso.days()
    by_hours = closed_by_hours(room, days, local)
    holidays = {local_date(each.use.start, local): each.label for each in by_hours if each.label}
    table = week_of(iso, room, seen, may_request=False, now=now, zone=local, closed_for=holidays)
    has_uses = any(each.use.start < window.end for each in seen)
    shut = besides(by_hours, joined(each for each in looked_at if each.block))
    return {
        "room": _detail(room, now),
        "week": table,
        "height": _density(table),
        "one_line": _ONE_LINE // _density(table),
        "days": _week_lines(days, [each for each in seen if not each.block], shut) if has_uses else [],
        "address": outside_url("reservations.room", slug=room.slug, week=str(iso)),
        "printed_at": now,
    }


def season_sheet(
    room: RoomFacts, season: Season, actor: Actor, now: datetime, *, details: bool
) -> dict[str, Any]:
    """Return what a room's season on paper says: a few statements, however much is booked.

    With `details` for the owner's approvers alone: raises Forbidden for others.
    """
    if details and not actor.has(Right.DECIDE, room.owner_id):
        raise Forbidden
    local = clock.zone()
    window = Interval(day(season.first, local).start, day(season.last, local).end)
    seen = visible_occurrences([room], window, actor if details else VISITOR)
    known = _known(room, window) if details else {}
    dates = [
        _season_line(each, known.get(each.occurrence_id))
        for each in seen
        if not each.block and each.use.start >= window.start
    ]
    contacts_seen({line.more.reservation_id for line in dates if line.more})
    each_day = (season.first + timedelta(days=n) for n in range((season.last - season.first).days + 1))
    off = closed_by_hours(room, unusual(room, each_day), local)
    shut = [_shut_line(each) for each in besides(off, joined(each for each in seen if each.block))]
    lines = sorted([*dates, *shut], key=lambda line: line.start)
    months = groupby(lines, key=lambda line: local_date(max(line.start, window.start), local).replace(day=1))
    return {
        "room": _detail(room, now),
        "season": season,
        "months": [Month(format_date(first, "LLLL yyyy"), list(group)) for first, group in months],
        "is_booked": bool(dates),
        "details": details,
        "address": outside_url("reservations.room", slug=room.slug),
        "printed_at": now,
    }


def door_sheet(room: RoomFacts, now: datetime) -> dict[str, Any]:
    """Return what the sign on a room's door says. No statement but the catalogue's."""
    shown = _detail(room, now)
    request = outside_url("reservations.request_room", slug=room.slug, lang=language())
    return {
        "room": shown,
        "is_long": len(shown.name) > LONG_NAME,
        "room_address": outside_url("reservations.room", slug=room.slug, lang=language()),
        "request_address": request if room.bookable else None,
        "address": outside_url("reservations.room", slug=room.slug),
        "printed_at": now,
    }


def season_asked(text: str | None, today: date) -> Season:
    """Return the season of `2026-winter` (which begins in September 2026) or `2027-summer`; none: today's.

    Raises NotFound.
    """
    if not text:
        return season_of(today)
    found = _SEASON.fullmatch(text)
    if found is None or not FIRST_YEAR < int(found[1]) < LAST_YEAR:
        raise NotFound("unknown_season")
    return season_of(date(int(found[1]), _MONTHS[found[2]], 1))


def season_code(season: Season) -> str:
    """Return how an address names a season."""
    return f"{season.first.year}-{season.name}"


def season_name(season: Season) -> str:
    """Return "talvikausi 2026–2027" or "kesäkausi 2027"."""
    if season.name == "summer":
        return str(_("kesäkausi %(year)s", year=season.first.year))
    return str(_("talvikausi %(first)s–%(last)s", first=season.first.year, last=season.last.year))


def _detail(room: RoomFacts, now: datetime) -> RoomDetail:
    return detail(room, catalogue().sharing(room), now)


def _known(room: RoomFacts, window: Interval) -> Mapping[int, SheetDate]:
    sharing = [each.id for each in catalogue().sharing(room) if each.owner_id == room.owner_id]
    return {each.occurrence_id: each for each in dates_in(sharing, window)}


def _week_lines(days: Sequence[date], uses: Sequence[Seen], shut: Sequence[Shut]) -> list[DayLines]:
    """Return the days on which something is, or the room is closed."""
    local = clock.zone()
    found = []
    for on in days:
        lines = [_day_line(each) for each in uses if max(days[0], local_date(each.use.start, local)) == on]
        for each in shut:
            time = on_day(each, on, days[0], local)
            if time:
                lines.append(DayLine(max(each.use.start, day(on, local).start), time, _shut_words(each)))
        if lines:
            found.append(DayLines(on, sorted(lines, key=lambda line: line.start)))
    return found


def _day_line(seen: Seen) -> DayLine:
    word = state_word(seen.look)
    what = f"{seen.label} ({word})" if seen.label and seen.look == "pending" else seen.label or word
    return DayLine(seen.use.start, time_span(seen.use), what)


def _shut_words(shut: Shut) -> str:
    """Return what a closed stretch is called, and that it is closed where the name may not say it."""
    word = state_word(CLOSED)
    if shut.look != CLOSED:
        return shut.label
    return f"{word}: {shut.label}" if shut.label else word


def _season_line(seen: Seen, more: SheetDate | None) -> SeasonLine:
    return SeasonLine(
        start=seen.use.start,
        days=date_long(seen.use.start),
        time=time_span(seen.use),
        what=seen.label or str(_("varattu")),
        state=state_word(seen.state.value),
        more=more,
    )


def _shut_line(shut: Shut) -> SeasonLine:
    days, time, note = in_season(shut, clock.zone())
    state = state_word(CLOSED) if shut.look == CLOSED else str(_("oma käyttö"))
    return SeasonLine(shut.use.start, days, time, shut.label, state, note)


def _density(table: Week) -> int:
    """Return the height of a row in tenths of a millimetre with which the week stays on one sheet."""
    return next((each for each in _HEIGHTS if each * len(table.rows) <= _SHEET), _HEIGHTS[-1])
