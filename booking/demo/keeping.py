"""What the city's keeper has set in the demonstration: default rules, a summer season, New Year's Eve."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Final

from booking.access.actor import Actor
from booking.demo.people import CITY
from booking.desk.hours.service import preview_hours, save_hours
from booking.desk.rules.service import preview_defaults, save_defaults
from booking.rooms.catalogue import catalogue
from booking.rooms.rules import RoomRules
from booking.timetable.openings import OpeningException, OpeningHours, Weekly

DEFAULTS: Final = RoomRules()
"""What most of the city's rooms had already: their values in force stay as they were."""

SUMMER_ROOM, PARTY_ROOM = "vuoksenniskan-koulukeskus", "talvipuutarha"


def keep_city(actor: Actor, now: datetime, *, year: int) -> None:
    """Set the city's default rules and two rooms' hours from `year` on, in the caller's transaction."""
    seen = preview_defaults(CITY, DEFAULTS, actor=actor, now=now).mark
    save_defaults(CITY, DEFAULTS, seen=seen, actor=actor, now=now)
    _change(SUMMER_ROOM, lambda hours: _with_summer(hours, year), actor, now)
    _change(PARTY_ROOM, lambda hours: _with_new_years_eve(hours, year), actor, now)


def _change(slug: str, wanted: Callable[[OpeningHours], OpeningHours], actor: Actor, now: datetime) -> None:
    hours = wanted(catalogue().room(slug).hours)
    seen = preview_hours(slug, hours, actor=actor, now=now).mark
    save_hours(slug, hours, seen=seen, actor=actor, now=now)


def _with_summer(hours: OpeningHours, year: int) -> OpeningHours:
    """A school is open on weekdays by day while it has no lessons, this summer and the next."""
    seasons = [
        Weekly(day, 10 * 60, 18 * 60, date(each, 6, 7), date(each, 8, 8))
        for each in (year, year + 1)
        for day in range(5)
    ]
    return OpeningHours((*hours.weekly, *seasons), hours.exceptions, hours.open_on_holidays)


def _with_new_years_eve(hours: OpeningHours, year: int) -> OpeningHours:
    eve = OpeningException(date(year, 12, 31), ((18 * 60, 26 * 60),))
    return OpeningHours(hours.weekly, (*hours.exceptions, eve), hours.open_on_holidays)
