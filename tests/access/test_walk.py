"""Every route, tried by every kind of person, against the written table in doors.txt."""

from pathlib import Path
from typing import Any, NamedTuple

import pytest
from flask import Flask

from booking import clock
from booking.access.guard import permission_of
from booking.access.roles import Role
from booking.accounts.api_tokens import create_api_token
from booking.accounts.models import User
from booking.app import create_app
from booking.extensions import db
from tests.factories.organisations import make_member, make_organisation
from tests.factories.users import make_user, sign_in
from tests.support.client import PageClient
from tests.support.settings import settings_for

TABLE = Path(__file__).with_name("doors.txt")
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Route(NamedTuple):
    """One method of one address rule."""

    method: str
    rule: str

    @property
    def address(self) -> str:
        """The rule with things that do not exist in place of its variables."""
        parts = self.rule
        for variable in ("<int:occurrence_id>", "<int:proposal_id>"):
            parts = parts.replace(variable, "999999")
        parts = parts.replace("<int(max=2147483647):message_id>", "999999")
        parts = parts.replace("<int(max=2147483647):closure_id>", "999999")
        parts = parts.replace("<int(max=2147483647):date_id>", "999999")
        parts = parts.replace("<int(max=2147483647):photo_id>", "999999")
        parts = parts.replace("<int(max=2147483647):decision_id>", "999999")
        parts = parts.replace("<int(max=2147483647):deputy_id>", "999999")
        parts = parts.replace("<int(max=2147483647):subscription_id>", "999999")
        parts = parts.replace("<int(max=2147483647):token_id>", "999999")
        parts = parts.replace("<int(max=2147483647):feedback_id>", "999999")
        parts = parts.replace("<int(max=2147483647):user_id>", "999999")
        parts = parts.replace("<any(renew,revoke):step>", "renew")
        parts = parts.replace("<any(email,password):page>", "email")
        parts = parts.replace("<any(rooms,organisations,owners):kind>", "rooms")
        parts = parts.replace("<any(all,events):kind>", "all")
        parts = parts.replace("<int(max=2147483647):source_id>", "999999")
        parts = parts.replace("<int(max=2147483647):session_id>", "999999")
        parts = parts.replace("<int(max=2147483647):exchange_id>", "999999")
        for name in ("user_id", "invitation_id", "request_id"):
            parts = parts.replace(f"<int(max=2147483647):{name}>", "999999")
        for variable in ("<slug>", "<reference>", "<token>", "<path:filename>", "<sha256>"):
            parts = parts.replace(variable, "ei-ole")
        assert "<" not in parts, f"say here what stands for the variables of {self.rule}"
        return parts

    @property
    def is_page(self) -> bool:
        """Whether a session's cookie counts here."""
        return not self.rule.startswith("/api/")


def read_table() -> tuple[list[str], dict[Route, list[str]]]:
    """Return the roles of the table's head and each route's cells."""
    lines = [line.split() for line in TABLE.read_text().splitlines() if line.strip()]
    (head,) = [words[2:] for words in lines if words[:2] == ["#", "route"]]
    return head, {Route(*words[:2]): words[2:] for words in lines if words[0] != "#"}


ROLES, DOORS = read_table()


