"""The pages of waiting, as a person uses them."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask, render_template

from booking.reservations.waiting.models import WaitingEntry
from booking.reservations.waiting.pages import waiting_items
from booking.rooms.models import Room
from booking.timetable.interval import Interval
from tests.factories.reservations import EVENING, NOW
from tests.factories.users import acting, make_user
from tests.reservations.town import Town
from tests.waiting.line import free, pass_time, states, take, the_date, wait

WEEK = timedelta(days=7)
HOUR = timedelta(hours=1)
FIELDS = {
    "date": "2027-01-12",
    "start": "18:00",
    "end": "20:00",
    "title": "Konsertti",
    "purpose": "event",
    "visibility": "public",
    "people": "24",
    "responsible": "Vastuuhenkilö",
    "contact": "050 000 0000",
    "accept_terms": "y",
}


@pytest.fixture(autouse=True)
def now(frozen: Any) -> None:
    frozen(NOW)


def offer(town: Town, **changes: Any) -> WaitingEntry:
    """Return the choir's entry to which EVENING is offered."""
    taken = take(town)
    entry = wait(town.booker, town.room, organisation=town.choir, title="Konsertti", **changes)
    free(town, taken)
    return entry


def words(answer: Any) -> str:
    return " ".join(answer.get_data(as_text=True).split())


# Joining


def test_the_form_comes_filled_in_and_leads_to_the_place_in_the_line(
    session: Any, town: Town, client: Any
) -> None:
    take(town)
    client.sign_in(town.booker)
    client.get("/rooms/karelia-sali/wait?date=2027-01-12&start=18:00&end=20:00&people=24")
    form = client.form(action="/rooms/karelia-sali/wait")
    assert [form.values[name] for name in ("date", "start", "people")] == [["2027-01-12"], ["18:00"], ["24"]]
    answer = client.submit({**FIELDS, "organisation": town.choir.slug}, action="/rooms/karelia-sali/wait")
    assert answer.status_code == 303
    shown = words(client.follow(answer))
    assert client.page.headings == ["Konsertti"]
    assert "Ilmoittautuminen jonoon on perillä." in shown
    assert "Paikka jonossa: 1" in shown
    again = client.get("/rooms/karelia-sali/wait")
    assert again.status_code == 200


def test_the_form_of_a_request_can_be_sent_to_the_line(session: Any, town: Town, client: Any) -> None:
    take(town)
    client.sign_in(town.booker)
    client.get("/rooms/karelia-sali/request")
    fields = {**FIELDS, "organisation": town.choir.slug, "csrf_token": token_of(client)}
    answer = client.post("/rooms/karelia-sali/wait", data=fields)
    assert answer.status_code == 303
    assert "/waiting/" in answer.headers["Location"]


def test_a_slot_that_is_free_by_now_can_be_asked_for_with_what_was_typed(
    session: Any, town: Town, client: Any
) -> None:
    client.sign_in(town.booker)
    client.get("/rooms/karelia-sali/wait")
    answer = client.submit({**FIELDS, "organisation": town.choir.slug}, action="/rooms/karelia-sali/wait")
    assert answer.status_code == 409
    assert "Aika on vapaa." in words(answer)
    assert 'formaction="/rooms/karelia-sali/request"' in words(answer)
    assert client.form(action="/rooms/karelia-sali/wait").values["title"] == ["Konsertti"]


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("title", "", "Täytä tämä kohta."),
        ("accept_terms", None, "Lue ehdot ja hyväksy ne."),
        ("people", "51", "50"),
        ("date", "2027-01-03", "mennyt"),
        ("end", "17:00", "Päättyy klo: "),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    session: Any, town: Town, client: Any, field: str, value: str | None, said: str
) -> None:
    take(town)
    client.sign_in(town.booker)
    client.get("/rooms/karelia-sali/wait")
    fields = {**FIELDS, "organisation": town.choir.slug, field: value}
    sent = {name: each for name, each in fields.items() if each is not None}
    answer = client.submit(sent, action="/rooms/karelia-sali/wait")
    assert answer.status_code == 422
    assert said in words(answer)
    assert "Jonoon ei vielä ilmoittauduttu" in words(answer)
    assert client.page.title.startswith("Korjattavaa")
    assert client.form(action="/rooms/karelia-sali/wait").values["contact"] == ["050 000 0000"]


