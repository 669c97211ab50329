"""PURE: repetition rules (RFC 5545, 3.3.10): read, bounded, and begun near the time that is asked for.

dateutil, which expands them in the end, forgives much and stops at nothing: a rule that never matches is
tried until the year 9999, and `BYHOUR`, `BYMINUTE` and `BYSECOND` multiply. So a rule is checked before, word
for word.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from booking.calendars.outside.ics.lines import Property
from booking.calendars.outside.ics.moments import Bad, read_time

MOST_A_DAY = 24
"""Times a day that a rule may name: every hour. What blocks a room does not begin more often."""
MOST_STEPS = 60_000
"""Days, weeks or hours that may be counted through from the start of a rule."""

_DAY = timedelta(days=1)
_PERIODS = {
    "HOURLY": timedelta(hours=1),
    "DAILY": _DAY,
    "WEEKLY": 7 * _DAY,
    "MONTHLY": 28 * _DAY,
    "YEARLY": 365 * _DAY,
}
_TOO_OFTEN = frozenset({"SECONDLY", "MINUTELY"})
_NUMBERS = {
    "BYMONTH": (1, 12, False),
    "BYMONTHDAY": (1, 31, True),
    "BYYEARDAY": (1, 366, True),
    "BYWEEKNO": (1, 53, True),
    "BYSETPOS": (1, 366, True),
    "BYHOUR": (0, 23, False),
    "BYMINUTE": (0, 59, False),
    "BYSECOND": (0, 59, False),
}
_NUMBER = re.compile(r"[+-]?[0-9]{1,12}")
_WEEKDAY = re.compile(r"([+-]?[0-9]{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_LONGEST_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
# What RFC 5545's table has as "N/A", and places in a set of one: dateutil would look for them for ever.
_NOT_WITH = {
    "HOURLY": {"BYWEEKNO", "BYYEARDAY", "BYSETPOS"},
    "DAILY": {"BYWEEKNO", "BYYEARDAY", "BYSETPOS"},
    "WEEKLY": {"BYWEEKNO", "BYYEARDAY", "BYMONTHDAY"},
    "MONTHLY": {"BYWEEKNO", "BYYEARDAY"},
    "YEARLY": set[str](),
}
_EVEN = frozenset({"FREQ", "INTERVAL", "COUNT", "WKST"})


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule that has been checked. `until` is by the event's clock; `by` holds the BY parts and WKST."""

    line: int
    often: str
    interval: int
    count: int | None
    until: datetime | None
    by: dict[str, tuple[str, ...]]

    def text(self) -> str:
        """Return the rule as a file has it, with a naive UNTIL."""
        parts = [f"FREQ={self.often}", f"INTERVAL={self.interval}"]
        parts += [f"COUNT={self.count}"] if self.count is not None else []
        parts += [f"{name}={','.join(values)}" for name, values in self.by.items()]
        return ";".join(parts + ([f"UNTIL={self.until:%Y%m%dT%H%M%S}"] if self.until else []))

    @property
    def step(self) -> timedelta:
        """How far it is from one turn to the next, at the least."""
        return _PERIODS[self.often] * self.interval

    @property
    def a_day(self) -> float:
        """How many dates there are on a day, at the most."""
        times = 1
        for name in ("BYHOUR", "BYMINUTE", "BYSECOND"):
            times *= len(self.by.get(name, "1")) if (name, self.often) != ("BYHOUR", "HOURLY") else 1
        return times * (24 / self.interval if self.often == "HOURLY" and self.interval < 24 else 1)

    def matches_never(self, start: datetime) -> bool:
        """Whether no month has such a day: the 30th of February, the 31st of June."""
        days = self.by.get("BYMONTHDAY")
        if (
            days is None
            and self.often == "YEARLY"
            and not {"BYDAY", "BYYEARDAY", "BYWEEKNO"} & self.by.keys()
        ):
            days = (str(start.day),)
        months = [int(month) for month in self.by.get("BYMONTH", ())] or list(range(1, 13))
        return days is not None and not any(
            abs(int(day)) <= _LONGEST_MONTH[month - 1] for day in days for month in months
        )

    def begun_near(self, start: datetime, wanted: datetime) -> "tuple[Rule, datetime] | None":
        """Return the same rule begun whole turns later, not after `wanted`; None when it ended before that.

        Weeks, days and hours turn evenly, so that nothing after the new start changes. With COUNT that is so
        only when each turn has the same number of dates. Other rules are returned as they are.
        """
        turns = (wanted - start) // self.step
        if turns <= 0 or self.often in ("MONTHLY", "YEARLY"):
            return self, start
        later = start + turns * self.step
        if self.count is None:
            return self._with_count(None), later
        allowed = {"BYDAY", "WKST"} if self.often == "WEEKLY" else {"WKST"}
        if self.by.keys() - allowed:
            return self, start
        left = self.count - turns * len(self.by.get("BYDAY", "1"))
        return (self._with_count(left), later) if left > 0 else None

    def steps(self, start: datetime, end: datetime) -> float:
        """Return about how many turns lie between two moments."""
        return max(0.0, (end - start) / self.step)

    def _with_count(self, count: int | None) -> "Rule":
        return Rule(self.line, self.often, self.interval, count, self.until, self.by)


