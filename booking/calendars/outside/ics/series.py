"""PURE: all that a file says under one UID, and the dates it has within a window."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from booking.calendars.outside.ics.events import LONGEST_REPEATED, VEvent
from booking.calendars.outside.ics.expansion import Dated, Source, expand
from booking.calendars.outside.ics.moments import Bad, Length, Moment, moment_of, wall_of
from booking.calendars.outside.ics.repetition import MOST_STEPS, Rule
from booking.timetable.interval import Interval

MOST_DATES = 20_000
"""Dates within the window, of one event and of the whole file."""

_DAY = timedelta(days=1)
_NONE = timedelta(0)


@dataclass(frozen=True, slots=True)
class Stretch:
    """One date: what event it is of, when, and the moment that names it (None of what does not repeat)."""

    event: VEvent
    start: datetime
    end: datetime
    original: datetime | None


def newest(events: Iterable[VEvent]) -> dict[datetime | None, VEvent]:
    """Return what was said last of each date (None: the series): highest SEQUENCE, then latest stamp."""
    found: dict[datetime | None, VEvent] = {}
    for event in events:
        key = event.recurrence.utc() if event.recurrence else None
        known = found.get(key)
        if known is None or (known.sequence, known.stamp) <= (event.sequence, event.stamp):
            found[key] = event
    return found


def stretches(events: Sequence[VEvent], window: Interval) -> Iterator[Stretch]:
    """Yield the dates within the window of what stands under one UID. Raises Bad."""
    said = newest(events)
    series = said.pop(None, None)
    if series is not None and not series.repeats and not said:
        end = series.end.utc() if series.end else series.length.end(series.start.wall, series.start.zone)
        start = series.start.utc()
        if end <= start < start + series.length.total:  # it starts in an hour that the clocks skip
            end = start + series.length.total
        if start < window.end and end >= window.start:
            yield Stretch(series, start, end, None)
        return
    yield from _expanded(series, list(said.values()), window)


def _expanded(series: VEvent | None, changes: list[VEvent], window: Interval) -> Iterator[Stretch]:
    zone = series.start.zone if series else changes[0].start.zone
    first = wall_of(window.start, zone) - 2 * _DAY
    last = wall_of(window.end, zone) + 2 * _DAY
    sources = [_change(each, each.recurrence, series, zone) for each in changes if each.recurrence]
    # Dates from so much before the window on can reach into it; one moved alone is looked at by itself.
    reach = max([_NONE, *(each.length + abs(each.moved) for each in sources if each.onwards)])
    core, rules = None, list[Rule]()
    if series is not None:
        reach += series.length.total
        core, rules = _bounded(series, first - reach, last + reach)
    found = expand(
        core,
        [rule.text() for rule in rules],
        _extra(series, first - reach, last + reach) if series else [],
        _without(series, first - reach, last + reach) if series else [],
        sources,
        first,
        last,
    )
    for each in found:
        stretch = _stretch(each, series, changes, zone)
        if stretch.start < window.end and stretch.end >= window.start:
            yield stretch


def _change(change: VEvent, date_of: Moment, series: VEvent | None, zone: tzinfo) -> Source:
    """Return a changed date by the clock of its series; `date_of` is its RECURRENCE-ID."""
    recurrence = date_of.wall_in(zone)
    if series is not None and series.start.whole_day:
        recurrence = datetime.combine(recurrence.date(), time.min)
    elif series is not None and date_of.whole_day:
        recurrence = datetime.combine(recurrence.date(), series.start.wall.time())
    source = Source(change.start.wall_in(zone), change.length.total, recurrence, change.onwards)
    if change.onwards and max(abs(source.moved), source.length) > LONGEST_REPEATED:
        raise Bad(change.line, "calendar_event_too_long")
    return source


def _bounded(series: VEvent, first: datetime, last: datetime) -> tuple[Source, list[Rule]]:
    """Return the series with rules that can be expanded between two times, begun as late as may be."""
    start = series.start.wall
    rules = [rule for rule in series.rules if not rule.matches_never(start) and _still_on(rule, start, first)]
    if len(rules) == 1 and len(series.rules) == 1:
        begun = rules[0].begun_near(start, first - 7 * _DAY)
        rules = []
        if begun is not None:
            rule, start = begun
            rules = [rule]
    days = (last - first) / _DAY
    for rule in rules:
        if rule.steps(start, last) > MOST_STEPS:
            raise Bad(rule.line, "calendar_rule_too_long")
        if rule.a_day * days > MOST_DATES:
            raise Bad(rule.line, "calendar_rule_too_often", text=rule.often)
    return Source(start, series.length.total), rules


def _still_on(rule: Rule, start: datetime, first: datetime) -> bool:
    """Whether a rule matters: one that ended before the series began means that it has no date at all."""
    return rule.until is None or rule.until >= first or rule.until < start


def _extra(series: VEvent, first: datetime, last: datetime) -> list[datetime | tuple[datetime, timedelta]]:
    zone = series.start.zone
    dates: list[datetime | tuple[datetime, timedelta]] = []
    for moment, length in series.extra:
        wall = moment.wall_in(zone)
        if length is not None and length > LONGEST_REPEATED:
            raise Bad(series.line, "calendar_event_too_long")
        if first - (length or _NONE) <= wall <= last:
            dates.append(wall if length is None else (wall, length))
    if len(dates) > MOST_DATES:
        raise Bad(series.line, "calendar_rule_too_often", text="RDATE")
    return dates


def _without(series: VEvent, first: datetime, last: datetime) -> list[datetime | date]:
    dates: list[datetime | date] = []
    for moment in series.without:
        wall = moment.wall_in(series.start.zone)
        if first <= wall <= last:
            dates.append(wall.date() if moment.whole_day and not series.start.whole_day else wall)
    return dates


def _stretch(found: Dated, series: VEvent | None, changes: list[VEvent], zone: tzinfo) -> Stretch:
    """Return a date of the series by its clock; one that was changed by itself as it is written there."""
    event = changes[found.source - 1] if found.source or series is None else series
    original = moment_of(found.original, zone)
    if found.source and event.recurrence and original == moment_of(event.recurrence.wall_in(zone), zone):
        end = event.end.utc() if event.end else event.length.end(event.start.wall, event.start.zone)
        return Stretch(event, event.start.utc(), end, original)
    length = event.length if found.length == event.length.total else Length(found.length)
    return Stretch(event, moment_of(found.start, zone), length.end(found.start, zone), original)
