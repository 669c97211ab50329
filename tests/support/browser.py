"""Chromium for journeys: pages that may talk to this machine only, and axe to judge them."""

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright

from tests.support.settings import ROOT

PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 900}
_AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
_ARGUMENTS = [
    "--no-sandbox",  # root has none; the pages are our own
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
]


def find_chromium() -> str:
    """Return the browser's path: $CHROMIUM, or one on the PATH."""
    for name in (os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome"):
        if name and (path := shutil.which(name)):
            return path
    raise AssertionError(
        "Chromium is needed by this test: apt-get install chromium, or set CHROMIUM to a browser's path"
    )


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Start Chromium; it is gone at the end."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=_ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


_POLICY = "Content Security Policy"
_TELL = f"""addEventListener('securitypolicyviolation', event => console.error(
    `{_POLICY}: ${{event.effectiveDirective}} forbids ${{event.blockedURI}} at ${{event.documentURI}}`))"""


class Windows:
    """The pages of one test. Each is a person of its own: no two share cookies.

    What breaks a page's content security policy fails the test, whatever other faults it expects: only
    `expect_refusal` lets it pass, where a browser's refusal is what a test is about.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self.faults: list[str] = []
        self.expected: list[str] = []
        self.forbidden: list[str] = []
        self._refusals: list[str] = []

    def open(
        self,
        base_url: str,
        *,
        phone: bool = False,
        dark: bool = False,
        javascript: bool = True,
        language: str = "fi-FI",
        **options: Any,
    ) -> Page:
        """Return a page in a new browser context; `options` are Playwright's. Time zone: Helsinki."""
        context = self._browser.new_context(
            base_url=base_url,
            viewport=PHONE if phone else DESKTOP,
            has_touch=phone,
            is_mobile=phone,
            color_scheme="dark" if dark else "light",
            java_script_enabled=javascript,
            locale=language,
            timezone_id="Europe/Helsinki",
            **options,
        )
        context.set_default_timeout(15_000)
        context.add_init_script(_TELL)
        context.on("request", self._note_request)
        context.on("console", self._note_console)
        context.on("weberror", lambda error: self.faults.append(f"script error: {error.error}"))
        self._contexts.append(context)
        return context.new_page()

    def expect_fault(self, part: str) -> None:
        """Let faults pass whose text contains `part`, such as the status of an answer meant to fail."""
        self.expected.append(part)

    def expect_refusal(self, directive: str) -> None:
        """Let the browser refuse what breaks this directive of a policy."""
        self._refusals.append(directive)
        self.expected.append(directive)

    def close(self) -> None:
        """Close every page and fail if one of them tried something it must not."""
        for context in self._contexts:
            context.close()
        faults = [fault for fault in self.faults if not any(part in fault for part in self.expected)]
        forbidden = [each for each in self.forbidden if not any(part in each for part in self._refusals)]
        assert not forbidden, f"a page breaks its policy: {forbidden}"
        assert not faults, f"the browser complained: {faults}"

    def _note_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.hostname not in (
            "127.0.0.1",
            "localhost",
        ):
            self.faults.append(f"a request to {request.url}")

    def _note_console(self, message: ConsoleMessage) -> None:
        if _POLICY in message.text:
            self.forbidden.append(message.text)
        if message.type in ("error", "warning"):
            self.faults.append(f"console: {message.text} ({message.location.get('url', '')})")


def violations(
    page: Page, *, besides: Sequence[str] = (), also: Sequence[str] = (), only: Sequence[str] = ()
) -> list[str]:
    """Return what axe finds wrong in the page, a line a rule; empty when nothing is.

    `besides`: rules not to look at. `also`: rules it looks at only when asked. `only`: no other rules.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(_AXE.read_text(encoding="utf-8"))
    rules = {rule: {"enabled": False} for rule in besides} | {rule: {"enabled": True} for rule in also}
    options = {"resultTypes": ["violations"], "rules": rules} | ({"runOnly": list(only)} if only else {})
    found = page.evaluate("async options => (await axe.run(document, options)).violations", options)
    return [
        f"{rule['id']} ({rule['impact']}): {rule['help']}: "
        + json.dumps([node["target"] for node in rule["nodes"]][:5], ensure_ascii=False)
        for rule in found
    ]


def assert_accessible(page: Page, *, besides: Sequence[str] = ()) -> None:
    """Fail with what axe finds wrong in the page, these rules left out."""
    found = violations(page, besides=besides)
    assert not found, "\n".join([f"axe finds faults at {page.url}:", *found])
