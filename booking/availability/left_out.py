"""What a pattern passes over: public holidays, school breaks, and months without its day."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Final, cast

from flask_babel import format_date

from booking.clock import zone
from booking.i18n import gettext as _
from booking.i18n import language
from booking.timetable.holidays import Language, public_holiday
from booking.timetable.pattern import Break, Pattern, PatternError
from booking.timetable.recurrence import expand
from booking.web.filters import date_long

_MOST_LOOKED_AT: Final = 2000
_MOST_SAID: Final = 12


@dataclass(frozen=True, slots=True)
class Missed:
    """A date that a holiday or a break takes from the series; `why` is its name, "" for a nameless break."""

    on: date
    why: str


def missed(pattern: Pattern, first: date, last: date, breaks: Sequence[Break]) -> list[Missed]:
    """Return the dates up to the last one that the pattern would have but for its two flags, in order."""
    if not (pattern.skip_holidays or pattern.skip_school_breaks):
        return []
    listed = pattern.frequency == "dates"
    plain = replace(
        pattern,
        until=None if listed else last,
        count=None,
        skip_holidays=False,
        skip_school_breaks=False,
    )
    noon = datetime.combine(first, time(12))
    try:
        slots = expand(plain, noon, noon + timedelta(minutes=1), zone(), limit=_MOST_LOOKED_AT)
    except PatternError:
        return []
    found = ((slot.date, _why(slot.date, pattern, breaks)) for slot in slots)
    return [Missed(on, why) for on, why in found if why is not None]


def _why(on: date, pattern: Pattern, breaks: Sequence[Break]) -> str | None:
    spoken = cast(Language, language())
    holiday = public_holiday(on, spoken) if pattern.skip_holidays else None
    if holiday is not None:
        # in running text only English keeps the capital
        return holiday if spoken == "en" else holiday[:1].lower() + holiday[1:]
    if not pattern.skip_school_breaks:
        return None
    return next((each.name for each in breaks if each.holds(on)), None)


def months_without(pattern: Pattern, first: date, last: date) -> list[date]:
    """PURE: Return the first days of the months up to the last date that have no such day."""
    if pattern.frequency != "monthly" or pattern.monthly_by == "last_weekday":
        return []
    found = []
    for months in range(first.year * 12 + first.month - 1, last.year * 12 + last.month, pattern.interval):
        opening = date(months // 12, months % 12 + 1, 1)
        weekday, length = monthrange(opening.year, opening.month)
        day = first.day
        if pattern.monthly_by == "weekday":
            day = 1 + (first.weekday() - weekday) % 7 + (first.day - 1) // 7 * 7
        if day > length:
            found.append(opening)
    return found


def left_out(pattern: Pattern, first: date, last: date, breaks: Sequence[Break]) -> list[str]:
    """Return sentences of what the pattern leaves out between its first and its last date."""
    until = pattern.until or last
    sentences = []
    runs = [list(run) for _key, run in groupby(missed(pattern, first, until, breaks), lambda each: each.why)]
    if runs:
        said = [_said(run) for run in runs[:_MOST_SAID]]
        more = sum(map(len, runs[_MOST_SAID:]))
        if more:
            said.append(str(_("%(count)s muuta", count=more)))
        sentences.append(str(_("Pois jäävät: %(dates)s.", dates=", ".join(said))))
    months = months_without(pattern, first, until)
    if months:
        names = [format_date(each, "LLLL yyyy") for each in months[:_MOST_SAID]]
        if len(months) > _MOST_SAID:
            names.append(str(_("%(count)s muuta", count=len(months) - _MOST_SAID)))
        sentences.append(str(_("Kuukaudet, joissa tätä päivää ei ole: %(months)s.", months=", ".join(names))))
    return sentences


def _said(run: Sequence[Missed]) -> str:
    name = run[0].why or str(_("koulujen loma-aika"))
    if len(run) == 1:
        return f"{date_long(run[0].on)} {name}"
    return f"{date_long(run[0].on)} – {date_long(run[-1].on)} {name} ({len(run)})"