def routes_of(app: Flask) -> dict[Route, str]:
    """Return all routes of an application with their endpoints."""
    return {
        Route(method, rule.rule): rule.endpoint
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


@pytest.fixture
def people(session: Any) -> dict[str, User | None]:
    """One person a column of the table."""
    choir, city, parish = (make_organisation(kind=kind) for kind in ("association", "city", "parish"))
    return {
        "visitor": None,
        "member": make_member(choir, Role.MEMBER),
        "booker": make_member(choir, Role.BOOKER),
        "manager": make_member(choir, Role.MANAGER),
        "city": make_member(city, Role.APPROVER),
        "parish": make_member(parish, Role.APPROVER),
        "staff": make_member(city, Role.STAFF),
        "admin": make_user(is_admin=True),
    }


def arrive(client: Any, person: User | None) -> None:
    """Begin anew as the person."""
    with client.raw.session_transaction() as kept:
        kept.clear()
    if person is not None:
        sign_in(client, person)


def token_on_a_page(client: Any, person: User | None) -> str:
    """Return the CSRF token of this session, as a page gives it."""
    client.get("/login" if person is None else "/privacy")
    return str(client.page.forms[0].values["csrf_token"][-1])


def try_route(client: Any, route: Route, person: User | None) -> str:
    """Return what the person met at the route's door, in the table's words."""
    arrive(client, person)
    arguments: dict[str, Any] = {}
    if route.method not in SAFE and route.is_page:
        arguments["data"] = {"csrf_token": token_on_a_page(client, person)}
    answer = client.open(route.address, method=route.method, **arguments)
    if answer.status_code == 303 and answer.location.startswith("/login"):
        return "sign"
    if answer.status_code in (401, 403):
        return {401: "401", 403: "no"}[answer.status_code]
    assert answer.status_code < 500, f"{route}: {answer.status}"
    return "404" if answer.status_code == 404 and route.rule.startswith("/demo/") else "in"


def test_the_table_has_every_route_and_no_other(app: Flask) -> None:
    routes = set(routes_of(app))
    assert routes - set(DOORS) == set(), "new routes: write into doors.txt who gets through"
    assert set(DOORS) - routes == set(), "routes that are gone: take them out of doors.txt"
    assert all(len(cells) == len(ROLES) for cells in DOORS.values())


def test_every_route_names_its_permission(app: Flask) -> None:
    nameless = [route for route, endpoint in routes_of(app).items() if not permission_of(app, endpoint)]
    assert nameless == []


def test_a_route_that_names_none_is_refused_to_everybody(fresh_database: Any, tmp_path: Path) -> None:
    app = create_app(settings_for(fresh_database("sqlite"), tmp_path))
    app.add_url_rule("/unguarded", "unguarded", lambda: "seen")
    with app.app_context():
        assert app.test_client().get("/unguarded").status_code == 403
        client = PageClient(app)
        sign_in(client, make_user(is_admin=True))
        assert client.get("/unguarded").status_code == 403
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize("role", ROLES)
def test_each_door_lets_through_whom_the_table_says(
    client: Any, people: dict[str, User | None], role: str
) -> None:
    person = people[role]
    column = ROLES.index(role)
    met = {route: try_route(client, route, person) for route in DOORS}
    expected = {route: cells[column] for route, cells in DOORS.items()}
    assert {route: word for route, word in met.items() if word != expected[route]} == {}


@pytest.mark.parametrize("role", ROLES)
def test_every_post_by_cookie_refuses_a_missing_token(
    client: Any, people: dict[str, User | None], role: str
) -> None:
    unsafe = [route for route in DOORS if route.method not in SAFE and route.is_page]
    assert len(unsafe) >= 9
    for route in unsafe:
        for data in ({}, {"csrf_token": "made up"}):
            arrive(client, people[role])
            answer = client.open(route.address, method=route.method, data=data)
            assert answer.status_code == 400, route


@pytest.mark.parametrize("role", [role for role in ROLES if role != "visitor"])
def test_a_token_opens_the_whole_api_to_anyone_who_has_one(
    client: Any, people: dict[str, User | None], role: str
) -> None:
    person = people[role]
    assert person is not None
    bearer = {"Authorization": f"Bearer {create_api_token(person, 'kävely', now=clock.now())}"}
    for route in [route for route in DOORS if not route.is_page]:
        answer = client.open(route.address, method=route.method, headers=bearer)
        assert answer.status_code not in (401, 403), route
        assert answer.status_code < 500, route


def test_a_token_opens_no_page(client: Any, people: dict[str, User | None]) -> None:
    person = people["admin"]
    assert person is not None
    bearer = {"Authorization": f"Bearer {create_api_token(person, 'kävely', now=clock.now())}"}
    for address in ("/admin", "/my", "/calendars"):
        assert client.get(address, headers=bearer).location.startswith("/login"), address
