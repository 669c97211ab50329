"""Whose token it is."""

from flask import Response
from flask_babel import lazy_gettext as _l

from booking.access.guard import current_actor
from booking.access.permissions import Permission
from booking.access.scopes import TokenScope
from booking.api import outgoing, queries
from booking.api.endpoint import ApiBlueprint, Contract, endpoint
from booking.api.problems import reply

blueprint = ApiBlueprint("api-me", __name__, url_prefix="/api/v1", description="Whose token it is")


@endpoint(
    blueprint,
    "GET",
    "/me",
    Permission.API_TOKEN,
    _l("Kuka olen"),
    Contract(outgoing.Me, scopes=(TokenScope.READ,)),
)
def show_me() -> Response:
    """Tell whose token it is and which roles they have where."""
    return reply(queries.me(current_actor()))
