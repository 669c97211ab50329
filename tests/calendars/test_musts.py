"""What a calendar feed must do (CALENDARS.md, "Must"), by number, in the bytes of every kind of feed.

What stands elsewhere: 5 in test_asking_again (and what it costs in test_cost); 8 date by date in test_series;
9 in test_secret_feeds and test_logs; 10 how long and for whom in test_what_feeds_tell, and how a request ends
in test_secret_feeds; 12 in test_what_feeds_tell; what closures tell in test_blocks. 13 is the page's.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from booking.access.roles import Role
from booking.calendars.blocked import written_block
from booking.calendars.events import written
from booking.i18n import LANGUAGES
from booking.reservations.decisions import cancel
from booking.reservations.editing.edit import Edit, Scope, Times
from booking.reservations.editing.service import apply_edit
from booking.reservations.service import request_reservation
from booking.timetable.interval import Interval
from tests.calendars.reading import Event, events, lines, read
from tests.calendars.test_secret_feeds import subscribe
from tests.factories.blocks import make_block
from tests.factories.organisations import make_member, make_organisation
from tests.factories.reservations import EVENING, NOW, make_occurrence, make_reservation, request_for
from tests.factories.rooms import make_room, make_venue
from tests.factories.users import acting
from tests.ical.readers import icaljs, read_with_icalendar, read_with_vobject
from tests.ical.test_one_calendar import EMPTY_FEED

ODD = "Å;ä, ö\\n \\N\nC:\\ 😀 漢"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
_TIME = re.compile(r"TZID=Europe/Helsinki:\d{8}T\d{6}")
_UTC = re.compile(r":?\d{8}T\d{6}Z")


@dataclass(frozen=True)
class World:
    """A room with all that can be in a feed, and the address of a feed of each kind."""

    room: Any
    public: tuple[str, ...]
    secret: tuple[str, ...]
    empty: tuple[str, ...]

    def every(self) -> list[str]:
        """All feeds in all languages."""
        return [
            f"{each}?lang={lang}" for each in self.public + self.secret + self.empty for lang in LANGUAGES
        ]


@pytest.fixture
def world(session: Any, frozen: Callable[[datetime], None]) -> World:
    frozen(NOW)
    owner, choir = make_organisation(slug="kaupunki", kind="city"), make_organisation(slug="kuoro", name=ODD)
    venue = make_venue(name=f"Talo {ODD}"[:100], street_address="Katu 1; B", latitude=61.1, longitude=28.7)
    room = make_room(slug="sali", owner=owner, venue=venue, name=f"Sali {ODD}", name_sv="Salen")
    make_room(slug="tyhja", owner=make_organisation(slug="tyhjat"))
    kinds = ("confirmed", "pending", "cancelled", "declined", "used", "no_show", "expired", "withdrawn")
    for number, state in enumerate(kinds):
        use = EVENING.shift((number - 20 if state in ("used", "no_show") else number) * DAY)
        for visibility, shift in (("public", 0), ("private", 3), ("event", 6)):
            make_reservation(
                room,
                use.shift(shift * HOUR),
                state=state,
                visibility=visibility,
                organisation=choir,
                title=f"{ODD} {state}",
                responsible="Aatu Esimerkki",
                contact="aatu@example.net",
                note="soita aatu@example.net",
            )
    series = make_reservation(room, EVENING.shift(30 * DAY), organisation=choir, title="Sarja")
    make_occurrence(series, EVENING.shift(37 * DAY), own_title="Oma nimi", sequence=2)
    for number, kind in enumerate(("closure", "own_use", "outside")):
        make_block(room, kind=kind, on=(EVENING.shift((50 + number) * DAY),), is_public=kind == "own_use")
    member, approver = make_member(choir), make_member(owner, Role.APPROVER)
    return World(
        room,
        tuple(f"/calendars/{x}.ics" for x in ("rooms/sali", "organisations/kuoro", "owners/kaupunki", "all")),
        (subscribe(member), subscribe(member, "organisation", choir), subscribe(approver, "approver", owner)),
        ("/calendars/rooms/tyhja.ics", subscribe(make_member(make_organisation()))),
    )


def told(client: Any, world: World) -> list[Event]:
    return [event for address in world.every() for event in read(client, address)]


def test_1_and_3_a_date_keeps_its_uid_and_its_sequence_rises(client: Any, world: World) -> None:
    rules: dict[str, Any] = {
        "approval": "at_once",
        "who_may_book": "anyone",
        "notice_minutes": 0,
        "cancellation_days": 0,
    }
    first, second = (make_room(owner=world.room.owner, **rules) for _ in range(2))
    booker = acting(make_member(make_organisation()))
    made = request_reservation(request_for(first), actor=booker, now=NOW)
    date = made.occurrences[0]

    def standing(room: Any) -> tuple[str, int, str]:
        [event] = read(client, f"/calendars/rooms/{room.slug}.ics")
        return event["UID"], int(event["SEQUENCE"]), event["STATUS"]

    uid, *_rest = standing(first)
    assert re.fullmatch(r"[0-9a-f]{32}@localhost", uid), "the host is BASE_URL's"
    seen = [standing(first)]
    steps: list[tuple[Any, dict[str, Any]]] = [
        (first, {"title": "Uusi nimi"}),
        (first, {"times": Times((EVENING.start + 3 * HOUR).time(), (EVENING.start + 4 * HOUR).time())}),
        (second, {"room": second.slug}),
    ]
    for room, changes in steps:
        apply_edit(made.reference, Edit(Scope.ALL, date.id, **changes), actor=booker, now=NOW)
        seen.append(standing(room))
    cancel(made.reference, None, "", actor=booker, now=NOW)
    seen.append(standing(second))
    assert {each[0] for each in seen} == {uid}
    assert [each[1] for each in seen] == sorted({each[1] for each in seen}), "it rises each time"
    assert seen[-1][2] == "CANCELLED"


def test_1_and_8_each_date_is_an_event_of_its_own_with_one_uid_in_all_feeds(
    client: Any, world: World
) -> None:
    by_start: dict[str, set[str]] = {}
    for address in world.every():
        found = read(client, address)
        assert len({event["UID"] for event in found}) == len(found)
        assert not {"RRULE", "RDATE", "EXDATE", "RECURRENCE-ID"} & {name for event in found for name in event}
        for event in found:
            by_start.setdefault(event["DTSTART"], set()).add(event["UID"])
    assert {len(uids) for uids in by_start.values()} == {1}
    assert len(by_start) == 8 * 3 + 2 + 3


def test_2_the_same_data_make_the_same_bytes_whenever_they_are_asked_for(
    client: Any, world: World, frozen: Callable[[datetime], None]
) -> None:
    first = {address: client.get(address).data for address in world.every()}
    written.cache_clear()
    written_block.cache_clear()
    frozen(NOW + 3 * DAY + 5 * HOUR)
    for address in reversed(world.every()):
        assert client.get(address).data == first[address]
        starts = [event["DTSTART"][-15:] for event in events(first[address])]
        assert starts == sorted(starts)


def test_3_every_event_says_how_often_and_when_it_changed(client: Any, world: World) -> None:
    for event in told(client, world):
        assert event["SEQUENCE"].isdigit()
        assert all(_UTC.fullmatch(event[name]) for name in ("LAST-MODIFIED", "DTSTAMP", "CREATED"))


def test_4_times_are_those_of_one_zone_in_every_feed(client: Any, world: World) -> None:
    zone = EMPTY_FEED[EMPTY_FEED.index(b"BEGIN:VTIMEZONE") : EMPTY_FEED.index(b"END:VTIMEZONE")]
    assert b"RDATE" not in zone
    assert zone.count(b"RRULE:FREQ=YEARLY") == 2
    for address in world.every():
        data = client.get(address).data
        assert data.count(b"BEGIN:VTIMEZONE") == 1
        assert zone in data
        for event in events(data):
            assert _TIME.fullmatch(event["DTSTART"])
            assert _TIME.fullmatch(event["DTEND"])


@pytest.mark.parametrize("language", ["fi", "en"])
def test_4_three_readers_see_the_instants_of_the_database_over_both_clock_changes(
    client: Any, session: Any, frozen: Callable[[datetime], None], language: str
) -> None:
    frozen(datetime(2026, 10, 1, tzinfo=UTC))
    owner = make_organisation(kind="city")
    wanted: dict[str, tuple[datetime, datetime]] = {}
    for night in (datetime(2026, 10, 24, 21, tzinfo=UTC), datetime(2027, 3, 27, 22, tzinfo=UTC)):
        hours = [(0, 2), (0, 12), *((n / 2, n / 2 + 1.5) for n in range(1, 12)), (9, 11), (18, 20)]
        for number, (start, end) in enumerate(hours):
            use = Interval(night + start * HOUR, night + end * HOUR)
            room = make_room(owner=owner)
            if number % 5:
                uid = make_reservation(room, use, title="Yö; klo, 3").occurrences[0].uid
            else:
                uid = make_block(room, on=(use,)).dates[0].uid
            wanted[uid] = (use.start, use.end)
    data = client.get(f"/calendars/all.ics?lang={language}").data

    with icaljs() as read_with_icaljs:
        for reader in (read_with_icalendar, read_with_vobject, read_with_icaljs):
            found = {event.uid: (event.start, event.end) for event in reader(data).events}
            assert found == wanted


def test_6_no_line_is_too_long_or_parted_within_a_character_or_an_escape(client: Any, world: World) -> None:
    titles = ["x" * number + "😀;,\\ö" * 6 for number in range(76)]
    for number, title in enumerate(titles):
        make_reservation(world.room, EVENING.shift((100 + number) * DAY), title=title)

    for address in world.every():
        data = client.get(address).data
        assert data.count(b"\n") == data.count(b"\r") == data.count(b"\r\n")
        for line in data.split(b"\r\n"):
            assert len(line) <= 75
            line.decode("utf-8")
            assert len(re.search(rb"\\*$", line)[0]) % 2 == 0  # type: ignore[index]
    told = [event["SUMMARY"] for event in read(client, "/calendars/rooms/sali.ics")]
    plain = [re.sub(r"\\(.)", lambda each: {"n": "\n"}.get(each[1], each[1]), each) for each in told]
    assert plain[-len(titles) :] == titles
    assert any(each.startswith(f"{ODD} confirmed – {ODD}") for each in plain)


def test_7_nobody_is_named_and_nothing_is_asked(client: Any, world: World) -> None:
    for address in world.every():
        text = "\n".join(lines(client.get(address).data))
        head = text[: text.index("BEGIN:VTIMEZONE")]
        assert not re.search(r"^UID", head, re.MULTILINE)
        assert not re.search(r"^(METHOD|ATTENDEE|ORGANIZER|CONTACT|COMMENT)\b", text, re.MULTILINE)
        without_uids = re.sub(r"^UID:.*$", "", text, flags=re.MULTILINE)
        assert "@" not in without_uids
        assert "Aatu" not in text
        assert "mailto" not in text


def test_10_states_are_told_by_status_and_transparency(client: Any, world: World) -> None:
    for addresses, statuses in (
        (world.public, {"CONFIRMED", "CANCELLED"}),
        (world.secret, {"CONFIRMED", "TENTATIVE", "CANCELLED"}),
    ):
        for address in addresses:
            found = read(client, address)
            assert {event["STATUS"] for event in found} == statuses
            for event in found:
                assert event["TRANSP"] == ("TRANSPARENT" if event["STATUS"] == "CANCELLED" else "OPAQUE")


def test_11_every_feed_says_what_it_is_in_its_language(client: Any, world: World) -> None:
    for address in world.public + world.secret + world.empty:
        for language in LANGUAGES:
            asked = f"{address}?lang={language}"
            data = client.get(asked).data
            text = lines(data)
            head = dict(line.split(":", 1) for line in text[: text.index("BEGIN:VTIMEZONE")])
            assert head[f"NAME;LANGUAGE={language}"] == head["X-WR-CALNAME"] != ""
            assert head[f"DESCRIPTION;LANGUAGE={language}"] == head["X-WR-CALDESC"] != ""
            assert head["REFRESH-INTERVAL;VALUE=DURATION"] == head["X-PUBLISHED-TTL"] == "PT1H"
            own = address if language == "fi" else asked
            assert head["SOURCE;VALUE=URI"] == f"http://localhost{own}"
            assert head["URL"].startswith("http://localhost/")
            assert re.fullmatch("[a-z]+", head["COLOR"])
            for event in events(data):
                assert event["CATEGORIES"]
                assert event["CLASS"] in ("PUBLIC", "PRIVATE")
                assert event["GEO"] == "61.100000;28.700000"
                assert "Katu 1\\; B" in event["LOCATION"]
                assert event["LOCATION"].startswith("Salen" if language == "sv" else "Sali")


def test_11_the_words_of_an_event_are_those_of_the_feeds_language(client: Any, world: World) -> None:
    for address, count in (("/calendars/rooms/sali.ics", 3), (world.secret[0], 3)):
        words = {
            language: {event["CATEGORIES"] for event in read(client, f"{address}?lang={language}")}
            for language in LANGUAGES
        }
        assert len({frozenset(each) for each in words.values()}) == count, words
