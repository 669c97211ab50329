"""A city approver's morning: the clear requests at once, the keys, and a refusal with a ready reason."""

import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.journeys.hands import Mouse
from tests.journeys.steps import claim_of, sign_in
from tests.support.browser import assert_accessible


def opened(windows: Any, town: Any) -> Page:
    """Return the queue, opened by the city's approver."""
    page: Page = windows.open(town.base_url)
    sign_in(Mouse(page), "paattaja")
    page.goto("/approvals")
    return page


def ticks(page: Page) -> Any:
    return page.locator("input[name=request]")


def test_the_keys_lead_through_the_queue_and_never_while_one_writes(town: Any, windows: Any) -> None:
    page = opened(windows, town)
    claims = page.locator("[data-claim]")
    page.keyboard.press("j")
    expect(claims.nth(0)).to_be_focused()
    page.keyboard.press("j")
    expect(claims.nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(claims.nth(0)).to_be_focused()
    page.keyboard.press("x")
    expect(ticks(page).nth(0)).not_to_be_checked()
    page.keyboard.press("h")
    choice = claims.nth(0).get_by_role("combobox")
    expect(choice).to_be_focused()
    page.keyboard.press("j")  # in a list of choices a letter is a letter
    expect(choice).to_be_focused()
    words = claims.nth(0).get_by_label("Syy, joka lähetetään pyytäjälle")
    words.press_sequentially("jkvhx?")
    expect(words).to_have_value("jkvhx?")
    expect(page).to_have_url(re.compile("/approvals$"))


def test_the_keys_are_listed_and_can_be_turned_off_for_good(town: Any, windows: Any) -> None:
    page = opened(windows, town)
    page.keyboard.press("?")
    expect(page.get_by_text("seuraava pyyntö")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("Pikanäppäimet käytössä").uncheck()
    page.reload()
    page.keyboard.press("j")
    expect(page.locator("[data-claim]:focus")).to_have_count(0)
    page.get_by_text("Pikanäppäimet", exact=True).click()
    expect(page.get_by_label("Pikanäppäimet käytössä")).not_to_be_checked()
    page.get_by_label("Pikanäppäimet käytössä").check()
    page.keyboard.press("j")
    expect(page.locator("[data-claim]:focus")).to_have_count(1)


def test_a_ready_reason_is_shown_in_the_bookers_language_and_sent(town: Any, windows: Any) -> None:
    page = opened(windows, town)
    claim = claim_of(page, "Maailman maut")  # its booker reads English
    claim.locator("summary").click()
    claim.get_by_role("combobox").select_option(index=1)
    expect(claim.locator("p[aria-live]")).to_have_text(re.compile("^The room is being repaired"))
    claim.get_by_role("button", name=re.compile("^Hylkää")).click()
    expect(page.get_by_role("status")).to_contain_text("Pyyntö on hylätty.")
    expect(claim_of(page, "Maailman maut")).to_have_count(0)


def test_the_clear_ones_are_confirmed_with_one_press_and_v_confirms_one(town: Any, windows: Any) -> None:
    page = opened(windows, town)
    number = ticks(page).count()  # how many of the demonstration's are clear differs by weekday
    assert number >= 3
    page.keyboard.press("j")
    page.keyboard.press("v")
    expect(page.get_by_role("status")).to_contain_text("Pyyntö on vahvistettu.")
    expect(ticks(page)).to_have_count(number - 1)
    ticks(page).first.uncheck()
    page.get_by_role("button", name="Vahvista valitut").first.click()
    said = "Pyyntö on vahvistettu." if number == 3 else f"{number - 2} pyyntöä vahvistettiin."
    expect(page.get_by_role("status")).to_contain_text(said)
    expect(ticks(page)).to_have_count(1)
