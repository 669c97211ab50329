"""Approvers of one owner see and decide nothing of another owner's rooms: every route is tried."""

from typing import Any

import pytest
from flask import Flask

from booking.access.roles import Role
from booking.desk.approvals.items import stamp_of
from booking.desk.approvals.publishing import Criteria, Wording, publish_criteria, write_reason
from booking.reservations.criteria import Criterion
from booking.reservations.models import Reservation
from booking.reservations.reason_templates import ReasonTemplate
from tests.factories.organisations import make_member, make_organisation
from tests.factories.reservations import EVENING, NOW, make_reservation
from tests.factories.rooms import make_room
from tests.factories.users import acting, make_user
from tests.reservations.offering import LATER, WEEK, offered
from tests.reservations.town import Town, of_choir, states

SECRETS = {
    "title": "Salainen kokous",
    "responsible": "Vastuunkantaja",
    "contact": "040 555 0199",
    "note": "Ovikoodi ulkona",
}
PERSON = {"name": "Nimetön Varaaja", "email": "salainen@example.org"}


@pytest.fixture
def request_of_city(session: Any, town: Town, frozen: Any) -> Reservation:
    """A private request for the city's room, with all one could want to know; another time is offered."""
    frozen(NOW)
    made = make_reservation(
        town.room, state="pending", booker=make_user(**PERSON), visibility="private", **SECRETS
    )
    offered(town, made, LATER.shift(WEEK))
    return made


@pytest.fixture
def stranger(session: Any) -> Any:
    """An approver of the parish, which has a room of its own and something to decide."""
    parish = make_organisation(kind="parish")
    make_reservation(make_room(owner=parish), state="pending", title="Seurakunnan oma")
    return make_member(parish, Role.APPROVER)


def routes(app: Flask) -> list[tuple[str, str]]:
    """Return every route of deciding with a method it answers."""
    return [
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(("/approvals", "/desk/criteria", "/desk/reasons"))
        for method in sorted(rule.methods & {"GET", "POST"})
    ]


def test_every_route_of_deciding_is_closed_to_another_owners_approver(
    session: Any, client: Any, app: Any, town: Town, request_of_city: Reservation, stranger: Any
) -> None:
    date = request_of_city.occurrences[0]
    before = states(request_of_city)
    client.sign_in(stranger)
    client.get("/approvals")
    token = _token(client)
    tried = 0
    for method, rule in routes(app):
        address = (
            rule.replace("<reference>", request_of_city.reference)
            .replace("<int:occurrence_id>", str(date.id))
            .replace("<int:proposal_id>", str(date.proposal.id))
            .replace("<slug>", town.owner.slug)
        )
        if "<" in address:
            continue
        sent = {
            "csrf_token": token,
            "action": "confirm",
            "reason": "x",
            "request": stamp_of(request_of_city),
            "text": "Kuka olet?",
            "text_fi": "x",
        }
        answer = client.get(address) if method == "GET" else client.post(address, data=sent)
        body = answer.get_data(as_text=True)
        for secret in (*SECRETS.values(), *PERSON.values()):
            assert secret not in body, (method, rule, secret)
        if "<" in rule or rule == "/approvals/clear":
            assert answer.status_code in (403, 404), (method, rule, answer.status_code)
            tried += 1
    assert tried >= 10
    assert states(request_of_city) == before == ["pending"]
    assert date.proposal is not None


def _token(client: Any) -> str:
    """Return the token of any form that posts on the last page."""
    return str(next(form for form in client.page.forms if form.method == "post").values["csrf_token"][0])


def test_bulk_with_one_foreign_request_does_nothing_to_ones_own(
    session: Any, client: Any, town: Town, stranger: Any, frozen: Any
) -> None:
    frozen(NOW)
    own = session.query(Reservation).filter_by(title="Seurakunnan oma").one()
    foreign = of_choir(town)
    client.sign_in(stranger)
    client.get("/approvals")
    sent = {"request": [stamp_of(own), stamp_of(foreign)]}
    assert client.submit(sent, action="/approvals/clear").status_code == 404
    assert (states(own), states(foreign)) == (["pending"], ["pending"])


def test_another_owners_criteria_and_reasons_are_not_touched(
    session: Any, client: Any, town: Town, stranger: Any
) -> None:
    keeper = acting(town.approver)
    publish_criteria(town.owner.slug, "", Criteria({Criterion.SIZE: 1}), actor=keeper, now=NOW)
    write_reason(town.owner.slug, None, Wording("Kaupungin syy"), actor=keeper, now=NOW)
    template = session.query(ReasonTemplate).one()
    client.sign_in(stranger)
    client.get("/approvals")
    token = _token(client)
    for address, sent in [
        (f"/desk/criteria/{town.owner.slug}", {"action": "withdraw"}),
        (f"/desk/reasons/{town.owner.slug}", {"action": "remove", "edit": template.id}),
        (f"/desk/reasons/{town.owner.slug}", {"edit": template.id, "text_fi": "Muutettu"}),
    ]:
        answer = client.post(address, data={"csrf_token": token} | sent)
        assert answer.status_code == 403
        assert "Kaupungin syy" not in answer.get_data(as_text=True)
    session.expire_all()
    assert session.query(ReasonTemplate).one().text_fi == "Kaupungin syy"


def test_the_past_of_an_association_with_another_owner_is_not_shown(
    session: Any, client: Any, town: Town, frozen: Any
) -> None:
    frozen(NOW)
    make_reservation(
        make_room(), EVENING.shift(-WEEK), organisation=town.choir, state="used", title="Muualla ollut"
    )
    of_choir(town, EVENING.shift(-2 * WEEK), state="used", title="Täällä ollut")
    request = of_choir(town)
    client.sign_in(town.approver)
    body = client.get(f"/approvals/{request.reference}").get_data(as_text=True)
    assert "Täällä ollut" in body
    assert "Muualla ollut" not in body
    assert "1 varattu: 1 käytetty" in body
