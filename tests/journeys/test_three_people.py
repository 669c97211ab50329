"""The main job as three people: somebody finds a room, the owner decides, everybody's calendar knows.

The same journey with a mouse, on a phone, with the keyboard alone and without JavaScript.
"""

import re
from typing import Any
from urllib.error import HTTPError

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.hands import Finger, Keyboard, Mouse
from tests.journeys.steps import (
    GARDEN,
    GARDEN_NAME,
    Wish,
    claim_of,
    event_of,
    fill_request,
    fill_sign_in,
    follow_menu,
    let_a_minute_pass,
    read_feed,
    result_of,
    search,
    send,
    sign_in,
    working_day,
)

PHONE = {"width": 360, "height": 800}


def find_and_ask(hand: Mouse, wish: Wish) -> str:
    """Search as a visitor, look at the room, sign in on the way, ask; return the reservation's path."""
    page = hand.page
    search(hand, wish)
    expect(result_of(page, GARDEN_NAME)).to_contain_text("Vapaa, omistaja hyväksyy")
    hand.press(page.get_by_role("link", name=GARDEN_NAME, exact=True))
    expect(page.get_by_role("heading", level=1)).to_have_text(GARDEN_NAME)
    hand.press(page.get_by_role("link", name="Kirjaudu ja varaa"))
    fill_sign_in(hand, "varaaja")
    expect(page.get_by_role("heading", level=1)).to_have_text(GARDEN_NAME)
    hand.press(page.get_by_role("link", name="Pyydä tilaa", exact=True))
    fill_request(hand, wish)
    path = send(hand, wish)
    expect(page.get_by_role("main")).to_contain_text("Pyyntö on lähetetty.")
    expect(page.get_by_role("main")).to_contain_text("Imatran kaupunki lupaa vastata 5 päivässä.")
    return path


def confirm(hand: Mouse, wish: Wish) -> None:
    """Sign in as the city's approver, find the request in the queue and confirm it."""
    page = hand.page
    sign_in(hand, "paattaja")
    follow_menu(hand, "Hyväksynnät")
    claim = claim_of(page, wish.title)
    expect(claim).to_contain_text("Tarvitsemme tuolit riveihin.")
    expect(claim).to_contain_text("30 henkilöä")
    hand.press(claim.get_by_role("button", name=re.compile("^Vahvista")))
    expect(page.get_by_role("status")).to_contain_text("Pyyntö on vahvistettu.")
    expect(claim_of(page, wish.title)).to_have_count(0)


def subscribe(hand: Mouse) -> str:
    """Make a secret feed of one's own reservations and return its address."""
    page = hand.page
    follow_menu(hand, "Kalenterit")
    hand.pick(page.get_by_role("radio", name="Omat varaukset", exact=True))
    hand.press(page.get_by_role("button", name="Tee osoite"))
    expect(page.get_by_role("status")).to_contain_text("Kalenterin osoite on valmis.")
    return page.get_by_label("Osoite: Omat varaukset").input_value()


def revoke(hand: Mouse) -> None:
    """Take the secret feed out of use; it has been fetched since the page was opened, so we are asked."""
    hand.press(hand.page.get_by_role("button", name=re.compile("^Poista käytöstä")))
    expect(hand.page.get_by_role("heading", level=1)).to_have_text("Poistetaanko kalenteri käytöstä?")
    hand.press(hand.page.get_by_role("button", name="Poista käytöstä"))
    expect(hand.page.get_by_role("status")).to_contain_text("Kalenteri on poistettu käytöstä.")


