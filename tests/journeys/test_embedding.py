"""A page of another origin frames the week and shows it; no other page of ours lets itself be framed."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from tests.journeys.samples import busy_week

WEEK = f"/embed/organisations/salibandyseura-kosken-mailat/week{busy_week()}&lang=fi"


class OwnSite(BaseHTTPRequestHandler):
    """An association's site: one page with a frame of 300 px around the address in its query."""

    def do_GET(self) -> None:
        framed = parse_qs(urlsplit(self.path).query).get("frame", [""])[0].replace("&", "&amp;")
        frame = f'<iframe src="{framed}" title="Viikko" width="300" height="480"></iframe>'
        body = f'<!doctype html><html lang="fi"><title>Seura</title><h1>Seura</h1>{frame}'.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def own_site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), OwnSite)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_week_is_shown_on_another_site(town: Any, windows: Any, own_site: str) -> None:
    page = windows.open(own_site)
    windows.expect_fault("favicon")
    page.goto(f"{own_site}?frame={town.base_url}{WEEK.replace('&', '%26')}")
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("heading", level=1)).to_have_text("Salibandyseura Kosken Mailat")
    expect(frame.get_by_role("link", name="P12 harjoitukset")).to_be_visible()
    assert frame.locator("html").evaluate("html => html.scrollWidth <= innerWidth"), "no scrolling sideways"
    number = frame.locator("nav strong").text_content()
    frame.get_by_role("link", name="seuraava").click()
    expect(frame.locator("nav strong")).not_to_have_text(number)
    expect(page.get_by_role("heading", name="Seura", exact=True)).to_be_visible()
    assert page.context.cookies() == []
    with page.context.expect_page() as opened:
        frame.get_by_role("link", name="Salibandyseura Kosken Mailat").click()
    expect(opened.value.get_by_role("heading", level=1)).to_have_text("Salibandyseura Kosken Mailat")


def test_no_other_page_is_shown_on_another_site(town: Any, windows: Any, own_site: str) -> None:
    page = windows.open(own_site)
    for part in ("favicon", "X-Frame-Options"):
        windows.expect_fault(part)
    windows.expect_refusal("frame-ancestors")
    for path in ("/", "/my", "/events", "/organisations/kuoro-koskisointu"):
        page.goto(f"{own_site}?frame={town.base_url}{path}")
        [framed] = page.main_frame.child_frames
        assert framed.url == "chrome-error://chromewebdata/", path
        assert "Imatran tilat" not in framed.content()
