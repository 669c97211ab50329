"""A whole calendar: the head of a feed, the time zone of Helsinki, and events that are bytes already."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from icalendar import vDuration

from booking.ical.lines import colour_value, line, text_value, uri_value

ZONE_NAME = "Europe/Helsinki"

PRODUCT = "-//Imatra//Imatra booking//FI"
"""Names the service in every feed; without a version, so that a release does not change every feed."""

REFRESH = timedelta(hours=1)
"""How often a reader is asked to look again."""

_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")

# The summer time of the EU (directive 2000/84/EC; these dates since 1996): it begins and ends at 01:00 UTC
# on the last Sundays of March and October. Written by hand, because the library makes lists of dates, which
# Outlook, ical.js and vobject read an hour wrong.
VTIMEZONE = b"".join(
    part + b"\r\n"
    for part in (
        b"BEGIN:VTIMEZONE",
        b"TZID:Europe/Helsinki",
        b"BEGIN:DAYLIGHT",
        b"DTSTART:19960331T030000",
        b"TZOFFSETFROM:+0200",
        b"TZOFFSETTO:+0300",
        b"TZNAME:EEST",
        b"RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
        b"END:DAYLIGHT",
        b"BEGIN:STANDARD",
        b"DTSTART:19961027T040000",
        b"TZOFFSETFROM:+0300",
        b"TZOFFSETTO:+0200",
        b"TZNAME:EET",
        b"RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
        b"END:STANDARD",
        b"END:VTIMEZONE",
    )
)


@dataclass(frozen=True, slots=True)
class CalendarHead:
    """What a feed says about itself.

    name, description: plain text in `language` (a tag such as `fi`). source: address of the feed itself;
    url: address of the page where people read the same; both absolute, http or https. color: a CSS3 colour
    by name.
    """

    name: str
    description: str
    language: str
    source: str
    url: str
    color: str


def calendar_bytes(head: CalendarHead, events: Iterable[bytes]) -> bytes:
    """Return the feed: its head, the VTIMEZONE of Helsinki (in an empty feed too), the events as they come.

    `events` are blocks from `event_bytes` in an order that the caller keeps stable. Same input, same bytes.
    There is no METHOD and no UID of the calendar: a feed is neither an invitation nor a single object.
    Raises ValueError on an address that is not http(s), a color that is no name, a language that is no tag,
    or a piece that is not a whole VEVENT.
    """
    return b"".join((*_head_lines(head), VTIMEZONE, *map(_whole_event, events), b"END:VCALENDAR\r\n"))


def _head_lines(head: CalendarHead) -> list[bytes]:
    if _LANGUAGE.fullmatch(head.language) is None:
        raise ValueError(f"not a language tag: {head.language!r}")
    language = head.language.encode("ascii")
    name, description = text_value(head.name), text_value(head.description)
    hour: bytes = vDuration(REFRESH).to_ical()  # type: ignore[no-untyped-call]
    return [
        b"BEGIN:VCALENDAR\r\n",
        line(b"VERSION", b"2.0"),
        line(b"PRODID", text_value(PRODUCT)),
        line(b"CALSCALE", b"GREGORIAN"),
        # Each fact twice: as RFC 7986 has it, and as readers older than it look for it.
        line(b"NAME;LANGUAGE=" + language, name),
        line(b"X-WR-CALNAME", name),
        line(b"DESCRIPTION;LANGUAGE=" + language, description),
        line(b"X-WR-CALDESC", description),
        line(b"X-WR-TIMEZONE", text_value(ZONE_NAME)),
        line(b"SOURCE;VALUE=URI", _web_address(head.source)),
        line(b"URL", _web_address(head.url)),
        line(b"COLOR", colour_value(head.color)),
        line(b"REFRESH-INTERVAL;VALUE=DURATION", hour),
        line(b"X-PUBLISHED-TTL", hour),
    ]


def _web_address(address: str) -> bytes:
    # Plain http is for a service on one's own machine; webcal: is for links on a page, not for SOURCE.
    if not address.startswith(("https://", "http://")):
        raise ValueError(f"not a web address: {address!r}")
    return uri_value(address)


def _whole_event(block: bytes) -> bytes:
    # Rendered events may be stored and joined much later; half of one would break those after it in silence.
    if not (block.startswith(b"BEGIN:VEVENT\r\n") and block.endswith(b"\r\nEND:VEVENT\r\n")):
        raise ValueError(f"not a whole VEVENT: {block[:40]!r}")
    return block
