"""PURE: the codes of an authenticator app (RFC 6238: SHA-1, six digits, a new one every 30 seconds)."""

import hmac
from datetime import datetime
from typing import Final

import pyotp

STEP_SECONDS: Final = 30
DRIFT: Final = 1  # steps by which a telephone's clock may be early or late
DIGITS: Final = 6
ISSUER: Final = "Imatran tilat"  # what the app shows; a name, so it is not translated


def new_secret() -> str:
    """Return a secret of 160 bits as 32 letters and figures (base 32)."""
    return pyotp.random_base32()


def step_at(now: datetime) -> int:
    """Return the number of the step that an aware moment lies in."""
    return int(now.timestamp()) // STEP_SECONDS


def code_at(secret: str, step: int) -> str:
    """Return the code of a step."""
    return pyotp.TOTP(secret).generate_otp(step)


def fitting_steps(secret: str, code: str, now: datetime) -> list[int]:
    """Return the steps around `now` that have this code, oldest first: none for a wrong code, mostly one."""
    here = step_at(now)
    typed = code.encode("utf-8", "surrogatepass")
    steps = range(here - DRIFT, here + DRIFT + 1)
    # All are compared, so that the time tells nothing
    fits = [hmac.compare_digest(code_at(secret, step).encode(), typed) for step in steps]
    return [step for step, fit in zip(steps, fits, strict=True) if fit]


def set_up_address(secret: str, account: str) -> str:
    """Return the `otpauth://` address that an app reads from a QR code. `account` is an e-mail address."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=ISSUER)


def in_groups(text: str) -> str:
    """Return a text in groups of four, as people read it aloud and copy it."""
    return " ".join(text[first : first + 4] for first in range(0, len(text), 4))
