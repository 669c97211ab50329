"""Reading a calendar in a process of its own, which can eat no more memory or time than it is given.

What strangers wrote is read by libraries that were not made to be attacked; should one of them run away, it
is killed and nothing has happened. The process gets no settings and no secrets: not even our environment.
"""

import json
import os
import signal
import subprocess
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import structlog

from booking.calendars.outside.child import TOO_BIG
from booking.calendars.outside.readings import OutsideEvent, Problem, Reading, Rules, Unreadable
from booking.timetable.interval import Interval

SECONDS = 8
OCTETS = 200 * 2**20
"""Of address space: it can never hold more memory. An empty calendar takes 25 MB, 5 MB of the worst 150."""

_ROOT = Path(__file__).resolve().parents[3]
COMMAND = (sys.executable, "-m", "booking.calendars.outside.child")
_PASSED = ("PATH", "PYTHONTZPATH", "LD_LIBRARY_PATH")
_log = structlog.get_logger(__name__)


def read_apart(
    data: bytes, *, zone: ZoneInfo, window: Interval, rules: Rules, seconds: float = SECONDS
) -> Reading:
    """As `reading.read`, in another process. Raises Unreadable, also when it took too long or too much."""
    answer = _ask(question(data, zone, window, rules, seconds), seconds)
    if "unreadable" in answer:
        raise Unreadable(_problems(answer["unreadable"]))
    events = [
        OutsideEvent(uid, recurrence, _moment(start), _moment(end), title)
        for uid, recurrence, start, end, title in answer["events"]
    ]
    return Reading(answer["name"], events, _problems(answer["problems"]))


def question(data: bytes, zone: ZoneInfo, window: Interval, rules: Rules, seconds: float) -> bytes:
    """Return what the other process is given to read: a line of JSON, and the file."""
    asked = {
        "zone": zone.key,
        "window": [window.start.timestamp(), window.end.timestamp()],
        "rules": asdict(rules),
        "octets": OCTETS,
        "seconds": int(seconds) + 1,
    }
    return json.dumps(asked).encode() + b"\n" + data


def _ask(sent: bytes, seconds: float) -> dict[str, Any]:
    environment = {name: os.environ[name] for name in _PASSED if name in os.environ}
    try:
        done = subprocess.run(  # noqa: S603 - a command of ours, nothing of it from outside
            COMMAND,
            input=sent,
            capture_output=True,
            timeout=seconds,
            cwd=_ROOT,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _refused("calendar_too_slow") from None
    if done.returncode == 0:
        return dict(json.loads(done.stdout))
    if done.returncode == -signal.SIGXCPU:
        raise _refused("calendar_too_slow")
    # Where memory ends inside a library, Python may not live to say so: it is killed or aborts.
    if done.returncode == TOO_BIG or done.returncode < 0 or b"MemoryError" in done.stderr:
        raise _refused("calendar_too_big")
    # Its last line names the error; the file's content is nobody's business.
    last = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2].partition(":")[0]
    _log.error("calendar_reader_failed", status=done.returncode, error=last[:100])
    raise _refused("calendar_reader_failed")


def _refused(code: str) -> Unreadable:
    return Unreadable([Problem(0, code)])


def _problems(written: list[tuple[int, str, dict[str, object]]]) -> list[Problem]:
    return [Problem(line, code, params) for line, code, params in written]


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
