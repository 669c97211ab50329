"""Three independent readers of iCalendar, brought to one shape: icalendar, vobject and ical.js (in node)."""

import json
import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import icalendar
import vobject

ICAL_JS = Path(__file__).parents[2] / "node_modules" / "ical.js" / "dist" / "ical.js"
SCRIPT = Path(__file__).with_name("read_with_icaljs.mjs")


@dataclass(frozen=True)
class ReadEvent:
    """What a reader made of one event; the times as instants in UTC."""

    uid: str
    summary: str
    description: str
    location: str
    categories: list[str]
    start: datetime
    end: datetime


@dataclass(frozen=True)
class ReadCalendar:
    """What a reader made of a feed: its name by RFC 7986, its name by the older custom, its events.

    What comes by mail has no names.
    """

    name: str
    old_name: str
    events: list[ReadEvent]


Reader = Callable[[bytes], ReadCalendar]


def read_with_icalendar(data: bytes) -> ReadCalendar:
    """Read as icalendar does; a property it cannot read fails the test."""
    calendar = icalendar.Calendar.from_ical(data)
    assert [part.errors for part in calendar.walk() if part.errors] == []
    return ReadCalendar(
        name=_as_text(str(calendar.get("NAME", ""))),
        old_name=_as_text(str(calendar.get("X-WR-CALNAME", ""))),
        events=[
            ReadEvent(
                uid=str(part["UID"]),
                summary=str(part["SUMMARY"]),
                description=str(part.get("DESCRIPTION", "")),
                location=str(part.get("LOCATION", "")),
                categories=[str(word) for word in part["CATEGORIES"].cats] if "CATEGORIES" in part else [],
                start=part["DTSTART"].dt.astimezone(UTC),
                end=part["DTEND"].dt.astimezone(UTC),
            )
            for part in calendar.walk("VEVENT")
        ],
    )


def read_with_vobject(data: bytes) -> ReadCalendar:
    """Read as vobject does, which takes the time zone from the feed itself."""
    calendar = vobject.readOne(data.decode("utf-8"))

    def value(part: Any, name: str, otherwise: Any) -> Any:
        return getattr(part, name).value if name in part.contents else otherwise

    def name_of(key: str) -> str:
        return str(calendar.contents[key][0].value) if key in calendar.contents else ""

    return ReadCalendar(
        name=name_of("name"),
        old_name=name_of("x-wr-calname"),
        events=[
            ReadEvent(
                uid=part.uid.value,
                summary=part.summary.value,
                description=value(part, "description", ""),
                location=value(part, "location", ""),
                categories=value(part, "categories", []),
                start=part.dtstart.value.astimezone(UTC),
                end=part.dtend.value.astimezone(UTC),
            )
            for part in calendar.contents.get("vevent", [])
        ],
    )


@contextmanager
def icaljs() -> Iterator[Reader]:
    """Start one node process that reads with ical.js as often as it is asked, and end it afterwards."""
    assert ICAL_JS.exists(), "ical.js is missing: run make node_modules"
    command = ["node", str(SCRIPT), str(ICAL_JS)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        ask, answers = process.stdin, process.stdout

        def read(data: bytes) -> ReadCalendar:
            ask.write(json.dumps(data.decode("utf-8")) + "\n")
            ask.flush()
            answer = answers.readline()
            assert answer, f"ical.js gave up on {data!r}"
            calendar = json.loads(answer)
            name, old_name = _as_text(calendar["name"] or ""), _as_text(calendar["old_name"] or "")
            return ReadCalendar(name, old_name, list(map(_event, calendar["events"])))

        yield read


def _as_text(raw: str) -> str:
    """A TEXT value without its escapes, where a reader that knows no NAME or X- property leaves them in."""
    return re.sub(r"\\([\\;,nN])", lambda found: "\n" if found[1] in "nN" else found[1], raw)


def _event(event: dict[str, Any]) -> ReadEvent:
    """An event as the script wrote it, its times made instants."""
    start, end = (datetime.fromisoformat(event.pop(name)) for name in ("start", "end"))
    return ReadEvent(**event, start=start.astimezone(UTC), end=end.astimezone(UTC))
