"""Which language a person is spoken to in, and texts stored in several."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from babel import Locale
from flask import Flask, g, has_request_context, request
from flask_babel import force_locale, get_locale

from booking.extensions import babel

LANGUAGES: Final = ("fi", "sv", "en")
# English with 24-hour times and day before month, as times are told in Finland
LOCALES: Final = {"fi": "fi_FI", "sv": "sv_FI", "en": "en_GB"}


def init_app(app: Flask) -> None:
    """Tie the choice of language to the application: `?lang=`, the profile, the browser, the default."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(app.config["TRANSLATIONS"])
    babel.init_app(
        app, default_locale=LOCALES["fi"], locale_selector=lambda: LOCALES[requested_language(app)]
    )


def requested_language(app: Flask) -> str:
    """Return the language code of this request. Outside a request: the installation's default."""
    default: str = app.config["DEFAULT_LANGUAGE"]
    if not has_request_context():
        return default
    asked = request.args.get("lang", "")
    if asked in LANGUAGES:
        return asked
    profile = g.get("profile_language", "")
    if profile in LANGUAGES:
        return str(profile)
    return request.accept_languages.best_match(LANGUAGES, default) or default


def language() -> str:
    """Return the code of the language spoken now: fi, sv or en."""
    locale: Locale | None = get_locale()
    code = locale.language if locale else "fi"
    return code if code in LANGUAGES else "fi"


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Speak `code` inside the block: for mail and feeds, whose reader is not the one who clicks."""
    with force_locale(LOCALES.get(code, LOCALES["fi"])):
        yield


def in_language(finnish: str, swedish: str, english: str) -> str:
    """Choose a stored text by the language spoken now; an empty translation falls back to Finnish."""
    return {"sv": swedish, "en": english}.get(language(), "") or finnish
