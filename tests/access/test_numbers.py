"""No number that somebody writes into an address breaks a page: huge, negative, or no number at all."""

import re
from typing import Any

import pytest
from flask import Flask

from booking.access.roles import Role
from tests.access.test_walk import SAFE, Route, routes_of, token_on_a_page
from tests.factories.organisations import make_membership, make_organisation
from tests.factories.reservations import make_reservation
from tests.factories.rooms import make_room
from tests.factories.users import make_user, sign_in
from tests.support.client import PageClient

HUGE = "99999999999999999999"
WRONG = (HUGE, "2147483648", "-1", "abc")
NUMBERS = ("before", "edit", "closure", "single", "page", "date")
BESIDES = ("organisation", "subject", "season", "week", "q", "owner", "people", "days", "minutes")
_NUMBER = re.compile(r"<int[^>]*>")


@pytest.fixture
def names(client: PageClient) -> dict[str, str]:
    """Real things for the other variables, and somebody signed in to whom every page is open."""
    person, city = make_user(is_admin=True), make_organisation(kind="city")
    for role in (Role.MANAGER, Role.APPROVER, Role.STAFF):
        make_membership(person, city, role)
    room = make_room(owner=city)
    reservation = make_reservation(room, organisation=city, booker=person)
    sign_in(client, person)
    return {"slug": city.slug, "room": room.slug, "reference": reservation.reference}


def addresses_of(route: Route, names: dict[str, str], number: str) -> str:
    """The rule with real things, and the number for each of its numbers."""
    slug = names["slug"] if "organisation" in route.rule else names["room"]
    known = _NUMBER.sub(number, route.rule.replace("<reference>", names["reference"]))
    return Route(route.method, known.replace("<slug>", slug)).address


def test_no_number_in_a_path_breaks_a_page(app: Flask, client: PageClient, names: dict[str, str]) -> None:
    token = token_on_a_page(client, make_user())
    routes = [each for each in routes_of(app) if _NUMBER.search(each.rule)]
    assert len(routes) > 30
    for route in routes:
        for number in WRONG:
            form = {} if route.method in SAFE else {"data": {"csrf_token": token}}
            answer = client.open(addresses_of(route, names, number), method=route.method, **form)
            assert answer.status_code in (303, 401, 403, 404, 405, 422), (route, number, answer.status)


@pytest.mark.parametrize("parameters", [NUMBERS, BESIDES])
def test_no_number_in_a_query_breaks_a_page(
    app: Flask, client: PageClient, names: dict[str, str], parameters: tuple[str, ...]
) -> None:
    tried = 0
    for route in [each for each in routes_of(app) if each.method == "GET" and each.is_page]:
        if not _NUMBER.search(route.rule) and not route.rule.startswith(("/static", "/logout")):
            for number in (HUGE, "-1"):
                query: dict[str, Any] = dict.fromkeys(parameters, number)
                answer = client.get(addresses_of(route, names, number), query_string=query)
                tried += answer.status_code in (200, 422)
                assert answer.status_code < 500, (route, number, answer.status)
    assert tried > 80


@pytest.mark.parametrize("number", WRONG)
def test_an_impossible_beginning_of_the_record_is_none(
    client: PageClient, names: dict[str, str], number: str
) -> None:
    assert names
    whole, part = (client.raw.get(f"/admin/audit{query}") for query in ("", f"?before={number}"))
    assert (whole.status_code, part.status_code) == (200, 200)
    assert part.text.count("<li>") == whole.text.count("<li>")
