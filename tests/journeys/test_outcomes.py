"""What else can become of a request: confirmed at once, declined, lost to another, withdrawn, cancelled."""

import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.journeys.hands import Mouse
from tests.journeys.steps import (
    GARDEN,
    GUESTS,
    GUESTS_NAME,
    Wish,
    claim_of,
    event_of,
    fill_request,
    fill_sign_in,
    follow_menu,
    read_feed,
    request,
    request_address,
    send,
    sign_in,
    working_day,
)
from tests.support.browser import assert_accessible

FEED = "/calendars/rooms/{}.ics"


def signed_in(windows: Any, town: Any, mailbox: str) -> Mouse:
    """Open a window and sign in."""
    hand = Mouse(windows.open(town.base_url))
    sign_in(hand, mailbox)
    return hand


def says(page: Page, text: str) -> None:
    """Expect the page's main part to say so."""
    expect(page.get_by_role("main")).to_contain_text(text)


def assert_gone(feed: str, wish: Wish) -> None:
    """Fail if a feed has the wish as anything but cancelled."""
    told = [event for event in read_feed(feed) if wish.title in str(event["SUMMARY"])]
    assert all(event["STATUS"] == "CANCELLED" for event in told)


def press_decline(hand: Mouse, wish: Wish) -> None:
    """Press the button that declines, whose fold is open."""
    hand.press(claim_of(hand.page, wish.title).get_by_role("button", name=re.compile("^Hylkää")))


def test_a_free_hour_of_the_week_leads_through_sign_in_to_a_reservation_that_is_confirmed_at_once(
    town: Any, windows: Any
) -> None:
    wish = Wish(working_day(0), "Äänenavaus", people=12)
    hand = Mouse(windows.open(town.base_url))
    year, week, _weekday = wish.day.isocalendar()
    hand.page.goto(f"/rooms/{GUESTS}?week={year}-W{week:02}")
    hand.press(hand.page.locator(f'td.free a[href*="date={wish.day}"][href*="start=18:00"]'))
    fill_sign_in(hand, "varaaja")
    page = hand.page
    expect(page.get_by_role("heading", level=1)).to_have_text(GUESTS_NAME)
    expect(page.get_by_label("Päivä", exact=True)).to_have_value(wish.day.isoformat())
    expect(page.get_by_label("Alkaa klo", exact=True)).to_have_value("18:00")
    expect(page.get_by_label("Päättyy klo", exact=True)).to_have_value("19:00")
    fill_request(hand, wish)
    send(hand, wish)
    says(page, "Varaus on tehty ja vahvistettu.")
    assert event_of(town.base_url + FEED.format(GUESTS), wish)["STATUS"] == "CONFIRMED"
    follow_menu(hand, "Omat varaukset")
    coming = page.locator("section").filter(has=page.get_by_role("heading", name="Tulossa"))
    expect(coming.get_by_role("link", name=wish.title)).to_have_count(1)


def test_a_request_is_withdrawn_and_leaves_the_queue(town: Any, windows: Any) -> None:
    wish = Wish(working_day(1), "Peruttava pyyntö")
    booker, approver = signed_in(windows, town, "varaaja"), signed_in(windows, town, "paattaja")
    path = request(booker, GARDEN, wish)
    approver.page.goto("/approvals")
    expect(claim_of(approver.page, wish.title)).to_have_count(1)
    booker.press(booker.page.get_by_role("button", name="Peru pyyntö"))
    expect(booker.page.get_by_role("status")).to_contain_text("Pyyntö on peruttu.")
    approver.page.reload()
    expect(claim_of(approver.page, wish.title)).to_have_count(0)
    booker.page.goto(path)
    says(booker.page, "Pyyntö peruttiin")
    expect(booker.page.get_by_role("button", name="Peru pyyntö")).to_have_count(0)


def test_the_booker_cancels_and_the_time_is_free_again(town: Any, windows: Any) -> None:
    wish = Wish(working_day(2), "Peruttava varaus", people=8)
    hand = signed_in(windows, town, "varaaja")
    request(hand, GUESTS, wish)
    hand.write(hand.page.get_by_label("Miksi varaus perutaan"), "Laulajilla on flunssa.")
    hand.press(hand.page.get_by_role("button", name="Peru varaus"))
    expect(hand.page.get_by_role("status")).to_contain_text("Varaus on peruttu.")
    says(hand.page, "Laulajilla on flunssa.")
    assert_gone(town.base_url + FEED.format(GUESTS), wish)
    request(hand, GUESTS, Wish(wish.day, "Uusi varaus samalle ajalle", people=8))
    says(hand.page, "Varaus on tehty ja vahvistettu.")


def test_the_owner_cancels_with_a_reason_only(town: Any, windows: Any) -> None:
    wish = Wish(working_day(7), "Omistajan peruma", people=8)
    booker, owner = signed_in(windows, town, "varaaja"), signed_in(windows, town, "paattaja")
    path = request(booker, GUESTS, wish)
    page = owner.page
    page.goto(path)
    windows.expect_fault("422")
    owner.write(page.get_by_label("Miksi varaus perutaan"), "   ")
    owner.press(page.get_by_role("button", name="Peru varaus"))
    reason = page.get_by_label("Miksi varaus perutaan")
    expect(reason).to_have_attribute("aria-invalid", "true")
    expect(reason).to_have_accessible_description("Kirjoita syy. Se lähetetään varaajalle.")
    assert_accessible(page)
    event_of(town.base_url + FEED.format(GUESTS), wish)  # still there

    owner.write(reason, "Huoneessa on vesivahinko.")
    owner.press(page.get_by_role("button", name="Peru varaus"))
    expect(page.get_by_role("status")).to_contain_text("Varaus on peruttu.")
    assert_gone(town.base_url + FEED.format(GUESTS), wish)
    booker.page.goto(path)
    says(booker.page, "Huoneessa on vesivahinko.")


