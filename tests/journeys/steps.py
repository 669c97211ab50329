"""What people do in this service, step by step. Pages are Finnish, as the demonstration's people are."""

import re
import sqlite3
import urllib.request
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
from playwright.sync_api import Locator, Page, expect
from sqlalchemy.engine import make_url

from booking.timetable.holidays import is_public_holiday
from tests.journeys.hands import Mouse

PASSWORD = "demo-imatra"
HELSINKI = ZoneInfo("Europe/Helsinki")
BEYOND_THE_DEMO = 40  # days from today: the demonstration's month is over by then
GARDEN, GARDEN_NAME = "talvipuutarha", "Kaupungintalon talvipuutarha"  # the city's, by approval
GUESTS, GUESTS_NAME = "vierashuone", "Vierashuone"  # the city's, confirms at once


@dataclass(frozen=True)
class Wish:
    """What somebody wants a room for."""

    day: date
    title: str
    start: str = "18:00"
    end: str = "20:00"
    people: int = 30

    @property
    def starts_at(self) -> datetime:
        return datetime.fromisoformat(f"{self.day} {self.start}").replace(tzinfo=HELSINKI)

    @property
    def ends_at(self) -> datetime:
        return datetime.fromisoformat(f"{self.day} {self.end}").replace(tzinfo=HELSINKI)


def working_day(number: int) -> date:
    """Return one of the days, Monday to Thursday and no holidays, that the demonstration left empty."""
    day = datetime.now(HELSINKI).date() + timedelta(days=BEYOND_THE_DEMO)
    left = number
    while True:
        if day.weekday() < 4 and not is_public_holiday(day):
            if left == 0:
                return day
            left -= 1
        day += timedelta(days=1)


def open_menu(hand: Mouse) -> None:
    """Open the menu where it is folded."""
    summary = hand.page.locator(".menu > summary")
    if summary.is_visible():
        hand.press(summary)


def follow_menu(hand: Mouse, label: str) -> None:
    """Go by the menu."""
    open_menu(hand)
    hand.press(hand.page.get_by_role("navigation").get_by_role("link", name=label, exact=True))


def fill_sign_in(hand: Mouse, mailbox: str) -> None:
    """Fill in the sign-in form that is open."""
    page = hand.page
    hand.write(page.locator("input[name=email]"), f"{mailbox}@demo.example")
    hand.write(page.locator("input[name=password]"), PASSWORD)
    hand.press(page.get_by_role("main").get_by_role("button", name="Kirjaudu", exact=True))


def sign_in(hand: Mouse, mailbox: str) -> None:
    """Sign in and arrive at one's own reservations."""
    hand.page.goto("/login")
    fill_sign_in(hand, mailbox)
    expect(hand.page.get_by_role("heading", level=1)).to_have_text("Omat varaukset")


def search(hand: Mouse, wish: Wish) -> None:
    """Fill in the sentence on the home page and send it."""
    page = hand.page
    page.goto("/")
    hand.write(page.get_by_label("hengelle", exact=True), wish.people)
    hand.write(page.get_by_label("Päivä", exact=True), wish.day)
    hand.write(page.get_by_label("Alkaa klo", exact=True), wish.start)
    hand.write(page.get_by_label("Päättyy klo", exact=True), wish.end)
    hand.press(page.get_by_role("button", name="Näytä vapaat tilat"))
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(r"\d+ tilaa? vapaana"))


def result_of(page: Page, room_name: str) -> Locator:
    """Return a room's card among the results."""
    return page.locator("li.room").filter(has=page.get_by_role("link", name=room_name, exact=True))


