"""The counts behind the throttle."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from booking.accounts import throttle
from booking.accounts.models import SignInAttempt
from booking.app import create_app
from booking.db import in_transaction
from booking.errors import TooManyAttempts
from booking.extensions import db
from tests.support.settings import settings_for

NOW = datetime(2027, 1, 12, 16, tzinfo=UTC)

in_a_test_s_transaction = pytest.mark.usefixtures("session")


def attempt(account: str, address: str | None, *, at: datetime = NOW) -> throttle.Attempt:
    return throttle.begin_attempt("sign-in", account, address, at)


@in_a_test_s_transaction
def test_thirty_accounts_from_one_address_are_enough() -> None:
    for number in range(30):
        attempt(f"a{number}@example.org", "192.0.2.1")
    with pytest.raises(TooManyAttempts) as refused:
        attempt("a30@example.org", "192.0.2.1")
    assert refused.value.params == {"retry_after": 900}
    attempt("a30@example.org", "192.0.2.2")


@in_a_test_s_transaction
def test_one_household_s_newer_addresses_are_one() -> None:
    for number in range(30):
        attempt(f"a{number}@example.org", f"2001:db8:0:1::{number + 1:x}")
    with pytest.raises(TooManyAttempts):
        attempt("a30@example.org", "2001:db8:0:1:ffff::1")
    attempt("a30@example.org", "2001:db8:0:2::1")


@in_a_test_s_transaction
def test_an_older_address_in_newer_clothes_is_the_same() -> None:
    for number in range(30):
        attempt(f"a{number}@example.org", "::ffff:192.0.2.1")
    with pytest.raises(TooManyAttempts):
        attempt("a30@example.org", "192.0.2.1")


@in_a_test_s_transaction
def test_a_success_does_not_buy_guesses_at_others() -> None:
    for number in range(29):
        attempt(f"a{number}@example.org", "192.0.2.1")
    throttle.forgive(attempt("own@example.org", "192.0.2.1"))
    attempt("b@example.org", "192.0.2.1")
    with pytest.raises(TooManyAttempts):
        attempt("c@example.org", "192.0.2.1")


@in_a_test_s_transaction
def test_a_refused_try_is_not_written_down() -> None:
    for _ in range(5):
        attempt("a@example.org", "192.0.2.1")
    before = db.session.query(SignInAttempt).count()
    with pytest.raises(TooManyAttempts):
        attempt("a@example.org", "192.0.2.1")
    assert db.session.query(SignInAttempt).count() == before


@in_a_test_s_transaction
def test_registration_and_sign_in_are_counted_apart() -> None:
    for _ in range(5):
        attempt("a@example.org", "192.0.2.1")
    throttle.begin_attempt("register", "a@example.org", "192.0.2.1", NOW)


@in_a_test_s_transaction
@pytest.mark.parametrize("address", [None, "", "unix:", "not an address"])
def test_an_unknown_network_is_counted_as_one(address: str | None) -> None:
    for number in range(30):
        attempt(f"a{number}@example.org", address)
    with pytest.raises(TooManyAttempts):
        attempt("a30@example.org", address)


@in_a_test_s_transaction
def test_old_tries_are_forgotten() -> None:
    attempt("a@example.org", "192.0.2.1", at=NOW - timedelta(minutes=15))
    attempt("a@example.org", "192.0.2.1", at=NOW - timedelta(minutes=14))
    assert throttle.forget_old(NOW) == 2
    remaining: list[Any] = db.session.query(SignInAttempt).all()
    assert {row.at for row in remaining} == {NOW - timedelta(minutes=14)}


def test_many_tries_at_one_moment_are_counted_one_by_one(
    backend: str, fresh_database: Any, tmp_path: Path
) -> None:
    app = create_app(settings_for(fresh_database(backend), tmp_path))

    def try_once(_number: int) -> bool:
        with app.app_context():
            try:
                in_transaction(lambda: attempt("a@example.org", "192.0.2.1"))
            except TooManyAttempts:
                return False
            return True

    with ThreadPoolExecutor(8) as threads:
        passed = list(threads.map(try_once, range(24)))
    with app.app_context():
        db.engine.dispose()
    assert passed.count(True) == 5
