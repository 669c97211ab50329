"""The administrator's pages and what machines ask."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from booking import clock
from booking.extensions import db
from booking.outbox.message import Message
from booking.outbox.service import post
from tests.factories.organisations import make_member, make_organisation
from tests.factories.users import make_user, sign_in


def html(answer: Any) -> str:
    return str(answer.get_data(as_text=True))


@pytest.fixture
def administrator(client: Any) -> Any:
    user = make_user(name="Ylläpito", is_admin=True)
    sign_in(client, user)
    return user


def message() -> Message:
    return Message("test", "a@example.org", "fi", "Aihe", "Teksti", "user", 1)


@pytest.mark.usefixtures("administrator")
def test_the_overview_counts_and_finds_all_well(client: Any) -> None:
    post(message(), now=clock.now())
    page = html(client.get("/admin"))
    assert "Posteja jonossa" in page
    assert "vika" not in page
    assert db.engine.dialect.name in page


@pytest.mark.usefixtures("administrator")
def test_mail_that_nobody_sends_is_a_fault(client: Any) -> None:
    post(message(), now=clock.now() - timedelta(hours=1))
    assert "Postin kulku: vika" in html(client.get("/admin"))


@pytest.mark.usefixtures("administrator")
def test_accounts_are_listed_and_found(client: Any) -> None:
    make_member(make_organisation(), name="Laulaja", email="laulaja@example.org")
    make_user(name="Sulkenut", closed_at=clock.now())
    page = html(client.get("/admin/users"))
    assert "laulaja@example.org" in page
    assert "suljettu" in page
    found = html(client.get("/admin/users?q=LAULAJA@"))
    assert "laulaja@example.org" in found
    assert "Sulkenut" not in found
    assert "Mikään tunnus ei vastaa hakua." in html(client.get("/admin/users?q=%25"))


@pytest.mark.usefixtures("administrator")
def test_organisations_are_listed_with_their_members(client: Any) -> None:
    choir = make_organisation(name="Kuoro ry")
    make_member(choir)
    make_member(choir)
    page = html(client.get("/admin/organisations"))
    assert "Kuoro ry" in page
    assert "2 jäsentä" in page


def test_a_living_process_is_healthy_and_ready(client: Any) -> None:
    assert client.get("/healthz").get_data() == b"ok\n"
    assert client.get("/readyz").status_code == 200


def test_a_database_behind_the_code_is_not_ready(client: Any) -> None:
    db.session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert client.get("/healthz").status_code == 200


def test_the_figures_count_answers_by_endpoint_and_status(client: Any) -> None:
    def figure(name: str) -> float:
        lines = html(client.get("/metrics")).splitlines()
        return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(name))

    wanted = 'booking_requests_total{endpoint="web.privacy",status="200"}'
    before = figure(wanted)
    client.get("/privacy")
    assert figure(wanted) == before + 1
    assert figure('booking_request_seconds_count{endpoint="web.privacy"}') >= 1


def test_the_figures_say_how_much_mail_waits(client: Any) -> None:
    post(message(), now=clock.now())
    assert "booking_outbox_waiting 1.0" in html(client.get("/metrics"))
