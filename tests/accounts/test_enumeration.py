"""Nothing tells whether an address has an account: not the answer, not the work done for it, not its time."""

import re
import statistics
import time
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete

from booking.accounts import passwords
from booking.accounts.models import SignInAttempt
from booking.extensions import db
from tests.factories.users import make_user, sign_in
from tests.support.statements import statements

PASSWORD = "kevään ensimmäinen päivä"
CHOSEN = "jäät lähtivät Vuoksesta"
HASH = passwords.hash_password(PASSWORD)
KNOWN, UNKNOWN = "tunnettu@example.org", "outo-osoite@example.org"
ROUNDS = 9
NOISE = re.compile(r'name="csrf_token" value="[^"]+"|nonce="[^"]+"')


def sign_in_wrongly(client: Any, email: str) -> Any:
    return client.post("/login", data=token(client, "/login") | {"email": email, "password": "arvaus vain"})


def ask_for_a_link(client: Any, email: str) -> Any:
    return client.post("/login/link", data=token(client, "/login/link") | {"email": email})


def register(client: Any, email: str) -> Any:
    typed = {
        "name": "Uusi",
        "password": CHOSEN,
        "password_again": CHOSEN,
        "language": "fi",
        "accept": "y",
    }
    return client.post("/register", data=token(client, "/register") | typed | {"email": email})


def change_mail(client: Any, email: str) -> Any:
    return client.post("/profile/email", data=token(client, "/profile/email") | {"email": email})


def register_and_try_it(client: Any, email: str) -> Any:
    """What a stranger can do who knows no password: choose one, and see whether it is the account's."""
    register(client, email)
    return client.post("/login", data=token(client, "/login") | {"email": email, "password": CHOSEN})


WAYS = (sign_in_wrongly, ask_for_a_link, register, register_and_try_it, change_mail)
Way = Callable[[Any, str], Any]
_tokens: dict[int, dict[str, str]] = {}


def token(client: Any, page: str) -> dict[str, str]:
    """The CSRF token of a browser, looked up once: only what is sent with it is compared."""
    if id(client) not in _tokens:
        client.get(page)
        _tokens[id(client)] = {"csrf_token": client.page.forms[-1].values["csrf_token"][-1]}
    return _tokens[id(client)]


@pytest.fixture
def browser(client: Any) -> Any:
    """Somebody signed in (who may change their mail and also ask for everything else), and an account."""
    _tokens.clear()
    make_user(email=KNOWN, password_hash=HASH)
    sign_in(client, make_user(password_hash=HASH))
    token(client, "/profile/email")
    return client


def forget_tries() -> None:
    db.session.execute(delete(SignInAttempt))
    db.session.commit()


@pytest.mark.parametrize("way", WAYS)
def test_the_answer_and_the_next_page_are_the_same(browser: Any, way: Way) -> None:
    seen = []
    for email in (KNOWN, UNKNOWN):
        answer = way(browser, email)
        page = browser.follow(answer) if answer.status_code == 303 else answer
        text = NOISE.sub("", page.get_data(as_text=True)).replace(email, "x")
        seen.append((answer.status_code, answer.headers.get("Location"), page.status_code, text))
    assert seen[0] == seen[1]
    assert seen[0][0] in (303, 422)


@pytest.mark.parametrize("way", WAYS)
def test_as_many_statements_and_hashes_are_worked(
    browser: Any, way: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    work: list[tuple[list[str], list[str]]] = []
    for name in ("hash_password", "verify_password"):
        real = getattr(passwords, name)
        monkeypatch.setattr(
            passwords, name, lambda *given, real=real, name=name: work[-1][0].append(name) or real(*given)
        )
    for email in (KNOWN, UNKNOWN):
        work.append(([], []))
        with statements() as sent:
            assert way(browser, email).status_code in (303, 422)
        work[-1][1].extend(each for each in sent if "SAVEPOINT" not in each)
    (known_hashes, known_sent), (unknown_hashes, unknown_sent) = work
    assert known_hashes == unknown_hashes
    assert len(known_sent) == len(unknown_sent) > 3


@pytest.mark.parametrize("way", WAYS)
def test_neither_takes_noticeably_longer(browser: Any, way: Way) -> None:
    took: dict[str, list[float]] = {KNOWN: [], UNKNOWN: []}
    for number in range(ROUNDS):
        # a new stranger each time: whoever has registered once is not unknown any more
        for email, sent in ((KNOWN, KNOWN), (UNKNOWN, f"{number}{UNKNOWN}"))[:: 1 if number % 2 else -1]:
            forget_tries()
            begun = time.perf_counter()
            assert way(browser, sent).status_code in (303, 422)
            took[email].append(time.perf_counter() - begun)
    known, unknown = (statistics.median(took[email]) for email in (KNOWN, UNKNOWN))
    assert 1 / 2 < known / unknown < 2
