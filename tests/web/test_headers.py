"""What browsers are told not to do, what caches may keep, and how small pages travel."""

import gzip
import re
from pathlib import Path
from typing import Any

import pytest

from booking.app import create_app
from booking.web.static_files import digest_of
from tests.factories.users import make_user, sign_in
from tests.support.settings import settings_for


def test_every_page_forbids_foreign_code_and_frames(client: Any) -> None:
    for address in ("/login", "/nowhere", "/healthz"):
        headers = client.get(address).headers
        policy = headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
        assert "base-uri 'none'; form-action 'self'; frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "camera=()" in headers["Permissions-Policy"]


def test_a_file_that_a_browser_shows_as_a_page_is_held_to_what_pages_are(client: Any) -> None:
    headers = client.get("/static/icon.svg", buffered=True).headers
    assert headers["Content-Security-Policy"] == client.get("/login").headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"


def test_encryption_is_demanded_only_where_the_service_has_it(
    client: Any, fresh_database: Any, tmp_path: Path
) -> None:
    assert "Strict-Transport-Security" not in client.get("/privacy").headers
    app = create_app(settings_for(fresh_database("sqlite"), tmp_path, base_url="https://tilat.example.fi"))
    answer = app.test_client().get("/login", base_url="https://tilat.example.fi")
    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]
    assert answer.headers["Set-Cookie"].startswith("__Host-session=")
    assert "Secure" in answer.headers["Set-Cookie"]
    style = app.test_client().get("/static/css/site.css", base_url="https://tilat.example.fi", buffered=True)
    assert "max-age=31536000" in style.headers["Strict-Transport-Security"]


def test_the_session_cookie_is_out_of_reach_for_scripts_and_other_sites(client: Any) -> None:
    cookie = client.get("/login").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Expires" not in cookie


def test_nobody_keeps_the_pages_of_who_is_signed_in(client: Any) -> None:
    assert client.get("/privacy").headers["Cache-Control"] == "private, no-cache"
    sign_in(client, make_user())
    answer = client.get("/privacy")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert {"Accept-Language", "Cookie"} <= {each.strip() for each in answer.headers["Vary"].split(",")}


def test_style_sheets_have_an_address_of_their_content_and_are_kept_for_good(client: Any) -> None:
    page = client.get("/privacy").get_data(as_text=True)
    (address,) = re.findall(r'href="(/static/[0-9a-f]{12}/css/site\.css)"', page)
    answer = client.get(address, buffered=True)
    assert answer.status_code == 200
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    plain = client.get("/static/css/site.css", buffered=True)
    assert "immutable" not in plain.headers["Cache-Control"]
    assert plain.data == answer.data
    assert client.get("/static/000000000000/css/site.css").status_code == 404


def test_a_changed_file_changes_every_address(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("a")
    before = digest_of(tmp_path)
    (tmp_path / "a.css").write_text("b")
    assert digest_of(tmp_path) != before
    (tmp_path / "a.css").write_text("a")
    assert digest_of(tmp_path) == before
    (tmp_path / "a.css").rename(tmp_path / "b.css")
    assert digest_of(tmp_path) != before


@pytest.mark.parametrize("address", ["/privacy", "/static/css/site.css"])
def test_pages_and_style_sheets_travel_compressed_when_asked(client: Any, address: str) -> None:
    plain = client.get(address, buffered=True)
    assert "Content-Encoding" not in plain.headers
    assert "Accept-Encoding" in plain.headers["Vary"]
    packed = client.raw.get(address, headers={"Accept-Encoding": "br, gzip;q=0.8"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.data) == int(packed.headers["Content-Length"]) < len(plain.data) / 2
    assert gzip.decompress(packed.data) == plain.data


def test_what_is_small_or_refused_travels_as_it_is(client: Any) -> None:
    assert "Content-Encoding" not in client.get("/healthz", headers={"Accept-Encoding": "gzip"}).headers
    refusing = {"Accept-Encoding": "gzip;q=0"}
    assert "Content-Encoding" not in client.get("/privacy", headers=refusing).headers
    head = client.head("/privacy", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in head.headers
    assert head.data == b""
