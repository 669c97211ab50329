"""Every page a person can reach: accessible, light, narrow enough for a phone, in the language asked for."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Request, expect

from booking.app import create_app
from tests.journeys.hands import Mouse
from tests.journeys.samples import NOT_PAGES, PEOPLE, SAMPLES, VISITOR, Sample, ask_database
from tests.journeys.steps import sign_in
from tests.support.browser import violations
from tests.support.settings import settings_for

DESKTOP, PHONE, NARROWEST = 1280, 360, 320
HEAVIEST = 60_000  # bytes over the wire, without fonts
SMALLEST_TARGET = "target-size"  # WCAG 2.2 AA; axe leaves it out unless asked
CONTRAST = "color-contrast"  # all that the dark scheme changes


def test_every_address_is_in_the_table_of_pages(tmp_path: Path) -> None:
    app = create_app(settings_for(f"sqlite:///{tmp_path / 'none.sqlite'}", tmp_path, demo=True))
    answering = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in rule.methods}
    assert answering == set(SAMPLES) | NOT_PAGES
    assert not set(SAMPLES) & NOT_PAGES
    for endpoint, samples in SAMPLES.items():
        rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint == endpoint]
        adapter = app.url_map.bind("localhost")
        for sample in samples:
            if isinstance(sample.address, str):
                path, _, query = sample.address.partition("?")
                assert adapter.match(path, method="GET", query_args=query)[0] == endpoint, (sample, rules)


PAGES_A_TOUR = 14  # so that no tour is long, and both workers of a run have some


def tours() -> list[tuple[str, list[Sample]]]:
    """Return what each person looks at, a few pages at a time."""
    found = []
    for person in PEOPLE:
        pages = [each for samples in SAMPLES.values() for each in samples if each.person == person]
        found += [
            (person, pages[first : first + PAGES_A_TOUR]) for first in range(0, len(pages), PAGES_A_TOUR)
        ]
    return found


TOURS = tours()


def in_language(path: str, language: str) -> str:
    """Return an address with the language asked for."""
    return f"{path}{'&' if '?' in path else '?'}lang={language}"


def widths(page: Page) -> list[str]:
    """Return at which widths the page has to be scrolled sideways."""
    found = []
    for width in (PHONE, NARROWEST):
        page.set_viewport_size({"width": width, "height": 800})
        needed = page.evaluate("document.documentElement.scrollWidth")
        if needed > width:
            found.append(f"is {needed} px wide at {width} px")
    return found


def weigh(requests: list[Request]) -> int:
    """Return the bytes that came over the wire for these requests, fonts left out."""
    sizes = [each.sizes() for each in requests if each.resource_type != "font"]
    return sum(each["responseBodySize"] + each["responseHeadersSize"] for each in sizes)


def open_all(page: Page) -> None:
    """Open whatever is folded."""
    page.evaluate("for (const each of document.querySelectorAll('main details')) each.open = true")


def look_closely(page: Page) -> list[str]:
    """Return the faults of a Finnish page: on a desktop, on a phone with everything open, in the dark."""
    faults = [f"{DESKTOP} px: {each}" for each in violations(page)]
    open_all(page)
    faults += widths(page)
    page.set_viewport_size({"width": PHONE, "height": 800})
    faults += [f"{PHONE} px: {each}" for each in violations(page, also=[SMALLEST_TARGET])]
    page.emulate_media(color_scheme="dark")
    faults += [f"dark: {each}" for each in violations(page, only=[CONTRAST])]
    page.emulate_media(color_scheme="light")
    return faults


def look(page: Page) -> list[str]:
    """Return the faults of a page in another language: its colours are those of the Finnish one."""
    faults = violations(page, besides=[CONTRAST])
    open_all(page)
    return faults + widths(page)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize(
    ("person", "samples"), TOURS, ids=[f"{person}-{number}" for number, (person, _pages) in enumerate(TOURS)]
)
def test_every_page_is_accessible_light_and_narrow(
    town: Any, windows: Any, person: str, samples: list[Sample], language: str
) -> None:
    page = windows.open(town.base_url)
    if person != VISITOR:
        sign_in(Mouse(page), person)
    tools = page.context.new_cdp_session(page)
    tools.send("Network.enable")
    tools.send(
        "Network.setCacheDisabled", {"cacheDisabled": True}
    )  # each page weighs what a first visit costs
    for status in (403, 404, 422):
        windows.expect_fault(f"status of {status}")
    loaded: list[Request] = []
    page.on("requestfinished", lambda request: loaded.append(request))
    faults = []
    for sample in samples:
        page.set_viewport_size({"width": DESKTOP, "height": 900})
        path = in_language(sample.path(town), language)
        loaded.clear()
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == sample.status, path
        expect(page.locator("html")).to_have_attribute("lang", language)
        weight = weigh(loaded)
        assert weight > sample.lightest, f"{weight} bytes cannot be a page with its style"
        found = look_closely(page) if language == "fi" else look(page)
        if weight > HEAVIEST:
            found.append(f"weighs {weight} bytes")
        faults += [f"{path}: {each}" for each in found]
    assert not faults, "\n".join(faults)


def test_a_page_of_a_link_in_a_mail_is_accessible(town: Any, windows: Any) -> None:
    page = windows.open(town.base_url)
    page.goto("/register")
    page.get_by_label("Nimi", exact=True).fill("Kuoron uusi varaaja")
    page.get_by_label("Sähköposti", exact=True).fill("uusi@demo.example")
    page.locator("input[type=password]").first.fill("pitkä lause muistaa")
    page.locator("input[type=password]").last.fill("pitkä lause muistaa")
    page.get_by_label("Hyväksyn palvelun käyttöehdot").check()
    page.get_by_role("button", name="Luo tunnus").click()
    expect(page.get_by_role("status")).to_contain_text("uusi@demo.example")
    body = ask_database(town, "SELECT body FROM outbox_messages WHERE recipient = ?", "uusi@demo.example")
    link = re.search(r"https?://\S+/register/confirm\?\S+", body)
    assert link
    stranger = windows.open(town.base_url)  # another browser is asked for the password too
    for each in (page, stranger):
        each.goto(link.group())
        expect(each.get_by_role("heading", level=1)).to_have_text("Vahvista osoite")
        assert look_closely(each) == []
    expect(page.locator("input[type=password]")).to_have_count(0)
    expect(stranger.locator("input[type=password]")).to_have_count(1)


def test_the_menu_of_a_phone_is_accessible_when_open(town: Any, windows: Any) -> None:
    page = windows.open(town.base_url, phone=True, dark=True)
    page.goto("/")
    page.locator(".menu > summary").tap()
    expect(page.get_by_role("link", name="Yhdistykset", exact=True)).to_be_visible()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
