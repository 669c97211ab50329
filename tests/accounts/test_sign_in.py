"""Signing in and out."""

from datetime import timedelta
from typing import Any

import pytest

from booking import clock
from booking.accounts import passwords
from booking.accounts.demo import ACCOUNTS
from booking.accounts.models import SignInAttempt
from booking.app import create_app
from booking.extensions import db
from tests.factories.users import make_user, sign_in
from tests.support.client import PageClient
from tests.support.settings import settings_for

PASSWORD = "kevään ensimmäinen päivä"
HASH = passwords.hash_password(PASSWORD)


def submit(client: Any, email: str, password: str = PASSWORD, **fields: str) -> Any:
    client.get("/login")
    return client.submit({"email": email, "password": password, **fields})


def is_signed_in(client: Any) -> bool:
    return bool(client.get("/calendars").status_code == 200)


def test_the_right_password_signs_in(client: Any) -> None:
    user = make_user(password_hash=HASH)
    answer = submit(client, user.email.upper())
    assert answer.status_code == 303
    assert answer.location == "/my"
    assert is_signed_in(client)


def test_a_wrong_password_and_an_unknown_address_are_answered_alike(client: Any) -> None:
    user = make_user(password_hash=HASH)
    answers = [submit(client, user.email, "arvaus"), submit(client, "tuntematon@example.org", "arvaus")]
    texts = [answer.get_data(as_text=True).split("<form")[0] for answer in answers]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert texts[0] == texts[1]
    assert "eivät sovi yhteen" in texts[0]
    assert not is_signed_in(client)


