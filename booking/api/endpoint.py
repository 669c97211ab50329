"""One declaration an endpoint: address, permission, what comes in, what goes out, how it may be refused."""

import http
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from flask_smorest import Blueprint
from marshmallow import Schema

from booking.access.guard import requires
from booking.access.permissions import Permission
from booking.access.scopes import TokenScope
from booking.api.outgoing import Problem
from booking.api.problems import MEDIA_TYPE
from booking.api.reading import Parser

View = TypeVar("View", bound=Callable[..., Any])

SECURITY: Final = "bearer"
TITLES: Final[dict[str, Any]] = {}  # by operationId: lazy texts for the page about the API
_ALWAYS: Final = (401, 503)
_IDEMPOTENCY: Final = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 120, "pattern": "^[!-~]+$"},
    "description": "Sent again with the same body within seven days, the request is not done twice: the "
    "first answer comes back with `Idempotency-Replayed: true`.",
}


class ApiBlueprint(Blueprint):
    """A blueprint whose arguments are read strictly."""

    ARGUMENTS_PARSER = Parser()


@dataclass(frozen=True, slots=True)
class Contract:
    """What an endpoint takes and gives. `refuses`: statuses besides 401 and 503; `example`: an answer.

    `body_examples`: several bodies by name, instead of one `body_example`. `scopes`: of which a token needs
    one; every route that needs a token names some.
    """

    answer: type[Schema]
    status: int = 200
    query: type[Schema] | None = None
    body: type[Schema] | None = None
    body_example: Any = None
    body_examples: Mapping[str, Any] | None = None
    example: Any = None
    refuses: tuple[int, ...] = ()
    scopes: tuple[TokenScope, ...] = ()


def endpoint(
    blueprint: ApiBlueprint, method: str, rule: str, permission: Permission, title: Any, contract: Contract
) -> Callable[[View], View]:
    """Register a view. It is called with the path's arguments by name after the query's or body's values.

    `title` is a lazy text for the page about the API; the OpenAPI document has the view's docstring. The view
    returns a Response; the schema of its answer is documentation, which the tests hold it to.
    """

    def register(view: View) -> View:
        made: Any = requires(permission)(view)
        made.scopes = contract.scopes  # looked at by `api.tokens` before the view
        made = blueprint.response(contract.status, contract.answer, example=contract.example)(made)
        if contract.query is not None:
            made = blueprint.arguments(contract.query, location="query")(made)
        if contract.body is not None:
            several = contract.body_examples
            made = blueprint.arguments(
                contract.body,
                required=several is not None or contract.body_example is not None,
                example=contract.body_example,
                examples={name: {"value": each} for name, each in several.items()} if several else None,
            )(made)
        reads = contract.query is not None or contract.body is not None
        refuses = {
            *_ALWAYS,
            *contract.refuses,
            *((422,) if reads else ()),
            *((403,) if contract.scopes else ()),
        }
        made = _refusing(blueprint, refuses, made)
        needs_token = permission is not Permission.ANYONE
        made = blueprint.doc(
            operationId=view.__name__,
            # one of these is enough
            security=[{SECURITY: [each.value]} for each in contract.scopes]
            if needs_token
            else [{}, {SECURITY: []}],
        )(made)
        TITLES[view.__name__] = title
        parameters = [_IDEMPOTENCY] if method == "POST" else []
        blueprint.route(rule, methods=[method], parameters=parameters)(made)
        return view

    return register


def _refusing(blueprint: ApiBlueprint, statuses: set[int], view: Any) -> Any:
    for status in sorted(statuses):
        # Named here: what the library would write of itself is another form
        view = blueprint.alt_response(
            status, schema=Problem, content_type=MEDIA_TYPE, description=http.HTTPStatus(status).phrase
        )(view)
    return view
