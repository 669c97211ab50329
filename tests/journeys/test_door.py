"""The door display without a network: it keeps what it knew, goes on by the clock, and recovers."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect

from tests.journeys.samples import ask_database

HELSINKI = ZoneInfo("Europe/Helsinki")


def a_busy_room(town: Any) -> tuple[str, datetime]:
    """Return a room with a public use still to come tomorrow or today, and when that begins."""
    question = (
        " FROM occurrences JOIN rooms ON rooms.id = occurrences.room_id"
        " JOIN reservations ON reservations.id = reservation_id"
        " WHERE occurrences.state = 'confirmed' AND visibility <> 'private'"
        " AND starts_at > CAST(strftime('%s', 'now') AS INTEGER) + 120"
        " ORDER BY starts_at, occurrences.id"
    )
    slug = ask_database(town, f"SELECT rooms.slug{question}")
    start = ask_database(town, f"SELECT starts_at{question}")
    return slug, datetime.fromtimestamp(start, tz=HELSINKI)


def wait_for_worker(page: Page) -> None:
    """Wait until the worker serves the page and has kept it."""
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    page.wait_for_function(
        "caches.open('door').then(kept => kept.match(location.href)).then(found => Boolean(found))"
    )


def test_the_door_survives_a_lost_network_and_a_reload_without_one(town: Any, windows: Any) -> None:
    slug, start = a_busy_room(town)
    page = windows.open(town.base_url)
    page.clock.install(time=datetime.now(tz=HELSINKI))
    page.goto(f"/rooms/{slug}/door")
    expect(page.locator("[data-lost]")).to_be_hidden()
    next_use = page.locator("[data-next]").inner_text()
    wait_for_worker(page)
    for fault in ("ERR_INTERNET_DISCONNECTED", "ERR_FAILED"):
        windows.expect_fault(fault)
    page.context.set_offline(True)
    page.clock.run_for(61_000)
    expect(page.locator(".door-fresh")).to_contain_text("ei yhteyttä")
    assert page.locator("[data-next]").inner_text() == next_use

    page.reload()  # nobody answers: the page is what was kept
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator(".door-fresh")).to_contain_text("ei yhteyttä")
    assert page.locator("[data-next]").inner_text() == next_use

    page.clock.set_system_time(start + timedelta(seconds=30))  # time moves on alone
    page.clock.run_for(6_000)
    expect(page.locator("#door")).to_have_class("door taken lost")
    expect(page.locator("[data-now] .door-time")).to_contain_text(f"{start:%H.%M}")

    page.context.set_offline(False)
    page.clock.run_for(61_000)
    expect(page.locator("[data-lost]")).to_be_hidden()


def test_the_door_is_read_from_three_metres_upright_and_on_its_side(town: Any, windows: Any) -> None:
    slug, _start = a_busy_room(town)
    page = windows.open(town.base_url, dark=True)
    page.goto(f"/rooms/{slug}/door")
    for width, height in ((1080, 1920), (1920, 1080)):
        page.set_viewport_size({"width": width, "height": height})
        size = page.evaluate("parseFloat(getComputedStyle(document.querySelector('[data-now]')).fontSize)")
        assert size >= 80, f"{size} px at {width} x {height}"
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_door_refreshes_itself_without_scripts(town: Any, windows: Any) -> None:
    slug, _start = a_busy_room(town)
    page = windows.open(town.base_url, javascript=False)
    page.goto(f"/rooms/{slug}/door")
    expect(page.locator("meta[http-equiv=refresh]")).to_have_attribute("content", "60")
    expect(page.locator("[data-now]")).not_to_be_empty()