def test_a_request_is_declined_with_a_reason_only(town: Any, windows: Any) -> None:
    wish, other = Wish(working_day(3), "Hylättävä pyyntö"), Wish(working_day(4), "Toinen pyyntö")
    booker, approver = signed_in(windows, town, "varaaja"), signed_in(windows, town, "paattaja")
    path = request(booker, GARDEN, wish)
    request(booker, GARDEN, other)
    page = approver.page
    page.goto("/approvals")
    windows.expect_fault("422")
    approver.press(claim_of(page, wish.title).locator("summary"))
    press_decline(approver, wish)
    reason = claim_of(page, wish.title).get_by_label("Syy, joka lähetetään pyytäjälle")
    expect(reason).to_be_visible()  # its fold is open again, the other one's is not
    expect(claim_of(page, other.title).get_by_label("Syy, joka lähetetään pyytäjälle")).to_be_hidden()
    expect(reason).to_have_accessible_description("Kirjoita syy. Se lähetetään varaajalle.")
    assert_accessible(page)

    approver.write(reason, "Puutarhassa on ikkunoiden pesu.")
    press_decline(approver, wish)
    expect(page.get_by_role("status")).to_contain_text("Pyyntö on hylätty.")
    expect(claim_of(page, wish.title)).to_have_count(0)
    expect(claim_of(page, other.title)).to_have_count(1)
    booker.page.goto(path)
    says(booker.page, "Pyyntö on hylätty.")
    says(booker.page, "Puutarhassa on ikkunoiden pesu.")


def test_requests_that_compete_stand_side_by_side_and_confirming_one_declines_the_other(
    town: Any, windows: Any
) -> None:
    first = Wish(working_day(5), "Ensin pyydetty", start="17:00", end="19:00")
    second = Wish(working_day(5), "Toisena pyydetty", start="18:00", end="20:00")
    one, two = signed_in(windows, town, "varaaja"), signed_in(windows, town, "hallinto")
    path = request(one, GARDEN, first)
    request(two, GARDEN, second)
    approver = signed_in(windows, town, "paattaja")
    page = approver.page
    page.goto("/approvals")
    group = page.locator("section.claims").filter(has_text=first.title)
    says(page, "2 pyyntöä kilpailee samasta ajasta, vanhin ensin.")
    expect(group.locator("li.claim")).to_contain_text([first.title, second.title])  # oldest first
    boxes = [each.bounding_box() for each in group.locator("li.claim").all()]
    assert boxes[0]["y"] == boxes[1]["y"], "they are not side by side"
    approver.press(claim_of(page, second.title).get_by_role("button", name=re.compile("^Vahvista")))
    expect(page.get_by_role("status")).to_contain_text("Pyyntö on vahvistettu.")
    expect(
        page.locator("li.claim").filter(has_text=re.compile(f"{first.title}|{second.title}"))
    ).to_have_count(0)
    one.page.goto(path)
    says(one.page, "Pyyntö on hylätty.")
    says(one.page, "Pyyntö hylättiin, koska aika ei ollut enää vapaa")
    event_of(town.base_url + FEED.format(GARDEN), second)
    assert not [
        each for each in read_feed(town.base_url + FEED.format(GARDEN)) if first.title in each["SUMMARY"]
    ]


def test_a_taken_time_is_said_beside_the_time_and_another_is_one_press_away(town: Any, windows: Any) -> None:
    wish = Wish(working_day(6), "Ehti ensin", people=6)
    late = Wish(working_day(6), "Jäi toiseksi", start="19:00", end="21:00", people=6)
    request(signed_in(windows, town, "hallinto"), GUESTS, wish)
    hand = signed_in(windows, town, "varaaja")
    page = hand.page
    page.goto(request_address(GUESTS, late))
    fill_request(hand, late)
    windows.expect_fault("409")
    hand.press(page.get_by_role("button", name="Varaa", exact=True))
    start = page.get_by_label("Alkaa klo", exact=True)
    expect(start).to_have_accessible_description(re.compile("Aika on jo varattu."))
    expect(page.get_by_label("Tilaisuus", exact=True)).to_have_value(late.title)
    expect(page.get_by_label("Yhteystieto", exact=True)).to_have_value("050 000 0000")
    assert_accessible(page)
    offers = page.locator(".notice").filter(has=page.get_by_role("heading", name="Vapaata on näin"))
    same_evening = offers.get_by_role("button", name=re.compile("^Siirrä:")).first
    hand.press(same_evening)
    expect(page.get_by_label("Tilaisuus", exact=True)).to_have_value(late.title)
    expect(page.get_by_label("Yhteystieto", exact=True)).to_have_value("050 000 0000")
    expect(page.get_by_role("main")).to_contain_text("Vapaa, vahvistuu heti")
    expect(page.get_by_label("Päivä", exact=True)).not_to_have_value("")
    expect(page.get_by_label("Henkilöitä", exact=True)).to_have_value("6")
