"""A provider of OpenID Connect made for tests: real HTTP on loopback, keys made at its start.

A test bends one answer at a time: `claims` and `header` change the ID token, `key` signs it, `forgery` makes
it another way, `answer` changes what the browser brings back, `say` what the service says of itself.
"""

import base64
import hmac
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server

CLIENT_ID, CLIENT_SECRET = "tilavaraus", "a secret only the test's provider knows"
KEY, OTHER_KEY = (RSAKey.generate_key(2048, {"kid": "one"}, private=True) for _ in range(2))


class Provider:
    """What the provider says, and what it was asked."""

    def __init__(self) -> None:
        self.issuer = ""
        self.claims: dict[str, Any] = {}
        self.header: dict[str, Any] = {"alg": "RS256", "kid": "one"}
        self.key: Any = KEY
        self.say: dict[str, Any] = {}
        self.answer: dict[str, str] = {}
        self.forgery: Callable[[bytes], str] | None = None
        self.person: dict[str, Any] = {"sub": "person-1", "name": "Kaupungin Kirjautuja"}
        self._codes: dict[str, dict[str, str]] = {}

    def id_token(self, nonce: str) -> str:
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 300, "nonce": nonce}
        claims = {
            name: value for name, value in (claims | self.person | self.claims).items() if value is not None
        }
        if self.forgery is not None:
            return self.forgery(json.dumps(claims).encode())
        return jwt.encode(self.header, claims, self.key)


def unsigned(claims: bytes) -> str:
    """Return a token that says it needs no signature."""
    return ".".join((_letters(b'{"alg":"none"}'), _letters(claims), ""))


def signed_by_public_key(claims: bytes) -> str:
    """Return a token signed as by one who hopes that the public key is taken for a shared secret."""
    text = ".".join((_letters(b'{"alg":"HS256","kid":"one"}'), _letters(claims)))
    return f"{text}.{_letters(hmac.digest(KEY.as_pem(private=False), text.encode(), 'sha256'))}"


def _letters(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def make_app(provider: Provider) -> Flask:
    app = Flask("provider")

    @app.get("/.well-known/openid-configuration")
    def configuration() -> Response:
        said = {
            "issuer": provider.issuer,
            "authorization_endpoint": f"{provider.issuer}/authorize",
            "token_endpoint": f"{provider.issuer}/token",
            "jwks_uri": f"{provider.issuer}/keys",
        }
        return jsonify(said | provider.say)

    @app.get("/authorize")
    def authorize() -> Any:
        asked = request.args
        assert asked["client_id"] == CLIENT_ID
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        code = secrets.token_urlsafe(8)
        provider._codes[code] = {name: asked[name] for name in ("nonce", "code_challenge", "redirect_uri")}
        answer = {"code": code, "state": asked["state"], "iss": provider.issuer} | provider.answer
        return redirect(f"{asked['redirect_uri']}?{urlencode({k: v for k, v in answer.items() if v})}")

    @app.post("/token")
    def token() -> Any:
        given, asked = request.form, provider._codes.pop(request.form.get("code", ""), None)
        challenge = _letters(sha256(given.get("code_verifier", "").encode()).digest())
        who = request.authorization
        if (
            asked is None
            or who is None
            or (who.username, who.password) != (CLIENT_ID, CLIENT_SECRET)
            or challenge != asked["code_challenge"]
            or given["redirect_uri"] != asked["redirect_uri"]
        ):
            return jsonify(error="invalid_grant"), 400
        return jsonify(access_token="unused", token_type="Bearer", id_token=provider.id_token(asked["nonce"]))

    @app.get("/keys")
    def keys() -> Response:
        return jsonify(keys=[KEY.as_dict(private=False, kid="one", use="sig", alg="RS256")])

    return app


@contextmanager
def open_provider() -> Iterator[Provider]:
    """Run a provider on a free port of this machine."""
    provider = Provider()
    server = make_server("127.0.0.1", 0, make_app(provider), threaded=True)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
