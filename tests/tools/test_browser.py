"""The browser of the journeys: it starts, stays on this machine, and axe can judge what it shows."""

import http.server
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.browser import Windows, violations

GOOD = '<!doctype html><html lang="fi"><title>Sivu</title><main><h1>Sivu</h1></main></html>'
BAD = '<!doctype html><html><title>Sivu</title><main><h1>Sivu</h1><img src="/none.png"></main></html>'
BREAKING = {
    "/inline-style": GOOD.replace("<h1>", '<h1 style="color: red">'),
    "/inline-script": GOOD.replace("</main>", "<script>window.ran = true</script></main>"),
    "/handler": GOOD.replace("</main>", '<button onclick="window.ran = true">Paina</button></main>'),
    "/foreign-style": GOOD.replace(
        "<title>", '<link rel="stylesheet" href="http://127.0.0.1:9/x.css"><title>'
    ),
}
FOREIGN = GOOD.replace("</main>", '<img alt="" src="http://192.0.2.1/x.png"></main>')


class _Pages(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = {"/good": GOOD, "/bad": BAD, "/foreign": FOREIGN, **BREAKING}.get(self.path, "").encode()
        self.send_response(200 if body else 204)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Security-Policy", "default-src 'self'; img-src *")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Pages) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_axe_finds_nothing_in_a_good_page_under_a_strict_policy(windows: Any, site: str) -> None:
    page = windows.open(site)
    page.goto("/good")
    assert violations(page) == []


def test_axe_finds_a_missing_language_and_a_missing_text(windows: Any, site: str) -> None:
    page = windows.open(site)
    windows.expect_fault("console: ")
    page.goto("/bad")
    assert {line.split(" ")[0] for line in violations(page)} == {"html-has-lang", "image-alt"}


def test_a_request_to_another_machine_is_a_fault(windows: Any, site: str) -> None:
    page = windows.open(site, phone=True, javascript=False)
    page.goto("/foreign")
    assert any("192.0.2.1" in fault for fault in windows.faults)
    windows.expect_fault("192.0.2.1")


@pytest.mark.parametrize("javascript", [True, False])
@pytest.mark.parametrize("path", BREAKING)
def test_what_breaks_a_page_s_policy_is_a_fault_that_nobody_can_expect(
    browser: Any, site: str, path: str, javascript: bool
) -> None:
    windows = Windows(browser)
    windows.expect_fault("")  # whatever else the browser says
    page = windows.open(site, javascript=javascript)
    page.goto(path)
    if path == "/handler":
        page.get_by_role("button").click()
    if not javascript and path in ("/inline-script", "/handler"):
        windows.close()  # there is no script that could be stopped
        return
    with pytest.raises(AssertionError, match="a page breaks its policy"):
        windows.close()


def test_a_page_that_keeps_its_policy_is_no_fault(browser: Any, site: str) -> None:
    windows = Windows(browser)
    windows.open(site).goto("/good")
    windows.close()
    assert windows.forbidden == []


def test_axe_looks_at_more_or_fewer_rules_when_told(browser: Any) -> None:
    page = browser.new_page()
    page.set_content(
        "<html lang=fi><title>Koe</title><main><h1>Koe</h1><p style='color: #ccc'>heikko</p>"
        + "<button style='width: 8px; height: 8px; padding: 0'>x</button>" * 2
    )

    def found(**options: Any) -> set[str]:
        return {line.split(" ")[0] for line in violations(page, **options)}

    assert found() == {"color-contrast"}
    assert found(also=["target-size"]) == {"color-contrast", "target-size"}
    assert found(only=["color-contrast"]) == {"color-contrast"}
    assert found(besides=["color-contrast"]) == set()
    page.close()
