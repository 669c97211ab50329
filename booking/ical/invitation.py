"""What a mail brings to a calendar: an invitation, its cancellation, or several events to take in.

Sources: RFC 5546 (3.2.1 PUBLISH, 3.2.2 REQUEST, 3.2.5 CANCEL) and RFC 6047.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import quote

from booking.ical.calendar import PRODUCT, VTIMEZONE
from booking.ical.event import CalendarEvent, Status, event_bytes
from booking.ical.lines import clean, line, text_value

Method = Literal["REQUEST", "CANCEL", "PUBLISH"]

_STATUS: Final[dict[Method, Status]] = {"REQUEST": "CONFIRMED", "CANCEL": "CANCELLED"}
_ADDRESS = re.compile(r"[!-~]+@[!-~]+")
# As RFC 6068 has it, but with what common addresses are written with left alone: programs compare letters
_KEPT = "!$'*+-._~@"


@dataclass(frozen=True, slots=True)
class Party:
    """A person or an organisation with the bare mail address, in ASCII, by which calendars know it."""

    name: str
    address: str


def invitation_bytes(
    method: Method, events: Sequence[CalendarEvent], *, organizer: Party, attendee: Party | None
) -> bytes:
    """Return the calendar object of a mail: METHOD, the VTIMEZONE of Helsinki, the events as they come.

    REQUEST and CANCEL tell of one event and name the one attendee the mail goes to, who has accepted by
    booking and is asked for no answer. PUBLISH tells of one or more and names no attendee. Same input, same
    bytes. Raises ValueError on anything else: an event whose status is not the method's, an attendee too
    many or missing, an address that is none.
    """
    if not events or (method != "PUBLISH" and (len(events) > 1 or attendee is None)):
        raise ValueError(f"{method} does not go with {len(events)} events and attendee {attendee}")
    if method == "PUBLISH" and attendee is not None:
        raise ValueError("PUBLISH names no attendee")
    wrong = [each for each in events if each.status != _STATUS.get(method, each.status)]
    if wrong or any(each.status == "TENTATIVE" for each in events):
        raise ValueError(f"{method} does not tell of events that are {[each.status for each in events]}")
    people = [_party(b"ORGANIZER", "", organizer)]
    if attendee is not None:
        answered = ";CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;RSVP=FALSE"
        people.append(_party(b"ATTENDEE", answered, attendee))
    return b"".join(
        (
            b"BEGIN:VCALENDAR\r\n",
            line(b"VERSION", b"2.0"),
            line(b"PRODID", text_value(PRODUCT)),
            line(b"CALSCALE", b"GREGORIAN"),
            line(b"METHOD", method.encode("ascii")),
            VTIMEZONE,
            *(event_bytes(each, more=people) for each in events),
            b"END:VCALENDAR\r\n",
        )
    )


def _party(name: bytes, parameters: str, party: Party) -> bytes:
    if _ADDRESS.fullmatch(party.address) is None:
        raise ValueError(f"not a mail address in ASCII: {party.address!r}")
    # A value in quotes may hold anything but a quote or a line break (RFC 5545, 3.2)
    called = clean(party.name).replace("\n", " ").replace('"', "\u2019").strip()
    said = f'{parameters};CN="{called}"' if called else parameters
    return line(name + said.encode("utf-8"), b"mailto:" + quote(party.address, safe=_KEPT).encode("ascii"))
