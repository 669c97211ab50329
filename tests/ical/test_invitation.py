"""What a mail brings to a calendar, by the letter of RFC 5546 and as three readers read it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.ical.calendar import VTIMEZONE
from booking.ical.invitation import Method, Party, invitation_bytes
from tests.ical.readers import Reader, icaljs, read_with_icalendar, read_with_vobject
from tests.ical.samples import EVENT, START, event, unfolded
from tests.ical.test_three_readers import ANY_TEXT

CITY = Party("Imatran kaupunki", "tilat@demo.example")
SINGER = Party('Ääni "Basso" Öhman; kuoro, alto', "laulaja+kuoro@demo.example")
CANCELLED = event(status="CANCELLED", sequence=4)


@pytest.fixture(scope="module")
def readers() -> Iterator[list[Reader]]:
    """The three readers, node started once for the whole module."""
    with icaljs() as read_with_icaljs:
        yield [read_with_icalendar, read_with_vobject, read_with_icaljs]


def invitation(method: Method = "REQUEST", *events: Any, attendee: Party | None = SINGER) -> bytes:
    return invitation_bytes(method, events or [EVENT], organizer=CITY, attendee=attendee)


def test_an_invitation_by_the_letter() -> None:
    data = invitation()
    assert data.startswith(
        b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Imatra//Imatra booking//FI\r\nCALSCALE:GREGORIAN\r\n"
        b"METHOD:REQUEST\r\nBEGIN:VTIMEZONE\r\n"
    )
    assert data.count(VTIMEZONE) == 1
    told = unfolded(data)
    assert told[-5:] == [
        "LAST-MODIFIED:20260103T094510Z",
        'ORGANIZER;CN="Imatran kaupunki":mailto:tilat@demo.example',
        "ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;RSVP=FALSE;"
        'CN="Ääni ’Basso’ Öhman; kuoro, alto":mailto:laulaja+kuoro@demo.example',
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    for expected in ("UID:17@tilat.example", "SEQUENCE:3", "DTSTAMP:20260102T083000Z", "STATUS:CONFIRMED"):
        assert expected in told
    assert "DTSTART;TZID=Europe/Helsinki:20260113T180000" in told
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    assert data == invitation()


def test_a_cancellation_is_of_one_event_that_does_not_take_place() -> None:
    told = unfolded(invitation("CANCEL", CANCELLED))
    assert {"METHOD:CANCEL", "STATUS:CANCELLED", "SEQUENCE:4", "TRANSP:TRANSPARENT"} <= set(told)


def test_what_is_published_has_an_organizer_and_nobody_who_attends() -> None:
    data = invitation("PUBLISH", EVENT, replace(CANCELLED, uid="18@tilat.example"), attendee=None)
    told = unfolded(data)
    assert told.count('ORGANIZER;CN="Imatran kaupunki":mailto:tilat@demo.example') == 2
    assert not [line for line in told if line.startswith("ATTENDEE")]
    assert {"STATUS:CONFIRMED", "STATUS:CANCELLED"} <= set(told)


@pytest.mark.parametrize(
    ("method", "events", "attendee"),
    [
        ("REQUEST", [], SINGER),
        ("REQUEST", [EVENT], None),
        ("REQUEST", [EVENT, replace(EVENT, uid="18")], SINGER),
        ("REQUEST", [CANCELLED], SINGER),
        ("REQUEST", [event(status="TENTATIVE")], SINGER),
        ("CANCEL", [EVENT], SINGER),
        ("PUBLISH", [], None),
        ("PUBLISH", [EVENT], SINGER),
        ("PUBLISH", [event(status="TENTATIVE")], None),
        ("REQUEST", [EVENT], Party("x", "ei osoite")),
        ("REQUEST", [EVENT], Party("x", "a@b.example\r\nX-EVIL:1")),
        ("REQUEST", [EVENT], Party("x", "ääni@b.example")),
    ],
)
def test_what_the_rules_do_not_know_is_refused(method: Method, events: Any, attendee: Party | None) -> None:
    with pytest.raises(ValueError, match=r"go with|names no|tell of|not a mail"):
        invitation_bytes(method, events, organizer=CITY, attendee=attendee)


def test_an_odd_but_lawful_address_is_written_as_it_is_compared() -> None:
    told = unfolded(invitation(attendee=Party("", "o'neil_a.b~c+d%e?f#g@demo.example")))
    assert told[-3].endswith(":mailto:o'neil_a.b~c+d%25e%3Ff%23g@demo.example")
    assert "CN=" not in told[-3]


@given(name=ANY_TEXT, summary=ANY_TEXT)
def test_any_name_and_title_leave_one_event_for_one_person(
    readers: list[Reader], name: str, summary: str
) -> None:
    data = invitation("REQUEST", event(summary=summary), attendee=Party(name, SINGER.address))
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    found = [read(data) for read in readers]
    for calendar in found:
        assert [each.uid for each in calendar.events] == [EVENT.uid]
        assert calendar.events[0].start == START
    assert len({calendar.events[0].summary for calendar in found}) == 1
    (part,) = icalendar.Calendar.from_ical(data).walk("VEVENT")
    assert str(part["ATTENDEE"]) == f"mailto:{SINGER.address}"
    assert part["ATTENDEE"].params["PARTSTAT"] == "ACCEPTED"


@given(
    text=st.text(st.characters(exclude_categories=["C", "Zl", "Zp"], exclude_characters='"'), min_size=1).map(
        str.strip
    )
)
def test_a_name_comes_out_as_it_went_in(text: str) -> None:
    data = invitation(attendee=Party(text, SINGER.address))
    (line,) = [each for each in unfolded(data) if each.startswith("ATTENDEE")]
    assert line.endswith(f';CN="{text}":mailto:{SINGER.address}') if text else "CN=" not in line
