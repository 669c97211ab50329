"""Passwords anybody would guess first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.accounts.password_rules import FEWEST_LETTERS, weakness

ME = {"email": "maija.meikalainen@example.org", "name": "Maija Meikäläinen"}


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("aaaaaaaaaaaa", "password_few_letters"),
        ("1212121212", "password_few_letters"),
        ("..........", "password_few_letters"),
        ("salasana123", "password_common"),
        ("Salasana2026!", None),  # four figures of its own: the form's length and the throttle do the rest
        ("SALASANA-99", "password_common"),
        ("qwerty12345", "password_common"),
        ("imatra imatra", "password_common"),
        ("demo-imatra", "password_common"),
        ("Demo-Imatra", "password_common"),
        ("maija.meikalainen@example.org", "password_own"),
        ("MaijaMeikäläinen", "password_own"),
        ("meikäläinen1", "password_own"),
        ("salasanamaija", "password_own"),
        ("kevään ensimmäinen päivä", None),
        ("maija lähtee kalaan", None),
        ("hevonen akku niitti", None),
    ],
)
def test_what_is_easy_to_guess_is_named(password: str, code: str | None) -> None:
    assert weakness(password, shared=("demo-imatra",), **ME) == code


def test_the_demonstration_s_own_password_is_no_secret_there() -> None:
    assert weakness("demo-imatra", **ME) is None


@given(st.text(max_size=250), st.text(max_size=60), st.text(max_size=60))
def test_any_text_has_an_answer_and_few_letters_are_never_enough(text: str, email: str, name: str) -> None:
    code = weakness(text, email=email, name=name)
    assert code in (None, "password_few_letters", "password_common", "password_own")
    if len(set(text.lower())) < FEWEST_LETTERS:
        assert code is not None


@given(st.text(alphabet="0123456789 .-_", max_size=3))
def test_one_s_address_with_little_more_is_not_enough(more: str) -> None:
    assert weakness(ME["email"] + more, **ME) is not None
