"""Which addresses a person is sent to."""

from typing import Any

import pytest

from booking.web.addresses import outside_url, same_site_path


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
