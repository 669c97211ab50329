"""Sign-in by another service, against a provider of our own over real HTTP."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from booking import clock
from booking.accounts import passwords
from booking.accounts.consents import has_accepted_terms
from booking.accounts.models import ExternalIdentity, User
from booking.accounts.service import user_with_email
from booking.extensions import db
from booking.outbox.models import OutboxMessage
from tests.factories.users import make_user, sign_in
from tests.support.oidc_provider import (
    CLIENT_ID,
    CLIENT_SECRET,
    OTHER_KEY,
    Provider,
    open_provider,
    signed_by_public_key,
    unsigned,
)

PASSWORD = "kevään ensimmäinen päivä"
HASH = passwords.hash_password(PASSWORD)
EMAIL = "kirjautuja@example.org"


@pytest.fixture(scope="session", params=("sqlite",))
def backend(request: pytest.FixtureRequest) -> str:
    """One database: what another service answers is no matter of it."""
    return str(request.param)


@pytest.fixture
def provider(app: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    """A provider that the application knows."""
    with open_provider() as opened:
        settings = replace(
            app.config["SETTINGS"],
            oidc_issuer=opened.issuer,
            oidc_client_id=CLIENT_ID,
            oidc_client_secret=CLIENT_SECRET,
            oidc_name="Kaupungin tunnus",
        )
        monkeypatch.setitem(app.config, "SETTINGS", settings)
        opened.person |= {"email": EMAIL, "email_verified": True}
        yield opened


def go(client: Any, **query: str) -> str:
    """Begin, and return the address at which the provider sends the browser back."""
    answer = client.get("/login/oidc", query_string=query)
    assert answer.status_code == 303
    return str(requests.get(answer.location, allow_redirects=False, timeout=5).headers["Location"])


def come_back(client: Any, address: str) -> Any:
    parts = urlsplit(address)
    return client.get(f"{parts.path}?{parts.query}")


def is_signed_in(client: Any) -> bool:
    return bool(client.get("/calendars").status_code == 200)


def join(user: User, provider: Provider, subject: str = "person-1") -> None:
    db.session.add(
        ExternalIdentity(issuer=provider.issuer, subject=subject, user_id=user.id, created_at=clock.now())
    )
    db.session.flush()


class TestKnown:
    """Issuer and subject open the account, whatever the address is by now."""

    def test_a_known_person_is_signed_in_and_goes_where_they_were_going(
        self, client: Any, provider: Provider
    ) -> None:
        user = make_user()
        join(user, provider)
        assert "Kirjaudu palvelulla Kaupungin tunnus" in client.get("/login").get_data(as_text=True)
        assert come_back(client, go(client, next="/calendars")).location == "/calendars"
        assert is_signed_in(client)

    def test_the_second_step_is_asked_for_here_too(self, client: Any, provider: Provider) -> None:
        user = make_user(second_factor_at=clock.now())
        join(user, provider)
        assert come_back(client, go(client)).location == "/login/code"
        assert not is_signed_in(client)

    def test_another_subject_with_the_same_address_is_somebody_else(
        self, client: Any, provider: Provider
    ) -> None:
        user = make_user(email=EMAIL)
        join(user, provider, "person-0")
        assert come_back(client, go(client)).location.startswith("/login/oidc/account?")
        assert not is_signed_in(client)

    def test_the_same_subject_of_another_issuer_is_somebody_else(
        self, client: Any, provider: Provider
    ) -> None:
        user = make_user()
        db.session.add(
            ExternalIdentity(
                issuer="https://other.example", subject="person-1", user_id=user.id, created_at=clock.now()
            )
        )
        assert come_back(client, go(client)).location.startswith("/login/oidc/account?")

    def test_a_closed_account_stays_closed(self, client: Any, provider: Provider) -> None:
        join(make_user(closed_at=clock.now()), provider)
        assert "Tunnus on suljettu" in refusal(client, come_back(client, go(client)))


class TestFirstTime:
    """An account is made with consent, or joined by who proves that it is theirs."""

    def test_who_has_none_makes_one_and_accepts_the_terms(self, client: Any, provider: Provider) -> None:
        client.follow(come_back(client, go(client, next="/calendars")))
        assert client.submit({"name": "Kirjautuja"}, having="name").status_code == 422
        assert user_with_email(EMAIL) is None
        answer = client.submit({"name": "Kirjautuja", "accept": "y"}, having="name")
        assert answer.location == "/calendars"
        user = user_with_email(EMAIL)
        assert user is not None
        assert (user.name, user.password_hash) == ("Kirjautuja", None)
        assert user.confirmed_at is not None
        assert has_accepted_terms(user.id)
        assert is_signed_in(client)

    def test_the_address_of_the_question_opens_no_other_browser(
        self, client: Any, new_client: Any, provider: Provider
    ) -> None:
        question = come_back(client, go(client)).location
        assert new_client().get(question).location == "/login"
        assert client.get(question).status_code == 200

    def test_an_account_that_was_never_confirmed_is_nobody_s(self, client: Any, provider: Provider) -> None:
        make_user(email=EMAIL, password_hash=HASH, confirmed_at=None)
        client.follow(come_back(client, go(client)))
        assert client.submit({"name": "Oikea", "accept": "y"}, having="name").status_code == 303
        user = user_with_email(EMAIL)
        assert user is not None
        assert (user.name, user.password_hash) == ("Oikea", None)  # whose password it was is not known

    def test_an_account_is_joined_after_its_own_sign_in_and_a_question(
        self, client: Any, provider: Provider
    ) -> None:
        user = make_user(email=EMAIL, password_hash=HASH)
        client.follow(come_back(client, go(client)))
        assert not is_signed_in(client)
        question = come_back(client, go(client)).location
        page = client.get(question).get_data(as_text=True)
        assert "on jo tunnus" in page
        client.get("/login", query_string={"next": question})
        answer = client.submit({"email": EMAIL, "password": PASSWORD}, having="password")
        assert answer.location == question
        assert db.session.query(ExternalIdentity).count() == 0  # not before it is said
        client.get(question)
        assert client.submit(action="/login/oidc/account").location == "/my"
        assert db.session.query(ExternalIdentity).one().user_id == user.id
        assert [each.recipient for each in db.session.query(OutboxMessage)] == [EMAIL]
        client.sign_out()
        assert come_back(client, go(client)).location == "/my"

    def test_somebody_else_s_account_is_not_joined(self, client: Any, provider: Provider) -> None:
        make_user(email=EMAIL)
        question = come_back(client, go(client)).location
        sign_in(client, make_user())
        assert "ei liitetty" in client.follow(client.get(question)).get_data(as_text=True)
        assert client.post(question).status_code == 400
        assert db.session.query(ExternalIdentity).count() == 0

    @pytest.mark.parametrize(
        "person",
        [
            {"email_verified": False},
            {"email_verified": "true"},
            {"email_verified": None},
            {"email": None},
            {"email": "x"},
        ],
    )
    def test_an_address_that_is_not_verified_says_nothing(
        self, client: Any, provider: Provider, person: dict[str, Any]
    ) -> None:
        provider.person |= person
        assert "ei ole vahvistanut" in refusal(client, come_back(client, go(client)))
        assert db.session.query(User).count() == 0


def refusal(client: Any, answer: Any) -> str:
    """Return the page that says why nobody is signed in."""
    assert answer.location == "/login"
    page: str = client.follow(answer).get_data(as_text=True)
    assert not is_signed_in(client)
    return page


class TestRefused:
    """An answer that is not the one we asked for lets nobody in, and says so plainly."""

    @pytest.fixture(autouse=True)
    def _known(self, session: Any, provider: Provider) -> None:
        join(make_user(), provider)

    @pytest.mark.parametrize(
        "claims",
        [
            {"nonce": "another"},
            {"nonce": None},
            {"iss": "https://other.example"},
            {"iss": None},
            {"aud": "somebody else"},
            {"aud": [CLIENT_ID, "somebody else"]},
            {"aud": None},
            {"azp": "somebody else"},
            {"exp": 1_700_000_000},
            {"exp": None},
            {"iat": 4_000_000_000},
            {"sub": None},
            {"sub": ""},
        ],
        ids=str,
    )
    def test_a_token_that_says_something_else(
        self, client: Any, provider: Provider, claims: dict[str, Any]
    ) -> None:
        provider.claims = claims
        assert "ei voitu varmistaa" in refusal(client, come_back(client, go(client)))

    def test_a_token_that_another_key_has_signed(self, client: Any, provider: Provider) -> None:
        provider.key = OTHER_KEY
        assert "ei voitu varmistaa" in refusal(client, come_back(client, go(client)))

    def test_a_key_that_the_provider_does_not_have(self, client: Any, provider: Provider) -> None:
        provider.header = {"alg": "RS256", "kid": "two"}
        assert "ei voitu varmistaa" in refusal(client, come_back(client, go(client)))

    def test_a_token_without_a_signature(self, client: Any, provider: Provider) -> None:
        provider.forgery = unsigned
        assert "ei voitu varmistaa" in refusal(client, come_back(client, go(client)))

    def test_a_public_key_is_no_shared_secret(self, client: Any, provider: Provider) -> None:
        provider.forgery = signed_by_public_key
        assert "ei voitu varmistaa" in refusal(client, come_back(client, go(client)))

    def test_an_answer_of_another_issuer(self, client: Any, provider: Provider) -> None:
        provider.answer = {"iss": "https://other.example"}
        assert "ei voitu varmistaa" in refusal(client, come_back(client, go(client)))

    @pytest.mark.parametrize("answer", [{"code": ""}, {"code": "made up"}])
    def test_an_answer_without_a_code_of_its_own(
        self, client: Any, provider: Provider, answer: dict[str, str]
    ) -> None:
        provider.answer = answer
        assert "ei voitu varmistaa" in refusal(client, come_back(client, go(client)))

    @pytest.mark.parametrize("answer", [{"state": "another"}, {"state": ""}, {"state": "ä"}])
    def test_an_answer_to_another_question(
        self, client: Any, provider: Provider, answer: dict[str, str]
    ) -> None:
        provider.answer = answer
        assert "toisessa selaimessa" in refusal(client, come_back(client, go(client)))

    def test_an_answer_in_another_browser_or_for_the_second_time(
        self, client: Any, new_client: Any, provider: Provider
    ) -> None:
        address, other = go(client), new_client()
        assert "toisessa selaimessa" in refusal(other, come_back(other, address))
        assert come_back(client, address).location == "/my"
        client.sign_out()
        assert "toisessa selaimessa" in refusal(client, come_back(client, address))

    def test_an_answer_after_more_than_ten_minutes(
        self, client: Any, provider: Provider, frozen: Any
    ) -> None:
        now = clock.now()
        frozen(now)
        address = go(client)
        frozen(now + timedelta(minutes=10, seconds=1))
        assert "kesti liian kauan" in refusal(client, come_back(client, address))

    def test_a_sign_in_that_was_given_up(self, client: Any, provider: Provider) -> None:
        provider.answer = {"error": "access_denied", "code": ""}
        assert "keskeytettiin kirjautumispalvelussa" in refusal(client, come_back(client, go(client)))

    def test_a_provider_that_is_down_on_the_way_there_or_back(
        self, client: Any, app: Any, provider: Provider, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        address = go(client)
        nowhere = replace(app.config["SETTINGS"], oidc_issuer="http://127.0.0.1:9")
        monkeypatch.setitem(app.config, "SETTINGS", nowhere)
        assert "ei vastaa" in refusal(client, client.get("/login/oidc"))
        back = urlsplit(address)
        without_issuer = {name: each[0] for name, each in parse_qs(back.query).items() if name != "iss"}
        answer = client.get(back.path, query_string=without_issuer)
        assert "ei vastaa" in refusal(client, answer)

    @pytest.mark.parametrize(
        "said",
        [
            {"issuer": "https://other.example"},
            {"token_endpoint": None},
            {"jwks_uri": "ftp://127.0.0.1/keys"},
            {"jwks_uri": "http://127.0.0.1:9/keys"},
            {"token_endpoint": "http://127.0.0.1:9/token"},
        ],
        ids=str,
    )
    def test_a_provider_that_is_broken_when_one_comes_back(
        self, client: Any, provider: Provider, said: dict[str, Any]
    ) -> None:
        address = go(client)
        provider.say = said
        assert "ei vastaa" in refusal(client, come_back(client, address))


def test_without_a_provider_nothing_of_it_shows(client: Any) -> None:
    for address in ("/login/oidc", "/login/oidc/callback?code=x&state=y", "/login/oidc/account?kept=x"):
        assert client.get(address).status_code == 404
    assert "/login/oidc" not in client.get("/login").get_data(as_text=True)


def test_a_browser_that_asks_too_often_waits(client: Any, provider: Provider) -> None:
    join(make_user(), provider)
    provider.claims = {"nonce": "another"}
    for _ in range(30):
        come_back(client, go(client))
    assert come_back(client, go(client)).status_code == 429


def test_words_for_the_other_service_are_new_each_time(client: Any, provider: Provider) -> None:
    asked = [parse_qs(urlsplit(client.get("/login/oidc").location).query) for _ in range(2)]
    for name in ("state", "nonce", "code_challenge"):
        assert asked[0][name] != asked[1][name]
    assert asked[0]["redirect_uri"] == ["http://localhost/login/oidc/callback"]
    assert "code_verifier" not in asked[0]
