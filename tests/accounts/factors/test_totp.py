"""The codes of an app and the recovery codes, without a database."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.accounts.factors import recovery, totp

# RFC 6238, appendix B: the secret of its SHA-1 table, and the last six of its eight digits
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
MOMENTS = st.integers(1_800_000_000, 2_200_000_000).map(lambda at: datetime.fromtimestamp(at, UTC))


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    now = datetime.fromtimestamp(seconds, UTC)
    assert totp.code_at(SECRET, totp.step_at(now)) == code
    assert totp.step_at(now) in totp.fitting_steps(SECRET, code, now)


@given(MOMENTS, st.integers(-4, 4))
def test_a_clock_may_be_one_step_off_and_no_more(now: datetime, off: int) -> None:
    step = totp.step_at(now) + off
    fits = totp.fitting_steps(SECRET, totp.code_at(SECRET, step), now)
    by_chance = {totp.code_at(SECRET, other) for other in range(totp.step_at(now) - 1, totp.step_at(now) + 2)}
    if abs(off) <= 1:
        assert step in fits
    elif totp.code_at(SECRET, step) not in by_chance:
        assert fits == []


@pytest.mark.parametrize("code", ["", "28708", "2870820", "٢٨٧٠٨٢", "28708a", "\ud800"])
def test_what_is_no_code_fits_nowhere(code: str) -> None:
    assert totp.fitting_steps(SECRET, code, datetime.fromtimestamp(59, UTC)) == []


def test_a_step_lasts_half_a_minute() -> None:
    now = datetime(2027, 1, 12, 16, 0, tzinfo=UTC)
    assert totp.step_at(now + timedelta(seconds=29)) == totp.step_at(now)
    assert totp.step_at(now + timedelta(seconds=30)) == totp.step_at(now) + 1


def test_an_app_reads_whose_secret_it_is() -> None:
    secret = totp.new_secret()
    address = urlsplit(totp.set_up_address(secret, "henkilo@example.org"))
    assert address.scheme == "otpauth"
    assert parse_qs(address.query) == {"secret": [secret], "issuer": ["Imatran tilat"]}
    assert "henkilo%40example.org" in address.path
    assert re.fullmatch(r"([A-Z2-7]{4} ){7}[A-Z2-7]{4}", totp.in_groups(secret))


def test_recovery_codes_are_ten_different_ones_that_nobody_guesses() -> None:
    codes = recovery.new_codes() + recovery.new_codes()
    assert len(set(codes)) == 20
    assert all(re.fullmatch("[a-hjkmnp-z2-9]{16}", code) for code in codes)


@pytest.mark.parametrize(
    "typed", ["ABCD efgh jkmn pqrs", "abcd-efgh-jkmn-pqrs", " abcdefghjkmnpqrs ", "abcd.efgh jkmn–pqrs"]
)
def test_a_recovery_code_is_read_as_people_type_it(typed: str) -> None:
    assert recovery.digest(1, typed) == recovery.digest(1, "abcdefghjkmnpqrs")
    assert recovery.digest(2, typed) != recovery.digest(1, typed)