def test_the_password_is_looked_at_as_long_for_an_unknown_address(
    client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at = []
    verify = passwords._HASHER.verify
    monkeypatch.setattr(
        passwords,
        "_HASHER",
        type(
            "Counting",
            (),
            {"verify": lambda self, kept, given: looked_at.append(kept) or verify(kept, given)},
        )(),
    )
    user, nobody_s = make_user(password_hash=HASH), make_user(password_hash=None)
    for email in (user.email, nobody_s.email, "tuntematon@example.org"):
        submit(client, email, "arvaus")
    assert len(looked_at) == 3
    assert {kept.split("$")[3] for kept in looked_at} == {HASH.split("$")[3]}  # the same work each time


def test_the_stand_in_for_unknown_addresses_is_never_right_and_not_dated(costly_passwords: None) -> None:
    hasher = passwords._HASHER
    assert (hasher.type.name, hasher.memory_cost >= 65536, hasher.time_cost >= 3) == ("ID", True, True)
    assert not passwords.verify_password(None, PASSWORD)
    assert not passwords.is_dated(passwords._NOBODY)
    assert passwords.verify_password(HASH, PASSWORD)
    assert passwords.verify_password(HASH, PASSWORD.replace("ä", "a\u0308"))


@pytest.mark.parametrize(
    "fields", [{"email": "", "password": "x"}, {"email": "a@example.org", "password": ""}]
)
def test_an_empty_field_is_named_and_costs_no_try(client: Any, fields: dict[str, str]) -> None:
    client.get("/login")
    answer = client.submit(fields)
    assert answer.status_code == 422
    assert "Täytä tämä kohta." in answer.get_data(as_text=True)
    assert db.session.query(SignInAttempt).count() == 0


def test_the_address_typed_stays_and_the_password_does_not(client: Any) -> None:
    page = submit(client, "tuntematon@example.org", "arvaus-1").get_data(as_text=True)
    assert "tuntematon@example.org" in page
    assert "arvaus-1" not in page


def test_one_goes_on_to_where_one_was_going(client: Any) -> None:
    user = make_user(password_hash=HASH)
    answer = client.get("/admin/users?q=a&page=2")
    assert answer.status_code == 303
    client.follow(answer)
    assert client.submit({"email": user.email, "password": PASSWORD}).location == "/admin/users?q=a&page=2"


def test_the_language_asked_for_is_spoken_after_signing_in_too(client: Any) -> None:
    user = make_user(password_hash=HASH)
    client.get("/login?lang=sv")
    filled_in = client.form().values | {"email": user.email, "password": PASSWORD}
    answer = client.post("/login?lang=sv", data=filled_in)  # a form without an address goes to the page's own
    assert answer.location == "/my?lang=sv"


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_nobody_is_sent_to_another_site(client: Any, address: str) -> None:
    user = make_user(password_hash=HASH)
    assert submit(client, user.email, next=address).location == "/my"
    assert client.get("/login", query_string={"next": address}).location == "/my"


def test_who_is_signed_in_does_not_sign_in_again(client: Any) -> None:
    sign_in(client, make_user())
    assert client.get("/login?next=/calendars").location == "/calendars"


def test_an_unconfirmed_address_is_let_in_by_no_password(client: Any) -> None:
    user = make_user(password_hash=HASH, confirmed_at=None)
    pages = [submit(client, user.email, typed) for typed in (PASSWORD, "arvaus")]
    assert [page.status_code for page in pages] == [422, 422]
    assert all("avaa vahvistuslinkki" in page.get_data(as_text=True) for page in pages)
    assert not is_signed_in(client)


def test_a_closed_account_cannot_sign_in_and_is_signed_out(client: Any) -> None:
    user = make_user(password_hash=HASH)
    sign_in(client, user)
    assert is_signed_in(client)
    user.closed_at = clock.now()
    assert not is_signed_in(client)
    assert submit(client, user.email).status_code == 422


@pytest.mark.parametrize("kept", ["", "1", "x.y", "999999.0123456789abcdef", "1.", "٣.0123456789abcdef"])
def test_an_odd_session_is_nobody_s(client: Any, kept: str) -> None:
    make_user()
    with client.raw.session_transaction() as session:
        session["_user_id"] = kept
    assert not is_signed_in(client)


def test_signing_in_begins_a_session_that_shares_nothing_with_the_one_before(client: Any) -> None:
    user = make_user(password_hash=HASH)
    client.get("/login")
    with client.raw.session_transaction() as session:
        session["planted"] = "by somebody else"
        before = session["csrf_token"]
    client.submit({"email": user.email, "password": PASSWORD})
    with client.raw.session_transaction() as session:
        assert "planted" not in session
        assert session.get("csrf_token") != before


def test_signing_out_is_a_post_and_ends_the_session(client: Any) -> None:
    sign_in(client, make_user())
    assert client.get("/logout").status_code == 405
    client.get("/privacy")
    assert client.submit(action="/logout").status_code == 303
    assert not is_signed_in(client)


def test_weaker_hashes_are_made_anew(client: Any) -> None:
    weak = passwords.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    user = make_user(password_hash=weak)
    assert submit(client, user.email).status_code == 303
    assert user.password_hash != weak
    assert passwords.verify_password(user.password_hash, PASSWORD)
    assert is_signed_in(client)


def test_the_demonstration_s_sign_ins_are_shown_in_the_demonstration_only(
    client: Any, fresh_database: Any, tmp_path: Any
) -> None:
    assert "demo.example" not in client.get("/login").get_data(as_text=True)
    app = create_app(settings_for(fresh_database("sqlite"), tmp_path, demo=True))
    with app.app_context():
        page = PageClient(app).get("/login").get_data(as_text=True)
        db.engine.dispose()
    assert all(account.email in page for account in ACCOUNTS)
    assert "demo-imatra" in page


class TestThrottle:
    """Five refused tries on an account, thirty from a network address, in 15 minutes."""

    def test_the_sixth_try_is_429_even_with_the_right_password(self, client: Any) -> None:
        user = make_user(password_hash=HASH)
        assert [submit(client, user.email, "arvaus").status_code for _ in range(5)] == [422] * 5
        answer = submit(client, user.email)
        assert answer.status_code == 429
        assert 0 < int(answer.headers["Retry-After"]) <= 900
        assert "Yritä uudelleen 15 minuutin kuluttua" in answer.get_data(as_text=True)

    def test_what_was_typed_stays_and_a_link_is_offered_while_it_can_be_asked_for(self, client: Any) -> None:
        for _ in range(6):
            answer = submit(client, "tuntematon@example.org", "arvaus-1", next="/calendars")
        assert (answer.status_code, "arvaus-1" in answer.get_data(as_text=True)) == (429, False)
        form = client.form(having="password")
        assert (form.values["email"], form.values["next"]) == (["tuntematon@example.org"], ["/calendars"])
        assert "tai pyydä heti kirjautumislinkki" in answer.get_data(as_text=True)
        for status in [303] * 5 + [429]:
            client.get("/login/link")
            answer = client.submit({"email": "tuntematon@example.org"})
            assert answer.status_code == status
        assert 0 < int(answer.headers["Retry-After"]) <= 900
        assert client.form(having="email").values["email"] == ["tuntematon@example.org"]
        answer = submit(client, "tuntematon@example.org", "arvaus-1")
        assert answer.status_code == 429
        assert "pyydä heti" not in answer.get_data(as_text=True)

    def test_an_address_nobody_has_is_throttled_alike(self, client: Any) -> None:
        tries = [submit(client, "tuntematon@example.org", "arvaus").status_code for _ in range(6)]
        assert tries == [422] * 5 + [429]

    def test_another_account_is_not_touched(self, client: Any) -> None:
        user = make_user(password_hash=HASH)
        for _ in range(6):
            submit(client, "tuntematon@example.org", "arvaus")
        assert submit(client, user.email).status_code == 303

    def test_it_ends_after_the_time_it_says(self, client: Any, frozen: Any) -> None:
        start = clock.now()
        frozen(start)
        user = make_user(password_hash=HASH)
        for _ in range(5):
            submit(client, user.email, "arvaus")
        wait = int(submit(client, user.email).headers["Retry-After"])
        frozen(start + timedelta(seconds=wait - 1))
        assert submit(client, user.email).status_code == 429
        frozen(start + timedelta(seconds=wait))
        assert submit(client, user.email).status_code == 303

    def test_success_forgives_the_account_s_wrong_tries(self, client: Any, new_client: Any) -> None:
        user = make_user(password_hash=HASH)
        for _ in range(4):
            submit(client, user.email, "arvaus")
        assert submit(client, user.email).status_code == 303
        other = new_client()
        assert [submit(other, user.email, "arvaus").status_code for _ in range(5)] == [422] * 5

    def test_what_is_stored_names_nobody(self, client: Any) -> None:
        submit(client, "tuntematon@example.org", "arvaus")
        keys = [row.key for row in db.session.query(SignInAttempt)]
        assert len(keys) == 2
        assert all(len(key) == 64 and "@" not in key and "127" not in key[:3] for key in keys)
