"""PURE: is an ID token the one we asked for? (OpenID Connect Core 1.0, section 3.1.3.7)

In: the token and the provider's keys as they came. Out: its claims, or AnswerRefused with what was wrong.
"""

import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from booking.errors import DomainError

ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""Signatures with a pair of keys. Not `none`, and no HS…, for which a public key would be the secret."""
_KEY_KINDS: Final = ("RSA", "EC")
LEEWAY_SECONDS: Final = 60  # by which the provider's clock may be wrong
LONGEST_SUBJECT: Final = 255  # characters: the standard's and the column's


class AnswerRefused(DomainError):
    """The provider's answer is not one to trust. `reason` says for the log what was wrong with it."""

    code = "oidc_answer"

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason


def verified_claims(
    token: str,
    keys: Sequence[Mapping[str, Any]],
    *,
    issuer: str,
    client_id: str,
    nonce: str,
    now: datetime,
) -> dict[str, Any]:
    """Return the claims of a token that one of the keys (JWK) has signed, for us, for this sign-in."""
    claims = _signed(token, keys)
    if claims.get("iss") != issuer:
        raise AnswerRefused("issuer")
    if not _is_for(client_id, claims):
        raise AnswerRefused("audience")
    moment = now.timestamp()
    if _seconds(claims, "exp") + LEEWAY_SECONDS <= moment:
        raise AnswerRefused("expired")
    if _seconds(claims, "iat") - LEEWAY_SECONDS > moment:
        raise AnswerRefused("issued later")
    if not hmac.compare_digest(_bytes(claims.get("nonce")), nonce.encode()):
        raise AnswerRefused("nonce")
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
        raise AnswerRefused("subject")
    return claims


def _signed(token: str, keys: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    fitting: Any = [key for key in keys if key.get("kty") in _KEY_KINDS and key.get("use", "sig") == "sig"]
    try:
        return dict(jwt.decode(token, KeySet.import_key_set({"keys": fitting}), ALGORITHMS).claims)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        # a key that is missing, of another kind or misshapen, another algorithm, another signature, no token
        raise AnswerRefused(f"signature: {type(error).__name__}") from None


def _is_for(client_id: str, claims: Mapping[str, Any]) -> bool:
    audience = claims.get("aud")
    audiences = [audience] if isinstance(audience, str) else audience
    if not isinstance(audiences, list) or client_id not in audiences:
        return False
    party = claims.get("azp")
    return party == client_id if party is not None else len(audiences) == 1


def _seconds(claims: Mapping[str, Any], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise AnswerRefused(name)
    return value


def _bytes(value: object) -> bytes:
    return value.encode("utf-8", "surrogatepass") if isinstance(value, str) else b""
