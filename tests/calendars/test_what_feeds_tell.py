"""What stands in the public feeds, and what does not. What every feed must do is in test_musts."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from booking.db import in_transaction
from booking.i18n import LANGUAGES
from booking.reservations.decisions import cancel
from booking.reservations.editing.edit import Edit, Scope
from booking.reservations.editing.service import apply_edit
from booking.timetable.interval import Interval
from tests.calendars.reading import events, lines, public_feeds, read, sign_in
from tests.factories.organisations import make_member, make_organisation
from tests.factories.reservations import EVENING, NOW, make_occurrence, make_reservation
from tests.factories.rooms import make_divisible_hall, make_room, make_venue
from tests.factories.users import acting, make_user

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _january(frozen: Callable[[datetime], None]) -> None:
    frozen(NOW)


@pytest.fixture
def choir(session: Any) -> Any:
    return make_organisation(slug="koskisointu", name="Kuoro Koskisointu")


@pytest.fixture
def hall(session: Any) -> Any:
    venue = make_venue(
        name="Kulttuuritalo Virta", street_address="Virastokatu 1", latitude=61.171, longitude=28.772
    )
    owner = make_organisation(slug="kaupunki", name="Kaupunki", kind="city")
    return make_room(
        slug="karelia",
        name="Karelia-sali",
        name_sv="Karelen",
        venue=venue,
        owner=owner,
        who_may_book="anyone",
        cancellation_days=0,
    )


def test_a_confirmed_reservation_stands_in_the_feed_of_its_room(client: Any, hall: Any, choir: Any) -> None:
    reservation = make_reservation(
        hall, organisation=choir, title="Konserttiharjoitus", purpose="rehearsal", reference="KARELIA9"
    )

    [event] = read(client, "/calendars/rooms/karelia.ics")

    assert event == {
        "UID": reservation.occurrences[0].uid,
        "DTSTAMP": "20261205T080000Z",
        "DTSTART": "TZID=Europe/Helsinki:20270112T180000",
        "DTEND": "TZID=Europe/Helsinki:20270112T200000",
        "SUMMARY": "Konserttiharjoitus – Kuoro Koskisointu",
        "DESCRIPTION": "Kuoro Koskisointu\\nHarjoitus",
        "LOCATION": "Karelia-sali\\, Kulttuuritalo Virta\\, Virastokatu 1",
        "GEO": "61.171000;28.772000",
        "CATEGORIES": "Harjoitus",
        "URL": "http://localhost/reservations/KARELIA9",
        "STATUS": "CONFIRMED",
        "TRANSP": "OPAQUE",
        "CLASS": "PUBLIC",
        "SEQUENCE": "0",
        "CREATED": "20261205T080000Z",
        "LAST-MODIFIED": "20261205T080000Z",
        "whole": "yes",
    }


def test_each_feed_names_what_its_reader_does_not_know(client: Any, hall: Any, choir: Any) -> None:
    make_reservation(hall, organisation=choir, title="Konserttiharjoitus")

    names = {
        address: [event["SUMMARY"] for event in read(client, address)]
        for address in (*public_feeds(hall), "/calendars/organisations/koskisointu.ics")
    }

    assert names == {
        "/calendars/rooms/karelia.ics": ["Konserttiharjoitus – Kuoro Koskisointu"],
        "/calendars/owners/kaupunki.ics": ["Konserttiharjoitus – Kuoro Koskisointu\\, Karelia-sali"],
        "/calendars/all.ics": ["Konserttiharjoitus – Kuoro Koskisointu\\, Karelia-sali"],
        "/calendars/organisations/koskisointu.ics": ["Konserttiharjoitus – Karelia-sali"],
    }


def test_an_event_open_to_all_says_so(client: Any, hall: Any) -> None:
    make_reservation(hall, visibility="event", purpose="event", title="Joululaulut")

    [event] = read(client, "/calendars/rooms/karelia.ics")

    assert event["DESCRIPTION"] == "Tapahtuma\\nAvoin kaikille"


@pytest.mark.parametrize("state", ["pending", "declined", "withdrawn", "expired"])
def test_what_was_never_confirmed_is_in_no_public_feed(
    client: Any, hall: Any, choir: Any, state: str
) -> None:
    make_reservation(hall, organisation=choir, state=state)

    for address in (*public_feeds(hall), "/calendars/organisations/koskisointu.ics"):
        assert read(client, address) == []


@pytest.mark.parametrize("state", ["used", "no_show"])
def test_whether_a_reservation_was_used_is_nobodys_business(client: Any, hall: Any, state: str) -> None:
    make_reservation(hall, Interval(EVENING.start - 14 * DAY, EVENING.end - 14 * DAY), state=state)

    [event] = read(client, "/calendars/rooms/karelia.ics")

    assert event["STATUS"] == "CONFIRMED"
    assert state not in str(event)


def test_a_cancelled_reservation_stays_for_180_days_and_leaves_the_time_free(
    client: Any, hall: Any, choir: Any, frozen: Callable[[datetime], None]
) -> None:
    far = Interval(EVENING.start + 300 * DAY, EVENING.end + 300 * DAY)
    reservation = make_reservation(hall, organisation=choir, title="Konserttiharjoitus")
    make_occurrence(reservation, far, state="cancelled", sequence=1, changed_at=NOW)

    for days in (0, 180):
        frozen(NOW + days * DAY)
        for address in (*public_feeds(hall), "/calendars/organisations/koskisointu.ics"):
            cancelled = [each for each in read(client, address) if each["STATUS"] == "CANCELLED"]
            assert [each["SEQUENCE"] for each in cancelled] == ["1"]
            assert [each["TRANSP"] for each in cancelled] == ["TRANSPARENT"]
            assert cancelled[0]["SUMMARY"].endswith(" (peruttu)")

    frozen(NOW + 220 * DAY)
    assert "CANCELLED" not in client.get("/calendars/all.ics").text


@pytest.mark.parametrize("state", ["confirmed", "cancelled"])
def test_of_a_private_reservation_only_varattu_is_told(
    client: Any, hall: Any, choir: Any, state: str
) -> None:
    reservation = make_reservation(
        hall,
        state=state,
        organisation=choir,
        visibility="private",
        title="Vertaistukiryhmä",
        purpose="course",
        responsible="Vastuullinen Henkilö",
        contact="040 123 4567",
        note="Avain Henkilöltä, soita",
        people=7,
    )
    for address in public_feeds(hall):
        [event] = read(client, address)
        own = address == "/calendars/rooms/karelia.ics"
        assert event == {
            "UID": reservation.occurrences[0].uid,
            "DTSTAMP": "20261205T080000Z",
            "DTSTART": "TZID=Europe/Helsinki:20270112T180000",
            "DTEND": "TZID=Europe/Helsinki:20270112T200000",
            "SUMMARY": "Varattu" if own else "Varattu – Karelia-sali",
            "LOCATION": "Karelia-sali\\, Kulttuuritalo Virta\\, Virastokatu 1",
            "GEO": "61.171000;28.772000",
            "CATEGORIES": "Varattu",
            "STATUS": state.upper(),
            "TRANSP": "OPAQUE" if state == "confirmed" else "TRANSPARENT",
            "CLASS": "PRIVATE",
            "SEQUENCE": "0",
            "CREATED": "20261205T080000Z",
            "LAST-MODIFIED": "20261205T080000Z",
            "whole": "yes",
        }
    assert read(client, "/calendars/organisations/koskisointu.ics") == []


def test_a_half_is_taken_when_the_whole_hall_is_and_says_by_which_room(client: Any, session: Any) -> None:
    half_a, half_b, whole = make_divisible_hall()
    whole.name = "Koko sali"
    make_reservation(whole, title="Tanssit")
    make_reservation(half_a, Interval(EVENING.end, EVENING.end + timedelta(hours=1)), title="Jooga")

    def named(room: Any) -> list[str]:
        return [event["SUMMARY"] for event in read(client, f"/calendars/rooms/{room.slug}.ics")]

    assert named(whole) == ["Tanssit", f"Jooga – {half_a.name}"]
    assert named(half_a) == ["Tanssit – Koko sali", "Jooga"]
    assert named(half_b) == ["Tanssit – Koko sali"]
    owners = read(client, f"/calendars/owners/{whole.owner.slug}.ics")
    assert [event["SUMMARY"] for event in owners] == ["Tanssit – Koko sali", f"Jooga – {half_a.name}"]


def test_another_room_s_reservations_are_not_in_a_feed(client: Any, hall: Any, choir: Any) -> None:
    other = make_room()
    make_reservation(other, title="Muualla")

    assert "Muualla" not in client.get("/calendars/rooms/karelia.ics").text
    assert "Muualla" not in client.get("/calendars/owners/kaupunki.ics").text
    assert "Muualla" not in client.get("/calendars/organisations/koskisointu.ics").text
    assert "Muualla" in client.get("/calendars/all.ics").text


def test_a_feed_reaches_half_a_year_back_and_to_the_end_of_time(client: Any, hall: Any) -> None:
    for days, title in ((-240, "Liian vanha"), (-180, "Puoli vuotta"), (1500, "Kaukana")):
        use = Interval(NOW + days * DAY, NOW + days * DAY + timedelta(hours=1))
        make_reservation(hall, use, title=title, state="used" if days < 0 else "confirmed")
    start = NOW.replace(year=2026, month=7, day=1) - timedelta(hours=11)  # midnight of 1 July in Helsinki
    make_reservation(hall, Interval(start - 7 * DAY, start + timedelta(hours=1)), title="Rajan yli")

    told = [event["SUMMARY"] for event in read(client, "/calendars/rooms/karelia.ics")]

    assert told == ["Rajan yli", "Puoli vuotta", "Kaukana"]


def test_the_head_says_everything_twice_and_nothing_too_much(client: Any, hall: Any) -> None:
    head = lines(client.get("/calendars/rooms/karelia.ics").data)

    assert "NAME;LANGUAGE=fi:Karelia-sali" in head
    assert "X-WR-CALNAME:Karelia-sali" in head
    assert "SOURCE;VALUE=URI:http://localhost/calendars/rooms/karelia.ics" in head
    assert "URL:http://localhost/rooms/karelia" in head
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H" in head
    assert "X-PUBLISHED-TTL:PT1H" in head
    assert any(line.startswith("COLOR:") for line in head)
    assert [line for line in head if line.startswith(("UID", "METHOD", "ATTENDEE", "ORGANIZER"))] == []
    assert head.count("BEGIN:VTIMEZONE") == 1, "an empty feed has its time zone too"


def test_a_feed_speaks_the_language_of_its_address_and_of_nobody_else(
    client: Any, new_client: Any, hall: Any
) -> None:
    make_reservation(hall, title="Konserttiharjoitus")
    address = "/calendars/rooms/karelia.ics"
    plain = client.get(address)
    reader = new_client()
    sign_in(reader, make_user(language="sv"))

    assert reader.get(address, headers={"Accept-Language": "en"}).data == plain.data
    assert client.get(f"{address}?lang=fi").data == plain.data
    assert client.get(f"{address}?lang=de").data == plain.data
    assert plain.headers["Content-Language"] == "fi"
    swedish = client.get(f"{address}?lang=sv")
    assert swedish.headers["Content-Language"] == "sv"
    assert "NAME;LANGUAGE=sv:Karelen" in swedish.text
    assert f"SOURCE;VALUE=URI:http://localhost{address}?lang=sv" in swedish.text
    assert {client.get(f"{address}?lang={code}").headers["ETag"] for code in LANGUAGES} >= {
        plain.headers["ETag"],
        swedish.headers["ETag"],
    }


def test_a_change_of_anything_an_event_shows_is_its_last_modification(
    client: Any, hall: Any, choir: Any, session: Any, frozen: Callable[[datetime], None]
) -> None:
    reservation = make_reservation(hall, organisation=choir)
    occurrence = reservation.occurrences[0]

    def told() -> str:
        [event] = read(client, "/calendars/rooms/karelia.ics")
        return event["LAST-MODIFIED"]

    occurrence.changed_at = datetime(2027, 1, 4, 9, tzinfo=UTC)
    assert told() == "20270104T090000Z"
    reservation.changed_at = datetime(2027, 1, 4, 10, tzinfo=UTC)
    assert told() == "20270104T100000Z"
    for hour, renamed in ((11, hall), (12, hall.venue), (13, choir)):
        frozen(datetime(2027, 1, 4, hour, tzinfo=UTC))
        renamed.name += " II"
        assert told() == f"20270104T{hour}0000Z"


def test_the_change_of_an_association_does_not_betray_its_private_reservation(
    client: Any, hall: Any, choir: Any, frozen: Callable[[datetime], None]
) -> None:
    make_reservation(hall, organisation=choir, visibility="private")
    frozen(NOW + DAY)
    choir.name = "Uusi nimi"

    [event] = read(client, "/calendars/rooms/karelia.ics")

    assert event["LAST-MODIFIED"] == "20261205T080000Z"


@pytest.mark.parametrize(
    "address",
    [
        "/calendars/rooms/ei-ole.ics",
        "/calendars/organisations/ei-ole.ics",
        "/calendars/owners/ei-ole.ics",
        "/calendars/owners/koskisointu.ics",
        "/calendars/rooms/luonnos.ics",
        "/calendars/private/ei-ole.ics",
        "/calendars/rooms/karelia",
    ],
)
def test_what_is_not_there_is_404_and_no_redirect(client: Any, hall: Any, choir: Any, address: str) -> None:
    make_room(slug="luonnos", state="draft")

    assert client.get(address).status_code == 404


def test_who_belongs_to_the_association_is_told_nothing_more_in_its_public_feed(
    client: Any, hall: Any, choir: Any
) -> None:
    make_reservation(hall, organisation=choir, visibility="private")
    sign_in(client, make_member(choir))

    assert read(client, "/calendars/organisations/koskisointu.ics") == []


def test_the_feed_of_events_tells_what_is_open_to_anyone_and_nothing_else(
    client: Any, hall: Any, choir: Any
) -> None:
    made = {
        visibility: make_reservation(hall, EVENING.shift(number * DAY), visibility=visibility)
        for number, visibility in enumerate(("event", "public", "private"))
    }
    make_reservation(hall, EVENING.shift(3 * DAY), visibility="event", state="pending")

    told = read(client, "/calendars/events.ics")

    assert [event["UID"] for event in told] == [made["event"].occurrences[0].uid]


def test_a_reservation_that_is_an_event_no_more_leaves_the_feed_and_no_other_change_touches_it(
    client: Any, hall: Any
) -> None:
    booker = make_user()
    concert = make_reservation(hall, EVENING, visibility="event", booker=booker)
    other = make_reservation(hall, EVENING.shift(DAY), booker=booker)

    def tell_otherwise(visibility: str) -> tuple[str, int]:
        edit = Edit(Scope.ALL, concert.occurrences[0].id, visibility=visibility)
        in_transaction(lambda: apply_edit(concert.reference, edit, actor=acting(booker), now=NOW))
        answer = client.get("/calendars/events.ics")
        return answer.headers["ETag"], len(events(answer.data))

    first = client.get("/calendars/events.ics").headers["ETag"]
    in_transaction(lambda: cancel(other.reference, None, "Sairastuin", actor=acting(booker), now=NOW))
    assert client.get("/calendars/events.ics").headers["ETag"] == first, "no event was touched"
    tag, told = tell_otherwise("private")
    assert (tag != first, told) == (True, 0)
    again, told = tell_otherwise("event")
    assert (again not in (tag, first), told) == (True, 1)
