"""Somebody at a page, in a language of their own: what they press is named by what the interface calls it."""

import re
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.journeys.hands import Mouse
from tests.journeys.steps import PASSWORD, open_menu
from tests.journeys.wording import words
from tests.support.browser import assert_accessible

NARROWEST = 320


@dataclass(frozen=True)
class Person:
    """A hand and the language its owner reads."""

    hand: Mouse
    language: str = "fi"
    javascript: bool = True

    @property
    def page(self) -> Page:
        return self.hand.page

    @property
    def main(self) -> Locator:
        """The page's main part."""
        return self.page.get_by_role("main")

    def said(self, text: str, many: str = "", number: int = 1, *, whole: bool = False) -> re.Pattern[str]:
        """Return a pattern of a Finnish text in this person's language; `whole`: with nothing around it."""
        found = words(text, self.language, many, number)
        return re.compile(f"^{found.pattern}$") if whole else found

    def open(self, path: str) -> None:
        """Go to a page by its address."""
        self.page.goto(f"{path}{'&' if '?' in path else '?'}lang={self.language}")

    def sign_in(self, mailbox: str) -> None:
        """Sign in and arrive at one's own reservations."""
        self.open("/login")
        self.fill_sign_in(mailbox)
        self.expect_heading("Omat varaukset")

    def fill_sign_in(self, mailbox: str) -> None:
        """Fill in the sign-in form that is open."""
        self.hand.write(self.page.locator("input[name=email]"), f"{mailbox}@demo.example")
        self.hand.write(self.page.locator("input[name=password]"), PASSWORD)
        self.press("Kirjaudu", whole=True)

    def follow_menu(self, text: str) -> None:
        """Go by the menu."""
        open_menu(self.hand)
        menu = self.page.get_by_role("banner").get_by_role("navigation")
        self.hand.press(menu.get_by_role("link", name=self.said(text, whole=True)))

    def button(self, text: str, many: str = "", number: int = 1, *, whole: bool = False) -> Locator:
        """Return the button whose name begins so."""
        pattern = self.said(text, many, number, whole=whole).pattern
        return self.main.get_by_role("button", name=re.compile(f"^{pattern.removeprefix('^')}"))

    def press(self, text: str, many: str = "", number: int = 1, *, whole: bool = False) -> None:
        """Press the button whose name begins so."""
        self.hand.press(self.button(text, many, number, whole=whole))

    def link(self, text: str) -> Locator:
        """Return the link whose name begins so."""
        return self.main.get_by_role("link", name=re.compile(f"^{self.said(text).pattern}"))

    def field(self, text: str) -> Locator:
        """Return the field of that label."""
        return self.main.get_by_label(self.said(text, whole=True))

    def write(self, text: str, value: object) -> None:
        """Write into the field of that label."""
        self.hand.write(self.field(text), value)

    def choose(self, text: str, choice: str) -> None:
        """Choose a word of the interface from the list of that label."""
        found = self.said(choice, whole=True)
        labels = [each.strip() for each in self.field(text).locator("option").all_inner_texts()]
        self.hand.choose(self.field(text), next(each for each in labels if found.match(each)))

    def radio(self, text: str) -> Locator:
        """Return the radio button of that label."""
        return self.main.get_by_role("radio", name=self.said(text))

    def pick(self, text: str) -> None:
        """Pick the radio button of that label."""
        self.hand.pick(self.radio(text))

    def unfold(self, summary: str | Locator) -> None:
        """Open what is folded under these words, where it is not open."""
        if isinstance(summary, str):
            summary = self.main.locator("summary").filter(has_text=self.said(summary))
        if not summary.locator("xpath=..").evaluate("fold => fold.open"):
            self.hand.press(summary)

    def expect_heading(self, text: str, many: str = "", number: int = 1) -> None:
        """Expect the page's heading to say so."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(self.said(text, many, number))

    def expect_said(self, text: str, many: str = "", number: int = 1) -> None:
        """Expect the page's main part to say so."""
        expect(self.main).to_contain_text(self.said(text, many, number))

    def expect_done(self, text: str) -> None:
        """Expect the message of what was done."""
        expect(self.page.get_by_role("status")).to_contain_text(self.said(text))

    def look_over(self) -> None:
        """Expect the page to be in this language, accessible, and narrow enough for the smallest phone.

        Colours, which are most of axe's work, are looked at in Finnish: they are the same in each language.
        """
        page = self.page
        expect(page.locator("html")).to_have_attribute("lang", self.language)
        if self.javascript:  # axe is a script; the page is the same without
            assert_accessible(page, besides=[] if self.language == "fi" else ["color-contrast"])
        before: Any = page.viewport_size
        page.set_viewport_size({"width": NARROWEST, "height": 800})
        needed = page.evaluate("document.documentElement.scrollWidth")
        page.set_viewport_size(before)
        assert needed <= NARROWEST, f"{page.url} is {needed} px wide"
