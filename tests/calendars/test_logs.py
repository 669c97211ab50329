"""A token is a key: no log, no page of an error and no access log ever holds one."""

import logging
from typing import Any

import pytest

from booking.calendars import feeds, service
from booking.calendars.offers import private_path
from tests.factories.reservations import NOW
from tests.factories.users import acting, make_user


@pytest.fixture
def token(session: Any) -> str:
    return service.token_of(service.create("mine", None, actor=acting(make_user()), now=NOW))


def test_a_fault_while_a_secret_feed_is_made_does_not_log_its_address(
    app: Any, client: Any, token: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any, **kwargs: Any) -> bytes:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(feeds, "feed_bytes", fail)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    with caplog.at_level(logging.DEBUG):
        answer = client.get(private_path(token))

    assert answer.status_code == 500
    assert "the disk is full" in caplog.text
    assert token not in caplog.text
    assert answer.headers["Referrer-Policy"] == "no-referrer", "the page's own links would tell the address"


def test_an_unknown_or_dead_token_is_not_logged(
    client: Any, token: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        assert client.get(private_path(token)).status_code == 200
        dead = client.get(private_path(token[::-1]))
        assert dead.status_code == 404
        assert dead.headers["Referrer-Policy"] == "no-referrer"
        assert "noindex" in dead.headers["X-Robots-Tag"]
        assert client.post(private_path(token)).status_code in (400, 405)
        assert client.get(private_path(token) + "?lang=sv&x=%ff").status_code == 400

    assert token not in caplog.text
    assert token[::-1] not in caplog.text
