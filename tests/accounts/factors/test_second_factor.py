"""A second factor on the pages: set up, asked for at sign-in, renewed, turned off."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from booking.accounts import passwords
from booking.accounts.factors import service, totp
from booking.accounts.factors.models import RecoveryCode, SecondFactor
from booking.accounts.models import User
from booking.audit.service import history
from booking.extensions import db
from booking.outbox.models import OutboxMessage
from tests.factories.users import make_user, sign_in

PAGE = "/profile/second-factor"
PASSWORD = "kevään ensimmäinen päivä"
HASH = passwords.hash_password(PASSWORD)
NOW = datetime(2027, 1, 12, 16, tzinfo=UTC)
STEP = timedelta(seconds=totp.STEP_SECONDS)


def code(secret: str, at: datetime) -> str:
    return totp.code_at(secret, totp.step_at(at))


def shown_secret(client: Any) -> str:
    found = re.search(r"<code>((?:[A-Z2-7]{4} ?){8})</code>", client.get(PAGE).get_data(as_text=True))
    assert found, "the page shows no secret"
    return found.group(1).replace(" ", "")


def with_factor(now: datetime, **changes: Any) -> tuple[User, str, list[str]]:
    """Return a person with a factor that was set up an hour ago, its secret and the recovery codes."""
    user, secret = make_user(password_hash=HASH, **changes), totp.new_secret()
    before = now - timedelta(hours=1)
    codes = service.turn_on(user.id, secret, code(secret, before), renewing=False, now=before)
    return user, secret, codes


def first_step(client: Any, user: User, **fields: str) -> Any:
    client.get("/login")
    return client.submit({"email": user.email, "password": PASSWORD, **fields})


def is_signed_in(client: Any) -> bool:
    return bool(client.get("/calendars").status_code == 200)


def mails(kind: str) -> list[OutboxMessage]:
    return db.session.query(OutboxMessage).filter_by(kind=kind).all()


class TestSettingUp:
    """The page shows a secret, asks for a first code, and shows recovery codes once."""

    def test_a_first_code_takes_it_in_use_and_shows_recovery_codes(self, client: Any, frozen: Any) -> None:
        frozen(NOW)
        user = make_user()
        sign_in(client, user)
        secret = shown_secret(client)
        answer = client.submit({"code": code(secret, NOW)}, action=PAGE)
        assert answer.location == f"{PAGE}/codes"
        page = client.follow(answer).get_data(as_text=True)
        shown = re.findall(r"<code>((?:[a-z2-9]{4} ?){4})</code>", page)
        assert len(set(shown)) == 10
        assert user.second_factor_at == NOW
        assert [each.action for each in history("user", user.id)] == ["turn_on_second_factor"]
        assert mails("second_factor_on")[0].recipient == user.email
        assert client.submit(action=f"{PAGE}/codes").location == PAGE
        assert client.get(f"{PAGE}/codes").location == PAGE  # never again
        assert "Palautuskoodeja on jäljellä 10" in client.get(PAGE).get_data(as_text=True)

    def test_a_wrong_code_leaves_everything_as_it_was(self, client: Any, frozen: Any) -> None:
        frozen(NOW)
        user = make_user()
        sign_in(client, user)
        secret = shown_secret(client)
        wrong = f"{(int(code(secret, NOW)) + 1) % 1_000_000:06}"
        answer = client.submit({"code": wrong}, action=PAGE)
        assert answer.status_code == 422
        assert "Koodi ei ole oikea" in answer.get_data(as_text=True)
        assert user.second_factor_at is None
        assert shown_secret(client) == secret  # the same one, so that the app need not begin anew

    def test_the_drawing_is_of_the_same_secret_and_nobody_else_s(self, client: Any, new_client: Any) -> None:
        sign_in(client, make_user())
        assert client.get(f"{PAGE}/qr.svg").status_code == 404  # nothing is being set up
        shown_secret(client)
        drawing = client.get(f"{PAGE}/qr.svg")
        assert (drawing.mimetype, drawing.headers["Cache-Control"]) == ("image/svg+xml", "private, no-store")
        other = new_client()
        sign_in(other, make_user())
        assert other.get(f"{PAGE}/qr.svg").status_code == 404

    def test_after_an_hour_it_begins_anew(self, client: Any, frozen: Any) -> None:
        frozen(NOW)
        user = make_user()
        sign_in(client, user)
        secret = shown_secret(client)
        later = NOW + timedelta(hours=1, seconds=1)
        frozen(later)
        assert client.submit({"code": code(secret, later)}, action=PAGE).location == PAGE
        assert user.second_factor_at is None
        assert shown_secret(client) != secret

    def test_a_secret_from_before_does_not_replace_a_factor(self, client: Any, frozen: Any) -> None:
        frozen(NOW)
        user = make_user()
        sign_in(client, user)
        begun = shown_secret(client)
        theirs = totp.new_secret()
        service.turn_on(user.id, theirs, code(theirs, NOW), renewing=False, now=NOW)
        client.submit({"code": code(begun, NOW)}, action=PAGE)
        with pytest.raises(service.WrongCode):
            service.with_code(user.id, code(begun, NOW), lambda who: who, address=None, now=NOW)

    def test_setting_it_up_and_turning_it_off_end_the_other_sessions(
        self, client: Any, new_client: Any, frozen: Any
    ) -> None:
        frozen(NOW)
        user, elsewhere = make_user(), new_client()
        for each in (client, elsewhere):
            sign_in(each, user)
        secret = shown_secret(client)
        assert client.submit({"code": code(secret, NOW)}, action=PAGE).location == f"{PAGE}/codes"
        assert [is_signed_in(each) for each in (client, elsewhere)] == [True, False]
        sign_in(elsewhere, user)
        client.get(PAGE)
        values = client.form(action=f"{PAGE}/change").values | {"code": code(secret, NOW + STEP)}
        assert client.post(f"{PAGE}/change", data=values | {"change": "off"}).location == PAGE
        assert [is_signed_in(each) for each in (client, elsewhere)] == [True, False]

    def test_the_database_alone_holds_neither_secret_nor_codes(self, session: Any) -> None:
        user, secret, codes = with_factor(NOW)
        kept = [
            str(row)
            for table in ("second_factors", "recovery_codes", "users", "outbox_messages")
            for row in session.execute(text(f"SELECT * FROM {table}"))
        ]
        assert any(str(user.id) in row for row in kept)
        assert not [each for each in [secret, *codes] if any(each in row for row in kept)]


class TestSigningIn:
    """Address and password lead to the question for a code, and nowhere else."""

    def test_nobody_is_signed_in_before_the_code(self, client: Any, frozen: Any) -> None:
        frozen(NOW)
        user, secret, _codes = with_factor(NOW)
        answer = first_step(client, user)
        assert answer.location == "/login/code"
        assert not is_signed_in(client)
        page = client.get("/login/code").get_data(as_text=True)
        assert 'autocomplete="one-time-code"' in page
        assert 'inputmode="numeric"' in page
        assert client.submit({"code": code(secret, NOW)}).location == "/my"
        assert is_signed_in(client)

    def test_it_goes_on_to_where_one_was_going(self, client: Any, frozen: Any) -> None:
        frozen(NOW)
        user, secret, _codes = with_factor(NOW)
        first_step(client, user, next="/calendars")
        client.get("/login/code")
        assert client.submit({"code": code(secret, NOW)}).location == "/calendars"

    def test_a_code_works_once_and_none_of_an_earlier_step_after_it(
        self, client: Any, new_client: Any, frozen: Any
    ) -> None:
        frozen(NOW)
        user, secret, _codes = with_factor(NOW)
        first_step(client, user)
        client.get("/login/code")
        assert client.submit({"code": code(secret, NOW)}).status_code == 303
        for used in (code(secret, NOW), code(secret, NOW - STEP)):
            other = new_client()
            first_step(other, user)
            other.get("/login/code")
            answer = other.submit({"code": used})
            assert answer.status_code == 422
            assert "on jo käytetty" in answer.get_data(as_text=True)
            assert not is_signed_in(other)
        assert other.get("/login/code").status_code == 200
        assert (
            other.submit({"code": code(secret, NOW + STEP)}).status_code == 303
        )  # the next one is a new one

    def test_the_first_code_of_all_cannot_be_used_again(self, client: Any, frozen: Any) -> None:
        frozen(NOW)
        user, secret = make_user(password_hash=HASH), totp.new_secret()
        service.turn_on(user.id, secret, code(secret, NOW), renewing=False, now=NOW)
        first_step(client, user)
        client.get("/login/code")
        assert client.submit({"code": code(secret, NOW)}).status_code == 422

    def test_the_steps_lie_at_most_ten_minutes_apart(self, client: Any, frozen: Any) -> None:
        frozen(NOW)
        user, secret, _codes = with_factor(NOW)
        first_step(client, user)
        frozen(NOW + timedelta(minutes=10))
        assert client.get("/login/code").status_code == 200
        later = NOW + timedelta(minutes=10, seconds=1)
        frozen(later)
        answer = client.submit({"code": code(secret, later)})
        assert answer.location == "/login"
        assert "kesti liian kauan" in client.follow(answer).get_data(as_text=True)
        assert not is_signed_in(client)

    def test_five_wrong_codes_are_enough_even_from_other_addresses(self, client: Any, frozen: Any) -> None:
        frozen(NOW)
        user, secret, _codes = with_factor(NOW)
        first_step(client, user)
        wrong = f"{(int(code(secret, NOW)) + 1) % 1_000_000:06}"
        client.get("/login/code")
        for number in range(5):
            place = {"REMOTE_ADDR": f"192.0.2.{number}"}
            form = client.form().values | {"code": wrong}
            assert client.post("/login/code", data=form, environ_base=place).status_code == 422
        answer = client.submit({"code": code(secret, NOW)})
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "900")
        assert "Yritä uudelleen 15 minuutin kuluttua" in answer.get_data(as_text=True)
        assert client.form(having="code").action == "/login/code"

    def test_a_recovery_code_signs_in_once_and_is_told_by_mail(
        self, client: Any, new_client: Any, frozen: Any
    ) -> None:
        frozen(NOW)
        user, _secret, codes = with_factor(NOW)
        first_step(client, user)
        client.get("/login/recovery")
        answer = client.submit({"code": totp.in_groups(codes[3]).upper()})
        assert answer.location == "/my"
        assert "Koodeja on jäljellä 9" in client.follow(answer).get_data(as_text=True)
        assert [each.recipient for each in mails("recovery_code_used")] == [user.email]
        other = new_client()
        first_step(other, user)
        other.get("/login/recovery")
        for typed in (codes[3], "123456", "12345"):  # one that is used, and codes of an app
            answer = other.submit({"code": typed})
            assert answer.status_code == 422
            assert "Tarkista koodi listastasi" in answer.get_data(as_text=True)
            assert "kello" not in answer.get_data(as_text=True)
        assert not is_signed_in(other)

    def test_another_s_codes_open_nothing(self, client: Any, frozen: Any) -> None:
        frozen(NOW)
        user, _secret, _codes = with_factor(NOW)
        _other, secret, codes = with_factor(NOW)
        first_step(client, user)
        client.get("/login/recovery")
        assert client.submit({"code": codes[0]}).status_code == 422
        assert client.submit({"code": code(secret, NOW)}).status_code == 422

    def test_a_changed_secret_key_leaves_the_recovery_codes(
        self, client: Any, app: Any, frozen: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        frozen(NOW)
        user, secret, codes = with_factor(NOW)
        monkeypatch.setitem(app.config, "SECRET_KEY", "another key that only this test uses, long")
        first_step(client, user)
        client.get("/login/code")
        answer = client.submit({"code": code(secret, NOW)})
        assert "ei voi enää tarkistaa" in answer.get_data(as_text=True)
        assert client.submit({"code": codes[0]}).status_code == 303
        assert is_signed_in(client)

    def test_a_new_password_between_the_steps_ends_the_wait(self, client: Any, frozen: Any) -> None:
        frozen(NOW)
        user, secret, _codes = with_factor(NOW)
        first_step(client, user)
        client.get("/login/code")
        user.password_hash = passwords.hash_password("toinen salasana")
        assert client.submit({"code": code(secret, NOW)}).location == "/login"
        assert not is_signed_in(client)


class TestChanging:
    """With a code: new recovery codes, another telephone, off."""

    @pytest.fixture
    def person(self, client: Any, frozen: Any) -> tuple[User, str, list[str]]:
        frozen(NOW)
        made = with_factor(NOW)
        sign_in(client, made[0])
        client.get(PAGE)
        return made

    def test_new_recovery_codes_end_the_old(self, client: Any, person: Any) -> None:
        user, secret, old = person
        answer = client.submit({"code": code(secret, NOW), "change": "codes"}, action=f"{PAGE}/change")
        page = client.follow(answer).get_data(as_text=True)
        assert len(re.findall(r"<code>(?:[a-z2-9]{4} ?){4}</code>", page)) == 10
        with pytest.raises(service.WrongCode):
            service.with_code(user.id, old[0], lambda who: who, address=None, now=NOW)

    def test_another_telephone_takes_the_place_of_the_lost_one(self, client: Any, person: Any) -> None:
        user, secret, codes = person
        client.follow(client.submit({"code": codes[0], "change": "phone"}, action=f"{PAGE}/change"))
        newer = shown_secret(client)
        assert newer != secret
        assert client.submit({"code": code(newer, NOW)}, action=PAGE).location == f"{PAGE}/codes"
        check: Callable[[str], User] = lambda typed: service.with_code(  # noqa: E731
            user.id, typed, lambda who: who, address=None, now=NOW + STEP
        )
        with pytest.raises(service.WrongCode):
            check(code(secret, NOW + STEP))
        assert check(code(newer, NOW + STEP)).id == user.id

    def test_turned_off_nothing_of_it_is_left(self, client: Any, person: Any) -> None:
        user, secret, _codes = person
        answer = client.submit({"code": code(secret, NOW), "change": "off"}, action=f"{PAGE}/change")
        assert answer.location == PAGE
        assert user.second_factor_at is None
        assert db.session.query(SecondFactor).count() == db.session.query(RecoveryCode).count() == 0
        assert len(mails("second_factor_off")) == 1

    def test_nothing_changes_by_a_wrong_code(self, client: Any, person: Any) -> None:
        user, _secret, _codes = person
        for change in ("codes", "phone", "off"):
            answer = client.submit({"code": "väärä", "change": change}, action=f"{PAGE}/change")
            assert answer.status_code == 422
        assert user.second_factor_at is not None
        assert service.codes_left(user.id) == 10
        assert "Vaihda puhelin" in client.get(PAGE).get_data(as_text=True)

    def test_an_administrator_cannot_turn_it_off(self, client: Any, frozen: Any) -> None:
        frozen(NOW)
        user, secret, _codes = with_factor(NOW)
        user.is_admin = True
        sign_in(client, user)
        assert "Poista käytöstä" not in client.get(PAGE).get_data(as_text=True)
        answer = client.submit({"code": code(secret, NOW), "change": "off"}, action=f"{PAGE}/change")
        assert answer.status_code == 403
        assert user.second_factor_at is not None
