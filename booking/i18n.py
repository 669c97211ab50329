"""Which language a person is spoken to in, and texts stored in several."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from babel import Locale
from flask import Flask, g, has_request_context, request
from flask_babel import force_locale, get_locale, get_translations

from booking.extensions import babel

LANGUAGES: Final = ("fi", "sv", "en")
# English with 24-hour times and day before month, as times are told in Finland
LOCALES: Final = {"fi": "fi_FI", "sv": "sv_FI", "en": "en_GB"}
_catalogues: dict[str, Any] = {}  # by language: they do not change while the process lives


def init_app(app: Flask) -> None:
    """Tie the choice of language to the application: `?lang=`, the profile, the browser, the default."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(app.config["TRANSLATIONS"])
    babel.init_app(
        app, default_locale=LOCALES["fi"], locale_selector=lambda: LOCALES[requested_language(app)]
    )
    # A page asks for some 250 words; the library would find the language anew for each
    app.jinja_env.install_gettext_callables(_gettext, _ngettext, newstyle=True)  # type: ignore[attr-defined]


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
    """Return the code of the language spoken now: fi, sv or en. Found once a request."""
    known: str | None = g.get("language") if g else None
    if known is not None:
        return known
    locale: Locale | None = get_locale()
    code = locale.language if locale else "fi"
    found = code if code in LANGUAGES else "fi"
    if has_request_context():
        g.language = found
    return found


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Speak `code` inside the block: for mail and feeds, whose reader is not the one who clicks."""
    spoken = code if code in LANGUAGES else "fi"
    before = g.get("language")
    g.language = spoken
    try:
        with force_locale(LOCALES[spoken]):
            yield
    finally:
        if before is None:
            g.pop("language")
        else:
            g.language = before


def gettext(text: str, **params: object) -> str:
    """Return a sentence in the language spoken now, filled in: for code that needs hundreds a page."""
    found = _gettext(text)
    return found % params if params else found


def marked(text: str) -> str:
    """Return the text itself, marked for translation (imported as `N_`): it is looked up when it is shown."""
    return text


def _gettext(text: str) -> str:
    return str(_catalogue().ugettext(text))


def _ngettext(singular: str, plural: str, number: int) -> str:
    return str(_catalogue().ungettext(singular, plural, number))


def _catalogue() -> Any:
    code = language()
    found = _catalogues.get(code)
    if found is None:
        found = _catalogues[code] = get_translations()
    return found


def in_language(finnish: str, swedish: str, english: str) -> str:
    """Choose a stored text by the language spoken now; an empty translation falls back to Finnish."""
    return {"sv": swedish, "en": english}.get(language(), "") or finnish