def read_rule(written: Property, until_wall: Callable[[datetime], datetime]) -> Rule:
    """Return a checked rule. `until_wall` turns a naive UTC time into the event's clock. Raises Bad."""
    bad = Bad(written.line, "calendar_bad_rule", text=written.value[:60])
    parts = _parts(written, bad)
    often = parts.pop("FREQ", "")
    if often in _TOO_OFTEN:
        raise Bad(written.line, "calendar_rule_too_often", text=often)
    if often not in _PERIODS or parts.keys() & _NOT_WITH[often]:
        raise bad
    interval = _number(parts.pop("INTERVAL", "1"), 1, 10_000, bad)
    count = _count(parts.pop("COUNT", ""), bad)
    until = _until(written.line, parts.pop("UNTIL", ""), until_wall)
    by = {name: _values(name, value, often, bad) for name, value in parts.items()}
    if (until and count) or ("BYSETPOS" in by and not by.keys() - {"BYSETPOS", "WKST"}):
        raise bad
    rule = Rule(written.line, often, interval, count, until, by)
    if rule.a_day > MOST_A_DAY:
        raise Bad(written.line, "calendar_rule_too_often", text=often)
    return rule


def _parts(written: Property, bad: Bad) -> dict[str, str]:
    parts: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in written.value.upper().split(";")[:20])):
        name, equals, value = part.partition("=")
        if not equals or name in parts:
            raise bad
        if not name.startswith("X-"):
            parts[name] = value
    if parts.pop("RSCALE", "GREGORIAN") != "GREGORIAN" or parts.pop("SKIP", "OMIT") != "OMIT":
        raise bad
    return parts


def _count(value: str, bad: Bad) -> int | None:
    """Return COUNT; none or a negative one (Exchange writes -1) is no end."""
    if not value or (value.startswith("-") and _NUMBER.fullmatch(value)):
        return None
    return _number(value, 1, 10**12, bad)


def _until(line: int, value: str, until_wall: Callable[[datetime], datetime]) -> datetime | None:
    """Return UNTIL by the event's clock, that moment included. 9999 and its like is no end."""
    if not value or value.startswith("9"):
        return None
    until, day, utc = read_time(line, value)
    if day:
        return until + _DAY - timedelta(seconds=1)
    return until_wall(until) if utc else until


def _values(name: str, value: str, often: str, bad: Bad) -> tuple[str, ...]:
    values = tuple(dict.fromkeys(part.strip() for part in value.split(",")[:400]))
    if name == "WKST":
        if len(values) != 1 or not _WEEKDAY.fullmatch(value):
            raise bad
    elif name == "BYDAY":
        _check_weekdays(values, often, bad)
    elif name in _NUMBERS:
        least, most, negative = _NUMBERS[name]
        for each in values:
            _number(each.lstrip("-") if negative else each, least, most, bad)
    else:
        raise bad
    return values


def _check_weekdays(values: tuple[str, ...], often: str, bad: Bad) -> None:
    most = {"MONTHLY": 5, "YEARLY": 53}.get(often, 0)
    for each in values:
        found = _WEEKDAY.fullmatch(each)
        if found is None or (found[1] and not 1 <= abs(int(found[1])) <= most):
            raise bad


def _number(value: str, least: int, most: int, bad: Bad) -> int:
    if not _NUMBER.fullmatch(value) or not least <= int(value) <= most:
        raise bad
    return int(value)
