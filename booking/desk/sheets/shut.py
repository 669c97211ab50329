"""When a room is closed, as its papers say it: stretches joined, each day told, never as a booking."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import cast
from zoneinfo import ZoneInfo

from booking.i18n import gettext as _
from booking.i18n import language
from booking.reservations.seen import Seen
from booking.rooms.facts import RoomFacts
from booking.timetable.holidays import Language, public_holiday
from booking.timetable.interval import Interval, merge, subtract
from booking.timetable.openings import is_closed_for_holiday, open_within, opened_on
from booking.timetable.zone import day, local_date
from booking.web.filters import date_long, date_short, moment, time_range, time_span

_DAY = timedelta(days=1)
CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Shut:
    """A stretch in which the owner keeps a room for itself or closed. `label` is empty where none is told.

    `look` is "closed", or "taken" for own use.
    """

    use: Interval
    look: str
    label: str = ""


def joined(blocks: Iterable[Seen]) -> list[Shut]:
    """Return the stretches of blocks, those of one kind and name that touch as one, by start."""

    def kind(each: Seen) -> tuple[str, str]:
        return each.look, each.label

    alike = groupby(sorted(blocks, key=kind), key=kind)
    found = [
        Shut(whole, look, label)
        for (look, label), those in alike
        for whole in merge(each.use for each in those)
    ]
    return sorted(found, key=lambda each: each.use)


def closed_by_hours(room: RoomFacts, days: Iterable[date], zone: ZoneInfo) -> list[Shut]:
    """Return what is closed of the days on which the room does not open, with the holiday's name."""
    found = []
    for on in days:
        if opened_on(room.hours, on, zone):
            continue
        holiday = is_closed_for_holiday(room.hours, on)
        name = public_holiday(on, cast(Language, language())) if holiday else None
        whole = day(on, zone)  # less what the evening before lasts past midnight
        closed = subtract([whole], open_within(room.hours, whole, zone))
        found += [Shut(each, CLOSED, name or "") for each in closed]
    return found


def unusual(room: RoomFacts, days: Iterable[date]) -> list[date]:
    """Return the days on which a holiday or an exception, and not the week, may keep the room closed."""
    excepted = {each.date for each in room.hours.exceptions}
    return [on for on in days if on in excepted or is_closed_for_holiday(room.hours, on)]


def besides(hours: Iterable[Shut], stretches: Sequence[Shut]) -> list[Shut]:
    """Return the stretches and what the hours close besides, by start."""
    held = [each.use for each in stretches]
    more = [each for each in hours if subtract([each.use], held)]
    return sorted([*stretches, *more], key=lambda each: each.use)


def on_day(shut: Shut, on: date, first: date, zone: ZoneInfo) -> str:
    """Return when it keeps the room closed on a day of a week, or nothing. Where it shows first, its end too.

    `first` is the week's first day.
    """
    whole = day(on, zone)
    here = shut.use.intersection(whole)
    if here is None:
        return ""
    begins = on == max(first, local_date(shut.use.start, zone))
    if begins and here.start > whole.start:
        return time_span(shut.use)
    if here != whole:
        return time_range(here)
    if begins and shut.use.end > whole.end:
        return str(_("koko päivän, %(end)s asti", end=_end(shut.use, zone)))
    return str(_("koko päivän"))


def in_season(shut: Shut, zone: ZoneInfo) -> tuple[str, str, str]:
    """Return the days and the hours of a stretch, and which days it fills wholly where that is not all."""
    filled = whole_days(shut.use, zone)
    if filled is None:
        return date_long(shut.use.start), time_span(shut.use), ""
    days = _days(*filled)
    if Interval(day(filled[0], zone).start, day(filled[1], zone).end) == shut.use:
        return days, str(_("koko päivän")), ""
    return date_long(shut.use.start), time_span(shut.use), str(_("Koko päivän %(days)s.", days=days))


def whole_days(use: Interval, zone: ZoneInfo) -> tuple[date, date] | None:
    """Return the first and last day that it fills from midnight to midnight, or None."""
    first = local_date(use.start, zone)
    if day(first, zone).start < use.start:
        first += _DAY
    last = local_date(use.end, zone) - _DAY
    return (first, last) if first <= last else None


def _days(first: date, last: date) -> str:
    if first == last:
        return date_long(first)
    begins = date_short(first) if first.year == last.year else date_long(first)
    return f"{begins}–{date_long(last)}"


def _end(use: Interval, zone: ZoneInfo) -> str:
    """Return the last day, with the hour where it ends within a day."""
    last = local_date(use.end, zone)
    if day(last, zone).start == use.end:
        return date_long(last - _DAY)
    return moment(use.end)
