"""Bad requests, refusals and a database that does not answer: a page with a clear sentence, never a stack."""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from booking.access.guard import requires
from booking.access.permissions import Permission
from booking.app import create_app
from booking.errors import (
    DomainError,
    Forbidden,
    NotFound,
    RuleViolation,
    SlotTaken,
    TooManyAttempts,
    WrongState,
)
from booking.extensions import db
from tests.support.client import PageClient
from tests.support.settings import settings_for


def html(answer: Any) -> str:
    return str(answer.get_data(as_text=True))


def test_an_unknown_address_is_a_page_with_404(client: Any) -> None:
    answer = client.get("/nowhere")
    assert answer.status_code == 404
    assert client.page.headings == ["Sivua ei löydy"]


def test_the_error_page_speaks_the_reader_s_language(client: Any) -> None:
    client.get("/nowhere?lang=en")
    assert client.page.language == "en"


def test_a_wrong_method_says_which_ones_there_are(client: Any) -> None:
    answer = client.delete("/login")
    assert answer.status_code == 405
    assert {"GET", "POST"} <= set(answer.headers["Allow"].replace(" ", "").split(","))


@pytest.mark.parametrize("address", ["/?q=%ff", "/rooms?q=%C3%28", "/organisations?q=%ed%a0%80"])
def test_a_query_that_is_not_utf8_is_400(client: Any, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 400
    assert "merkkejä, joita ei voi lukea" in html(answer)


def test_a_path_that_is_not_utf8_is_400(client: Any) -> None:
    raw = {"PATH_INFO": "/rooms/\xff"}  # as a server hands it over
    assert client.get("/rooms/x", environ_overrides=raw).status_code == 400


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"email=%ff&password=x", "application/x-www-form-urlencoded"),
        (b"email=\xff\xfe&password=x", "application/x-www-form-urlencoded"),
        (
            b'--b\r\nContent-Disposition: form-data; name="email"\r\n\r\n\xff\r\n--b--\r\n',
            "multipart/form-data; boundary=b",
        ),
    ],
)
def test_a_form_that_is_not_utf8_is_400(client: Any, body: bytes, kind: str) -> None:
    answer = client.post("/login", data=body, content_type=kind)
    assert answer.status_code == 400
    assert "merkkejä, joita ei voi lukea" in html(answer)


def test_a_huge_body_is_413(client: Any) -> None:
    answer = client.post("/login", data={"email": "x" * 300_000})
    assert answer.status_code == 413
    assert "Mitään ei tallennettu" in html(answer)


def test_a_form_without_its_token_is_400_and_says_to_go_back(client: Any) -> None:
    answer = client.post("/login", data={"email": "a@example.org", "password": "salaisuus-1"})
    assert answer.status_code == 400
    assert "Palaa edelliselle sivulle" in html(answer)
    assert "salaisuus-1" not in html(answer)


def test_a_foreign_host_is_400(client: Any) -> None:
    for host in ("evil.example", "localhost.evil.example", "localhost@evil.example", "127.0.0.1", ""):
        assert client.get("/privacy", headers={"Host": host}).status_code == 400, host


def test_the_service_s_own_host_is_known_on_any_port_and_in_any_case(client: Any) -> None:
    for host in ("localhost", "localhost:8123", "LOCALHOST"):
        assert client.get("/privacy", headers={"Host": host}).status_code == 200, host


def own_app(url: str, tmp_path: Any, **changes: Any) -> Flask:
    return create_app(replace(settings_for(url, tmp_path), **changes))


@pytest.fixture
def make_own_app(tmp_path: Any) -> Iterator[Callable[..., Flask]]:
    """Makes applications with settings of their own, which no other test has asked anything yet."""
    made: list[Flask] = []

    def make(url: str, **changes: Any) -> Flask:
        made.append(own_app(url, tmp_path, **changes))
        return made[-1]

    yield make
    for app in made:
        with app.app_context():
            db.engine.dispose()


