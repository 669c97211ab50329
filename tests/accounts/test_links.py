"""Signing in by a link in a mail: once, for a quarter of an hour, on whatever device the mail is read."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from booking import clock
from booking.accounts import links, passwords
from booking.accounts.consents import has_accepted_terms
from booking.accounts.models import SignInLink, UserSession
from booking.accounts.service import create_user, user_with_email
from booking.extensions import db
from booking.outbox.models import OutboxMessage
from tests.factories.users import make_user

PHONE = {"User-Agent": "Mozilla/5.0 (Android 16; Mobile; rv:142.0) Gecko/142.0 Firefox/142.0"}
NEWCOMER = {"name": "Uusi Tulija", "language": "en", "accept": "y"}
NOBODY_S = "uusi@example.org"


def ask(client: Any, email: str, *, wanted: str = "", **fields: str) -> Any:
    client.get("/login/link", query_string={"next": wanted} if wanted else {})
    values = client.form(action="/login/link").values | {"email": email, **fields}
    return client.post("/login/link", data=values, headers=PHONE)


def mails() -> list[OutboxMessage]:
    return list(db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))


def link_in(mail: OutboxMessage) -> str:
    (link,) = re.findall(r"http://localhost(/login/link/open\S+)", mail.body)
    return str(link)


def use(client: Any, link: str, **fields: str | None) -> Any:
    client.get(link)
    return client.submit(fields, action="/login/link/open")


def is_signed_in(client: Any) -> bool:
    return bool(client.get("/calendars").status_code == 200)


def test_a_link_signs_in_on_another_device_and_goes_on_to_where_one_was_going(
    client: Any, new_client: Any
) -> None:
    user, tablet = make_user(), new_client()
    answer = ask(client, user.email.upper(), wanted="/profile?x=1")
    assert "Avaa sähköpostisi" in client.follow(answer).get_data(as_text=True)
    (mail,) = mails()
    assert (mail.recipient, "Laite: Firefox, Android." in mail.body) == (user.email, True)
    page = tablet.get(link_in(mail)).get_data(as_text=True)
    assert user.email in page
    assert "Laite: Firefox, Android." in page
    assert not is_signed_in(tablet)
    assert use(tablet, link_in(mail)).location == "/profile?x=1"
    assert is_signed_in(tablet)
    assert not is_signed_in(client)
    assert db.session.scalars(select(UserSession.way)).all() == ["link"]


def test_a_link_serves_once(client: Any, new_client: Any) -> None:
    ask(client, make_user().email)
    link, other = link_in(mails()[0]), new_client()
    other.get(link)
    assert use(client, link).status_code == 303
    answer = other.submit({}, action="/login/link/open")
    assert answer.status_code == 404
    page = answer.get_data(as_text=True)
    assert "<h1>Linkki ei enää toimi</h1>" in page
    assert 'href="/login/link">Pyydä uusi linkki</a>' in page
    assert "Linkki on jo käytetty tai vanhentunut" in answer.get_data(as_text=True)
    assert client.get(link).status_code == 404
    assert not is_signed_in(other)


def test_opening_a_link_uses_nothing(client: Any) -> None:
    ask(client, make_user().email)
    link = link_in(mails()[0])
    assert [client.get(link).status_code for _ in range(3)] == [200] * 3
    assert client.head(link).status_code == 200
    assert use(client, link).status_code == 303


def test_a_link_lives_a_quarter_of_an_hour(client: Any, frozen: Any) -> None:
    start = clock.now()
    frozen(start)
    ask(client, make_user().email)
    link = link_in(mails()[0])
    client.get(link)
    frozen(start + links.LIFETIME - timedelta(seconds=1))
    assert client.get(link).status_code == 200
    frozen(start + links.LIFETIME)
    assert client.submit({}, action="/login/link/open").status_code == 404
    assert client.get(link).status_code == 404
    assert links.forget_old(clock.now()) == 1


@pytest.mark.parametrize("token", ["", "x", "ä", "\x00", "x" * 3000])
def test_a_made_up_link_is_404(client: Any, token: str) -> None:
    ask(client, make_user().email)
    assert client.get("/login/link/open", query_string={"token": token}).status_code == 404


def test_what_is_stored_opens_nothing(client: Any) -> None:
    ask(client, make_user().email)
    row = db.session.scalars(select(SignInLink)).one()
    assert link_in(mails()[0]).split("=")[1] not in str(vars(row))
    assert client.get("/login/link/open", query_string={"token": row.token_sha256}).status_code == 404


def test_an_address_nobody_has_gets_a_mail_whose_link_makes_an_account_without_a_password(
    client: Any, new_client: Any
) -> None:
    known, unknown = ask(new_client(), make_user().email), ask(client, "Uusi@Example.org", wanted="/profile")
    assert (known.status_code, known.location) == (unknown.status_code, unknown.location)
    assert user_with_email(NOBODY_S) is None
    link = link_in(mails()[1])
    refused = use(client, link, name="Uusi Tulija", remember="y")
    assert refused.status_code == 422  # the terms were not accepted
    assert 'value="Uusi Tulija"' in refused.get_data(as_text=True)
    assert user_with_email(NOBODY_S) is None
    assert use(client, link, **NEWCOMER).location == "/profile"
    user = user_with_email(NOBODY_S)
    assert user is not None
    assert (user.name, user.language, user.password_hash) == ("Uusi Tulija", "en", None)
    assert user.is_active
    assert has_accepted_terms(user.id)
    assert is_signed_in(client)
    assert client.get(link).status_code == 404


def test_an_account_somebody_else_asked_for_loses_the_password_they_chose(client: Any) -> None:
    planted = passwords.hash_password("ansaan viritetty")
    create_user(NOBODY_S, "Vieras", password_hash=planted, now=clock.now(), confirmed=False)
    ask(client, NOBODY_S)
    assert use(client, link_in(mails()[0]), **NEWCOMER).status_code == 303
    user = user_with_email(NOBODY_S)
    assert user is not None
    assert (user.name, user.password_hash) == ("Uusi Tulija", None)


def test_of_two_links_of_a_newcomer_the_second_signs_in(client: Any, new_client: Any) -> None:
    ask(client, NOBODY_S)
    ask(client, NOBODY_S)
    first, second = map(link_in, mails())
    other = new_client()
    other.get(second)
    assert use(client, first, **NEWCOMER).status_code == 303
    # the page was opened before the account was there: it asks for a name in vain, and nobody has two
    assert other.submit(NEWCOMER, action="/login/link/open").status_code == 303
    assert is_signed_in(other)
    assert len(db.session.scalars(select(UserSession.user_id).distinct()).all()) == 1


def test_a_link_ends_with_the_address_it_was_sent_to(client: Any) -> None:
    user = make_user(email="vanha@example.org")
    ask(client, user.email)
    client.get(link_in(mails()[0]))
    user.email = "aivan-toinen@example.org"
    db.session.commit()
    assert client.submit({}, action="/login/link/open").status_code == 422  # a newcomer's page by now
    assert not is_signed_in(client)


def test_a_closed_account_s_address_gets_a_mail_without_a_link(client: Any) -> None:
    user = make_user(closed_at=clock.now())
    assert ask(client, user.email).location == "/login/link/sent"
    (mail,) = mails()
    assert mail.kind == "account_closed"
    assert "/login/link/open" not in mail.body


def test_a_link_leads_nowhere_else(client: Any) -> None:
    ask(client, make_user().email, next="https://evil.example/")
    assert use(client, link_in(mails()[0])).location == "/my"


def test_the_button_on_the_sign_in_page_takes_the_address_along(client: Any) -> None:
    user = make_user()
    page = client.get("/login?next=/profile").get_data(as_text=True)
    assert 'formaction="/login/link"' in page
    values = client.form().values | {"email": user.email}
    assert client.post("/login/link", data=values).location == "/login/link/sent"
    assert use(client, link_in(mails()[0])).location == "/profile"


def test_who_wants_to_be_remembered_is_on_the_device_that_opens_the_link(client: Any) -> None:
    ask(client, make_user().email, remember="y")
    client.get(link_in(mails()[0]))
    answer = client.submit({}, action="/login/link/open")
    assert "Expires=" in next(each for each in answer.headers.getlist("Set-Cookie") if "session=" in each)


@pytest.mark.parametrize("email", ["", "uusi", "a@b"])
def test_what_is_no_address_is_named_and_nothing_is_sent(client: Any, email: str) -> None:
    answer = ask(client, email)
    assert answer.status_code == 422
    assert "Linkkiä ei lähetetty" in answer.get_data(as_text=True)
    assert mails() == []


def test_one_address_is_not_flooded_with_links(client: Any) -> None:
    user = make_user()
    assert [ask(client, user.email).status_code for _ in range(6)] == [303] * 5 + [429]
    assert len(mails()) == 5
