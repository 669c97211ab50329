"""Static files, under an address that changes when any of them does, so that browsers keep them for good.

`/static/<digest>/css/site.css` is kept for ever; `/static/css/site.css` works too, for an hour. Addresses in
style sheets are relative, so fonts come under the same digest.
"""

from collections.abc import Callable
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from wsgiref.headers import Headers

from flask import Flask
from whitenoise import WhiteNoise

from booking.web.headers import CONTENT_SECURITY_POLICY, DEMAND_ENCRYPTION, is_encrypted

_AN_HOUR: Final = 3600
_PAGES: Final = (".svg", ".html", ".xml", ".pdf")
"""How files end that a browser shows as a page of its own: they are held to what pages are held to."""
FONT: Final = "vendor/geologica-latin-wght-normal.woff2"  # put there by `make fonts`, where there is npm


def serve_static_files(app: Flask) -> None:
    """Have static files answered before the application, and name their digest in addresses.

    The digest is in `app.config["RELEASE"]`.
    """
    folder = Path(str(app.static_folder))
    digest = app.config["RELEASE"] = digest_of(folder)
    newest = f"/static/{digest}/"
    app.jinja_env.globals["has_font"] = (folder / FONT).exists()

    def add_digest(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static":
            values["filename"] = f"{digest}/{values['filename']}"

    app.url_defaults(add_digest)
    files = WhiteNoise(
        app.wsgi_app,
        root=str(folder),
        prefix="static/",
        max_age=_AN_HOUR,
        autorefresh=app.debug,
        allow_all_origins=False,
        immutable_file_test=lambda _path, url: url.startswith(newest),
        add_headers_function=partial(_add_headers, encrypted=is_encrypted(app)),
    )
    files.add_files(str(folder), prefix=newest)
    wsgi_app: Callable[..., Any] = files
    app.wsgi_app = wsgi_app  # type: ignore[method-assign]


def digest_of(folder: Path) -> str:
    """Return twelve hexadecimal digits that change with any file of a folder."""
    digest = sha256()
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        digest.update(f"{path.relative_to(folder)}\0".encode())
        digest.update(sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:12]


def _add_headers(headers: Headers, path: str, url: str, *, encrypted: bool) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
    if path.endswith(_PAGES):
        headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
        headers["X-Frame-Options"] = "DENY"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    if encrypted:
        headers["Strict-Transport-Security"] = DEMAND_ENCRYPTION
