"""What the log of a served process holds after secrets went by it in every way, errors included."""

import logging
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

import psycopg
import pytest
import structlog
from flask import Flask
from sqlalchemy.engine import make_url

from booking.app import create_app
from booking.web import logs
from booking.web_server import loggable
from tests.support.settings import settings_for

SECRETS = (
    "HushFeed7",
    "HushLink7",
    "HushQuery7",
    "HushBearer7",
    "HushCookie7",
    "HushWord7",
    "hush7@example.org",
)
FEED, LINK, QUERY, BEARER, COOKIE, WORD, ADDRESS = SECRETS


def ask(address: str, form: dict[str, str] | None = None) -> int:
    """Send a request full of secrets and return the status of its answer."""
    body = urllib.parse.urlencode(form).encode() if form else None
    headers = {"Authorization": f"Bearer {BEARER}", "Cookie": f"session={COOKIE}; device={COOKIE}"}
    headers["Referer"] = f"{address}?{QUERY}"
    try:
        with urllib.request.urlopen(urllib.request.Request(address, body, headers), timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def ask_all(base_url: str) -> list[int]:
    paths = [
        f"/calendars/private/{FEED}.ics",
        f"/give-up/{LINK}",
        f"/register/confirm?token={QUERY}",
        f"/login?next=/my&token={QUERY}",
        f"/organisations?q={QUERY}",
        "/api/v1/me",
    ]
    asked = [ask(f"{base_url}{path}") for path in paths]
    return [*asked, ask(f"{base_url}/login?token={QUERY}", {"email": ADDRESS, "password": WORD})]


def test_no_secret_is_in_the_log_of_a_server_that_works_nor_of_one_that_fails(served: Any) -> None:
    with served("postgresql", workers=1, LOG_LEVEL="DEBUG") as server:
        assert max(ask_all(server.base_url)) < 500
        url = make_url(server.database_url).set(drivername="postgresql")
        with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as database:
            for table in (
                "users",
                "user_sessions",
                "subscriptions",
                "api_tokens",
                "organisations",
                "throttle",
            ):
                database.execute(f'DROP TABLE IF EXISTS "{table}" CASCADE'.encode())
        assert max(ask_all(server.base_url)) == 500
        log = Path(server.instance_dir, "server.log").read_text(errors="replace")
    assert "Traceback" in log
    assert "/calendars/private/-" in log
    assert [secret for secret in SECRETS if secret.lower() in log.lower()] == []


@pytest.mark.parametrize("for_people", [True, False])
def test_a_fault_is_logged_without_the_values_it_was_made_of(
    capfd: pytest.CaptureFixture[str], for_people: bool
) -> None:
    def sign_in(password: str) -> int:
        return len(password) // 0

    before, level = logging.getLogger().handlers[:], logging.getLogger().level
    try:
        logs.configure("DEBUG", for_people=for_people)
        try:
            sign_in(WORD)
        except ZeroDivisionError:
            structlog.get_logger("t").exception("fault")
    finally:
        logging.getLogger().handlers[:] = before
        logging.getLogger().setLevel(level)
    said = capfd.readouterr().err
    assert "ZeroDivisionError" in said
    assert WORD not in said


def test_no_route_s_token_is_in_the_access_log(tmp_path: Path) -> None:
    app: Flask = create_app(settings_for(f"sqlite:///{tmp_path / 'none.sqlite'}", tmp_path))
    token = "ImEi.aLkQ7w.Zm9vYmFyYmF6cXV4LXNlY3JldA"
    routes = [rule for rule in app.url_map.iter_rules() if "token" in rule.arguments]
    assert len(routes) >= 2
    for rule in routes:
        path = rule.rule.replace("<token>", token)
        assert token not in loggable(path), rule
        assert token not in loggable(f"/{path}/"), rule


@pytest.mark.parametrize(
    "path", ["/rooms/mansikkalan-liikuntasali/request", "/reservations/AB23CD45/edit", "/desk/closures/12"]
)
def test_what_is_no_secret_is_logged_as_it_is(path: str) -> None:
    assert loggable(path) == path
