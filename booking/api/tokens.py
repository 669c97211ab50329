"""Who sends a request to the API: whoever's Bearer token it carries. A session's cookie says nothing here."""

from typing import Final

from flask import current_app, g, request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from booking import clock
from booking.access.actor import VISITOR
from booking.access.scopes import TokenScope
from booking.accounts.api_tokens import holder_of
from booking.errors import Forbidden
from booking.organisations.membership import actor_of

PREFIX: Final = "/api/v1/"


def recognise() -> None:
    """Build the actor of a request to the API, before the session is looked at.

    Raises Unauthorized for a token that is not in force, also where none is needed: the sender should know.
    Raises Forbidden where the token does not reach, before anything is looked up or answered again.
    """
    if not request.path.startswith(PREFIX):
        return
    g.actor = VISITOR
    header = request.headers.get("Authorization")
    if header is None:
        return
    scheme, _, token = header.partition(" ")
    holder = holder_of(token.strip(), now=clock.now()) if scheme.lower() == "bearer" else None
    if holder is None:
        raise Unauthorized(www_authenticate=WWWAuthenticate("bearer", {"error": "invalid_token"}))
    g.actor = actor_of(holder.user, scopes=holder.scopes)
    g.profile_language = holder.user.language
    needed = scopes_of(request.endpoint)
    if needed and not any(g.actor.covers(each) for each in needed):
        raise Forbidden("insufficient_scope", missing=[each.value for each in needed])


def scopes_of(endpoint: str | None) -> tuple[TokenScope, ...]:
    """Return the scopes of which a token needs one at a route; none where no token is needed."""
    needed: tuple[TokenScope, ...] = getattr(current_app.view_functions.get(endpoint or ""), "scopes", ())
    return needed