def test_a_room_that_is_not_there_has_no_line(session: Any, town: Town, client: Any) -> None:
    client.sign_in(town.booker)
    assert client.get("/rooms/ei-ole/wait").status_code == 404


# Answering


def test_an_offer_is_taken_by_a_button_and_becomes_a_reservation(
    session: Any, town: Town, client: Any
) -> None:
    town.room.terms = "Siivoa jälkesi."
    entry = offer(town)
    client.sign_in(town.manager)
    shown = words(client.get(f"/waiting/{entry.reference}"))
    assert "Vastaa viimeistään ti 5.1.2027 klo 10.00." in shown
    assert "Siivoa jälkesi." in shown
    answer = client.submit(action=f"/waiting/{entry.reference}/accept")
    assert answer.status_code == 303
    receipt = words(client.follow(answer))
    assert "Pyyntö on lähetetty." in receipt
    back = words(client.get(f"/waiting/{entry.reference}"))
    assert "aika otettu" in back
    assert f'href="/reservations/{the_date(entry).reservation.reference}"' in back
    assert not any("/waiting/" in form.action for form in client.page.forms)


def test_an_offer_is_refused_by_a_button(session: Any, town: Town, client: Any) -> None:
    entry = offer(town)
    client.sign_in(town.booker)
    client.get(f"/waiting/{entry.reference}")
    answer = client.submit(action=f"/waiting/{entry.reference}/refuse")
    shown = words(client.follow(answer))
    assert "Kiitos vastauksesta. Aika menee seuraavalle." in shown
    assert "aikaa ei otettu" in shown
    assert states(entry) == ["refused"]


def test_an_offer_that_has_ended_is_said_to_have_ended(
    session: Any, town: Town, client: Any, frozen: Any
) -> None:
    entry = offer(town)
    client.sign_in(town.booker)
    client.get(f"/waiting/{entry.reference}")
    frozen(NOW + 24 * HOUR)
    for button in ("accept", "refuse"):
        answer = client.post(
            f"/waiting/{entry.reference}/{button}",
            data={"csrf_token": token_of(client), "dates": str(the_date(entry).id)},
        )
        assert answer.status_code == 409
        assert "Tarjous on päättynyt" in words(answer)
        assert "tarjous päättyi" in words(answer), "also before the periodic work has ended it"


def token_of(client: Any) -> str:
    """Return the CSRF token of the last page."""
    return str(next(form.values["csrf_token"][0] for form in client.page.forms if form.has("csrf_token")))


def test_a_rule_that_has_changed_is_said_and_the_offer_stays(session: Any, town: Town, client: Any) -> None:
    entry = offer(town, people=24)
    town.room.capacity = 10
    session.flush()
    client.sign_in(town.booker)
    client.get(f"/waiting/{entry.reference}")
    answer = client.submit(action=f"/waiting/{entry.reference}/accept")
    assert answer.status_code == 422
    assert states(entry) == ["offered"]


def test_a_button_that_names_no_date_answers_nothing(session: Any, town: Town, client: Any) -> None:
    entry = offer(town)
    client.sign_in(town.booker)
    client.get(f"/waiting/{entry.reference}")
    for dates in ([], ["1", "2"], ["yksi"], ["987654321"]):
        for button in ("accept", "refuse"):
            answer = client.post(
                f"/waiting/{entry.reference}/{button}", data={"csrf_token": token_of(client), "dates": dates}
            )
            assert answer.status_code == 404
            client.get(f"/waiting/{entry.reference}")
    assert states(entry) == ["offered"]


def test_some_dates_of_a_series_are_left(session: Any, town: Town, client: Any) -> None:
    uses = [EVENING.shift(week * WEEK) for week in range(3)]
    take(town, *uses)
    entry = wait(town.booker, town.room, *uses, organisation=town.choir)
    client.sign_in(town.booker)
    client.get(f"/waiting/{entry.reference}")
    ids = [str(each.id) for each in entry.dates[:2]]
    answer = client.submit({"dates": ids}, action=f"/waiting/{entry.reference}/leave")
    shown = words(client.follow(answer))
    assert "Poistuit jonosta." in shown
    assert shown.count("poistuttu jonosta") == 2
    assert states(entry) == ["left", "left", "waiting"]
    client.submit(action=f"/waiting/{entry.reference}/leave")
    assert states(entry) == ["left"] * 3


