"""The desk on paper and by hand: a confirmation is one sheet, and a dragged stone fills in a form."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import expect

from tests.journeys.hands import Mouse
from tests.journeys.samples import APPROVER, STAFF, ask_database, reservation
from tests.journeys.steps import sign_in
from tests.journeys.test_paper import A4_IN_POINTS, near, sheets


def a_busy_day(town: Any) -> str:
    """Return a day to come on which something of the city's is confirmed."""
    return str(
        ask_database(
            town,
            "SELECT date(starts_at, 'unixepoch') FROM occurrences JOIN rooms ON rooms.id = room_id"
            " JOIN organisations ON organisations.id = owner_id WHERE occurrences.state = 'confirmed'"
            " AND organisations.slug = 'imatran-kaupunki'"
            " AND starts_at > CAST(strftime('%s', 'now') AS INTEGER) + 86400 ORDER BY starts_at",
        )
    )


def test_the_confirmation_is_one_sheet_in_each_language(town: Any, windows: Any) -> None:
    page = windows.open(town.base_url)
    sign_in(Mouse(page), STAFF)
    path = reservation("Iltaruskon muistelukahvit", "confirmed", "/confirmation")(town)
    for language, words in (("fi", "Varaus on vahvistettu"), ("sv", "bekräftad"), ("en", "confirmed")):
        page.goto(f"{path}?lang={language}")
        expect(page.locator("h1")).to_contain_text(words)
        found = sheets(page.pdf(prefer_css_page_size=True))
        assert len(found) == 1, f"{len(found)} sheets"
        assert near(found[0], A4_IN_POINTS)
    page.emulate_media(media="print")
    assert not page.get_by_role("button", name="Print").is_visible()
    size = page.locator(".slip-reference strong").evaluate(
        "each => parseFloat(getComputedStyle(each).fontSize)"
    )
    assert size > 38  # CSS pixels: a centimetre


def test_the_approvers_board_is_few_sheets_on_their_side(town: Any, windows: Any) -> None:
    page = windows.open(town.base_url)
    sign_in(Mouse(page), APPROVER)
    page.goto(f"/day?date={a_busy_day(town)}")
    assert page.locator(".moves").count() > 0
    found = sheets(page.pdf(prefer_css_page_size=True))
    assert len(found) <= 2, f"{len(found)} sheets"
    assert all(near(each, (A4_IN_POINTS[1], A4_IN_POINTS[0])) for each in found)


def test_a_dragged_stone_opens_the_form_of_its_move_and_saves_nothing(town: Any, windows: Any) -> None:
    page = windows.open(town.base_url)
    sign_in(Mouse(page), APPROVER)
    before = ask_database(town, "SELECT count(*) FROM proposals")
    page.goto(f"/day?date={a_busy_day(town)}")
    stone = page.locator(".stone").first
    stone.scroll_into_view_if_needed()
    box = stone.bounding_box()
    row = stone.locator("xpath=ancestor::td").bounding_box()
    assert box is not None
    assert row is not None
    room = stone.locator("xpath=ancestor::td").get_attribute("data-room")
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - row["width"] / 10, y, steps=4)
    page.mouse.up()
    page.wait_for_url("**/desk/reservations/*/move/*")
    query = parse_qs(urlsplit(page.url).query)
    assert query["room"] == [room]
    assert set(query) == {"room", "date", "start", "end"}
    expect(page.get_by_label("Tila", exact=True)).to_have_value(room)
    assert ask_database(town, "SELECT count(*) FROM proposals") == before
