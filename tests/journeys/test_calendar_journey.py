"""A person takes a calendar to a phone: made, copied, scanned, fetched by the phone's calendar, and ended."""

import io
import urllib.request
from http import HTTPStatus
from typing import Any
from urllib.error import HTTPError

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from tests.journeys.hands import Finger
from tests.journeys.steps import follow_menu, sign_in
from tests.support.browser import assert_accessible

APPLE = "iOS/18.0 (22A3354) dataaccessd/1.0"
NAME = "Kuoro Koskisointu: kaikki varaukset"


def scan(page: Page) -> str:
    """Return what a camera reads from the screen."""
    with Image.open(io.BytesIO(page.screenshot())) as picture:
        (found,) = zxingcpp.read_barcodes(picture)
    return str(found.text)


def fetch(address: str) -> int:
    """Fetch a calendar as an iPhone does; return the status."""
    asked = urllib.request.Request(address.replace("webcal:", "http:"), headers={"User-Agent": APPLE})
    try:
        with urllib.request.urlopen(asked, timeout=20) as answer:
            assert answer.read().startswith(b"BEGIN:VCALENDAR")
            return int(answer.status)
    except HTTPError as refused:
        with refused:
            return refused.code


@pytest.fixture
def hand(town: Any, windows: Any) -> Finger:
    page = windows.open(town.base_url, phone=True, permissions=["clipboard-read", "clipboard-write"])
    return Finger(page)


def test_a_calendar_goes_to_the_phone_and_comes_to_its_end(town: Any, hand: Finger, windows: Any) -> None:
    page = hand.page
    sign_in(hand, "varaaja")
    follow_menu(hand, "Kalenterit")
    hand.pick(page.get_by_role("radio", name=NAME, exact=True))
    hand.press(page.get_by_role("button", name="Tee osoite"))
    item = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name=NAME))
    expect(item).to_contain_text("Mikään ohjelma ei ole vielä hakenut tätä.")

    hand.press(item.get_by_role("button", name="Kopioi"))
    expect(item.locator("[aria-live]")).to_have_text("Kopioitu")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(f"{town.base_url}/calendars/private/")

    hand.press(item.get_by_role("link", name="QR-koodi puhelimelle"))
    page.locator(".qr").scroll_into_view_if_needed()
    assert scan(page) == copied.replace("http:", "webcal:")
    assert_accessible(page)
    assert fetch(scan(page)) == HTTPStatus.OK

    hand.press(page.get_by_role("main").get_by_role("link", name="Kalenterit"))
    expect(item).to_contain_text("Applen Kalenteri.")
    expect(item).to_contain_text("Haettu ")
    hand.press(item.get_by_role("link", name="Poista käytöstä"))
    hand.press(page.get_by_role("button", name="Poista käytöstä"))
    expect(page.get_by_role("status")).to_contain_text("Kalenteri on poistettu käytöstä.")
    assert fetch(copied) == HTTPStatus.NOT_FOUND


def test_without_scripts_the_address_can_be_chosen_and_the_steps_be_opened(town: Any, windows: Any) -> None:
    page = windows.open(town.base_url, phone=True, javascript=False)
    page.goto("/calendars/rooms/karelia-sali/phone")

    expect(page.get_by_role("button", name="Kopioi")).to_have_count(0)
    expect(page.get_by_role("textbox")).to_have_value(f"{town.base_url}/calendars/rooms/karelia-sali.ics")
    page.get_by_text("Google-kalenteri", exact=True).tap()
    expect(page.get_by_text("8–24 tunnin välein")).to_be_visible()
    page.get_by_role("link", name="svenska", exact=True).tap()
    expect(page.get_by_role("textbox")).to_have_value(
        f"{town.base_url}/calendars/rooms/karelia-sali.ics?lang=sv"
    )