# Who sees it


def test_nobody_sees_who_waits_but_their_own_side_and_the_approvers(
    session: Any, town: Town, new_client: Any
) -> None:
    entry, alone = offer(town), wait(town.booker, town.room)
    every = {town.booker: 200, town.manager: 200, town.member: 200, town.approver: 200}
    for person, status in {**every, town.rival: 404, make_user(): 404}.items():
        client = new_client()
        client.sign_in(person)
        assert client.get(f"/waiting/{entry.reference}").status_code == status
    for person, status in {town.booker: 200, town.approver: 200, town.manager: 404}.items():
        client = new_client()
        client.sign_in(person)
        assert client.get(f"/waiting/{alone.reference}").status_code == status
        assert client.get("/waiting/EIOLE123").status_code == 404


def test_who_may_only_look_gets_no_buttons(session: Any, town: Town, new_client: Any) -> None:
    entry = offer(town)
    for person in (town.member, town.approver):
        client = new_client()
        client.sign_in(person)
        shown = words(client.get(f"/waiting/{entry.reference}"))
        assert "Konsertti" in shown
        assert f"/waiting/{entry.reference}/" not in shown
        answer = client.post(
            f"/waiting/{entry.reference}/accept",
            data={"csrf_token": token_of(client), "dates": str(the_date(entry).id)},
        )
        assert answer.status_code == 403
    assert states(entry) == ["offered"]


def test_a_visitor_is_led_through_sign_in_and_back(session: Any, town: Town, client: Any) -> None:
    entry = offer(town)
    answer = client.get(f"/waiting/{entry.reference}")
    assert answer.status_code == 303
    assert f"next=/waiting/{entry.reference}" in answer.headers["Location"].replace("%2F", "/")


def test_nobody_who_looks_at_the_room_learns_who_waits(session: Any, town: Town, new_client: Any) -> None:
    offer(town)
    wait(make_user(), town.room, title="Salaisuus")
    for person in (None, town.rival):
        client = new_client()
        if person is not None:
            client.sign_in(person)
        for address in ("/rooms/karelia-sali?week=2027-W02", "/day?date=2027-01-12"):
            shown = words(client.get(address))
            assert "Konsertti" not in shown
            assert "Salaisuus" not in shown


# The list of one's own


def test_my_list_holds_what_waits_and_what_is_offered(session: Any, town: Town, app: Flask) -> None:
    entry = offer(town)
    other = wait_elsewhere(town, town.room)
    items = waiting_items(acting(town.booker), NOW)
    assert [(each.reference, each.date.state, each.date.place) for each in items] == [
        (entry.reference, "offered", None),
        (other.reference, "waiting", 1),
    ]
    assert [each.organisation for each in items] == [town.choir.name, None]
    assert [each.reference for each in waiting_items(acting(town.member), NOW)] == [entry.reference]
    assert waiting_items(acting(town.rival), NOW) == []
    with app.test_request_context():
        shown = render_template("waiting/mine.html", waited=items)
    assert "Vastaa viimeistään ti 5.1.2027 klo 10.00." in shown
    assert f"/waiting/{other.reference}" in shown


def test_what_has_ended_is_in_my_list_no_more(session: Any, town: Town) -> None:
    offer(town)
    wait_elsewhere(town, town.room)
    pass_time(NOW + 24 * HOUR)
    assert [each.date.state for each in waiting_items(acting(town.booker), NOW)] == ["waiting"]
    pass_time(EVENING.shift(WEEK).start)
    assert waiting_items(acting(town.booker), EVENING.start) == []


def wait_elsewhere(town: Town, room: Room, at: datetime = NOW) -> WaitingEntry:
    """Have the choir's booker wait for themselves, for the evening a week later."""
    later: Interval = EVENING.shift(WEEK)
    take(town, later)
    return wait(town.booker, room, later, now=at)
