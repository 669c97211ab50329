"""A pattern as JSON, for the database and the interface: what it says and no more.

`{"frequency": "weekly", "weekdays": [1, 3], "until": "2027-05-31"}`. What is left out has its default.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from booking.timetable.pattern import Pattern, UnreadablePattern

_DEFAULTS: Final = {each.name: each.default for each in fields(Pattern)}


def to_json(pattern: Pattern) -> dict[str, Any]:
    """The pattern in JSON's own types, dates as `2027-01-12`, sets sorted, defaults left out."""
    values = {name: getattr(pattern, name) for name in _DEFAULTS}
    return {name: _written(value) for name, value in values.items() if value != _DEFAULTS[name]}


def from_json(value: object) -> Pattern:
    """The pattern that `to_json` wrote so, or that somebody wrote by hand.

    Raises UnreadablePattern for what has other fields or types, and as Pattern does for a pattern that cannot
    be.
    """
    if not isinstance(value, dict) or "frequency" not in value or not value.keys() <= _READERS.keys():
        raise UnreadablePattern
    return Pattern(**{name: _READERS[name](each) for name, each in value.items()})


def _written(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, frozenset):
        return [_written(each) for each in sorted(value)]
    if isinstance(value, tuple):
        return [_written(each) for each in value]
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise UnreadablePattern
    return value


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise UnreadablePattern
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise UnreadablePattern
    return value


def _date(value: object) -> date:
    text = _text(value)
    try:
        read = date.fromisoformat(text)
    except ValueError as error:
        raise UnreadablePattern from error
    if read.isoformat() != text:  # Python reads other notations of ISO 8601 as well
        raise UnreadablePattern
    return read


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise UnreadablePattern
    return value


_READERS: Final[Mapping[str, Callable[[object], Any]]] = MappingProxyType(
    {
        "frequency": _text,
        "interval": _whole,
        "until": lambda value: None if value is None else _date(value),
        "count": lambda value: None if value is None else _whole(value),
        "weekdays": lambda value: frozenset(map(_whole, _list(value))),
        "monthly_by": _text,
        "dates": lambda value: tuple(map(_date, _list(value))),
        "skip": lambda value: frozenset(map(_date, _list(value))),
        "skip_holidays": _flag,
        "skip_school_breaks": _flag,
    }
)
