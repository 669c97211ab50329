"""How a request's query and body are read, and what is wrong with them in the house's own form."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

from flask import Request
from flask_babel import gettext as _
from marshmallow import RAISE, ValidationError
from webargs.core import is_json
from webargs.flaskparser import FlaskParser
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from booking.api.fields import Complaint
from booking.errors import RuleViolation, Violation

MOST_VIOLATIONS = 30
LONGEST_FIELD = 80  # characters of a field's name that are said back
IMPOSSIBLE_TIME = frozenset({"missing_time", "end_before_start"})


class InvalidRequest(RuleViolation):
    """The request has not the form that the API asks for."""

    code = "invalid_request"


class Parser(FlaskParser):
    """Reads strictly: an unknown name in a query would otherwise be a filter that silently does nothing."""

    DEFAULT_UNKNOWN_BY_LOCATION = {**FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION, "query": RAISE}

    def load_querystring(self, req: Request, schema: Any) -> Any:
        """Return the query without the names that were left empty."""
        filled = MultiDict((name, value) for name, value in req.args.items(multi=True) if value)
        return self._makeproxy(filled, schema)

    def load_json(self, req: Request, schema: Any) -> Any:
        """Return the body; no body is an empty object. Raises UnsupportedMediaType or BadRequest."""
        return read_body(req)

    def handle_error(
        self,
        error: ValidationError,
        req: Request,
        schema: Any,
        *,
        error_status_code: int | None,
        error_headers: Mapping[str, str] | None,
    ) -> NoReturn:
        """Turn marshmallow's messages, which are codes, into violations."""
        violations = []
        for complaints in error.messages_dict.values():  # by location: query or json
            violations += list(_violations(complaints, ()))
        if all(each.code in IMPOSSIBLE_TIME for each in violations):
            raise RuleViolation(violations) from error
        raise InvalidRequest(violations[:MOST_VIOLATIONS]) from error


def read_body(req: Request) -> Any:
    """Return the JSON of a body as Python values; an empty one is an empty object.

    Raises UnsupportedMediaType for what is not sent as JSON and BadRequest for what is not JSON.
    """
    raw = req.get_data()
    if not is_json(req.mimetype) and (raw or req.content_length or "Transfer-Encoding" in req.headers):
        raise UnsupportedMediaType(_("Lähetä tiedot JSON-muodossa: Content-Type: application/json."))
    if not raw.strip():
        return {}
    try:
        return json.loads(raw, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:  # broken, not UTF-8, a number or a nesting without end
        raise BadRequest(_("Lähetetty JSON on rikki. Mitään ei tallennettu.")) from error


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _violations(complaints: Any, path: tuple[str, ...]) -> Iterator[Violation]:
    if isinstance(complaints, Mapping):
        for key, inner in complaints.items():
            yield from _violations(inner, path if key == "_schema" else (*path, str(key)))
        return
    for code in complaints:
        params = code.params if isinstance(code, Complaint) else {}
        yield Violation(str(code), _name(path), params)


def _name(path: tuple[str, ...]) -> str:
    # Back in an answer that is UTF-8, so what cannot be written in it is replaced
    return ".".join(path)[:LONGEST_FIELD].encode("utf-8", "replace").decode()
