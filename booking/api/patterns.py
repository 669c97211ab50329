"""How a series is asked for: the same fields in an address and in a body."""

from collections.abc import Mapping
from typing import Any, Final

from booking.api.reading import InvalidRequest
from booking.availability.patterns import violation_of
from booking.errors import RuleViolation, Violation
from booking.timetable.pattern import Pattern, PatternError

SERIES_FIELDS: Final = (
    "interval",
    "until",
    "count",
    "weekday",
    "by",
    "dates",
    "skip",
    "skip_holidays",
    "skip_school_breaks",
)


def pattern_of(fields: Mapping[str, Any]) -> Pattern | None:
    """Return the pattern that a decoded query or body asks for, None when it asks for one use.

    A field that is null was left out. Raises InvalidRequest (a RuleViolation) for fields that need another
    one, RuleViolation for a pattern that cannot be.
    """
    given = {name: fields[name] for name in SERIES_FIELDS if fields.get(name) is not None}
    frequency = fields.get("repeat")
    if frequency is None:
        if given:
            raise InvalidRequest([Violation("repeat_missing", "repeat")])
        return None
    if frequency == "dates" and not given.get("dates"):
        raise InvalidRequest([Violation("field_missing", "dates")])
    if frequency != "dates" and "until" not in given and "count" not in given:
        raise InvalidRequest([Violation("field_missing", "until")])
    if frequency != "monthly" and "by" in given:
        # Even the choice that goes without saying: whoever sends it takes the series for another one
        raise RuleViolation([Violation("not_of_frequency", "by")])
    try:
        return Pattern(
            frequency,
            interval=given.get("interval", 1),
            until=given.get("until"),
            count=given.get("count"),
            weekdays=frozenset(given.get("weekday", ())),
            monthly_by=given.get("by", "day"),
            dates=tuple(given.get("dates", ())),
            skip=frozenset(given.get("skip", ())),
            skip_holidays=given.get("skip_holidays", False),
            skip_school_breaks=given.get("skip_school_breaks", False),
        )
    except PatternError as error:
        raise RuleViolation([violation_of(error)]) from error
