"""Changing one's own address and password: proved, told by mail, and the end of other sessions."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from booking import clock
from booking.accounts import credentials, passwords, service
from booking.accounts.api_tokens import create_api_token, holder_of
from booking.accounts.factors import service as factors
from booking.accounts.factors import totp
from booking.accounts.models import EmailChange, ExternalIdentity, User
from booking.audit.service import history
from booking.extensions import db
from booking.outbox.models import OutboxMessage
from tests.factories.users import make_user
from tests.support.signed_in import be_signed_in

PASSWORD = "kevään ensimmäinen päivä"
NEW = "syksyn viimeinen lehti"
HASH = passwords.hash_password(PASSWORD)
TYPED = {"password": NEW, "password_again": NEW}
LONG_AGO = timedelta(minutes=11)


def enter(client: Any, user: User, ago: timedelta = timedelta(0)) -> None:
    be_signed_in(client.raw, user, made_at=clock.now() - ago)


def is_signed_in(client: Any) -> bool:
    return bool(client.get("/calendars").status_code == 200)


def mails() -> list[OutboxMessage]:
    return list(db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))


def link_in(mail: OutboxMessage) -> str:
    (link,) = re.findall(r"http://localhost(/\S+)", mail.body)
    return str(link)


def change(client: Any, page: str, values: dict[str, str]) -> Any:
    client.get(page)
    return client.submit(values, action=page)


class TestPassword:
    """/profile/password."""

    @pytest.mark.parametrize("stored", [HASH, None], ids=["a password", "none"])
    def test_who_has_just_signed_in_sets_one_without_the_old(
        self, client: Any, new_client: Any, stored: str | None
    ) -> None:
        user, elsewhere = make_user(password_hash=stored), new_client()
        enter(client, user)
        enter(elsewhere, user)
        answer = change(client, "/profile/password", TYPED)
        assert "Salasana on vaihdettu." in client.follow(answer).get_data(as_text=True)
        assert passwords.verify_password(user.password_hash, NEW)
        assert [is_signed_in(each) for each in (client, elsewhere)] == [True, False]
        assert [mail.kind for mail in mails()] == ["password_changed"]
        assert [step.action for step in history("user", user.id)] == ["change_password"]

    def test_ten_minutes_later_the_old_one_is_asked_for(self, client: Any) -> None:
        user = make_user(password_hash=HASH)
        enter(client, user, LONG_AGO)
        for given in ({}, {"current_password": "arvaus"}):
            answer = change(client, "/profile/password", TYPED | given)
            assert answer.status_code == 422
            assert 'href="#current_password"' in answer.get_data(as_text=True)
        assert passwords.verify_password(user.password_hash, PASSWORD)
        assert mails() == []
        answer = change(client, "/profile/password", TYPED | {"current_password": PASSWORD})
        assert answer.status_code == 303
        assert passwords.verify_password(user.password_hash, NEW)

    def test_the_old_one_cannot_be_guessed_for_ever(self, client: Any) -> None:
        enter(client, make_user(password_hash=HASH), LONG_AGO)
        guess = TYPED | {"current_password": "arvaus"}
        tries = [change(client, "/profile/password", guess).status_code for _ in range(6)]
        assert tries == [422] * 5 + [429]

    def test_without_one_a_fresh_link_is_asked_for_and_leads_back(self, client: Any) -> None:
        user = make_user()
        enter(client, user, LONG_AGO)
        page = client.get("/profile/password").get_data(as_text=True)
        assert "Tunnuksellasi ei ole salasanaa." in page
        token = client.form(action="/logout").values["csrf_token"][-1]
        assert client.post("/profile/password", data=TYPED | {"csrf_token": token}).status_code == 422
        assert user.password_hash is None
        client.get("/profile/password")
        assert client.submit({}, action="/profile/password/link").location == "/profile/password"
        client.get(link_in(mails()[0]))
        answer = client.submit({}, action="/login/link/open")
        assert answer.location == "/profile/password"
        assert change(client, "/profile/password", TYPED).status_code == 303
        assert passwords.verify_password(user.password_hash, NEW)

    def test_it_can_be_removed_and_then_a_link_is_the_only_way_in(self, client: Any, new_client: Any) -> None:
        user, elsewhere = make_user(password_hash=HASH), new_client()
        enter(client, user, LONG_AGO)
        enter(elsewhere, user)
        client.get("/profile/password")
        values = client.form(action="/profile/password").values
        assert client.post("/profile/password/remove", data=values).status_code == 422
        assert user.password_hash == HASH
        answer = client.post("/profile/password/remove", data=values | {"current_password": PASSWORD})
        assert answer.status_code == 303
        assert user.password_hash is None
        assert [is_signed_in(each) for each in (client, elsewhere)] == [True, False]
        elsewhere.get("/login")
        refused = elsewhere.submit({"email": user.email, "password": PASSWORD})
        assert refused.status_code == 422

    @pytest.mark.parametrize(
        ("typed", "sentence"),
        [
            ({"password": "lyhyt", "password_again": "lyhyt"}, "Kirjoita 10–200 merkkiä."),
            ({"password_again": "jotain muuta"}, "Salasanat eivät ole samat."),
            ({"password": "salasana123", "password_again": "salasana123"}, "liian helppo arvata"),
            ({"password": "demo-imatra", "password_again": "demo-imatra"}, "liian helppo arvata"),
            ({"password": "maija.meik1", "password_again": "maija.meik1"}, "nimesi tai osoitteesi"),
        ],
    )
    def test_a_poor_one_is_refused_with_a_sentence(
        self, client: Any, typed: dict[str, str], sentence: str
    ) -> None:
        user = make_user(password_hash=HASH, email="maija.meik@example.org")
        enter(client, user)
        answer = change(client, "/profile/password", TYPED | typed)
        assert answer.status_code == 422
        assert sentence in answer.get_data(as_text=True)
        assert user.password_hash == HASH


class TestEmail:
    """/profile/email."""

    def test_it_counts_when_it_is_proved_and_the_old_one_is_told(self, client: Any, new_client: Any) -> None:
        user, elsewhere = make_user(email="vanha@example.org"), new_client()
        enter(client, user)
        enter(elsewhere, user)
        answer = change(client, "/profile/email", {"email": "Uusi@Example.org"})
        assert "uusi@example.org" in client.follow(answer).get_data(as_text=True)
        (mail,) = mails()
        assert (mail.kind, mail.recipient, user.email) == (
            "prove_address",
            "uusi@example.org",
            "vanha@example.org",
        )
        client.get(link_in(mail))
        assert user.email == "vanha@example.org"
        assert client.submit({}, action="/profile/email/prove").location == "/profile/email"
        assert user.email == "uusi@example.org"
        assert [is_signed_in(each) for each in (client, elsewhere)] == [True, False]
        told = mails()[1]
        assert (told.kind, told.recipient) == ("address_changed", "vanha@example.org")
        assert client.get(link_in(mail)).status_code == 404
        assert [step.action for step in history("user", user.id)] == ["change_email"]
        assert "@" not in str([step.details for step in history("user", user.id)])

    def test_the_old_address_can_undo_it_for_a_week(self, client: Any, new_client: Any, frozen: Any) -> None:
        start = clock.now()
        frozen(start)
        user, holder = make_user(email="vanha@example.org", password_hash=HASH), new_client()
        enter(client, user)
        change(client, "/profile/email", {"email": "uusi@example.org"})
        client.get(link_in(mails()[0]))
        client.submit({}, action="/profile/email/prove")
        undo = link_in(mails()[1])
        frozen(start + credentials.TIME_TO_UNDO)
        assert holder.get(undo).status_code == 404
        frozen(start + credentials.TIME_TO_UNDO - timedelta(seconds=1))
        holder.get(undo)
        assert user.email == "uusi@example.org"
        assert holder.submit({}, action="/profile/email/undo").location == "/login/link"
        assert (user.email, user.password_hash) == ("vanha@example.org", None)
        assert not is_signed_in(client)
        answer = holder.get(undo)
        assert answer.status_code == 404
        assert "<h1>Linkki ei enää toimi</h1>" in answer.get_data(as_text=True)

    @pytest.mark.parametrize(("seconds", "stays"), [(-1, True), (1, False)])
    def test_undoing_it_removes_a_second_factor_that_is_younger(
        self, client: Any, new_client: Any, frozen: Any, seconds: int, stays: bool
    ) -> None:
        start = clock.now()
        frozen(start)
        user, holder = make_user(email="vanha@example.org"), new_client()
        enter(client, user)
        change(client, "/profile/email", {"email": "uusi@example.org"})
        client.get(link_in(mails()[0]))
        client.submit({}, action="/profile/email/prove")
        secret, moment = totp.new_secret(), start + timedelta(seconds=seconds)
        code = totp.code_at(secret, totp.step_at(moment))
        factors.turn_on(user.id, secret, code, renewing=False, now=moment)
        assert "kaksivaiheinen" in holder.get(link_in(mails()[1])).get_data(as_text=True)
        holder.submit({}, action="/profile/email/undo")
        assert (user.second_factor_at is not None) is stays
        assert (factors.codes_left(user.id) == 10) is stays

    @pytest.mark.parametrize(("seconds", "stays"), [(-1, True), (1, False)])
    def test_undoing_it_ends_the_keys_and_another_service_s_way_in_that_is_younger(
        self, client: Any, new_client: Any, frozen: Any, seconds: int, stays: bool
    ) -> None:
        start = clock.now()
        frozen(start)
        user, holder = make_user(email="vanha@example.org"), new_client()
        key = create_api_token(user, "sivut", now=start)
        enter(client, user)
        change(client, "/profile/email", {"email": "uusi@example.org"})
        client.get(link_in(mails()[0]))
        client.submit({}, action="/profile/email/prove")
        moment = start + timedelta(seconds=seconds)
        db.session.add(
            ExternalIdentity(
                issuer="https://login.example", subject="person-1", user_id=user.id, created_at=moment
            )
        )
        db.session.flush()
        assert "toisella palvelulla" in holder.get(link_in(mails()[1])).get_data(as_text=True)
        holder.submit({}, action="/profile/email/undo")
        assert (db.session.query(ExternalIdentity).count() == 1) is stays
        assert holder_of(key, now=start) is None

    def test_another_s_link_proves_nothing(self, client: Any, new_client: Any) -> None:
        user, stranger = make_user(email="vanha@example.org"), new_client()
        enter(client, user)
        change(client, "/profile/email", {"email": "uusi@example.org"})
        enter(stranger, make_user())
        assert stranger.get(link_in(mails()[0])).status_code == 404
        assert user.email == "vanha@example.org"

    def test_a_second_wish_ends_the_first_and_a_day_ends_both(self, client: Any, frozen: Any) -> None:
        start = clock.now()
        frozen(start)
        enter(client, make_user())
        change(client, "/profile/email", {"email": "eka@example.org"})
        change(client, "/profile/email", {"email": "toka@example.org"})
        first, second = map(link_in, mails())
        assert [client.get(each).status_code for each in (first, second)] == [404, 200]
        frozen(start + credentials.PROOF_LIFETIME)
        assert client.get(second).status_code == 404
        assert credentials.forget_changes(clock.now()) == 1
        assert db.session.scalars(select(EmailChange)).all() == []

    def test_an_address_that_got_an_account_meanwhile_is_not_taken_from_it(self, client: Any) -> None:
        user = make_user(email="vanha@example.org")
        enter(client, user)
        change(client, "/profile/email", {"email": "uusi@example.org"})
        client.get(link_in(mails()[0]))
        make_user(email="uusi@example.org")
        answer = client.submit({}, action="/profile/email/prove")
        assert answer.status_code == 422
        assert "on jo tunnus" in answer.get_data(as_text=True)
        assert user.email == "vanha@example.org"

    @pytest.mark.parametrize(
        ("email", "sentence"), [("uusi", "muodossa nimi@esimerkki.fi"), ("Oma@example.org", "jo käytössäsi")]
    )
    def test_what_cannot_be_is_named(self, client: Any, email: str, sentence: str) -> None:
        enter(client, make_user(email="oma@example.org"))
        answer = change(client, "/profile/email", {"email": email})
        assert answer.status_code == 422
        assert sentence in answer.get_data(as_text=True)
        assert mails() == []

    def test_ten_minutes_after_signing_in_the_password_is_asked_for(self, client: Any) -> None:
        enter(client, make_user(password_hash=HASH), LONG_AGO)
        wish = {"email": "uusi@example.org"}
        assert change(client, "/profile/email", wish | {"current_password": "arvaus"}).status_code == 422
        assert mails() == []
        assert change(client, "/profile/email", wish | {"current_password": PASSWORD}).status_code == 303
        assert service.user_with_email("uusi@example.org") is None
