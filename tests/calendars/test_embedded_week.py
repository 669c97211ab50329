"""The week that other sites show: what is in it, who may frame it, and what it costs."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.access.test_walk import routes_of
from tests.calendars.reading import sign_in, statements
from tests.factories.blocks import make_block
from tests.factories.organisations import make_member, make_organisation
from tests.factories.reservations import EVENING, NOW, make_reservation
from tests.factories.rooms import make_divisible_hall, make_room

DAY = timedelta(days=1)
CHOIR, HALL = "/embed/organisations/kuoro/week", "/embed/rooms/karelia/week"
WEEK = "?week=2027-W02"  # EVENING's
FRAMED = {"exports.organisation_week", "exports.room_week"}
SHEET = Path(__file__).parents[2] / "static" / "css" / "embed.css"


@pytest.fixture(autouse=True)
def _january(frozen: Callable[[datetime], None]) -> None:
    frozen(NOW)


@pytest.fixture
def choir(session: Any) -> Any:
    return make_organisation(slug="kuoro", name="Kuoro Koskisointu")


@pytest.fixture
def hall(session: Any) -> Any:
    return make_room(slug="karelia", name="Karelia-sali", name_sv="Karelen")


def shown(client: Any, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True))))


def test_an_association_shows_its_public_reservations_of_the_week(client: Any, choir: Any, hall: Any) -> None:
    for days, title, changes in (
        (0, "Harjoitus", {}),
        (1, "Konsertti", {"visibility": "event"}),
        (2, "Salainen", {"visibility": "private"}),
        (3, "Pyydetty", {"state": "pending"}),
        (4, "Peruttu", {"state": "cancelled"}),
        (-7, "Viime viikolla", {}),
        (7, "Ensi viikolla", {}),
    ):
        make_reservation(hall, EVENING.shift(days * DAY), organisation=choir, title=title, **changes)
    make_reservation(hall, EVENING.shift(5 * DAY), organisation=make_organisation(), title="Toisten")

    text = shown(client, CHOIR + WEEK)

    assert "Viikko 2 11.1.–17.1." in text
    assert "ti 12.1. 18.00–20.00 Harjoitus Karelia-sali ke 13.1. 18.00–20.00 Konsertti Karelia-sali" in text
    for absent in ("Salainen", "Varattu", "Pyydetty", "Peruttu", "Viime", "Ensi", "Toisten"):
        assert absent not in text, absent
    assert "Ensi viikolla" in shown(client, f"{CHOIR}?week=2027-W03")
    assert "ei ole julkisia varauksia" in shown(client, f"{CHOIR}?week=2027-W09")


def test_a_member_sees_no_more_in_it_than_anybody(client: Any, choir: Any, hall: Any) -> None:
    make_reservation(hall, organisation=choir, title="Salainen", visibility="private")
    before = client.get(CHOIR + WEEK)
    sign_in(client, make_member(choir))
    answer = client.get(CHOIR + WEEK)
    assert answer.data == before.data
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers["Vary"]


def test_a_room_shows_who_uses_it_and_of_what_is_private_that_it_is_taken(
    client: Any, choir: Any, session: Any
) -> None:
    half, _other, whole = make_divisible_hall()
    half.slug = "karelia"
    make_reservation(half, organisation=choir, title="Harjoitus")
    make_reservation(half, EVENING.shift(DAY), organisation=choir, title="Salainen", visibility="private")
    make_reservation(whole, EVENING.shift(2 * DAY), title="Turnaus", visibility="event")

    text = shown(client, HALL + WEEK)

    assert "18.00–20.00 Harjoitus Kuoro Koskisointu ke 13.1." in text
    assert "ke 13.1. 18.00–20.00 Varattu to 14.1." in text
    assert f"Turnaus {whole.name}" in text
    assert "Salainen" not in text


def test_a_room_tells_when_it_is_closed_and_why_as_far_as_all_may_know(client: Any, hall: Any) -> None:
    make_block(hall, on=(EVENING,))
    make_block(hall, on=(EVENING.shift(DAY),), is_public=True)
    make_block(hall, on=(EVENING.shift(2 * DAY),), kind="own_use")
    make_block(hall, on=(EVENING.shift(3 * DAY),), kind="outside")
    text = shown(client, HALL + WEEK)
    for said in ("ti 12.1. 18.00–20.00 Suljettu", "ke 13.1. 18.00–20.00 Remontti"):
        assert said in text
    for said in ("to 14.1. 18.00–20.00 Oma käyttö", "pe 15.1. 18.00–20.00 Varattu"):
        assert said in text
    assert text.count("Remontti") == 1


def test_what_lasts_over_sunday_night_stands_in_both_weeks(client: Any, choir: Any, hall: Any) -> None:
    make_reservation(hall, EVENING.shift(5 * DAY).extend_end(DAY), organisation=choir, title="Leiri")
    assert "su 17.1. su 17.1.2027 klo 18.00 – ma 18.1. klo 20.00 Leiri" in shown(client, CHOIR + WEEK)
    assert "ma 18.1. su 17.1.2027 klo 18.00 – ma 18.1. klo 20.00" in shown(client, f"{CHOIR}?week=2027-W03")


def test_links_lead_to_new_tabs_and_the_weeks_stay_in_the_frame(client: Any, choir: Any, hall: Any) -> None:
    booked = make_reservation(hall, organisation=choir)
    page = client.get(f"{CHOIR}{WEEK}&lang=sv").get_data(as_text=True)
    links = dict(re.findall(r'<a href="([^"]+)"([^>]*)>', page))
    inside = {each for each, rest in links.items() if "_blank" not in rest}
    assert inside == {f"{CHOIR}?week=2027-W01&amp;lang=sv", f"{CHOIR}?week=2027-W03&amp;lang=sv"}
    outside = {each: rest for each, rest in links.items() if each not in inside}
    assert {"/organisations/kuoro?lang=sv", f"/reservations/{booked.reference}?lang=sv"} < set(outside)
    assert all('rel="noopener"' in rest for rest in outside.values())


def test_it_stands_alone_and_is_small(client: Any, choir: Any) -> None:
    page = client.get(CHOIR).get_data(as_text=True)
    assert "<script" not in page
    assert "<form" not in page
    assert re.findall(r'"[^"]*/css/([a-z]+)\.css"', page) == ["embed"]
    assert len(SHEET.read_bytes()) < 3_000


def test_every_page_but_the_embedded_weeks_refuses_frames(app: Flask, client: Any, session: Any) -> None:
    walked = {
        endpoint: client.get(route.address)
        for route, endpoint in routes_of(app).items()
        if route.method == "GET" and endpoint != "static"
    }
    assert set(walked) > FRAMED
    assert len(walked) > 80
    for endpoint, answer in walked.items():
        policy, old = answer.headers["Content-Security-Policy"], answer.headers.get("X-Frame-Options")
        if endpoint in FRAMED:
            assert "frame-ancestors *" in policy
            assert "default-src 'none'" in policy
            assert "script-src" not in policy
            assert old is None
        else:
            assert "frame-ancestors 'none'" in policy, endpoint
            assert old == "DENY", endpoint


def test_where_there_is_no_week_the_frame_says_so(client: Any, choir: Any) -> None:
    for address in ("/embed/rooms/ei-ole/week", "/embed/organisations/ei-ole/week", f"{CHOIR}?week=eilen"):
        answer = client.get(address)
        assert answer.status_code == 404
        assert "frame-ancestors *" in answer.headers["Content-Security-Policy"]
        assert "Viikkoa ei löydy" in answer.get_data(as_text=True)
    assert f'href="{CHOIR}"' in client.get(f"{CHOIR}?week=eilen").get_data(as_text=True)


def test_it_may_be_kept_for_a_minute_and_asked_again_for_nothing(
    client: Any, choir: Any, hall: Any, frozen: Callable[[datetime], None]
) -> None:
    make_reservation(hall, organisation=choir)
    first = client.get(CHOIR + WEEK)
    assert first.headers["Cache-Control"] == "public, max-age=60"
    with statements() as sent:
        again = client.get(CHOIR + WEEK, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert "frame-ancestors *" in again.headers["Content-Security-Policy"]
    assert not any("occurrences" in each for each in sent)
    assert len(sent) <= 3, sent
    assert client.get(f"{CHOIR}?week=2027-W03").headers["ETag"] != first.headers["ETag"]
    frozen(NOW + 8 * DAY)  # its Tuesday is today
    assert "tänään" in client.get(CHOIR + WEEK, headers={"If-None-Match": first.headers["ETag"]}).text


@pytest.mark.parametrize("address", [CHOIR, HALL])
def test_a_full_week_costs_as_many_statements_as_an_empty_one(
    client: Any, choir: Any, hall: Any, address: str
) -> None:
    make_reservation(hall, EVENING.shift(-30 * DAY), organisation=choir)
    client.get(address + WEEK)
    with statements() as few:
        client.get(address + WEEK)
    for number in range(-1, 6):
        make_reservation(hall, EVENING.shift(number * DAY), organisation=choir)
        make_block(hall, on=(EVENING.shift(number * DAY + timedelta(hours=3)),))

    with statements() as many:
        text = shown(client, address + WEEK)

    assert text.count("18.00–20.00") == 7
    assert len(many) <= len(few) + (address == HALL), many  # the spaces of blocks, once there are any
    assert len(few) <= 5


@pytest.mark.parametrize(
    ("page", "week"), [("/organisations/kuoro", CHOIR), ("/rooms/karelia", HALL)], ids=["choir", "hall"]
)
def test_the_page_gives_the_code_to_paste(client: Any, choir: Any, hall: Any, page: str, week: str) -> None:
    choir.name = hall.name_sv = 'Kuoro "Kosket" & <Co>'
    text = client.get(f"{page}?lang=sv").get_data(as_text=True)
    [field] = re.findall(r'<textarea id="embed"[^>]*readonly[^>]*>(.*?)</textarea>', text, re.DOTALL)
    assert "<" not in field
    code = unescape(field)
    assert f'src="http://localhost{week}?lang=sv"' in code
    assert 'title="Kuoro &#34;Kosket&#34; &amp; &lt;Co&gt;: veckans bokningar"' in code
    assert code.startswith("<iframe ")
    assert code.endswith("></iframe>")
