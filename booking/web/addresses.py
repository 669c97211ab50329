"""Addresses: which ones we send a person to, and how ours look from outside."""

from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Flask, current_app, g, request, url_for
from markupsafe import Markup

from booking.i18n import LANGUAGES

_ANY_ROOM = "any--room"  # no slug has two hyphens in a row


def init_app(app: Flask) -> None:
    """Let a language chosen by `?lang=` stay chosen on the pages one goes on to."""
    app.url_defaults(_keep_language)


def asked_language() -> str | None:
    """Return the language this page's address asks for, if it does."""
    asked = request.args.get("lang") if request else None
    return asked if asked in LANGUAGES else None


def language_field() -> Markup:
    """Return the hidden field that keeps `?lang=` when a form in an address (GET) is sent."""
    asked = asked_language()
    return Markup('<input type="hidden" name="lang" value="{}">').format(asked) if asked else Markup("")


def _keep_language(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint != "static" and "lang" not in values and (asked := asked_language()):
        values["lang"] = asked


def same_site_path(text: str | None) -> str | None:
    """Return the text if it is a path of this site, else None: a sign-in must not send anyone elsewhere.

    Browsers read `//host`, `/\\host` and a tab between the slashes as another site.
    """
    if not text or not text.startswith("/") or text[1:2] in ("/", "\\"):
        return None
    if any(ord(letter) <= 32 or ord(letter) == 127 for letter in text) or "\\" in text:
        return None
    parts = urlsplit(text)
    return None if parts.scheme or parts.netloc else text


def outside_url(endpoint: str, **values: Any) -> str:
    """Return the full address of a page, for mail and feeds: BASE_URL's, whatever the Host header says."""
    base: str = current_app.config["SETTINGS"].base_url
    values.setdefault("lang", None)  # the reader's language, not that of who clicked
    return base + path_for(endpoint, **values)


def webcal(https_url: str) -> str:
    """Return the address of a feed as calendar programs open it from a link."""
    return urlsplit(https_url)._replace(scheme="webcal").geturl()


def path_for(endpoint: str, **values: Any) -> str:
    """Return the path of a page, inside a request or outside."""
    if request:
        return url_for(endpoint, **values)
    # Outside a request an address has to be asked for in full; only its path is taken.
    with current_app.test_request_context():
        return url_for(endpoint, **values)


def room_address(endpoint: str, slug: str, **query: Any) -> str:
    """Return `url_for(endpoint, slug=slug, **query)`, built once a request for all rooms of a list."""
    built: dict[object, str] = g.setdefault("room_addresses", {})
    key = (endpoint, *query.items())
    if key not in built:
        built[key] = url_for(endpoint, slug=_ANY_ROOM, **query)
    return built[key].replace(_ANY_ROOM, slug)


def language_url(code: str) -> str:
    """Return this page's address in another language, the rest of the query kept."""
    query = request.args.to_dict(flat=False) | {"lang": [code]}
    return f"{request.path}?{urlencode(query, doseq=True)}"
