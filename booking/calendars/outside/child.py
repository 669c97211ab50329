"""`python -m booking.calendars.outside.child`: read one calendar and end; see `reading_apart`.

It gets a line of JSON and then the file on its standard input, and writes JSON. It limits itself before it
has seen a byte of the file, so that what the file makes it do ends with it.
"""

import json
import resource
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from booking.calendars.outside.reading import read
from booking.calendars.outside.readings import Problem, Rules, Unreadable
from booking.timetable.interval import Interval

TOO_BIG = 3
"""How it ends when it would need more memory than it has."""


def main() -> int:
    """Read what is asked and write what was found."""
    asked = json.loads(sys.stdin.buffer.readline(10_000))
    for limit, most in ((resource.RLIMIT_AS, asked["octets"]), (resource.RLIMIT_CPU, asked["seconds"])):
        resource.setrlimit(limit, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    start, end = (datetime.fromtimestamp(moment, UTC) for moment in asked["window"])
    try:
        answer = json.dumps(_answer(asked, Interval(start, end))).encode()
    except MemoryError:
        return TOO_BIG
    sys.stdout.buffer.write(answer)
    sys.stdout.buffer.flush()
    return 0


def _answer(asked: dict[str, Any], window: Interval) -> dict[str, Any]:
    zone, rules = ZoneInfo(asked["zone"]), Rules(**asked["rules"])
    try:
        reading = read(sys.stdin.buffer.read(), zone=zone, window=window, rules=rules)
    except Unreadable as refused:
        return {"unreadable": _written(refused.problems)}
    events = [
        [each.uid, each.recurrence, each.start.timestamp(), each.end.timestamp(), each.title]
        for each in reading.events
    ]
    return {"name": reading.name, "events": events, "problems": _written(reading.problems)}


def _written(problems: Sequence[Problem]) -> list[list[Any]]:
    return [[each.line, each.code, dict(each.params)] for each in problems]


if __name__ == "__main__":
    sys.exit(main())
