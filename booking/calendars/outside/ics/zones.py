"""PURE: from the names of time zones in files to clocks.

A name of the tz database is that zone, whatever the file says of it; Windows' names are mapped to it. Only
for other names is the file's own VTIMEZONE read: its onsets within the years that matter.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable
from datetime import datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from booking.calendars.outside.ics.expansion import Source, expand
from booking.calendars.outside.ics.frame import Component, refused
from booking.calendars.outside.ics.moments import Bad, read_time
from booking.calendars.outside.ics.repetition import read_rule

MOST_ZONES = 100
"""Different names in one file; each unknown one costs a look into the zone data."""
MOST_ONSETS = 100
"""STANDARD and DAYLIGHT parts of one VTIMEZONE: some programs write every year since 1918."""

_NAME = re.compile(r"(?!right/|posix/)[A-Za-z0-9_+-]{1,32}(?:/[A-Za-z0-9_+-]{1,32}){0,2}")
_OFFSET = re.compile(r"([+-])([0-9]{2})([0-9]{2})([0-9]{2})?")
_NOT_ZONES = frozenset({"localtime", "Factory", "posixrules"})
_WINDOWS = {name.lower(): zone for name, zone in WINDOWS_TO_OLSON.items()}
_OWN_YEARS = timedelta(days=366 * 3)
_ZERO = timedelta(0)


class Zones:
    """The clocks that one file names. `around` are the moments (naive) between which they must be right."""

    def __init__(self, parts: Iterable[Component], town: ZoneInfo, around: tuple[datetime, datetime]) -> None:
        self.town = town
        self._around = around
        self._parts = {name.value.strip(): part for part in parts if (name := part.first("TZID"))}
        self._known: dict[str, tzinfo | None] = {"": town, town.key: town}

    def named(self, name: str, line: int) -> tzinfo:
        """Return the clock of a name. Raises Bad for one that neither we nor the file know."""
        if name not in self._known:
            if len(self._known) > MOST_ZONES:
                raise refused(line, "calendar_too_many_zones", most=MOST_ZONES)
            self._known[name] = known_zone(name) or self._own(name)
        found = self._known[name]
        if found is None:
            raise Bad(line, "calendar_unknown_zone", text=name[:60])
        return found

    def _own(self, name: str) -> tzinfo | None:
        part = self._parts.get(name)
        return _own_clock(part, self._around) if part is not None else None


def known_zone(name: str) -> tzinfo | None:
    """Return the zone that a name means anywhere: the tz database's, Windows', or behind a vendor's path."""
    plain = name.strip().strip('"').strip("/")
    found = _database_zone(plain) or _database_zone(_WINDOWS.get(plain.lower(), ""))
    if found is None and "/" in plain:  # /freeassociation.sourceforge.net/Tzfile/Europe/Helsinki
        parts = plain.split("/")[-3:]
        found = next(
            filter(None, (_database_zone("/".join(parts[at:])) for at in range(len(parts) - 1))), None
        )
    if found is None and "helsinki" in plain.lower():  # (UTC+02:00) Helsinki, Kyiv, Riga, Sofia, …
        found = _database_zone("Europe/Helsinki")
    return found


def _database_zone(name: str) -> ZoneInfo | None:
    if not _NAME.fullmatch(name) or name in _NOT_ZONES:
        return None
    try:
        return ZoneInfo("UTC" if name == "Z" else name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


class _OwnClock(tzinfo):
    """A clock made of onsets: (UTC moment as naive, offset before, offset after), sorted."""

    def __init__(self, onsets: list[tuple[datetime, timedelta, timedelta]]) -> None:
        self._moments = [moment for moment, _before, _after in onsets]
        self._offsets = [onsets[0][1], *(after for _moment, _before, after in onsets)]
        pairs = list(zip(self._moments, self._offsets, self._offsets[1:], strict=False))
        # PEP 495: fold 0 is before the change in a doubled hour, and keeps the old offset in a missing one.
        self._walls = (
            [moment + max(before, after) for moment, before, after in pairs],
            [moment + min(before, after) for moment, before, after in pairs],
        )

    def utcoffset(self, wall: datetime | None) -> timedelta:
        if wall is None:
            return _ZERO
        return self._offsets[bisect_right(self._walls[wall.fold], wall.replace(tzinfo=None))]

    def dst(self, wall: datetime | None) -> timedelta:
        return _ZERO

    def tzname(self, wall: datetime | None) -> str:
        return "own"

    def fromutc(self, moment: datetime) -> datetime:
        return moment + self._offsets[bisect_right(self._moments, moment.replace(tzinfo=None))]


def _own_clock(part: Component, around: tuple[datetime, datetime]) -> tzinfo | None:
    """Return the clock a VTIMEZONE tells of, or None when it cannot be understood."""
    if not 0 < len(part.parts) <= MOST_ONSETS:
        return None
    try:
        onsets = sorted({onset for each in part.parts for onset in _onsets(each, around)})
    except (Bad, KeyError):
        return None
    return _OwnClock(onsets) if onsets else None


def _onsets(
    part: Component, around: tuple[datetime, datetime]
) -> list[tuple[datetime, timedelta, timedelta]]:
    """Return when one STANDARD or DAYLIGHT part begins; its first time always, so that there is one."""
    values = {each.name: each for each in part.properties}
    before, after = (_offset(values[name].value) for name in ("TZOFFSETFROM", "TZOFFSETTO"))
    first, _day, _utc = read_time(part.line, values["DTSTART"].value)
    walls = {first}
    for extra in part.all("RDATE"):
        walls |= {read_time(extra.line, each)[0] for each in extra.value.split(",")[:MOST_ONSETS]}
    rules = list(part.all("RRULE"))
    if rules:
        start, end = around[0] - _OWN_YEARS, around[1] + _OWN_YEARS
        rule = read_rule(rules[0], lambda moment: moment + before)
        if len(rules) > 1 or rule.often != "YEARLY":
            raise Bad(part.line, "calendar_bad_rule", text="")
        found = expand(Source(first, timedelta(minutes=1)), [rule.text()], (), (), (), start, end)
        walls |= {each.start for each in found}
    return [(wall - before, before, after) for wall in walls]


def _offset(value: str) -> timedelta:
    found = _OFFSET.fullmatch(value.strip())
    if found is None:
        raise Bad(0, "calendar_bad_time", text=value[:40])
    sign, hours, minutes, seconds = found.groups()
    offset = timedelta(hours=int(hours), minutes=int(minutes), seconds=int(seconds or 0))
    if offset >= timedelta(hours=24):
        raise Bad(0, "calendar_bad_time", text=value[:40])
    return -offset if sign == "-" else offset
