"""Talk to the other service: where its pages are, a code for a token, its keys.

Each call asks anew and keeps nothing: sign-ins are few, and keys change. No transaction is open meanwhile.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from flask import current_app

from booking.accounts.oidc.id_token import AnswerRefused, verified_claims
from booking.accounts.service import InvalidEmail, normal_email
from booking.errors import DomainError
from booking.web.addresses import outside_url
from config import Settings

TIMEOUT: Final = (3, 5)  # seconds to connect, to wait for the answer
SCOPE: Final = "openid email profile"
LONGEST_NAME: Final = 120  # characters: the column's


class ProviderDown(DomainError):
    """The other service does not answer as it should."""

    code = "oidc_down"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is at the other service. `email` is "" unless the service says that it is verified."""

    issuer: str
    subject: str
    email: str
    name: str


@dataclass(frozen=True, slots=True)
class Provider:
    """The other service as it describes itself (OpenID Connect Discovery 1.0)."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    auth_method: str

    def address(self, *, state: str, nonce: str, verifier: str) -> str:
        """Return the address of its sign-in page for one sign-in."""
        with _client(self) as client:
            address, _state = client.create_authorization_url(
                self.authorization_endpoint, state=state, nonce=nonce, code_verifier=verifier
            )
        return str(address)

    def identity(self, code: str, *, nonce: str, verifier: str, now: datetime) -> Identity:
        """Return who has signed in there. Raises ProviderDown or, for a doubtful answer, AnswerRefused."""
        settings = _settings()
        token = self._token(code, verifier)
        claims = verified_claims(
            token,
            _keys(self.jwks_uri),
            issuer=settings.oidc_issuer,
            client_id=settings.oidc_client_id,
            nonce=nonce,
            now=now,
        )
        name = claims.get("name")
        return Identity(
            settings.oidc_issuer,
            claims["sub"],
            _verified_email(claims),
            name.strip()[:LONGEST_NAME] if isinstance(name, str) else "",
        )

    def _token(self, code: str, verifier: str) -> str:
        try:
            with _client(self) as client:
                answer = client.fetch_token(
                    self.token_endpoint,
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=verifier,
                    timeout=TIMEOUT,
                    allow_redirects=False,
                )
        except requests.RequestException:
            raise ProviderDown from None
        except (AuthlibBaseError, ValueError, KeyError, TypeError):
            raise AnswerRefused("code") from None
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise AnswerRefused("no ID token")
        return token


def is_configured() -> bool:
    """Say whether this installation has another service to sign in by."""
    return bool(_settings().oidc_issuer)


def discover() -> Provider:
    """Ask the other service where its pages are. Raises ProviderDown."""
    issuer = _settings().oidc_issuer
    said = _get(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    if said.get("issuer") != issuer:
        raise ProviderDown
    methods = said.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    by_header = "client_secret_basic" in methods
    return Provider(
        _endpoint(said, "authorization_endpoint", issuer),
        _endpoint(said, "token_endpoint", issuer),
        _endpoint(said, "jwks_uri", issuer),
        "client_secret_basic" if by_header else "client_secret_post",
    )


def _keys(jwks_uri: str) -> list[Mapping[str, Any]]:
    keys = _get(jwks_uri).get("keys")
    if not isinstance(keys, list):
        raise ProviderDown
    return [key for key in keys if isinstance(key, dict)]


def _get(address: str) -> dict[str, Any]:
    try:
        answer = requests.get(address, timeout=TIMEOUT, allow_redirects=False)
        said = answer.json() if answer.status_code == 200 else None
    except (requests.RequestException, ValueError):
        raise ProviderDown from None
    if not isinstance(said, dict):
        raise ProviderDown
    return said


def _endpoint(said: Mapping[str, Any], name: str, issuer: str) -> str:
    """Return an address the service names; one that is less safe than the service itself is refused."""
    address = said.get(name)
    if not isinstance(address, str) or urlsplit(address).scheme not in ("https", urlsplit(issuer).scheme):
        raise ProviderDown
    return address


def _client(provider: Provider) -> OAuth2Session:
    settings = _settings()
    return OAuth2Session(
        settings.oidc_client_id,
        settings.oidc_client_secret,
        token_endpoint_auth_method=provider.auth_method,
        scope=SCOPE,
        redirect_uri=outside_url("oidc.callback"),
        code_challenge_method="S256",
    )


def _verified_email(claims: Mapping[str, Any]) -> str:
    email = claims.get("email")
    if claims.get("email_verified") is not True or not isinstance(email, str):
        return ""
    try:
        return normal_email(email)
    except InvalidEmail:
        return ""


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
