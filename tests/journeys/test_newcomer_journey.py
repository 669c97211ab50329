"""A newcomer on a phone, in English, without a password: link, account, invitation, and the way out."""

import re
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from booking import clock
from booking.access.roles import Role
from booking.db import in_transaction
from booking.organisations.inviting import invite
from booking.organisations.queries import organisation_by_slug
from tests.journeys.hands import Finger
from tests.journeys.inside import actor_with, inside
from tests.journeys.steps import GARDEN
from tests.support.browser import assert_accessible

EMAIL = "newcomer@example.org"


def mailed_link(town: Any, part: str) -> str:
    """Have the worker write the mail that waits; return the newcomer's newest link that begins so."""
    town.flask("jobs", "run", "--once")
    files = sorted((town.instance_dir / "mail").rglob("*.eml"), key=_written, reverse=True)
    for path in files:
        mail = message_from_bytes(path.read_bytes(), policy=policy.default)
        found = re.search(rf"https?://[^/\s]+({re.escape(part)}\S*)", mail.get_content())
        if mail["To"] == EMAIL and found:
            return found[1]
    raise AssertionError(f"no mail among {len(files)} brings a link with {part}")


def _written(path: Path) -> int:
    return path.stat().st_mtime_ns


def look_over(page: Page) -> None:
    """The page is English, fits the phone and has no fault that axe finds."""
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert_accessible(page)


def ask_for_link(hand: Finger) -> None:
    """On the sign-in page: type the address, and ask for a link instead of typing a password."""
    page = hand.page
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    look_over(page)
    hand.write(page.get_by_label("Email"), EMAIL)
    hand.press(page.get_by_role("button", name="Send a sign-in link to my email"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Open your email")
    expect(page.get_by_role("status")).to_contain_text(EMAIL)
    look_over(page)


def test_a_newcomer_joins_by_one_time_link_on_a_phone_in_english(town: Any, windows: Any) -> None:
    page = windows.open(town.base_url, phone=True, language="en-GB")
    hand, heading = Finger(page), page.get_by_role("heading", level=1)
    page.goto(f"/rooms/{GARDEN}")
    hand.press(page.get_by_role("link", name="Sign in and book"))
    ask_for_link(hand)
    page.goto(mailed_link(town, "/login/link/open"))
    expect(heading).to_have_text("Make an account and sign in")
    look_over(page)
    hand.write(page.get_by_label("Name", exact=True), "Newcomer to the choir")
    hand.press(page.get_by_label("I accept the terms of use of the service"))
    hand.press(page.get_by_role("button", name="Make an account and sign in"))
    expect(heading).to_have_text("City Hall Winter Garden")
    assert page.url.split("?")[0].endswith(f"/rooms/{GARDEN}")

    page.context.clear_cookies()  # the next day, the browser closed in between; the choir invites meanwhile
    with inside(town):
        choir, manager, now = (
            organisation_by_slug("kuoro-koskisointu").id,
            actor_with("hallinto"),
            clock.now(),
        )
        in_transaction(lambda: invite(choir, EMAIL, Role.BOOKER, actor=manager, now=now))
    page.goto(mailed_link(town, "/invitations/"))
    look_over(page)
    hand.press(page.get_by_role("main").get_by_role("link", name=re.compile("in$")))
    ask_for_link(hand)
    page.goto(mailed_link(town, "/login/link/open"))
    expect(page.get_by_role("main")).to_contain_text(EMAIL)
    look_over(page)
    hand.press(page.get_by_role("main").get_by_role("button", name="Sign in"))
    hand.press(page.get_by_role("button", name="Accept the invitation"))
    expect(heading).to_have_text("Kuoro Koskisointu")

    page.goto("/profile/sessions")
    expect(page.get_by_role("main")).to_contain_text("this device")
    expect(page.get_by_role("button", name="Sign out this device")).to_have_count(
        2
    )  # yesterday's, and today's
    look_over(page)
    hand.press(page.get_by_role("button", name="Sign out everywhere"))
    expect(page.get_by_role("status")).to_contain_text("You have signed out on all devices.")
    page.goto("/my")
    expect(heading).to_have_text("Sign in")
