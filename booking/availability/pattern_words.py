"""A pattern in words: "joka toinen viikko maanantaisin ja torstaisin, 10 kertaa, ei pyhinä"."""

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from itertools import takewhile
from typing import Final

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from booking.availability.weekday_words import day_of_month
from booking.i18n import gettext as _
from booking.i18n import language
from booking.timetable.pattern import CountOutOfReach, Pattern
from booking.timetable.recurrence import dates_counted
from booking.web.filters import MANNERS, day_month

MOST_LISTED: Final = 5  # dates; more are only counted
_OTHER: Final = 2  # every other

EVERY_WEEKDAY: Final = (
    _l("joka maanantai"),
    _l("joka tiistai"),
    _l("joka keskiviikko"),
    _l("joka torstai"),
    _l("joka perjantai"),
    _l("joka lauantai"),
    _l("joka sunnuntai"),
)
ON_WEEKDAYS: Final = (
    _l("maanantaisin"),
    _l("tiistaisin"),
    _l("keskiviikkoisin"),
    _l("torstaisin"),
    _l("perjantaisin"),
    _l("lauantaisin"),
    _l("sunnuntaisin"),
)


def in_words(pattern: Pattern, first: date) -> str:
    """Return the pattern of a series whose first date is this one, in the language spoken now."""
    match pattern.frequency:
        case "daily":
            words = _daily(pattern.interval)
        case "weekly":
            words = _weekly(pattern.interval, pattern.weekdays or {first.weekday()})
        case "monthly":
            words = _monthly(pattern, first)
        case "dates":
            words = _on_dates({first, *pattern.dates} - pattern.skip)
    if pattern.until is not None:
        words = _("%(repeats)s %(date)s asti", repeats=words, date=_plain(pattern.until))
    if pattern.count is not None:
        words = ngettext(
            "%(repeats)s, %(num)s kerta", "%(repeats)s, %(num)s kertaa", pattern.count, repeats=words
        )
    return ", ".join([str(words), *_without(pattern, first)])


def _daily(interval: int) -> str:
    if interval == 1:
        return _("joka päivä")
    return _("joka toinen päivä") if interval == _OTHER else _("%(count)s päivän välein", count=interval)


def _weekly(interval: int, weekdays: Collection[int]) -> str:
    chosen = sorted(weekdays)
    if interval == 1 and len(chosen) == 1:
        return str(EVERY_WEEKDAY[chosen[0]])
    days = _listed([str(ON_WEEKDAYS[each]) for each in chosen])
    if interval == 1:
        return _("joka viikko %(days)s", days=days)
    if interval == _OTHER:
        return _("joka toinen viikko %(days)s", days=days)
    return _("%(count)s viikon välein %(days)s", count=interval, days=days)


def _monthly(pattern: Pattern, first: date) -> str:
    which = day_of_month(pattern.monthly_by, first)
    if pattern.interval == 1:
        return which
    if pattern.interval == _OTHER:
        return _("%(which)s joka toinen kuukausi", which=which)
    return _("%(which)s %(count)s kuukauden välein", which=which, count=pattern.interval)


def _on_dates(dates: Collection[date]) -> str:
    ordered = sorted(dates)
    if len(ordered) <= MOST_LISTED:
        return _listed([_plain(each) for each in ordered])
    return _(
        "%(count)s päivänä, ensimmäinen %(first)s ja viimeinen %(last)s",
        count=len(ordered),
        first=_plain(ordered[0]),
        last=_plain(ordered[-1]),
    )


def _without(pattern: Pattern, first: date) -> list[str]:
    """Return what is left out, in words; what the pattern does not give needs no leaving out."""
    left_out = []
    if pattern.skip_holidays and pattern.skip_school_breaks:
        left_out.append(_("ei pyhinä eikä koulujen loma-aikoina"))
    elif pattern.skip_holidays:
        left_out.append(_("ei pyhinä"))
    elif pattern.skip_school_breaks:
        left_out.append(_("ei koulujen loma-aikoina"))
    skipped = _skipped(pattern, first)
    if 0 < len(skipped) <= MOST_LISTED:
        left_out.append(_("paitsi %(dates)s", dates=_listed([_plain(each) for each in skipped])))
    elif skipped:
        left_out.append(_("paitsi %(count)s päivänä", count=len(skipped)))
    return [str(each) for each in left_out]


def _skipped(pattern: Pattern, first: date) -> list[date]:
    """Return the skipped dates that the pattern would give, in order. A list of dates just lacks them."""
    if not pattern.skip or pattern.frequency == "dates":
        return []
    last = max(pattern.skip)
    if pattern.count is not None and pattern.skip_school_breaks:
        # Which dates the breaks take is not known here, so nor is which date is the last
        pattern = replace(pattern, count=None, until=last)
    given: list[date] = []
    with suppress(CountOutOfReach):
        given.extend(takewhile(lambda on: on <= last, dates_counted(pattern, first)))
    return [on for on in given if on in pattern.skip]


def _listed(words: Sequence[str]) -> str:
    if len(words) < 2:
        return "".join(words)
    return str(_("%(those)s ja %(last)s", those=", ".join(words[:-1]), last=words[-1]))


def _plain(on: date) -> str:
    """Return "31.5.2027" or "31 May 2027": in running text the weekday would be one word too many."""
    gap = " " if MANNERS[language()].months else ""
    return f"{day_month(on)}{gap}{on.year}"