def walk(town: Any, booker: Mouse, approver: Mouse, wish: Wish) -> str:
    """Walk the whole journey; return the reservation's path. The third person reads the room's feed."""
    public = f"{town.base_url}/calendars/rooms/{GARDEN}.ics"
    path = find_and_ask(booker, wish)
    assert not [each for each in read_feed(public) if wish.title in str(each["SUMMARY"])]
    confirm(approver, wish)
    told = event_of(public, wish)
    assert told["STATUS"] == "CONFIRMED"
    assert "050 000 0000" not in told.to_ical().decode()
    booker.page.goto(path)
    expect(booker.page.get_by_role("main")).to_contain_text("Varaus on vahvistettu.")
    secret = subscribe(booker)
    assert event_of(secret, wish)["STATUS"] == "CONFIRMED"
    revoke(booker)
    with pytest.raises(HTTPError) as gone:
        read_feed(secret)
    with gone.value as answer:
        assert answer.code == 404
    return path


def mail_about(page: Page, subject: str, wish: Wish) -> Locator:
    """Open the demonstration's mail and return the line of the mail with that subject about that day."""
    page.goto("/demo/mail")
    day = f"{wish.day.day}.{wish.day.month}.{wish.day.year} klo 18.00–20.00"
    return page.get_by_role("listitem").filter(has_text=f"{subject}: {GARDEN_NAME}, ").filter(has_text=day)


def test_three_people_find_ask_decide_and_subscribe(town: Any, windows: Any) -> None:
    wish = Wish(working_day(0), "Talvikonsertti hiirellä")
    booker, approver = Mouse(windows.open(town.base_url)), Mouse(windows.open(town.base_url))
    path = walk(town, booker, approver, wish)

    stranger = windows.open(town.base_url)
    stranger.goto(path)
    expect(stranger.get_by_role("heading", level=1)).to_have_text(wish.title)
    expect(stranger.get_by_role("main")).not_to_contain_text("050 000 0000")

    town.flask("jobs", "run", "--once")
    page = windows.open(town.base_url)
    expect(mail_about(page, "Pyyntö on perillä", wish)).to_contain_text("varaaja@demo.example")
    expect(mail_about(page, "Pyyntö on perillä", wish)).not_to_contain_text("odottaa lähetystä")
    # a decision can be undone for a minute, so its mail waits
    expect(mail_about(page, "Varaus on vahvistettu", wish)).to_contain_text("odottaa lähetystä")
    let_a_minute_pass(town)
    town.flask("jobs", "run", "--once")
    mail = mail_about(page, "Varaus on vahvistettu", wish)
    expect(mail).not_to_contain_text("odottaa lähetystä")
    mail.get_by_role("link").click()
    expect(page.get_by_role("main")).to_contain_text(f"{town.base_url}{path}")
    written = [
        file.read_text(encoding="utf-8", errors="replace")
        for file in (town.instance_dir / "mail").rglob("*.eml")
    ]
    assert any("To: varaaja@demo.example" in text for text in written)


def test_the_same_journey_on_a_phone(town: Any, windows: Any) -> None:
    booker, approver = (
        Finger(windows.open(town.base_url, phone=True)),
        Finger(windows.open(town.base_url, phone=True)),
    )
    for hand in (booker, approver):
        hand.page.set_viewport_size(PHONE)
    walk(town, booker, approver, Wish(working_day(1), "Talvikonsertti puhelimella"))


def test_the_same_journey_with_the_keyboard_alone(town: Any, windows: Any) -> None:
    booker, approver = Keyboard(windows.open(town.base_url)), Keyboard(windows.open(town.base_url))
    walk(town, booker, approver, Wish(working_day(2), "Talvikonsertti näppäimillä"))


def test_the_same_journey_without_javascript(town: Any, windows: Any) -> None:
    booker, approver = (
        Mouse(windows.open(town.base_url, javascript=False)),
        Mouse(windows.open(town.base_url, javascript=False)),
    )
    walk(town, booker, approver, Wish(working_day(3), "Talvikonsertti ilman skriptejä"))


def test_the_first_key_press_offers_the_way_past_the_menu(town: Any, windows: Any) -> None:
    page = windows.open(town.base_url)
    page.goto("/rooms")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Siirry sisältöön")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport(ratio=1)
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")
