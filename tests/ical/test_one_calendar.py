"""The bytes of a whole feed."""

import re
from typing import Any

import pytest

from booking.ical.calendar import calendar_bytes
from booking.ical.event import event_bytes
from tests.ical.samples import EVENT, HEAD, event, head, unfolded, values

EMPTY_FEED = (
    b"BEGIN:VCALENDAR\r\n"
    b"VERSION:2.0\r\n"
    b"PRODID:-//Imatra//Imatra booking//FI\r\n"
    b"CALSCALE:GREGORIAN\r\n"
    b"NAME;LANGUAGE=fi:Kulttuuritalo\\; sali\r\n"
    b"X-WR-CALNAME:Kulttuuritalo\\; sali\r\n"
    b"DESCRIPTION;LANGUAGE=fi:Varaukset\\, joista saa kertoa\r\n"
    b"X-WR-CALDESC:Varaukset\\, joista saa kertoa\r\n"
    b"X-WR-TIMEZONE:Europe/Helsinki\r\n"
    b"SOURCE;VALUE=URI:https://tilat.example/calendars/rooms/sali.ics\r\n"
    b"URL:https://tilat.example/rooms/sali\r\n"
    b"COLOR:teal\r\n"
    b"REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n"
    b"X-PUBLISHED-TTL:PT1H\r\n"
    b"BEGIN:VTIMEZONE\r\n"
    b"TZID:Europe/Helsinki\r\n"
    b"BEGIN:DAYLIGHT\r\n"
    b"DTSTART:19960331T030000\r\n"
    b"TZOFFSETFROM:+0200\r\n"
    b"TZOFFSETTO:+0300\r\n"
    b"TZNAME:EEST\r\n"
    b"RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\n"
    b"END:DAYLIGHT\r\n"
    b"BEGIN:STANDARD\r\n"
    b"DTSTART:19961027T040000\r\n"
    b"TZOFFSETFROM:+0300\r\n"
    b"TZOFFSETTO:+0200\r\n"
    b"TZNAME:EET\r\n"
    b"RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\n"
    b"END:STANDARD\r\n"
    b"END:VTIMEZONE\r\n"
    b"END:VCALENDAR\r\n"
)


def test_an_empty_feed_is_these_bytes_with_its_time_zone() -> None:
    assert calendar_bytes(HEAD, []) == EMPTY_FEED


def test_events_stand_between_the_time_zone_and_the_end_as_they_were_given() -> None:
    first, second = event_bytes(event(uid="2@x")), event_bytes(event(uid="1@x"))

    feed = calendar_bytes(HEAD, iter([first, second]))

    end = b"END:VCALENDAR\r\n"
    assert feed == EMPTY_FEED.removesuffix(end) + first + second + end


def test_a_feed_has_no_uid_no_method_and_nobody_in_it() -> None:
    feed = calendar_bytes(HEAD, [event_bytes(EVENT)])

    names = [re.split("[:;]", line)[0] for line in unfolded(feed)]
    assert not {"METHOD", "ATTENDEE", "ORGANIZER", "RDATE"} & set(names)
    assert names.count("UID") == 1
    assert names.count("RRULE") == 2


def test_a_long_name_is_folded_in_the_head_too() -> None:
    feed = calendar_bytes(head(name="Töölönlahden juhlasali, " * 20), [])

    assert max(map(len, feed.split(b"\r\n"))) <= 75
    assert values(feed, "X-WR-CALNAME") == ["Töölönlahden juhlasali\\, " * 20]


def test_line_ends_are_carriage_return_and_newline_only() -> None:
    feed = calendar_bytes(HEAD, [event_bytes(event(description="yksi\rkaksi\nkolme\r\n"))])

    rest = feed.replace(b"\r\n", b"")
    assert b"\r" not in rest
    assert b"\n" not in rest


def test_a_service_on_ones_own_machine_may_do_without_https() -> None:
    feed = calendar_bytes(head(source="http://127.0.0.1:8000/calendars/all.ics"), [])

    assert values(feed, "SOURCE;VALUE=URI") == ["http://127.0.0.1:8000/calendars/all.ics"]


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"source": "webcal://tilat.example/calendars/all.ics"}, "not a web address"),
        ({"source": "/calendars/all.ics"}, "not a web address"),
        ({"source": "https://tilat.example/\r\nMETHOD:PUBLISH"}, "not an absolute address"),
        ({"url": ""}, "not a web address"),
        ({"color": "#008080"}, "not the name of a CSS3 colour"),
        ({"language": "fi:X"}, "not a language tag"),
        ({"language": ""}, "not a language tag"),
    ],
)
def test_a_head_that_would_break_the_feed_is_refused(changes: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        calendar_bytes(head(**changes), [])


@pytest.mark.parametrize(
    "block",
    [b"", event_bytes(EVENT)[:-2], event_bytes(EVENT)[1:], b"BEGIN:VTODO\r\nEND:VTODO\r\n"],
    ids=["nothing", "cut at the end", "cut at the beginning", "another thing"],
)
def test_a_piece_that_is_not_a_whole_event_is_refused(block: bytes) -> None:
    with pytest.raises(ValueError, match="not a whole VEVENT"):
        calendar_bytes(HEAD, [event_bytes(EVENT), block])


def test_same_input_same_bytes() -> None:
    blocks = [event_bytes(event(uid=f"{number}@x")) for number in range(20)]

    assert calendar_bytes(head(), list(blocks)) == calendar_bytes(head(), tuple(blocks))
