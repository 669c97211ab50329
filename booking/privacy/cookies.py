"""The cookies that the service sets, as the privacy notice tells them."""

from dataclasses import dataclass
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l

from booking.accounts import known_device


@dataclass(frozen=True, slots=True)
class Cookie:
    """One cookie: its name in this installation, and what it is for and how long it stays."""

    name: str
    words: Any


def told_cookies() -> list[Cookie]:
    """Return every cookie that the service sets. A test compares them with what a sign-in does."""
    return [
        Cookie(
            current_app.config["SESSION_COOKIE_NAME"],
            _l(
                "Istunto: kirjautuminen ja lomakkeiden suojaus. Poistuu, kun selain suljetaan; jos valitset"
                " kirjautuessa, että sinut muistetaan, viimeistään vuoden kuluttua viimeisestä käytöstä."
            ),
        ),
        Cookie(
            known_device.cookie_name(),
            _l(
                "Tuttu laite: asetetaan, kun kirjaudut, ja poistuu vuoden kuluttua. Sen ansiosta kukaan muu"
                " ei voi lukita kirjautumistasi arvailemalla salasanaa. Siinä ei ole nimeäsi eikä"
                " osoitettasi, eikä sillä pääse sisään."
            ),
        ),
    ]
