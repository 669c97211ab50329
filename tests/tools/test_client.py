"""The page client: requests have sessions of their own and share the test's transaction."""

from typing import Any

import pytest
from sqlalchemy import func, select

from booking.accounts.models import SignInAttempt
from tests.factories.users import make_user
from tests.support.client import PageClient


def _tries(session: Any) -> int:
    return int(session.scalar(select(func.count()).select_from(SignInAttempt)))


def test_a_request_sees_what_the_test_has_only_flushed(client: PageClient) -> None:
    client.sign_in(make_user())
    assert client.get("/my").status_code == 200


def test_two_clients_are_two_people(client: PageClient, new_client: Any) -> None:
    client.sign_in(make_user())
    assert new_client().get("/my").status_code == 303
    client.sign_out()
    assert client.get("/my").status_code == 303


@pytest.mark.parametrize("run", ["first", "second"])
def test_what_a_request_commits_is_seen_by_the_test_and_gone_in_the_next(
    client: PageClient, session: Any, run: str
) -> None:
    assert _tries(session) == 0, f"the {run} run found what another left"
    client.get("/login")
    answer = client.submit({"email": "kuka@example.org", "password": "ei tiedossa"}, having="password")
    assert answer.status_code in (200, 422)
    assert _tries(session) > 0


def test_the_forms_token_is_what_lets_it_through(client: PageClient) -> None:
    client.get("/login")
    values = {"email": "kuka@example.org", "password": "ei tiedossa"}
    assert client.submit(values | {"csrf_token": None}, having="password").status_code == 400
