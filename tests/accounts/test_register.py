"""Making an account: nothing tells whether an address is known, and nobody confirms another's account."""

import re
from datetime import timedelta
from typing import Any

import pytest

from booking import clock
from booking.accounts import passwords, service
from booking.accounts.models import User
from booking.extensions import db
from booking.outbox.models import OutboxMessage
from tests.factories.users import make_user

PASSWORD = "kevään ensimmäinen päivä"
FIELDS = {
    "name": "Uusi Jäsen",
    "email": "Uusi@Example.org",
    "password": PASSWORD,
    "password_again": PASSWORD,
    "language": "fi",
    "accept": "y",
}


def register(client: Any, **changes: str) -> Any:
    client.get("/register")
    return client.submit(FIELDS | changes)


def mails() -> list[OutboxMessage]:
    return db.session.query(OutboxMessage).order_by(OutboxMessage.id).all()


def link_in(mail: OutboxMessage) -> str:
    (link,) = re.findall(r"http://localhost(/\S+)", mail.body)
    return str(link)


def is_signed_in(client: Any) -> bool:
    return bool(client.get("/calendars").status_code == 200)


def test_the_link_in_the_mail_confirms_and_signs_in(client: Any) -> None:
    answer = register(client)
    assert answer.status_code == 303
    user = service.user_with_email("uusi@example.org")
    assert user is not None
    assert user.confirmed_at is None
    assert "uusi@example.org" in client.follow(answer).get_data(as_text=True)
    (mail,) = mails()
    assert mail.recipient == "uusi@example.org"
    page = client.get(link_in(mail))
    assert page.status_code == 200
    assert "password" not in client.form(having="csrf_token", action="/register/confirm").names
    assert not is_signed_in(client)
    client.get(link_in(mail))
    assert client.submit(action="/register/confirm").location == "/my"
    assert is_signed_in(client)
    assert user.confirmed_at is not None


def test_in_another_browser_the_password_is_asked_for(client: Any, new_client: Any) -> None:
    register(client)
    other = new_client()
    other.get(link_in(mails()[0]))
    assert other.submit({"password": "arvaus"}, action="/register/confirm").status_code == 422
    assert not is_signed_in(other)
    other.get(link_in(mails()[0]))
    assert other.submit({"password": PASSWORD}, action="/register/confirm").status_code == 303
    assert is_signed_in(other)


def test_the_password_of_a_link_cannot_be_guessed_for_ever(client: Any, new_client: Any) -> None:
    register(client)
    other = new_client()
    link = link_in(mails()[0])
    tries = []
    for _ in range(6):
        other.get(link)
        tries.append(other.submit({"password": "arvaus"}, action="/register/confirm").status_code)
    assert tries == [422] * 5 + [429]


def test_opening_the_link_alone_changes_nothing(client: Any) -> None:
    register(client)
    client.get(link_in(mails()[0]))
    user = service.user_with_email("uusi@example.org")
    assert user is not None
    assert user.confirmed_at is None


def test_the_answer_is_the_same_for_an_address_that_has_an_account(client: Any, new_client: Any) -> None:
    make_user(email="uusi@example.org", password_hash=passwords.hash_password("vanha salasana"))
    other = new_client()
    known, unknown = register(client), register(other, email="toinen@example.org")
    assert known.status_code == unknown.status_code == 303
    assert known.location == unknown.location
    pages = [
        client.follow(known).get_data(as_text=True).replace("uusi@", "x@"),
        other.follow(unknown).get_data(as_text=True).replace("toinen@", "x@"),
    ]
    tokens = re.compile(r'name="csrf_token" value="[^"]+"')
    assert tokens.sub("", pages[0]) == tokens.sub("", pages[1])
    assert [mail.kind for mail in mails()] == ["account_exists", "confirm_address"]
    kept = service.user_with_email("uusi@example.org")
    assert kept is not None
    assert passwords.verify_password(kept.password_hash, "vanha salasana")


def test_a_password_is_hashed_for_a_known_address_too(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    make_user(email="uusi@example.org")
    hashed = []
    monkeypatch.setattr(passwords, "hash_password", lambda given: hashed.append(given) or "hash")
    register(client)
    assert hashed == [PASSWORD]


def test_whoever_registers_again_ends_the_link_sent_before(client: Any, new_client: Any) -> None:
    register(client)
    register(new_client(), password="aivan toinen salasana", password_again="aivan toinen salasana")
    first, second = mails()
    assert client.get(link_in(first)).status_code == 404
    # the first browser knows the old password only: it cannot confirm what the second one made
    client.get(link_in(second))
    assert client.submit({"password": PASSWORD}, action="/register/confirm").status_code == 422
    assert not is_signed_in(client)
    assert db.session.query(User).filter_by(email="uusi@example.org").count() == 1


def test_a_link_lives_a_day(client: Any, frozen: Any) -> None:
    start = clock.now()
    frozen(start)
    register(client)
    link = link_in(mails()[0])
    frozen(start + timedelta(hours=24))
    assert client.get(link).status_code == 200
    frozen(start + timedelta(hours=24, seconds=2))
    answer = client.get(link)
    assert answer.status_code == 404
    assert "Linkki on vanhentunut" in answer.get_data(as_text=True)


@pytest.mark.parametrize("token", ["", "x", "x.y.z", "WzEsICJhIl0.aaaa.bbbb", "%00", "ä"])
def test_a_forged_link_is_404(client: Any, token: str) -> None:
    make_user()
    answer = client.get("/register/confirm", query_string={"token": token})
    assert answer.status_code == 404
    assert 'href="/login/link">Pyydä uusi linkki</a>' in answer.get_data(as_text=True)


def test_a_used_link_leads_to_the_sign_in_page(client: Any) -> None:
    register(client)
    link = link_in(mails()[0])
    client.get(link)
    client.submit(action="/register/confirm")
    assert client.get(link).location == "/login"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": " "}, "Täytä tämä kohta."),
        ({"email": "uusi"}, "Kirjoita sähköpostiosoite muodossa nimi@esimerkki.fi."),
        ({"email": "uusi@example.org, toinen@example.org"}, "Kirjoita sähköpostiosoite"),
        ({"password": "lyhyt", "password_again": "lyhyt"}, "Kirjoita 10–200 merkkiä.</p>"),
        ({"password": "a" * 5000, "password_again": "a" * 5000}, "Kirjoita 10–200 merkkiä.</p>"),
        ({"password_again": "jotain muuta"}, "Salasanat eivät ole samat."),
        ({"language": "de"}, "Valitse jokin vaihtoehdoista."),
    ],
)
def test_what_cannot_be_is_named_and_nothing_is_sent(
    client: Any, changes: dict[str, str], sentence: str
) -> None:
    answer = register(client, **changes)
    assert answer.status_code == 422
    assert sentence in answer.get_data(as_text=True)
    assert mails() == []


def test_what_was_typed_stays_except_the_passwords(client: Any) -> None:
    page = register(client, password_again="jotain muuta").get_data(as_text=True)
    assert "Uusi Jäsen" in page
    assert PASSWORD not in page


def test_one_address_is_not_flooded_with_mail(client: Any) -> None:
    statuses = [register(client).status_code for _ in range(6)]
    assert statuses == [303] * 5 + [429]
    assert len(mails()) == 5


def test_the_mail_is_in_the_language_that_was_chosen(client: Any) -> None:
    register(client, language="en")
    (mail,) = mails()
    assert mail.language == "en"
