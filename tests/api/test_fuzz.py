"""Whatever anybody sends, the API answers as its document says, and never with a fault of its own."""

import contextvars
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.generation import GenerationMode

from booking.access.roles import Role
from booking.accounts.api_tokens import create_api_token
from booking.api.docs import document
from booking.extensions import db
from tests.factories.organisations import make_member, make_membership, make_organisation
from tests.factories.reservations import NOW, make_reservation
from tests.factories.rooms import make_room

EXAMPLES = 8  # of each mode for each operation and database
OPERATIONS = (
    ("get", "/availability"),
    ("get", "/me"),
    ("get", "/rooms"),
    ("get", "/rooms/{slug}"),
    ("get", "/rooms/{slug}/calendar"),
    ("get", "/reservations"),
    ("post", "/reservations"),
    ("get", "/reservations/{reference}"),
    ("post", "/reservations/{reference}/confirm"),
    ("post", "/reservations/{reference}/decline"),
    ("post", "/reservations/{reference}/withdraw"),
    ("post", "/reservations/{reference}/cancel"),
)
HELD_TO = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
)


@pytest.fixture
def known(session, frozen) -> dict[str, str]:
    """A room, a reservation in it, and a token that may do everything with both."""
    frozen(NOW)
    owner = make_organisation()
    person = make_member(owner, Role.APPROVER)
    association = make_organisation()
    make_membership(person, association, Role.BOOKER)
    room = make_room(owner=owner, approval="at_once")
    reservation = make_reservation(room, state="pending", organisation=association)
    return {
        "slug": room.slug,
        "reference": reservation.reference,
        "organisation": association.slug,
        "token": create_api_token(person, "testi", now=NOW),
    }


def knowing(app: Any, known: dict[str, str]) -> Any:
    """Return the document with the names of what there is, so that guesses get past the first door."""
    told = document(app)
    wish = told["components"]["schemas"]["NewReservation"]["properties"]
    wish["room"]["enum"] = [known["slug"]]
    wish["organisation"]["enum"] = [known["organisation"], None]
    for path, methods in told["paths"].items():
        parameters = [each for each in methods.get("parameters", ()) if each["in"] == "path"]
        for each in parameters:
            each["schema"] = {"enum": [known[each["name"]], "ei-ole"], "type": "string"}
        assert bool(parameters) == ("{" in path)
    return schemathesis.openapi.from_dict(told)


def test_every_operation_is_tried(app):
    told = {(method, path) for path, methods in document(app)["paths"].items() for method in methods}

    assert {(method, f"/api/v1{path}") for method, path in OPERATIONS} == {
        (method, path) for method, path in told if method != "parameters"
    }


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_no_request_finds_a_fault(app, known, method, path, mode):
    load_all_checks()
    checks = CHECKS.get_by_names(HELD_TO)
    operation = knowing(app, known)[f"/api/v1{path}"][method]
    headers = {"Authorization": f"Bearer {known['token']}", "Accept-Encoding": "identity"}

    @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode))
    def send(case):
        db.session.commit()
        sent = {"app": app, "base_url": "http://localhost", "headers": headers}
        answer = contextvars.Context().run(lambda: case.call(**sent))
        case.validate_response(answer, checks=checks)

    send()
