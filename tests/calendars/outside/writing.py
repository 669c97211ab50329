"""Calendars put together in tests, and reading them as a town in Finland would in the winter of 2027."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from booking.calendars.outside.reading import read
from booking.calendars.outside.readings import Problem, Reading, Rules, Unreadable
from booking.timetable.interval import Interval
from booking.timetable.zone import HELSINKI

WINDOW = Interval(datetime(2027, 1, 1, tzinfo=UTC), datetime(2028, 2, 5, tzinfo=UTC))


def event(*lines: str, uid: str = "a") -> tuple[str, ...]:
    """One VEVENT."""
    return ("BEGIN:VEVENT", *([f"UID:{uid}"] if uid else []), *lines, "END:VEVENT")


def calendar(*parts: Sequence[str] | str) -> bytes:
    """One VCALENDAR of lines and components."""
    lines = [line for part in parts for line in ([part] if isinstance(part, str) else part)]
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *lines, "END:VCALENDAR", ""]).encode()


def reading(data: bytes, window: Interval = WINDOW, **rules: Any) -> Reading:
    """What is read."""
    return read(data, zone=HELSINKI, window=window, rules=Rules(**rules))


def walls(data: bytes, **rules: Any) -> list[str]:
    """The stretches by the town's clock, "12.1. 18:00-20:00"; nothing may have been left out."""
    found = reading(data, **rules)
    assert found.problems == []
    return spans(found)


def spans(found: Reading) -> list[str]:
    """The stretches of a reading by the town's clock; the end with its date where it is another day's."""
    written = []
    for each in found.events:
        start, end = each.start.astimezone(HELSINKI), each.end.astimezone(HELSINKI)
        tail = f"{end:%H:%M}" if start.date() == end.date() else _moment(end)
        written.append(f"{_moment(start)}-{tail}")
    return written


def codes(problems: Sequence[Problem]) -> list[tuple[int, str]]:
    """Lines and codes."""
    return [(problem.line, problem.code) for problem in problems]


def refusal(data: bytes, **rules: Any) -> list[tuple[int, str]]:
    """The lines and codes for which all of it is refused."""
    with pytest.raises(Unreadable) as refused:
        reading(data, **rules)
    return codes(refused.value.problems)


def _moment(moment: datetime) -> str:
    return f"{moment.day}.{moment.month}. {moment:%H:%M}"
