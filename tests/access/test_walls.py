"""What every answer of every route forbids, and who it is answered to: headers, caches, hosts, sizes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from booking import clock
from booking.accounts.api_tokens import create_api_token
from booking.app import create_app
from booking.extensions import db
from booking.web.headers import CONTENT_SECURITY_POLICY, FRAMED_POLICY
from tests.access.test_walk import DOORS, SAFE, Route, arrive, routes_of
from tests.factories.users import make_user
from tests.support.settings import settings_for

EVIL = "evil.example"
FRAMED = "/embed/"  # the weeks that other sites may show
BARE = {"default-src 'none'; frame-ancestors 'none'; sandbox"}  # pictures
FOR_ALL = (
    "/calendars/",
    "/events",
    "/embed/",
    "/photos/",
    "/static/",
    "/rooms/<slug>/door",
    "/api/v1/openapi",
    "/api/docs",
)
READ, CHANGED = (
    [each for each in DOORS if each.method == "GET"],
    [each for each in DOORS if each.method not in SAFE],
)

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)  # no database decides any of this


def is_walled(route: Route, headers: Any) -> bool:
    """Say whether an answer may be framed by nobody, guessed at by no browser, and add nothing foreign."""
    policy = headers["Content-Security-Policy"]
    framed = policy == FRAMED_POLICY and route.rule.startswith(FRAMED)
    return (
        (policy in {CONTENT_SECURITY_POLICY, *BARE} or framed)
        and framed == ("X-Frame-Options" not in headers)
        and headers["X-Content-Type-Options"] == "nosniff"
        and headers["Referrer-Policy"] in ("same-origin", "no-referrer")
    )


def test_an_answer_to_a_stranger_is_walled(client: Any, session: Any) -> None:
    open_to_all = [route for route in READ if not is_walled(route, client.open(route.address).headers)]
    assert open_to_all == []


def test_an_answer_to_somebody_known_is_walled_and_kept_nowhere(client: Any, session: Any) -> None:
    person = make_user(is_admin=True)
    bearer = {"Authorization": f"Bearer {create_api_token(person, 'kävely', now=clock.now())}"}
    for route in READ:
        arrive(client, person if route.is_page else None)
        headers = client.open(route.address, headers={} if route.is_page else bearer).headers
        assert is_walled(route, headers), route
        kept = headers["Cache-Control"]
        assert "no-store" in kept or route.rule.startswith(FOR_ALL), f"{route}: {kept}"


@pytest.fixture
def own_app(fresh_database: Callable[[str], str], tmp_path: Path, backend: str) -> Any:
    """Makes applications with other settings on one database."""
    url, made = fresh_database(backend), []

    def make(**changes: Any) -> Flask:
        made.append(create_app(settings_for(url, tmp_path, **changes)))
        return made[-1]

    yield make
    for app in made:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def ask(app: Flask, route: Route, **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return app.test_client().open(route.address, method=route.method, headers=named, buffered=True)


def is_refused(answer: Any) -> bool:
    return answer.status_code == 400 and "ei ole tässä osoitteessa" in answer.get_data(as_text=True)


def test_every_route_is_answered_to_its_own_host_alone(own_app: Any) -> None:
    plain, behind = own_app(), own_app(trusted_proxies=1)
    assert set(routes_of(plain)) == set(DOORS)
    for route in (*READ, *CHANGED):
        assert is_refused(ask(plain, route, Host=EVIL, X_Forwarded_Host="localhost")), route
        assert is_refused(ask(behind, route, Host="localhost", X_Forwarded_Host=f"localhost, {EVIL}")), route
        assert not is_refused(ask(behind, route, Host="inner:8000", X_Forwarded_Host="localhost")), route


def test_what_a_stranger_says_of_hosts_is_in_no_answer(own_app: Any) -> None:
    plain = own_app()
    for route in READ:
        answer = ask(
            plain,
            route,
            Host="localhost",
            X_Forwarded_Host=EVIL,
            X_Original_Host=EVIL,
            Forwarded=f"host={EVIL}",
        )
        assert not is_refused(answer), route
        assert EVIL not in answer.get_data(as_text=True) + str(answer.headers), route


def test_no_route_reads_a_large_body_of_a_stranger(app: Any, session: Any) -> None:
    """413 where the token is looked for in it, and nowhere anything else than a refusal."""
    large = b"csrf_token=" + b"x" * 300_000
    for route in CHANGED:
        kind = "application/x-www-form-urlencoded" if route.is_page else "application/json"
        answer = app.test_client().open(route.address, method=route.method, data=large, content_type=kind)
        assert answer.status_code in ((413,) if route.is_page else (401, 413)), f"{route}: {answer.status}"


def test_every_cookie_is_this_host_s_alone_and_out_of_reach(own_app: Any) -> None:
    app, home = own_app(base_url="https://tilat.example.fi"), "https://tilat.example.fi"
    with app.app_context():
        make_user(email="varaaja@example.org", password="pitkä lause muistaa")
        db.session.commit()
    browser = app.test_client()
    form = browser.get("/login", base_url=home)
    token = form.get_data(as_text=True).split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    data = {
        "csrf_token": token,
        "email": "varaaja@example.org",
        "password": "pitkä lause muistaa",
        "remember": "y",
    }
    answer = browser.post("/login", base_url=home, data=data, headers={"Referer": f"{home}/login"})
    assert answer.status_code == 303
    cookies = form.headers.getlist("Set-Cookie") + answer.headers.getlist("Set-Cookie")
    assert len(cookies) >= 3  # the visitor's session, the person's, and the device's name
    for cookie in cookies:
        assert cookie.startswith("__Host-"), cookie
        parts = {part.strip() for part in cookie.split(";")[1:]}
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= parts, cookie
        assert not any(part.startswith("Domain") for part in parts), cookie
