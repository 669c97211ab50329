"""Headers that tell browsers what not to do with our pages."""

from typing import Final

from flask import Flask, Response, current_app, g

CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self';"
    " connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""What pages use of ours and no more: nothing inline, no frames, no plug-ins, nothing of anybody else's."""
FRAMED_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none';"
    " frame-ancestors *"
)
"""For the one page that other sites may show in a frame: it has no script and nothing to press but links."""
ALWAYS: Final = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
DEMAND_ENCRYPTION: Final = f"max-age={365 * 24 * 3600}"  # a year


def init_app(app: Flask) -> None:
    """Add the headers to every answer of an application. What a view has set itself stays."""
    app.after_request(_protect)
    app.after_request(_keep_out_of_caches)


def is_encrypted(app: Flask) -> bool:
    """Say whether people reach this installation by an encrypted address."""
    return str(app.config["SETTINGS"].base_url).startswith("https:")


def _protect(response: Response) -> Response:
    for name, value in ALWAYS.items():
        response.headers.setdefault(name, value)
    if response.headers["Content-Security-Policy"] == FRAMED_POLICY:
        del response.headers["X-Frame-Options"]  # it knows no way to say "everybody"
    if is_encrypted(current_app):
        response.headers.setdefault("Strict-Transport-Security", DEMAND_ENCRYPTION)
    return response


def _keep_out_of_caches(response: Response) -> Response:
    """Let nobody else's page be shown, and no page of who was signed in on this computer before."""
    if "Cache-Control" in response.headers:
        return response
    signed_in = getattr(g.get("actor"), "user_id", None) is not None
    response.headers["Cache-Control"] = "private, no-store" if signed_in else "private, no-cache"
    if response.mimetype == "text/html":
        response.vary.update(("Accept-Language", "Cookie"))
    return response
