"""What a token may do: each route asks for a scope; one that does not reach is told what is missing."""

from typing import Any

import pytest

from booking.access.permissions import Permission
from booking.access.roles import Role
from booking.access.scopes import TokenScope
from booking.accounts.api_tokens import create_api_token
from booking.api.docs import document
from booking.api.tokens import scopes_of
from booking.extensions import db
from tests.access.test_owners import everything
from tests.access.test_walk import routes_of
from tests.api.calls import problem_of
from tests.factories.organisations import make_member, make_organisation
from tests.factories.reservations import NOW, make_reservation
from tests.factories.rooms import make_room
from tests.factories.users import make_user

READ, BOOK, DECIDE = TokenScope.READ, TokenScope.BOOK, TokenScope.DECIDE


def limited(api: Any, person: Any, *scopes: TokenScope) -> Any:
    """Return a program of the person whose token does so much."""
    connected = api()
    connected.token = create_api_token(person, "testi", now=NOW, scopes=scopes, days=30)
    return connected


def test_every_route_that_needs_a_token_says_which_scopes_and_the_document_says_the_same(app: Any) -> None:
    paths = document(app)["paths"]
    seen = 0
    for route, endpoint in routes_of(app).items():
        view = app.view_functions[endpoint]
        if not route.rule.startswith("/api/v1/") or endpoint == "api-docs.openapi":
            continue
        with app.app_context():
            needed = scopes_of(endpoint)
        path = route.rule.replace("<", "{").replace(">", "}")
        told = paths[path][route.method.lower()]["security"]
        if view.permission is Permission.API_TOKEN:
            assert needed, f"{route} names no scope"
            assert told == [{"bearer": [each.value]} for each in needed]
            assert (READ in needed) == (route.method == "GET"), "reading is enough for what changes nothing"
            seen += 1
        else:
            assert needed == ()
            assert {} in told
    assert seen >= 8


@pytest.mark.parametrize(
    ("scopes", "path", "missing"),
    [
        ((READ,), "/reservations", ["book"]),
        ((READ, DECIDE), "/reservations", ["book"]),
        ((READ,), "/reservations/{}/withdraw", ["book"]),
        ((READ, DECIDE), "/reservations/{}/withdraw", ["book"]),
        ((READ,), "/reservations/{}/confirm", ["decide"]),
        ((READ, BOOK), "/reservations/{}/confirm", ["decide"]),
        ((READ, BOOK), "/reservations/{}/decline", ["decide"]),
        ((READ,), "/reservations/{}/cancel", ["book", "decide"]),
    ],
)
def test_what_a_token_does_not_reach_is_refused_before_anything_is_looked_at(
    api: Any, scopes: tuple[TokenScope, ...], path: str, missing: list[str]
) -> None:
    room = make_room()
    approver = make_member(room.owner, Role.APPROVER)
    reservation = make_reservation(room, state="pending", booker=approver)
    program = limited(api, approver, *scopes)
    before = everything()
    answer = program.post(path.format(reservation.reference), {"reason": "syy"})
    assert answer.status_code == 403
    problem = problem_of(answer)
    assert (problem["code"], problem["missing"]) == ("insufficient_scope", missing)
    assert everything() == before


def test_a_read_only_token_gets_no_old_answer_by_an_idempotency_key(api: Any) -> None:
    room = make_room()
    approver = make_member(room.owner, Role.APPROVER)
    reservation = make_reservation(room, state="pending")
    path = f"/reservations/{reservation.reference}/confirm"
    first = api(approver).post(path, {}, Idempotency_Key="sama")
    assert first.status_code == 200
    again = limited(api, approver, READ).post(path, {}, Idempotency_Key="sama")
    assert again.status_code == 403
    assert "Idempotency-Replayed" not in again.headers
    assert reservation.reference not in again.text


def test_a_token_that_reads_sees_all_that_its_person_sees(api: Any) -> None:
    room = make_room()
    approver = make_member(room.owner, Role.APPROVER)
    reservation = make_reservation(room, state="pending", visibility="private", title="Salainen")
    program = limited(api, approver, READ)
    shown = program.get(f"/reservations/{reservation.reference}").get_json()
    assert shown["title"] == "Salainen"
    assert len(program.get("/reservations").get_json()["items"]) == 1
    assert program.get("/me").get_json()["scopes"] == ["read"]


def test_cancelling_is_done_on_the_side_that_the_token_reaches(api: Any) -> None:
    """Who is both approver and booker cancels with a booker's token as the booker, bound by the deadline."""
    room = make_room()
    approver = make_member(room.owner, Role.APPROVER)
    choir = make_organisation()
    for scope, side in ((BOOK, "booker"), (DECIDE, "owner")):
        own = make_reservation(room, state="confirmed", booker=approver)
        path = f"/reservations/{own.reference}/cancel"
        answer = limited(api, approver, scope).post(path, {"reason": "syy"})
        assert answer.status_code == 200, answer.get_json()
        assert [each["by"] for each in answer.get_json()["history"] if each["step"] == "cancel"] == [side]
    theirs = make_reservation(room, state="confirmed", booker=make_user(), organisation=choir)
    answer = limited(api, approver, BOOK).post(f"/reservations/{theirs.reference}/cancel", {"reason": "syy"})
    assert (answer.status_code, problem_of(answer)["missing"]) == (403, ["decide"])
    assert {each.state for each in theirs.occurrences} == {"confirmed"}


def test_a_token_that_has_ended_is_nobody_s_whatever_ended_it(api: Any, frozen: Any) -> None:
    person = make_user()
    program = limited(api, person, READ)
    assert program.get("/me").status_code == 200
    db.session.flush()
    frozen(NOW.replace(year=NOW.year + 1))
    expired = program.get("/me")
    assert expired.status_code == 401
    unknown = api().send("GET", "/me", headers={"Authorization": "Bearer imt_ei"})
    assert expired.get_json() == unknown.get_json()
    assert expired.headers["WWW-Authenticate"] == unknown.headers["WWW-Authenticate"]
