"""How dates, times and figures are written in Finnish, Swedish and English.

Everything takes aware UTC moments (or dates) and gives the wall clock of the installation's zone, in the
language spoken now. A search page writes some 150 of them, so there is no pattern to parse: only tables.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, Protocol
from zoneinfo import ZoneInfo

from flask import Flask, current_app

from booking.i18n import language
from booking.timetable.zone import to_wall

NO_BREAK_SPACE: Final = "\u00a0"


class Span(Protocol):
    """Anything with two ends."""

    @property
    def start(self) -> datetime:
        """The first moment, aware UTC."""

    @property
    def end(self) -> datetime:
        """The first moment after it, aware UTC."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How one language writes days and times."""

    weekdays: tuple[str, ...]  # Monday first
    months: tuple[str, ...]  # empty: months are numbers
    between: str  # between the day and the time
    colon: str  # between hours and minutes
    thousands: str
    decimal: str
    hours: str


MANNERS: Final = {
    "fi": Manner(("ma", "ti", "ke", "to", "pe", "la", "su"), (), " klo ", ".", NO_BREAK_SPACE, ",", "t"),
    "sv": Manner(
        ("mån", "tis", "ons", "tors", "fre", "lör", "sön"), (), " kl. ", ".", NO_BREAK_SPACE, ",", "h"
    ),
    "en": Manner(
        ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
        ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
        ", ",
        ":",
        ",",
        ".",
        "h",
    ),
}


def init_app(app: Flask) -> None:
    """Give the filters to the templates."""
    for name, function in FILTERS.items():
        app.jinja_env.filters[name] = function


def local_zone() -> ZoneInfo:
    """Return the zone whose wall clock this installation shows."""
    zone: ZoneInfo = current_app.config["ZONE"]
    return zone


def weekday(day: date | datetime) -> str:
    """Return "ti", "tis" or "Tue"."""
    wall: date = _wall(day)
    return MANNERS[language()].weekdays[wall.weekday()]


def day_month(day: date | datetime) -> str:
    """Return "12.1." or "12 Jan"."""
    return _day_month(_wall(day), language())


def date_short(day: date | datetime) -> str:
    """Return "ti 12.1." or "Tue 12 Jan"."""
    return _date_short(_wall(day), language())


def date_long(day: date | datetime) -> str:
    """Return "ti 12.1.2027" or "Tue 12 Jan 2027"."""
    return _date_long(_wall(day), language())


def clock_time(moment: datetime) -> str:
    """Return "18.00" or "18:00"."""
    return _time(_wall(moment), language())


def time_range(span: Span) -> str:
    """Return "18.00–20.00". An end at midnight reads 24.00."""
    code = language()
    start, end = _wall(span.start), _wall(span.end)
    return f"{_time(start, code)}–{_end_time(start, end, code)}"


def time_span(span: Span) -> str:
    """Return "18.00–20.00", or "18.00 – su 17.1. klo 13.00" of a span past midnight."""
    code = language()
    start, end = _wall(span.start), _wall(span.end)
    return f"{_time(start, code)}{_until(start, end, code)}"


def when(span: Span) -> str:
    """Return "ti 12.1.2027 klo 18.00–20.00"; a span past midnight names the second day too."""
    code = language()
    start, end = _wall(span.start), _wall(span.end)
    first = f"{_date_long(start, code)}{MANNERS[code].between}{_time(start, code)}"
    return f"{first}{_until(start, end, code)}"


def moment(at: datetime) -> str:
    """Return "ti 12.1.2027 klo 18.00"."""
    code = language()
    wall = _wall(at)
    return f"{_date_long(wall, code)}{MANNERS[code].between}{_time(wall, code)}"


def clock_face(hour: int, minute: int) -> str:
    """Return "18.00" or "18:00" of the figures of a wall clock, which belong to no day."""
    return f"{hour:02}{MANNERS[language()].colon}{minute:02}"


def hours_colon() -> str:
    """Return what stands between hours and minutes: "." or, in English, ":"."""
    return MANNERS[language()].colon


def number(value: float) -> str:
    """Return "1 200", "12,5" or, in English, "1,200", "12.5"; at most two decimals."""
    manner = MANNERS[language()]
    whole, _, decimals = f"{round(value, 2):,}".partition(".")
    text = whole.replace(",", manner.thousands)
    decimals = decimals.rstrip("0")
    return f"{text}{manner.decimal}{decimals}" if decimals else text


def duration(length: float | timedelta) -> str:
    """Return "2 t 30 min" of seconds or a timedelta, "45 min", or "30 s" when it is under a minute."""
    seconds = int(length.total_seconds() if isinstance(length, timedelta) else length)
    hours, rest = divmod(seconds, 3600)
    minutes = rest // 60
    if not hours and not minutes:
        return f"{seconds}{NO_BREAK_SPACE}s"
    parts = []
    if hours:
        parts.append(f"{hours}{NO_BREAK_SPACE}{MANNERS[language()].hours}")
    if minutes:
        parts.append(f"{minutes}{NO_BREAK_SPACE}min")
    return " ".join(parts)


def wall_date(day: date | datetime) -> str:
    """Return "2027-01-12", for addresses and date fields."""
    return f"{_wall(day):%Y-%m-%d}"


def wall_time(moment: datetime) -> str:
    """Return "18:00", for addresses and time fields."""
    return f"{_wall(moment):%H:%M}"


def _wall(day: Any) -> Any:
    """Turn a moment into the wall clock; leave a date as it is."""
    return to_wall(day, local_zone()) if isinstance(day, datetime) else day


def _day_month(day: date, code: str) -> str:
    months = MANNERS[code].months
    return f"{day.day} {months[day.month - 1]}" if months else f"{day.day}.{day.month}."


def _date_short(day: date, code: str) -> str:
    return f"{MANNERS[code].weekdays[day.weekday()]} {_day_month(day, code)}"


def _date_long(day: date, code: str) -> str:
    gap = " " if MANNERS[code].months else ""
    return f"{_date_short(day, code)}{gap}{day.year}"


def _time(at: datetime, code: str) -> str:
    return f"{at.hour:02}{MANNERS[code].colon}{at.minute:02}"


def _ends_at_midnight(start: datetime, end: datetime) -> bool:
    return (end.hour, end.minute) == (0, 0) and end.date() == start.date() + timedelta(days=1)


def _until(start: datetime, end: datetime, code: str) -> str:
    """Return "–20.00", with the day where it is another."""
    if end.date() == start.date() or _ends_at_midnight(start, end):
        return f"–{_end_time(start, end, code)}"
    midnight = (end.hour, end.minute) == (0, 0)
    last = end - timedelta(days=1) if midnight else end
    day = _date_short(last, code) if last.year == start.year else _date_long(last, code)
    hour = f"24{MANNERS[code].colon}00" if midnight else _time(end, code)
    return f" – {day}{MANNERS[code].between}{hour}"


def _end_time(start: datetime, end: datetime, code: str) -> str:
    return f"24{MANNERS[code].colon}00" if _ends_at_midnight(start, end) else _time(end, code)


FILTERS: Final[dict[str, Callable[..., str]]] = {
    "weekday": weekday,
    "day_month": day_month,
    "date_short": date_short,
    "date_long": date_long,
    "time": clock_time,
    "time_range": time_range,
    "time_span": time_span,
    "when": when,
    "moment": moment,
    "number": number,
    "duration": duration,
    "wall_date": wall_date,
    "wall_time": wall_time,
}
