"""The terms of use: accepted with a version, and asked for again when they change."""

from typing import Any

import pytest
from sqlalchemy import select

from booking.accounts import consents
from booking.accounts.models import Consent
from booking.extensions import db
from booking.privacy import terms_views
from tests.factories.users import make_user, sign_in
from tests.support.statements import statements

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def accepted_versions() -> list[int]:
    return list(db.session.scalars(select(Consent.version).order_by(Consent.version)))


def test_who_has_not_accepted_reads_the_terms_first_and_then_goes_on(client: Any) -> None:
    sign_in(client, make_user())
    asked = client.get("/profile?x=1", headers=BROWSER)
    assert asked.location == "/terms-of-use?next=/profile?x%3D1"
    client.follow(asked)
    answer = client.submit({"accept": "y"}, having="accept")
    assert (answer.status_code, answer.location) == (303, "/profile?x=1")
    assert accepted_versions() == [consents.TERMS_VERSION]
    assert client.get("/profile?x=1", headers=BROWSER).status_code == 200


def test_without_the_box_nothing_is_accepted(client: Any) -> None:
    sign_in(client, make_user())
    client.get("/terms-of-use")
    answer = client.submit({"accept": None}, having="accept")
    assert answer.status_code == 422
    assert "Lue käyttöehdot ja hyväksy ne" in answer.get_data(as_text=True)
    assert accepted_versions() == []


def test_a_new_version_is_asked_for_in_a_session_that_is_open(
    client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = make_user()
    consents.accept_terms(user.id, now=user.created_at)
    sign_in(client, user)
    assert client.get("/profile", headers=BROWSER).status_code == 200
    for module in (consents, terms_views):
        monkeypatch.setattr(module, "TERMS_VERSION", 2)
    assert client.get("/profile", headers=BROWSER).status_code == 303
    client.get("/terms-of-use")
    client.submit({"accept": "y"}, having="accept")
    assert accepted_versions() == [1, 2]


@pytest.mark.parametrize("address", ["/privacy", "/accessibility", "/terms-of-use"])
def test_what_the_terms_are_about_can_be_read_before(client: Any, address: str) -> None:
    sign_in(client, make_user())
    assert client.get(address, headers=BROWSER).status_code == 200


def test_programs_and_visitors_are_not_asked(client: Any) -> None:
    assert client.get("/rooms", headers=BROWSER).status_code == 200
    sign_in(client, make_user())
    assert client.get("/profile", headers={"Accept": "*/*"}).status_code == 200
    assert client.get("/calendars/all.ics", headers=BROWSER).status_code == 200


def test_the_database_is_asked_once_a_session(client: Any) -> None:
    user = make_user()
    consents.accept_terms(user.id, now=user.created_at)
    sign_in(client, user)
    client.get("/profile", headers=BROWSER)
    with statements() as sent:
        client.get("/profile", headers=BROWSER)
    assert not [each for each in sent if "consents" in each]
    assert sent


def test_no_redirect_leaves_this_site(client: Any) -> None:
    sign_in(client, make_user())
    client.get("/terms-of-use?next=https://example.org/")
    assert client.submit({"accept": "y"}, having="accept").location == "/my"
