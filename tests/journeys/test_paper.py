"""Paper is a screen: a week of a room and a day of all rooms each fit on one sheet."""

import re
from datetime import timedelta
from typing import Any

import pytest

from tests.journeys.steps import working_day

A4_IN_POINTS = (595, 842)
_PAGE = re.compile(rb"/Type\s*/Page\b(?!s)")
_SHEET = re.compile(rb"/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)\s*\]")


def sheets(pdf: bytes) -> list[tuple[int, int]]:
    """Return width and height in points of each page of a PDF that Chromium wrote."""
    sizes = [(round(float(width)), round(float(height))) for width, height in _SHEET.findall(pdf)]
    assert len(_PAGE.findall(pdf)) == len(sizes), "not every page names its size"
    return sizes


def near(found: tuple[int, int], wanted: tuple[int, int]) -> bool:
    """Say whether a sheet has that size, to two points."""
    return all(abs(one - other) <= 2 for one, other in zip(found, wanted, strict=True))


def busy_week() -> str:
    """Return a week in the middle of the demonstration's month."""
    year, week, _weekday = (working_day(0) - timedelta(days=30)).isocalendar()
    return f"{year}-W{week:02}"


@pytest.mark.parametrize("slug", ["taiteilijalampio", "mansikkalan-liikuntasali-a", "ukonlinna", "jaahalli"])
@pytest.mark.parametrize("language", ["fi", "en"])
def test_the_week_of_a_room_is_one_sheet(town: Any, windows: Any, slug: str, language: str) -> None:
    page = windows.open(town.base_url)
    page.goto(f"/rooms/{slug}?week={busy_week()}&lang={language}")
    found = sheets(page.pdf(prefer_css_page_size=True))
    assert len(found) == 1, f"{len(found)} sheets"
    assert near(found[0], A4_IN_POINTS)


def test_a_day_of_all_rooms_is_one_sheet_on_its_side(town: Any, windows: Any) -> None:
    page = windows.open(town.base_url)
    page.goto(f"/day?date={working_day(0) - timedelta(days=30)}")
    assert page.locator("table.board tbody tr").count() > 20
    found = sheets(page.pdf(prefer_css_page_size=True))
    assert len(found) == 1, f"{len(found)} sheets"
    assert near(found[0], (A4_IN_POINTS[1], A4_IN_POINTS[0]))


def test_paper_has_the_words_and_not_the_buttons(town: Any, windows: Any) -> None:
    page = windows.open(town.base_url)
    page.goto(f"/rooms/taiteilijalampio?week={busy_week()}")
    page.emulate_media(media="print")
    assert page.get_by_text("Ajantasainen viikko:").is_visible()
    assert page.locator("table.week").get_by_text("Kuoroharjoitus").first.is_visible()
    assert not page.get_by_role("button", name="Tulosta viikko").is_visible()
    assert not page.get_by_role("navigation", name="Päävalikko").is_visible()


def test_a_longer_page_is_counted_as_more_sheets(town: Any, windows: Any) -> None:
    page = windows.open(town.base_url)
    page.goto("/rooms")
    assert len(sheets(page.pdf())) > 1
