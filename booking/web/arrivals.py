"""What is looked at before anything else in a request: whom it was sent to, and whether it can be read."""

from typing import Final
from urllib.parse import unquote_to_bytes, urlsplit

from flask import Flask, current_app, request
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest
from werkzeug.middleware.proxy_fix import ProxyFix

from booking.web.uploads import allow_uploads

_UNREADABLE: Final = "\ufffd"  # what multipart forms have in place of bytes that are not UTF-8
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1"})


def init_app(app: Flask) -> None:
    """Look at every request of an application first of all, the CSRF token included."""
    first = app.before_request_funcs.setdefault(None, [])
    first[:0] = [_check_host, allow_uploads, _check_text]  # reading a form's text reads all of its body


def trust_proxies(app: Flask) -> None:
    """Believe what the operator's own proxies say of the client, the scheme and the host."""
    count = app.config["SETTINGS"].trusted_proxies
    if count:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=count, x_proto=count, x_host=count
        )


def known_hosts() -> frozenset[str]:
    """Return the host names this installation answers to."""
    settings = current_app.config["SETTINGS"]
    return frozenset({settings.host.lower()}) | (_LOOPBACK if settings.demo else frozenset())


def _check_host() -> None:
    """Refuse a foreign Host header (400): addresses in caches and links must not become somebody else's."""
    if _host_name(request.environ.get("HTTP_HOST", "")) not in known_hosts():
        raise BadRequest(_("Palvelua ei ole tässä osoitteessa. Tarkista osoite."))


def _host_name(header: str) -> str | None:
    try:
        parts = urlsplit(f"//{header}")
        parts.port  # noqa: B018 - raises for a port that is none
    except ValueError:
        return None
    return parts.hostname if parts.netloc == header and "@" not in header else None


def _check_text() -> None:
    """Refuse text that is not UTF-8 (400) instead of guessing what was meant."""
    if not (_is_utf8(request.query_string) and _is_path_utf8() and _is_form_utf8()):
        raise BadRequest(
            _("Osoitteessa tai lomakkeessa on merkkejä, joita ei voi lukea. Mitään ei tallennettu.")
        )


def _is_path_utf8() -> bool:
    try:
        request.environ.get("PATH_INFO", "").encode("latin-1").decode()
    except UnicodeError:
        return False
    return True


def _is_form_utf8() -> bool:
    if request.mimetype == "application/x-www-form-urlencoded":
        return _is_utf8(request.get_data())  # stays in memory for the form's parser; its size is limited
    if request.mimetype == "multipart/form-data":
        return not any(_UNREADABLE in text for text in request.form.values())
    return True


def _is_utf8(quoted: bytes) -> bool:
    try:
        unquote_to_bytes(quoted).decode()
    except UnicodeDecodeError:
        return False
    return True
