"""Who sends a request to the API: whoever's Bearer token it carries. A session's cookie says nothing here."""

from typing import Final

from flask import g, request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from booking import clock
from booking.access.actor import VISITOR
from booking.accounts.service import user_of_token
from booking.organisations.membership import actor_of

PREFIX: Final = "/api/v1/"


def recognise() -> None:
    """Build the actor of a request to the API, before the session is looked at.

    Raises Unauthorized for a token that is not in force, also where none is needed: the sender should know.
    """
    if not request.path.startswith(PREFIX):
        return
    g.actor = VISITOR
    header = request.headers.get("Authorization")
    if header is None:
        return
    scheme, _, token = header.partition(" ")
    user = user_of_token(token.strip(), now=clock.now()) if scheme.lower() == "bearer" else None
    if user is None:
        raise Unauthorized(www_authenticate=WWWAuthenticate("bearer", {"error": "invalid_token"}))
    g.actor = actor_of(user)
    g.profile_language = user.language
