"""What the API says of itself: the OpenAPI document, and a page that is made from it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import Blueprint, Flask, Response, current_app, render_template
from flask.typing import ResponseReturnValue

from booking.access.guard import requires
from booking.access.permissions import Permission
from booking.api.endpoint import SECURITY, TITLES
from booking.api.problems import reply
from booking.web.sentences import sentence

EXTENSION: Final = "booking.api"
# Every `code` a problem may have, with its status and the code whose general sentence explains it
PROBLEMS: Final = (
    (400, "bad_request", "bad_request"),
    (401, "unauthorized", "unauthorized"),
    (403, "forbidden", "forbidden"),
    (403, "not_a_booker", "forbidden"),
    (403, "insufficient_scope", "insufficient_scope"),
    (404, "not_found", "not_found"),
    (404, "unknown_room", "unknown_room"),
    (404, "unknown_reservation", "unknown_reservation"),
    (404, "unknown_occurrence", "unknown_occurrence"),
    (405, "method_not_allowed", "method_not_allowed"),
    (409, "slot_taken", "slot_taken"),
    (409, "wrong_state", "wrong_state"),
    (409, "already_begun", "already_begun"),
    (413, "request_entity_too_large", "request_entity_too_large"),
    (415, "unsupported_media_type", "unsupported_media_type"),
    (422, "invalid_request", "invalid_request"),
    (422, "rule_violation", "rule_violation"),
    (422, "idempotency_mismatch", "idempotency_mismatch"),
    (500, "internal_server_error", "internal_server_error"),
    (503, "unavailable", "unavailable"),
)

blueprint = Blueprint("api-docs", __name__)


@dataclass(frozen=True, slots=True)
class Parameter:
    """Something that can be sent. `values`: the codes it may have; `optional` is the common case."""

    name: str
    required: bool
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Operation:
    """What can be asked at one address."""

    name: str
    title: str
    method: str
    path: str
    needs_token: bool
    scopes: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    answers: tuple[str, ...]


@blueprint.get("/api/v1/openapi.json")
@requires(Permission.ANYONE)
def openapi() -> Response:
    """Tell machines what the API takes and gives."""
    return reply(document(current_app))


@blueprint.get("/api/docs")
@requires(Permission.ANYONE)
def show_docs() -> ResponseReturnValue:
    """Tell people the same."""
    spec = document(current_app)
    return render_template(
        "api/docs.html",
        operations=list(_operations(spec)),
        problems=[(status, code, sentence(meaning)) for status, code, meaning in PROBLEMS],
        base=current_app.config["SETTINGS"].base_url,
    )


def document(app: Flask) -> dict[str, Any]:
    """Return the OpenAPI document of an application."""
    made: dict[str, Any] = app.extensions[EXTENSION].spec.to_dict()
    return made


def _operations(spec: Mapping[str, Any]) -> Iterator[Operation]:
    for path, methods in spec["paths"].items():
        for method, operation in methods.items():
            if isinstance(operation, Mapping):  # a path's own parameters are a list
                yield _operation(spec, path, method, operation)


def _operation(spec: Mapping[str, Any], path: str, method: str, operation: Mapping[str, Any]) -> Operation:
    sent = [
        _parameter(each["name"], each["schema"], each.get("required", False))
        for each in operation.get("parameters", ())
        if each["in"] == "query"
    ]
    if "requestBody" in operation:
        body = _resolve(spec, operation["requestBody"]["content"]["application/json"]["schema"])
        wanted = body.get("required", ())
        sent += [_parameter(name, each, name in wanted) for name, each in body["properties"].items()]
    return Operation(
        name=operation["operationId"],
        title=str(TITLES[operation["operationId"]]),
        method=method.upper(),
        path=path,
        needs_token={} not in operation["security"],
        scopes=tuple(scope for way in operation["security"] for scope in way.get(SECURITY, ())),
        parameters=tuple(sent),
        answers=tuple(sorted(status for status in operation["responses"] if status.isdecimal())),
    )


def _parameter(name: str, schema: Mapping[str, Any], required: bool) -> Parameter:
    codes = schema.get("enum") or schema.get("items", {}).get("enum") or ()
    return Parameter(name, required, tuple(str(code) for code in codes if code is not None))


def _resolve(spec: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    if "$ref" not in schema:
        return schema
    found: Mapping[str, Any] = spec["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return found
