"""Every page a person can reach: accessible, light, narrow enough for a phone, in the language asked for."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from booking.app import create_app
from tests.journeys.hands import Mouse
from tests.journeys.samples import NOT_PAGES, PEOPLE, SAMPLES, VISITOR, Sample, ask_database
from tests.journeys.steps import sign_in
from tests.support.browser import violations
from tests.support.settings import ROOT, settings_for

DESKTOP, PHONE, NARROWEST = 1280, 360, 320
HEAVIEST = 60_000  # bytes over the wire, without fonts
HEADERS = 900  # bytes of an answer's headers; ours are fewer
DARK_EVERY, CLOSELY_EVERY = 2, 6  # pages of a tour
SMALLEST_TARGET = "target-size"  # WCAG 2.2 AA; axe leaves it out unless asked
CONTRAST = "color-contrast"  # all that the dark scheme changes
NAMES = [  # what is wrong when a text is missing
    "aria-command-name",
    "aria-input-field-name",
    "aria-toggle-field-name",
    "area-alt",
    "button-name",
    "document-title",
    "empty-heading",
    "empty-table-header",
    "frame-title",
    "html-has-lang",
    "html-lang-valid",
    "image-alt",
    "input-button-name",
    "input-image-alt",
    "label",
    "landmark-unique",
    "link-name",
    "role-img-alt",
    "select-name",
    "summary-name",
    "svg-img-alt",
    "valid-lang",
]


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


def too_wide(page: Page, *sizes: int) -> list[str]:
    """Return at which widths the page has to be scrolled sideways; the page keeps the last."""
    found = []
    for width in sizes:
        page.set_viewport_size({"width": width, "height": 800})
        needed = page.evaluate("document.documentElement.scrollWidth")
        if needed > width:
            found.append(f"is {needed} px wide at {width} px")
    return found


def weigh(page: Page) -> int:
    """Return the bytes that a first visit to the page costs over the wire, fonts left out.

    What the browser has kept from an earlier page counts as well: it knows the size of that too.
    """
    sizes = page.evaluate(
        """() => ['navigation', 'resource'].flatMap(kind => performance.getEntriesByType(kind))
            .filter(each => !each.name.endsWith('.woff2')).map(each => each.encodedBodySize)"""
    )
    return sum(sizes) + HEADERS * len(sizes)


def open_all(page: Page) -> None:
    """Open whatever is folded."""
    page.evaluate("for (const each of document.querySelectorAll('main details')) each.open = true")


def look_closely(page: Page, *, dark: bool = True) -> list[str]:
    """Return the faults of a Finnish page with everything open: on a desktop, on a phone, there in the dark.

    Colours are most of axe's work. They are judged in the light on a desktop, and `dark` on the phone.
    """
    open_all(page)
    faults = [f"{DESKTOP} px: {each}" for each in violations(page, also=[SMALLEST_TARGET])]
    faults += too_wide(page, NARROWEST, PHONE)
    faults += [f"{PHONE} px: {each}" for each in violations(page, besides=[CONTRAST], also=[SMALLEST_TARGET])]
    if dark:
        page.emulate_media(color_scheme="dark")
        faults += [f"dark: {each}" for each in violations(page, only=[CONTRAST])]
        page.emulate_media(color_scheme="light")
    return faults


def look_again(page: Page, *, closely: bool) -> list[str]:
    """Return the faults that a page can have in another language although the Finnish one has none.

    Its build and colours are the same, its words are not: they may be too wide (at the narrowest first, as no
    style changes between the narrowest and a phone) or missing. `closely`: all rules but colours'.
    """
    open_all(page)
    found = violations(page, besides=[CONTRAST]) if closely else violations(page, only=NAMES)
    return found + too_wide(page, NARROWEST)


@pytest.fixture
def visit(town: Any, windows: Any) -> Callable[..., Page]:
    """`visit(page, sample, language)`: open a sample's page and see that it is the one asked for."""

    def go(page: Page, sample: Sample, language: str) -> str:
        path = in_language(sample.path(town), language)
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == sample.status, path
        expect(page.locator("html")).to_have_attribute("lang", language)
        return path

    for status in (403, 404, 422):
        windows.expect_fault(f"status of {status}")
    return go


@pytest.mark.parametrize(
    ("person", "samples"), TOURS, ids=[f"{person}-{number}" for number, (person, _pages) in enumerate(TOURS)]
)
def test_every_page_is_accessible_light_and_narrow(
    town: Any, windows: Any, visit: Any, person: str, samples: list[Sample]
) -> None:
    page = windows.open(town.base_url)
    if person != VISITOR:
        sign_in(Mouse(page), person)
    faults = []
    for number, sample in enumerate(samples):
        page.set_viewport_size({"width": DESKTOP, "height": 900})
        path = visit(page, sample, "fi")
        weight = weigh(page)
        assert weight > sample.lightest, f"{weight} bytes cannot be a page with its style"
        found = look_closely(page, dark=number % DARK_EVERY == 0)
        if weight > HEAVIEST:
            found.append(f"weighs {weight} bytes")
        faults += [f"{path}: {each}" for each in found]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(
    ("person", "samples"), TOURS, ids=[f"{person}-{number}" for number, (person, _pages) in enumerate(TOURS)]
)
def test_no_page_is_too_wide_or_wordless_in_the_other_languages(
    town: Any, windows: Any, visit: Any, person: str, samples: list[Sample]
) -> None:
    page = windows.open(town.base_url)
    if person != VISITOR:
        sign_in(Mouse(page), person)
    page.set_viewport_size({"width": NARROWEST, "height": 800})
    faults = []
    for number, sample in enumerate(samples):
        for turn, language in enumerate(("sv", "en")):
            path = visit(page, sample, language)
            found = look_again(page, closely=(number + 3 * turn) % CLOSELY_EVERY == 0)
            if (weight := weigh(page)) > HEAVIEST:
                found.append(f"weighs {weight} bytes")
            faults += [f"{path}: {each}" for each in found]
    assert not faults, "\n".join(faults)


def test_no_style_changes_between_the_narrowest_page_and_a_phone() -> None:
    sheets = [each.read_text() for each in (ROOT / "static" / "css").glob("*.css")]
    assert sheets
    for sheet in sheets:
        for number, unit in re.findall(r"@media[^{]*width:\s*([\d.]+)(rem|px|em)", sheet):
            assert not NARROWEST < float(number) * (1 if unit == "px" else 16) <= PHONE


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
