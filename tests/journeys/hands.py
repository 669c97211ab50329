"""How a person uses a page: with a mouse, with a finger, or with the keyboard alone.

A journey is written once, in terms of a hand, and each kind of hand walks it.
"""

from collections.abc import Sequence
from datetime import date, time
from typing import Any

from playwright.sync_api import Locator, Page

_FAR_ENOUGH = 400  # Tab presses before a control counts as out of reach

# Where the focus is now: is it at `wanted`, and does a person see it?
_FOCUS = """wanted => {
    const now = document.activeElement;
    const drawn = getComputedStyle(now);
    const box = now.getBoundingClientRect();
    const ring = drawn.outlineStyle !== "none" && parseFloat(drawn.outlineWidth) >= 2;
    const shown = box.width > 1 && box.height > 1 && box.bottom > 0 && box.top < innerHeight
        && box.right > 0 && box.left < innerWidth;
    return {
        there: now === wanted || (wanted.type === "radio" && now.name === wanted.name),
        page: now === document.body || now === document.documentElement,
        seen: ring && shown,
        what: now.outerHTML.slice(0, 120),
    };
}"""


class Mouse:
    """Points and clicks."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, target: Locator) -> None:
        """Press a link, a button, a summary or a checkbox."""
        target.click()

    def write(self, field: Locator, value: object) -> None:
        """Put a text, a number, a date or a time ("18:00") into a field in place of what is there."""
        field.fill(value.isoformat() if isinstance(value, date) else str(value))

    def choose(self, field: Locator, label: str) -> None:
        """Choose from a list by its words."""
        field.select_option(label=label)

    def pick(self, radio: Locator) -> None:
        """Pick one of a group of radio buttons."""
        radio.check()


class Finger(Mouse):
    """Touches the screen of a phone."""

    def press(self, target: Locator) -> None:
        """Tap on it."""
        target.tap()

    def pick(self, radio: Locator) -> None:
        """Tap on it."""
        radio.tap()


class Keyboard(Mouse):
    """Types, and moves by Tab: never points. Each stop on the way must be seen to have the focus."""

    def press(self, target: Locator) -> None:
        """Go there and press Enter, or the space bar on a checkbox."""
        self.go_to(target)
        self.page.keyboard.press("Space" if target.get_attribute("type") == "checkbox" else "Enter")

    def write(self, field: Locator, value: object) -> None:
        """Go there and type."""
        self.go_to(field)
        if isinstance(value, date):
            self._type_parts(field, value.isoformat(), value, ("%m%d%Y", "%d%m%Y", "%Y%m%d"))
        elif field.get_attribute("type") == "time":
            self._type_parts(field, str(value), time.fromisoformat(str(value)), ("%H%M", "%I%M%p"))
        else:
            self.page.keyboard.press("Control+a")
            self.page.keyboard.type(str(value))
            assert field.input_value() == str(value)

    def choose(self, field: Locator, label: str) -> None:
        """Go there and type the words of the choice."""
        self.go_to(field)
        self.page.keyboard.type(label)
        assert field.locator("option:checked").inner_text() == label

    def pick(self, radio: Locator) -> None:
        """Go to the group and move by the arrow until the one is picked."""
        self.go_to(radio)
        for _ in range(10):
            if radio.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError("the arrows do not reach it")

    def go_to(self, target: Locator) -> None:
        """Press Tab until the focus is there."""
        wanted = target.element_handle()
        for _ in range(_FAR_ENOUGH):
            now: dict[str, Any] = self.page.evaluate(_FOCUS, wanted)
            assert now["page"] or now["seen"] or now["what"].startswith("<main"), (
                f"nobody sees the focus on {now['what']}"
            )
            if now["there"]:
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not reach {target}")

    def _type_parts(self, field: Locator, wanted: str, value: date | time, orders: Sequence[str]) -> None:
        """Type the parts in the order in which this browser shows them: its own language decides it."""
        for order in orders:
            self.page.keyboard.type(value.strftime(order))
            if field.input_value() == wanted:
                return
            for _part in range(3):
                self.page.keyboard.press("ArrowLeft")
        raise AssertionError(f"typing {wanted} gave {field.input_value()}")