def fill_request(hand: Mouse, wish: Wish) -> None:
    """Fill in the request form that is open, the time too."""
    page = hand.page
    hand.write(page.get_by_label("Päivä", exact=True), wish.day)
    hand.write(page.get_by_label("Alkaa klo", exact=True), wish.start)
    hand.write(page.get_by_label("Päättyy klo", exact=True), wish.end)
    hand.choose(page.get_by_label("Varaaja", exact=True), "Kuoro Koskisointu")
    hand.write(page.get_by_label("Tilaisuus", exact=True), wish.title)
    hand.choose(page.get_by_label("Käyttö", exact=True), "tapahtuma")
    hand.pick(page.get_by_label(re.compile("^avoin tilaisuus")))
    hand.write(page.get_by_label("Henkilöitä", exact=True), wish.people)
    hand.write(page.get_by_label("Yhteystieto", exact=True), "050 000 0000")
    hand.write(
        page.get_by_label("Viesti omistajalle (vapaaehtoinen)", exact=True), "Tarvitsemme tuolit riveihin."
    )
    hand.press(page.get_by_label("Hyväksymme tilan ehdot", exact=True))


def request_address(slug: str, wish: Wish) -> str:
    """Return the request page with the time, as from a search: the price of it is seen before sending."""
    return f"/rooms/{slug}/request?date={wish.day}&start={wish.start}&end={wish.end}"


def request(hand: Mouse, slug: str, wish: Wish) -> str:
    """Ask for a room from its request page and return the address of the receipt, without its query."""
    hand.page.goto(request_address(slug, wish))
    fill_request(hand, wish)
    return send(hand, wish)


def send(hand: Mouse, wish: Wish) -> str:
    """Send the request form and return the path of the reservation."""
    hand.press(
        hand.page.get_by_role("main").get_by_role("button", name=re.compile("^(Lähetä pyyntö|Varaa)$"))
    )
    expect(hand.page.get_by_role("heading", level=1)).to_have_text(wish.title)
    found = re.search(r"/reservations/[^/?]+", hand.page.url)
    assert found, f"the receipt is at {hand.page.url}"
    return found.group()


def claim_of(page: Page, title: str) -> Locator:
    """Return a request in the approver's queue."""
    return page.locator("[data-claim]").filter(has_text=title)


def read_feed(address: str) -> list[Any]:
    """Fetch a calendar feed and return its events."""
    with urllib.request.urlopen(address, timeout=30) as answer:
        assert answer.headers.get_content_type() == "text/calendar"
        return list(icalendar.Calendar.from_ical(answer.read()).walk("VEVENT"))


def event_of(address: str, wish: Wish) -> Any:
    """Return the one event of a feed that is this wish come true; its time is checked."""
    found = [event for event in read_feed(address) if wish.title in str(event["SUMMARY"])]
    assert len(found) == 1, f"{len(found)} events of {wish.title!r} in {address}"
    assert found[0]["DTSTART"].dt == wish.starts_at
    assert found[0]["DTEND"].dt == wish.ends_at
    return found[0]


def let_a_minute_pass(town: Any) -> None:
    """Have every waiting mail be due a minute earlier: the test does not sit and wait."""
    with sqlite3.connect(str(make_url(town.database_url).database), timeout=30) as database:
        moved = database.execute(
            "UPDATE outbox_messages SET next_attempt_at = next_attempt_at - 60 WHERE delivered_at IS NULL"
        )
        assert moved.rowcount > 0
    database.close()


def link_in_mail(town: Any, mailbox: str, part: str) -> str:
    """Return the link with that part, of this town, in the newest mail file to a person that has one."""
    for path in sorted((town.instance_dir / "mail").rglob("*.eml"), key=_written, reverse=True):
        mail = message_from_bytes(path.read_bytes(), policy=policy.default)
        link = re.search(rf"{re.escape(town.base_url)}(\S*{part}\S*)", mail.get_content())
        if mail["To"] == f"{mailbox}@demo.example" and link:
            return link.group(1)
    raise AssertionError(f"no mail to {mailbox} has a link with {part}")


def _written(path: Path) -> int:
    return path.stat().st_mtime_ns
