"""One occurrence of a reservation as a VEVENT."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from math import isfinite
from typing import Literal
from zoneinfo import ZoneInfo

from icalendar import vDatetime

from booking.ical.lines import clean, colour_value, line, text_value, uri_value

Status = Literal["CONFIRMED", "TENTATIVE", "CANCELLED"]

_STATUSES = ("CONFIRMED", "TENTATIVE", "CANCELLED")
_UTC_KEYS = ("UTC", "Etc/UTC")


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """What a calendar tells about one occurrence, already in the language and the detail its readers may see.

    uid: the same for ever (`<id>@<host>`). sequence: rises with every change of time, room or status.
    stamp, last_modified, created: from the record, never from the clock, so that the same data give the
    same bytes. start, end: the use itself, half-open, without turnaround. All datetimes are aware and in
    UTC; parts of a second are not written. description, location, url: left out when empty. geo: latitude
    and longitude in degrees (WGS 84). busy: whether the time counts as taken for the reader; a cancelled
    event never does. color: the name of a CSS3 colour.

    Raises ValueError where a datetime is not in UTC, the end is not after the start, the uid is empty, the
    sequence is negative, the status is unknown, or the place is not on the globe. The library would write
    each of these without a word.
    """

    uid: str
    stamp: datetime
    last_modified: datetime
    created: datetime
    sequence: int
    start: datetime
    end: datetime
    summary: str
    description: str
    location: str
    geo: tuple[float, float] | None
    status: Status
    busy: bool
    private: bool
    categories: tuple[str, ...]
    url: str
    color: str | None

    def __post_init__(self) -> None:
        for name in ("stamp", "last_modified", "created", "start", "end"):
            _require_utc(name, getattr(self, name))
        if self.start.replace(microsecond=0) >= self.end.replace(microsecond=0):
            raise ValueError(f"the end {self.end} is not after the start {self.start}")
        if not clean(self.uid).strip():
            raise ValueError("an event needs a uid")
        if self.sequence < 0:
            raise ValueError(f"the sequence {self.sequence} is negative")
        if self.status not in _STATUSES:
            raise ValueError(f"unknown status {self.status!r}")
        if self.geo is not None:
            _require_place(*self.geo)


def event_bytes(
    event: CalendarEvent, zone_name: str = "Europe/Helsinki", *, more: Iterable[bytes] = ()
) -> bytes:
    """Return the event as one VEVENT block: CRLF, folded at 75 octets, properties in a fixed order.

    `zone_name` is the TZID of the start and the end; the calendar around must carry the VTIMEZONE of that
    name. `more`: content lines that close the event (`lines.line`). Same event, same bytes. Raises ValueError
    when the url is not an absolute ASCII address or the color no name.
    """
    zone = ZoneInfo(zone_name)
    block = [
        b"BEGIN:VEVENT\r\n",
        line(b"UID", text_value(event.uid)),
        line(b"DTSTAMP", _utc_value(event.stamp)),
        _local_line(b"DTSTART", event.start, zone),
        _local_line(b"DTEND", event.end, zone),
        line(b"SUMMARY", text_value(event.summary)),
        *_where_and_what(event),
        line(b"STATUS", event.status.encode("ascii")),
        line(b"TRANSP", b"OPAQUE" if event.busy and event.status != "CANCELLED" else b"TRANSPARENT"),
        line(b"CLASS", b"PRIVATE" if event.private else b"PUBLIC"),
        line(b"SEQUENCE", b"%d" % event.sequence),
        line(b"CREATED", _utc_value(event.created)),
        line(b"LAST-MODIFIED", _utc_value(event.last_modified)),
        *more,
        b"END:VEVENT\r\n",
    ]
    return b"".join(block)


def _where_and_what(event: CalendarEvent) -> list[bytes]:
    """Return the lines that an event may be without: those that have something to say."""
    # Six decimals are ten centimetres; the library's vGeo writes tiny degrees with an exponent.
    geo = b"" if event.geo is None else b"%.6f;%.6f" % event.geo
    values = (
        (b"DESCRIPTION", text_value(event.description)),
        (b"LOCATION", text_value(event.location)),
        (b"GEO", geo),
        (b"CATEGORIES", b",".join(filter(None, map(text_value, event.categories)))),
        (b"URL", uri_value(event.url) if event.url else b""),
        (b"COLOR", b"" if event.color is None else colour_value(event.color)),
    )
    return [line(name, value) for name, value in values if value]


def _local_line(name: bytes, moment: datetime, zone: ZoneInfo) -> bytes:
    """Return a start or an end as local time with its TZID, or in UTC where local time cannot say it.

    When clocks go back an hour comes twice. RFC 5545 (3.3.5) reads a local time in it as the first, so the
    second has no name in local time; and ical.js, which Thunderbird uses, reads it as the second (measured
    with 2.2.1), so the first has no name that all read alike. A property within that hour is therefore
    written in UTC, which may stand beside a TZID in the other.
    """
    local = moment.astimezone(zone)
    if local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset():
        return line(name, _utc_value(moment))
    return line(b"%s;TZID=%s" % (name, zone.key.encode("ascii")), _value(local))


def _utc_value(moment: datetime) -> bytes:
    return _value(moment.astimezone(UTC))


def _value(moment: datetime) -> bytes:
    value: bytes = vDatetime(moment).to_ical()  # type: ignore[no-untyped-call]
    return value


def _require_utc(name: str, moment: datetime) -> None:
    zone = moment.tzinfo if isinstance(moment, datetime) else None
    # A zone that merely happens to be at offset zero (London in winter) is a mistake upstream as well.
    if zone is None or not (zone == UTC or getattr(zone, "key", None) in _UTC_KEYS):
        raise ValueError(f"{name} must be an aware datetime in UTC, not {moment!r}")


def _require_place(latitude: float, longitude: float) -> None:
    if not (isfinite(latitude) and isfinite(longitude) and abs(latitude) <= 90 and abs(longitude) <= 180):
        raise ValueError(f"{latitude}, {longitude} is no place on the globe")
