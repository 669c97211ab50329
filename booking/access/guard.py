"""The guard at every route: a view without a permission does not start, let alone answer."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from booking.access.actor import VISITOR, Actor
from booking.access.permissions import Permission, allows
from booking.errors import Forbidden

View = TypeVar("View", bound=Callable[..., Any])


def requires(permission: Permission, *, before_second_factor: bool = False) -> Callable[[View], View]:
    """Name the permission of a view. The lowest decorator, beneath the route's.

    `before_second_factor`: it opens also to who must have a second factor and has not set it up yet.
    """

    def mark(view: View) -> View:
        view.permission = permission  # type: ignore[attr-defined]
        view.before_second_factor = before_second_factor  # type: ignore[attr-defined]
        return view

    return mark


def permission_of(app: Flask, endpoint: str) -> Permission | None:
    """Return the permission of a route, or None when nobody has named one."""
    view = app.view_functions[endpoint]
    return getattr(getattr(view, "view_class", view), "permission", None)


def may_open(endpoint: str) -> bool:
    """Say whether the door of a route is open to who sent this request: for menus."""
    permission = permission_of(current_app, endpoint)
    return permission is not None and allows(permission, current_actor(), demo=current_app.config["DEMO"])


def current_actor() -> Actor:
    """Return who sent this request."""
    actor: Actor = g.get("actor", VISITOR)
    return actor


def check_permission() -> ResponseReturnValue | None:
    """Stand before every view: let pass, send a visitor to sign in, or refuse.

    A route that names no permission is refused for everybody.
    """
    if request.endpoint is None:
        return None
    permission = permission_of(current_app, request.endpoint)
    actor = current_actor()
    if permission is not None and allows(permission, actor, demo=current_app.config["DEMO"]):
        return _ask_second_factor(request.endpoint) if actor.owes_second_factor else None
    if permission is Permission.DEMO:
        abort(404)
    if permission is Permission.API_TOKEN:
        raise Unauthorized(www_authenticate=WWWAuthenticate("bearer"))
    if permission is not None and not actor.is_signed_in:
        # only a page can be come back to, not a button that was pressed on it
        wanted = request.full_path.rstrip("?") if request.method in ("GET", "HEAD") else None
        return redirect(url_for("accounts.login", next=wanted), 303)
    raise Forbidden


def _ask_second_factor(endpoint: str) -> ResponseReturnValue | None:
    """Lead to the page that sets a second factor up. Raises Forbidden for what a program would change."""
    if getattr(current_app.view_functions[endpoint], "before_second_factor", False):
        return None
    if request.path.startswith("/api/"):
        if request.method in ("GET", "HEAD", "OPTIONS"):
            return None
        raise Forbidden("second_factor_needed")
    return redirect(url_for("second_factor.show"), 303)
