"""Which addresses a person is sent to."""

import re
from typing import Any
from urllib.parse import quote

import pytest
from flask import Response
from hypothesis import given, settings
from hypothesis import strategies as st

from booking.web.addresses import outside_url, same_site_path
from tests.factories.users import make_user
from tests.support.effort import times


@pytest.mark.parametrize("path", ["/", "/my", "/rooms/karelia-sali?week=2027-W02", "/rooms/a#b", "/%2F"])
def test_a_path_of_this_site_is_let_through(path: str) -> None:
    assert same_site_path(path) == path


@pytest.mark.parametrize(
    "address",
    [
        None,
        "",
        "my",
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "\\\\evil.example",
        "/\t/evil.example",
        "/my\r\nSet-Cookie: a=b",
        "javascript:alert(1)",
        " /my",
        "/my\\..\\x",
    ],
)
def test_any_other_address_is_not(address: str | None) -> None:
    assert same_site_path(address) is None


def where_a_browser_goes(address: str) -> str:
    """Return the host that a browser at https://tilat.example.fi/login is sent to by this Location.

    As in the WHATWG's URL standard: outer spaces and controls, and tabs and line breaks anywhere, are left
    out; a backslash is a slash; two slashes or more begin a host.
    """
    text = re.sub(r"[\t\r\n]", "", address.strip("".join(map(chr, range(33)))))
    scheme, colon, rest = text.partition(":")
    if colon and re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*", scheme):
        if scheme.lower() not in ("http", "https"):
            return f"{scheme}:"
        text = "//" + rest.replace("\\", "/").lstrip("/")  # `https:evil` and `https:/evil` too
    text = text.replace("\\", "/")
    return re.split(r"[/?#]", text.lstrip("/"))[0] if text.startswith("//") else "tilat.example.fi"


PIECES = [
    "/",
    "//",
    "\\",
    "%2F",
    "%5C",
    "%09",
    "%0d%0a",
    ":",
    "@",
    "?",
    "#",
    "..",
    ".",
    "https:",
    "HTTP:",
    "javascript:",
    "evil.example",
    "my",
    "rooms",
    "。",
    "／",
    "ä",
    "[",
]
HOSTILE = st.lists(st.sampled_from([*PIECES, "\t", "\n", "\r", " ", "\0", "\x0b"]), max_size=8).map("".join)


@settings(max_examples=times(400))
@given(st.one_of(HOSTILE, HOSTILE.map(lambda rest: f"/{rest}"), st.text(max_size=20)))
def test_whatever_is_let_through_stays_on_this_site_in_every_browser(address: str) -> None:
    path = same_site_path(address)
    assert path in (None, address)
    if path is not None:
        assert path.startswith("/")
        assert where_a_browser_goes(path) == "tilat.example.fi"
        assert (
            where_a_browser_goes(Response(headers={"Location": path}).headers["Location"])
            == "tilat.example.fi"
        )


@pytest.mark.parametrize(
    "address",
    [
        "//evil.example",
        "/\\evil.example",
        "https:evil.example",
        "/\t/evil.example",
        "\n//evil.example",
        "https:/evil",
    ],
)
def test_the_judge_of_addresses_knows_what_leads_away(address: str) -> None:
    assert "evil" in where_a_browser_goes(address)


@pytest.mark.parametrize(
    "address", ["//evil.example", "/\\evil.example", "https:evil.example", "/\t/evil.example"]
)
def test_no_sign_in_leads_away(client: Any, address: str) -> None:
    user = make_user(password="pitkä lause muistaa")
    client.get(f"/login?next={quote(address)}")
    answer = client.submit(
        {"email": user.email, "password": "pitkä lause muistaa", "next": address}, having="password"
    )
    assert answer.status_code == 303
    assert "evil" not in answer.location


def test_a_language_in_the_address_stays_on_the_pages_one_goes_to(client: Any) -> None:
    client.get("/privacy?lang=sv")
    assert client.page.language == "sv"
    answer = client.get("/admin?lang=sv")
    assert answer.location == "/login?next=/admin?lang%3Dsv&lang=sv"


def test_an_address_in_mail_has_the_service_s_own_host_and_no_language(app: Any) -> None:
    with app.test_request_context("/?lang=sv", headers={"Host": "evil.example"}):
        assert outside_url("accounts.login") == "http://localhost/login"
    with app.app_context():
        assert outside_url("accounts.confirm", token="x") == "http://localhost/register/confirm?token=x"
