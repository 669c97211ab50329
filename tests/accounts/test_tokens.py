"""Accounts and API tokens as services make them."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest

from booking.accounts.api_tokens import create_api_token, holder_of
from booking.accounts.models import ApiToken, User
from booking.accounts.service import (
    EmailTaken,
    InvalidEmail,
    create_user,
    user_with_email,
)
from booking.extensions import db
from tests.factories.users import make_user

NOW = datetime(2027, 1, 12, 16, tzinfo=UTC)


def user_of_token(token: str, *, now: datetime) -> User | None:
    """Return the person whom a token makes known."""
    holder = holder_of(token, now=now)
    return holder.user if holder else None


pytestmark = pytest.mark.usefixtures("session")


def test_a_token_is_known_by_its_digest_only() -> None:
    user = make_user()
    token = create_api_token(user, "kello", now=NOW)
    assert token.startswith("imt_")
    assert len(token) > 40
    stored = db.session.query(ApiToken).one()
    assert stored.token_sha256 == sha256(token.encode()).hexdigest()
    assert user_of_token(token, now=NOW) == user


@pytest.mark.parametrize("text", ["", "imt_", "imt_x", "\ud800", "x" * 10_000])
def test_an_invented_token_is_nobody_s(text: str) -> None:
    create_api_token(make_user(), "kello", now=NOW)
    assert user_of_token(text, now=NOW) is None


def test_a_revoked_token_and_one_of_a_closed_account_are_nobody_s() -> None:
    revoked, closed = make_user(), make_user()
    first, second = (create_api_token(user, "kello", now=NOW) for user in (revoked, closed))
    db.session.query(ApiToken).filter_by(user_id=revoked.id).one().revoked_at = NOW
    closed.closed_at = NOW
    assert user_of_token(first, now=NOW) is None
    assert user_of_token(second, now=NOW) is None


def test_the_use_of_a_token_is_noted_once_a_day() -> None:
    token = create_api_token(make_user(), "kello", now=NOW)
    stored = db.session.query(ApiToken).one()
    noted = []
    for hours in (0, 23, 24):
        user_of_token(token, now=NOW + timedelta(hours=hours))
        noted.append(stored.last_used_at)
    assert noted == [NOW, NOW, NOW + timedelta(hours=24)]


def test_an_address_is_kept_in_lower_case_and_once() -> None:
    user = create_user("Nimi@Example.ORG", "Nimi", password_hash=None, now=NOW)
    assert user.email == "nimi@example.org"
    assert user_with_email(" NIMI@example.org ") == user
    with pytest.raises(EmailTaken):
        create_user("nimi@EXAMPLE.org", "Toinen", password_hash=None, now=NOW)


@pytest.mark.parametrize(
    "text", ["", "nimi", "nimi@", "@example.org", "a@b@c.fi", "nimi@example.org\nBcc: x@y.fi"]
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(InvalidEmail):
        create_user(text, "Nimi", password_hash=None, now=NOW)


def test_the_demonstration_s_addresses_are_addresses() -> None:
    assert create_user("varaaja@demo.example", "Varaaja", password_hash=None, now=NOW).id
