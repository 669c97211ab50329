"""The page of one's own keys, and the mail before one ends."""

import re
from datetime import timedelta
from typing import Any

import pytest

from booking import clock
from booking.access.scopes import TokenScope
from booking.accounts.api_tokens import (
    LIFETIMES,
    MOST_TOKENS,
    create_api_token,
    holder_of,
    warn_of_expiry,
)
from booking.accounts.models import ApiToken
from booking.audit.models import AuditEntry
from booking.extensions import db
from booking.outbox.models import OutboxMessage
from tests.factories.users import make_user, sign_in
from tests.support.statements import statements


def make(client: Any, **data: Any) -> Any:
    """Fill in the form of the page."""
    client.get("/profile/tokens")
    token = client.page.forms[-1].values["csrf_token"][-1]
    return client.post("/profile/tokens", data={"csrf_token": token, "name": "Sivut", "days": "90"} | data)


def test_a_key_is_shown_once_with_what_it_does_and_until_when(client: Any) -> None:
    person = make_user()
    sign_in(client, person)
    answer = make(client, scopes=["book"])
    (plaintext,) = re.findall(r"imt_[\w-]{43}", answer.text)
    assert answer.headers["Cache-Control"] == "no-store"
    stored = db.session.query(ApiToken).one()
    assert stored.expires_at is not None
    assert stored.expires_at - stored.created_at == timedelta(days=90)
    holder = holder_of(plaintext, now=clock.now())
    assert holder is not None
    assert (holder.user, holder.scopes) == (person, {TokenScope.READ, TokenScope.BOOK})
    again = client.get("/profile/tokens").text
    assert plaintext not in again
    assert "Saa: lukea, varata." in again
    entry = db.session.query(AuditEntry).filter_by(action="make_token").one()
    assert (entry.subject_id, entry.details) == (stored.id, {"scopes": ["read", "book"], "days": 90})


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"name": "x" * 81}, {"days": "31"}, {"days": ""}, {"scopes": ["admin"]}]
)
def test_a_wrong_choice_keeps_what_was_typed_and_makes_nothing(client: Any, wrong: dict[str, Any]) -> None:
    sign_in(client, make_user())
    answer = make(client, **({"name": "Kerhon sivut", "scopes": ["decide"]} | wrong))
    assert answer.status_code == 422
    assert 'href="#' in answer.text
    assert 'value="decide"' in answer.text
    assert ("Kerhon sivut" in answer.text) == ("name" not in wrong)
    assert db.session.query(ApiToken).count() == 0


def test_one_person_has_no_more_keys_than_anybody_needs(client: Any) -> None:
    person = make_user()
    for _ in range(MOST_TOKENS):
        create_api_token(person, "vanha", now=clock.now())
    sign_in(client, person)
    assert make(client).status_code == 422
    db.session.query(ApiToken).first().revoked_at = clock.now()
    assert make(client).status_code == 200


def test_a_key_ends_at_once_and_nobody_ends_another_s(client: Any) -> None:
    person, other = make_user(), make_user()
    plaintext = create_api_token(person, "sivut", now=clock.now())
    token = db.session.query(ApiToken).one()
    for who, status in ((other, 404), (person, 303)):
        sign_in(client, who)
        client.get("/profile/tokens")
        data = {"csrf_token": client.page.forms[-1].values["csrf_token"][-1]}
        assert client.post(f"/profile/tokens/{token.id}/revoke", data=data).status_code == status
        assert (holder_of(plaintext, now=clock.now()) is None) == (who is person)


def test_the_page_asks_as_much_for_many_keys_as_for_one(client: Any) -> None:
    person = make_user()
    sign_in(client, person)
    create_api_token(person, "yksi", now=clock.now())
    with statements() as few:
        client.get("/profile/tokens")
    for _ in range(10):
        create_api_token(person, "moni", now=clock.now(), days=3)
    with statements() as many:
        client.get("/profile/tokens")
    assert len(many) == len(few)


@pytest.mark.usefixtures("session")
@pytest.mark.parametrize("days", LIFETIMES)
def test_a_key_works_until_its_end_and_not_at_it(days: int) -> None:
    now = clock.now().replace(microsecond=0)
    plaintext = create_api_token(make_user(), "sivut", now=now, days=days)
    end = now + timedelta(days=days)
    assert holder_of(plaintext, now=end - timedelta(seconds=1)) is not None
    assert holder_of(plaintext, now=end) is None


@pytest.mark.usefixtures("session")
def test_a_week_before_its_end_the_person_is_told_once() -> None:
    now = clock.now().replace(microsecond=0)
    person, closed = make_user(), make_user(closed_at=now)
    for days in (30, 90, None):
        create_api_token(person, f"avain {days}", now=now, days=days)
    create_api_token(closed, "suljettu", now=now, days=30)
    create_api_token(person, "poistettu", now=now, days=30)
    db.session.query(ApiToken).filter_by(name="poistettu").one().revoked_at = now
    week_before = now + timedelta(days=23)
    assert warn_of_expiry(now=week_before - timedelta(seconds=1)) == 0
    assert warn_of_expiry(now=week_before) == 2
    assert warn_of_expiry(now=week_before + timedelta(days=1)) == 0
    mail = db.session.query(OutboxMessage).one()
    assert (mail.kind, mail.recipient) == ("token_expires", person.email)
    assert "avain 30" in mail.body
