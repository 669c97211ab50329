"""Weekdays and days of the month in words, as a series repeats on them."""

from datetime import date
from typing import Final

from flask_babel import lazy_gettext as _l

from booking.i18n import gettext as _
from booking.timetable.pattern import MonthlyBy

WEEKDAYS: Final = (
    _l("maanantai"),
    _l("tiistai"),
    _l("keskiviikko"),
    _l("torstai"),
    _l("perjantai"),
    _l("lauantai"),
    _l("sunnuntai"),
)
OF_MONTH: Final = (
    _l("kuukauden ensimmäinen %(weekday)s"),
    _l("kuukauden toinen %(weekday)s"),
    _l("kuukauden kolmas %(weekday)s"),
    _l("kuukauden neljäs %(weekday)s"),
    _l("kuukauden viides %(weekday)s"),
)


def day_of_month(by: MonthlyBy, first: date) -> str:
    """Return which day of each month is meant by this first one: "kuukauden toinen tiistai"."""
    weekday = str(WEEKDAYS[first.weekday()])
    match by:
        case "day":
            return str(_("kuukauden %(day)s. päivä", day=first.day))
        case "weekday":
            return str(OF_MONTH[(first.day - 1) // 7]) % {"weekday": weekday}
        case "last_weekday":
            return str(_("kuukauden viimeinen %(weekday)s", weekday=weekday))
