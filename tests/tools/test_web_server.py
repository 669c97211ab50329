"""The access log tells what was asked for, and nothing that belongs to a person."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.web_server import access_log_format, loggable


@pytest.mark.parametrize(
    "path",
    ["/calendars/private/hush-hush.ics", "/calendars/private/hush-hush", "//calendars//private/hush-hush/"],
)
def test_the_token_of_a_private_feed_is_not_logged(path: str) -> None:
    assert loggable(path) == "/calendars/private/-"


@given(st.text())
def test_no_token_whatever_its_letters_is_logged(token: str) -> None:
    assert loggable(f"/calendars/private/{token}.ics") == "/calendars/private/-"


@given(st.text())
def test_neither_is_the_token_of_a_link_in_a_mail(token: str) -> None:
    assert loggable(f"/give-up/{token}") == loggable(f"//give-up//{token}") == "/give-up/-"


def test_a_public_feed_is_logged_as_it_is() -> None:
    assert loggable("/calendars/rooms/koskisali.ics") == "/calendars/rooms/koskisali.ics"


def test_a_path_cannot_begin_a_line_of_its_own() -> None:
    assert loggable('/rooms/a\r\n[now] "GET /"') == "/rooms/a%0D%0A%5Bnow%5D%20%22GET%20/%22"


def test_neither_query_nor_address_nor_referrer_is_logged() -> None:
    assert not {"%(q)s", "%(r)s", "%(h)s", "%(f)s", "%(u)s", "%(a)s"} & set(
        access_log_format.replace('"', " ").split()
    )
