"""The bytes of one event."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from booking.ical.event import event_bytes
from tests.ical.samples import EVENT, START, event, unfolded, values

HELSINKI = ZoneInfo("Europe/Helsinki")

SUMMER_BEGINS = datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
WINTER_BEGINS = datetime(2026, 10, 25, 1, 0, tzinfo=UTC)


def test_an_event_is_these_bytes() -> None:
    assert event_bytes(EVENT) == (
        b"BEGIN:VEVENT\r\n"
        b"UID:17@tilat.example\r\n"
        b"DTSTAMP:20260102T083000Z\r\n"
        b"DTSTART;TZID=Europe/Helsinki:20260113T180000\r\n"
        b"DTEND;TZID=Europe/Helsinki:20260113T200000\r\n"
        b"SUMMARY:Kuoron harjoitukset\r\n"
        b"DESCRIPTION:Ovi avataan klo 17.30.\r\n"
        b"LOCATION:Kulttuuritalo\\, Salikatu 1\\; 55100 Imatra\r\n"
        b"GEO:61.171000;28.772000\r\n"
        b"CATEGORIES:Musiikki,Kuoro\\, seka\r\n"
        b"URL:https://tilat.example/reservations/17\r\n"
        b"COLOR:teal\r\n"
        b"STATUS:CONFIRMED\r\n"
        b"TRANSP:OPAQUE\r\n"
        b"CLASS:PUBLIC\r\n"
        b"SEQUENCE:3\r\n"
        b"CREATED:20260101T071500Z\r\n"
        b"LAST-MODIFIED:20260103T094510Z\r\n"
        b"END:VEVENT\r\n"
    )


def test_an_event_without_the_optional_says_nothing_of_it() -> None:
    bare = event(description="", location="", geo=None, categories=(), url="", color=None)

    names = {line.split(":")[0].split(";")[0] for line in unfolded(event_bytes(bare))}

    assert names == {
        *("BEGIN", "END", "UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "STATUS", "TRANSP", "CLASS"),
        *("SEQUENCE", "CREATED", "LAST-MODIFIED"),
    }


def test_empty_categories_are_left_out() -> None:
    assert values(event_bytes(event(categories=("", "Kuoro", "\x00"))), "CATEGORIES") == ["Kuoro"]
    assert values(event_bytes(event(categories=("",))), "CATEGORIES") == []


@pytest.mark.parametrize(
    ("status", "busy", "transparency"),
    [
        ("CONFIRMED", True, "OPAQUE"),
        ("CONFIRMED", False, "TRANSPARENT"),
        ("TENTATIVE", True, "OPAQUE"),
        ("TENTATIVE", False, "TRANSPARENT"),
        ("CANCELLED", True, "TRANSPARENT"),
        ("CANCELLED", False, "TRANSPARENT"),
    ],
)
def test_only_what_is_busy_and_not_cancelled_blocks_the_readers_time(
    status: str, busy: bool, transparency: str
) -> None:
    block = event_bytes(event(status=status, busy=busy))

    assert values(block, "STATUS") == [status]
    assert values(block, "TRANSP") == [transparency]


def test_a_private_event_says_so() -> None:
    assert values(event_bytes(event(private=True)), "CLASS") == ["PRIVATE"]


@pytest.mark.parametrize(
    ("moment", "property_line"),
    [
        (SUMMER_BEGINS - timedelta(minutes=30), "DTSTART;TZID=Europe/Helsinki:20260329T023000"),
        (SUMMER_BEGINS, "DTSTART;TZID=Europe/Helsinki:20260329T040000"),
        (WINTER_BEGINS - timedelta(minutes=90), "DTSTART;TZID=Europe/Helsinki:20261025T023000"),
        (WINTER_BEGINS - timedelta(minutes=60), "DTSTART:20261025T000000Z"),
        (WINTER_BEGINS - timedelta(minutes=30), "DTSTART:20261025T003000Z"),
        (WINTER_BEGINS, "DTSTART:20261025T010000Z"),
        (WINTER_BEGINS + timedelta(minutes=59), "DTSTART:20261025T015900Z"),
        (WINTER_BEGINS + timedelta(minutes=60), "DTSTART;TZID=Europe/Helsinki:20261025T040000"),
    ],
)
def test_a_start_is_local_time_except_in_the_hour_that_comes_twice(
    moment: datetime, property_line: str
) -> None:
    block = event_bytes(event(start=moment, end=moment + timedelta(hours=3)))

    assert [line for line in unfolded(block) if line.startswith("DTSTART")] == [property_line]


def test_an_end_in_the_hour_that_comes_twice_is_in_utc_beside_a_local_start() -> None:
    block = event_bytes(event(start=WINTER_BEGINS - timedelta(hours=3), end=WINTER_BEGINS))

    assert values(block, "DTSTART;TZID=Europe/Helsinki") == ["20261025T010000"]
    assert values(block, "DTEND") == ["20261025T010000Z"]


def test_the_zone_can_be_another() -> None:
    block = event_bytes(EVENT, zone_name="Europe/Stockholm")

    assert values(block, "DTSTART;TZID=Europe/Stockholm") == ["20260113T170000"]


@pytest.mark.parametrize("field", ["stamp", "last_modified", "created", "start", "end"])
@pytest.mark.parametrize(
    "moment",
    [
        None,
        START.replace(tzinfo=None),
        START.astimezone(timezone(timedelta(hours=2))),
        START.astimezone(HELSINKI),
        START.astimezone(ZoneInfo("Europe/London")),
        START.date(),
        "20260113T160000Z",
    ],
    ids=["none", "naive", "fixed offset", "Helsinki", "London in winter", "date", "text"],
)
def test_a_time_that_is_not_in_utc_is_refused(field: str, moment: Any) -> None:
    with pytest.raises(ValueError, match=f"^{field} must be an aware datetime in UTC"):
        event(**{field: moment})


@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(0)), ZoneInfo("UTC")])
def test_every_name_of_utc_is_utc(zone: Any) -> None:
    same = event(stamp=EVENT.stamp.replace(tzinfo=zone), start=EVENT.start.replace(tzinfo=zone))

    assert event_bytes(same) == event_bytes(EVENT)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"end": START}, "is not after the start"),
        ({"end": START - timedelta(hours=1)}, "is not after the start"),
        ({"end": START + timedelta(milliseconds=1)}, "is not after the start"),
        ({"uid": ""}, "needs a uid"),
        ({"uid": "\x00 "}, "needs a uid"),
        ({"sequence": -1}, "is negative"),
        ({"status": "DECLINED"}, "unknown status"),
        ({"geo": (91.0, 0.0)}, "no place on the globe"),
        ({"geo": (0.0, -180.5)}, "no place on the globe"),
        ({"geo": (float("nan"), 0.0)}, "no place on the globe"),
    ],
)
def test_what_no_calendar_can_say_is_refused(changes: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        event(**changes)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"url": "/reservations/17"}, "not an absolute address"),
        ({"color": "#008080"}, "not the name of a CSS3 colour"),
    ],
)
def test_an_address_or_a_colour_that_is_none_is_refused_when_written(
    changes: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        event_bytes(event(**changes))


def test_a_place_on_the_equator_is_written_without_an_exponent() -> None:
    assert values(event_bytes(event(geo=(0.00001, -0.5))), "GEO") == ["0.000010;-0.500000"]


def test_same_event_same_bytes() -> None:
    assert event_bytes(event()) == event_bytes(event())


def test_the_bytes_do_not_depend_on_parts_of_a_second() -> None:
    later = EVENT.stamp + timedelta(microseconds=400)

    assert event_bytes(event(stamp=later)) == event_bytes(EVENT)


def test_no_text_can_add_a_property() -> None:
    attack = "x\r\nATTENDEE:mailto:x@y.example\r\n ORGANIZER:z\nMETHOD:REQUEST"

    block = event_bytes(
        event(uid=attack, summary=attack, description=attack, location=attack, categories=(attack,))
    )

    names = [line.split(":")[0].split(";")[0] for line in unfolded(block)]
    assert names == [line.split(":")[0].split(";")[0] for line in unfolded(event_bytes(EVENT))]
    assert not {"ATTENDEE", "ORGANIZER", "METHOD"} & set(names)
