"""PURE: addresses and numbers that an organisation publishes, as they may be shown and followed.

What a stranger has typed becomes a link here, so only what is plainly a web address or a phone number does.
"""

import re
from typing import Final
from urllib.parse import urlsplit

LONGEST_WEBSITE: Final = 200
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:(?![0-9])")
_HOST = re.compile(r"(?=.{4,253}\Z)(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_]{2,63}")
_PHONE = re.compile(r"\+?[0-9](?:[ \-()/]*[0-9]){4,18}")
_EMAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_]{2,63}"
)


class Unusable(ValueError):
    """What was typed cannot be shown as a link."""


def website_of(text: str) -> str:
    """Return the address of a web site as a link may carry it; "" for an empty text.

    `yhdistys.example` is taken as https. Raises Unusable for any scheme but http and https, for a name or
    password in the address, and for what is no host's name: a number would be a machine, not a site.
    """
    wanted = text.strip()
    if not wanted:
        return ""
    if not _SCHEME.match(wanted):
        wanted = f"https://{wanted}"
    if len(wanted) > LONGEST_WEBSITE or any(
        letter.isspace() or not letter.isprintable() for letter in wanted
    ):
        raise Unusable
    if "\\" in wanted:
        raise Unusable
    try:
        parts = urlsplit(wanted)
        port = parts.port
    except ValueError:
        raise Unusable from None
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or "@" in parts.netloc or not _HOST.fullmatch(host):
        raise Unusable
    shown = host if port is None else f"{host}:{port}"
    return parts._replace(netloc=shown).geturl()


def shown_website(address: str) -> str:
    """Return how a stored web site is written for people: without what every address has."""
    return re.sub(r"^https?://(?:www\.)?", "", address).rstrip("/")


def phone_of(text: str) -> str:
    """Return a phone number as it was typed, tidied; "" for an empty text. Raises Unusable."""
    wanted = " ".join(text.split())
    if wanted and not _PHONE.fullmatch(wanted):
        raise Unusable
    return wanted


def dialled(phone: str) -> str:
    """Return what a phone dials for a shown number (RFC 3966): digits and a leading plus."""
    return re.sub(r"[^+0-9]", "", phone)


def email_of(text: str) -> str:
    """Return a mail address in the form that all programs take; "" for an empty text. Raises Unusable."""
    wanted = text.strip()
    if wanted and (len(wanted) > 254 or not _EMAIL.fullmatch(wanted)):
        raise Unusable
    return wanted