def test_a_demo_answers_to_loopback_names_too(fresh_database: Any, make_own_app: Any) -> None:
    app = make_own_app(fresh_database("sqlite"), base_url="https://tilat.example.fi", demo=True)
    browser = app.test_client()
    for host, status in (
        ("tilat.example.fi", 200),
        ("127.0.0.1:5000", 200),
        ("localhost:5000", 200),
        ("evil.example", 400),
    ):
        assert browser.get("/privacy", headers={"Host": host}).status_code == status, host


def test_a_proxy_is_believed_only_when_the_operator_says_so(fresh_database: Any, make_own_app: Any) -> None:
    told = {"Host": "inner:8000", "X-Forwarded-Host": "localhost"}
    url = fresh_database("sqlite")
    assert make_own_app(url).test_client().get("/privacy", headers=told).status_code == 400
    assert make_own_app(url, trusted_proxies=1).test_client().get("/privacy", headers=told).status_code == 200


@pytest.mark.parametrize(
    ("error", "status", "code_in_page"),
    [
        (NotFound(), 404, "404"),
        (Forbidden(), 403, "403"),
        (WrongState(), 409, "409"),
        (SlotTaken([]), 409, "409"),
        (RuleViolation([]), 422, "422"),
        (TooManyAttempts(retry_after=90), 429, "429"),
        (DomainError(), 422, "422"),
    ],
)
def test_each_refusal_has_its_status_and_a_page(
    fresh_database: Any, make_own_app: Any, error: DomainError, status: int, code_in_page: str
) -> None:
    app = make_own_app(fresh_database("sqlite"))

    @app.get("/refused")
    @requires(Permission.ANYONE)
    def refused() -> str:
        raise error

    client = PageClient(app)
    with app.app_context():
        answer = client.get("/refused")
    assert answer.status_code == status
    assert code_in_page in html(answer)
    assert answer.headers.get("Retry-After") == ("90" if status == 429 else None)


def test_a_fault_of_ours_is_500_without_a_word_of_what_it_was(fresh_database: Any, make_own_app: Any) -> None:
    app = make_own_app(fresh_database("sqlite"))

    @app.get("/broken")
    @requires(Permission.ANYONE)
    def broken() -> str:
        raise ZeroDivisionError("hunter2")

    client = PageClient(app)
    with app.app_context():
        answer = client.get("/broken")
    assert answer.status_code == 500
    assert "hunter2" not in html(answer)
    assert "Traceback" not in html(answer)
    assert answer.headers["X-Request-ID"] in html(answer)


def test_a_locked_database_is_503_and_works_again_afterwards(fresh_database: Any, make_own_app: Any) -> None:
    url = fresh_database("sqlite")
    app = make_own_app(f"{url}?timeout=0.1")
    client = PageClient(app)
    with app.app_context():
        client.get("/login")
        holder = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        answer = client.submit({"email": "a@example.org", "password": "x"})
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) > 0
        assert "Mitään ei jäänyt puoliksi" in html(answer)
        holder.execute("ROLLBACK")
        holder.close()
        client.get("/login")
        assert client.submit({"email": "a@example.org", "password": "x"}).status_code == 422


def test_a_database_that_is_gone_is_503_also_for_who_is_signed_in(tmp_path: Any, make_own_app: Any) -> None:
    app = make_own_app(f"sqlite:///{tmp_path}/no/such/folder/booking.sqlite")
    browser = app.test_client()
    with browser.session_transaction() as kept:
        kept["_user_id"] = "1.0123456789abcdef"
    for address in ("/", "/organisations", "/my", "/privacy"):
        answer = browser.get(address)
        assert answer.status_code == 503, address
        assert "unable to open" not in html(answer)


def test_a_page_that_needs_no_database_works_without_one(tmp_path: Any, make_own_app: Any) -> None:
    browser = make_own_app(f"sqlite:///{tmp_path}/no/such/folder/booking.sqlite").test_client()
    assert browser.get("/privacy").status_code == 200
    assert browser.get("/healthz").status_code == 200
    assert browser.get("/readyz").status_code == 503
    assert browser.get("/metrics").status_code == 200
