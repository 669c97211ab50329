"""A long sheet at a browser: its bar moves, and without a script its page grows."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.hands import Mouse
from tests.journeys.people import Person
from tests.journeys.samples import APPROVER
from tests.reservations.sheets import sheet
from tests.support.browser import assert_accessible

LINES = 1500
_NOTE_STEPS = """
window.steps = [];
new MutationObserver(() => {
  const bar = document.querySelector("[data-bar]:not([hidden]) progress");
  if (bar) window.steps.push(bar.hasAttribute("value") ? bar.value / bar.max : "saves");
}).observe(document.getElementById("main"), { subtree: true, childList: true, attributes: true });
"""


@pytest.fixture
def winter_file(tmp_path: Path) -> Path:
    """So many mornings in one hall, in a year that nobody else has booked."""
    first = date(2031, 1, 1)
    lines = [
        f",mansikkalan-liikuntasali,{first + timedelta(days=number)},07:00,08:00,confirmed,,Aamu {number},5"
        for number in range(LINES)
    ]
    path = tmp_path / "talvi.csv"
    path.write_bytes(sheet(*lines))
    return path


def choose(person: Person, file: Path) -> None:
    """Go to the page of sheets and choose a file."""
    person.open("/desk/sheets")
    person.page.locator("#reservations-sheet").set_input_files(file)


def sheet_button(page: Page, name: str) -> Any:
    return page.locator("form", has=page.locator("input[value=reservations]")).get_by_role(
        "button", name=name
    )


def test_a_long_sheet_shows_how_far_it_is(town: Any, windows: Any, winter_file: Path) -> None:
    plain = Person(Mouse(windows.open(town.base_url, phone=True, javascript=False)), javascript=False)
    plain.sign_in(APPROVER)
    choose(plain, winter_file)
    sheet_button(plain.page, "Tarkista taulukko").click()
    plain.expect_heading("Taulukon tarkistus")
    expect(plain.main).to_contain_text("1500 uutta varausta")
    assert plain.main.locator("li", has_text="riviä luettu").count() > 5

    person = Person(Mouse(windows.open(town.base_url)))
    person.sign_in(APPROVER)
    choose(person, winter_file)
    person.page.evaluate(_NOTE_STEPS)
    sheet_button(person.page, "Tarkista taulukko").click()
    person.expect_heading("Taulukko on tarkistettu")
    steps = [step for step in person.page.evaluate("steps") if step != "saves"]
    assert len(set(steps)) > 3
    assert steps == sorted(steps)
    assert_accessible(person.page)
    person.page.get_by_text("Katso ensimmäiset 50 aikaa").click()
    expect(person.main).to_contain_text("Aamu 49")
    person.press("Tuo taulukko")
    person.expect_heading("Taulukko on tuotu")
    assert "saves" in person.page.evaluate("steps")
    person.page.reload()  # nothing is sent again
    person.expect_heading("Taulukot ja tulosteet")

    windows.expect_fault("422")
    plain.press("Tuo taulukko")  # what was looked at before it was overtaken
    plain.expect_heading("Taulukossa on korjattavaa")
    expect(plain.main).to_contain_text("Lisäksi 1400 muuta virhettä.")
