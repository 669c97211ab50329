"""The page that makes a counter-offer, and the buttons that answer it and take it back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from booking.reservations.offer_pages import last_refusals, open_offers
from booking.reservations.proposals import refuse
from booking.reservations.suggestions import suggestions
from booking.timetable.interval import Interval
from tests.desk.approvals.test_deciding_pages import opened, page_of, text_of
from tests.factories.reservations import EVENING, NOW, make_reservation
from tests.factories.rooms import every_day, make_room
from tests.factories.users import acting
from tests.reservations.offering import HOUR, LATER, WEEK, moved, of, offered, rows
from tests.reservations.town import Town, of_choir, states


@pytest.fixture(autouse=True)
def today(frozen: Callable[..., None]) -> None:
    """It is NOW."""
    frozen(NOW)


@pytest.fixture
def guests(session: Any, town: Town) -> Any:
    """Another room of the same owner."""
    return make_room(owner=town.owner, name="Vierashuone", slug="vierashuone", capacity=20)


def offer_page(reservation: Any, date: int = 0) -> str:
    return f"{page_of(reservation)}/offers/{reservation.occurrences[date].id}"


# Suggestions


def test_the_same_room_at_the_nearest_time_and_other_rooms_are_suggested(
    session: Any, town: Town, guests: Any
) -> None:
    make_room(owner=town.owner, name="Kaappi", capacity=2)
    make_room(name="Muiden sali", capacity=100)
    busy = make_room(owner=town.owner, name="Varattu sali", capacity=30)
    make_reservation(busy, LATER)
    asked = of_choir(town, people=10)
    make_reservation(town.room, LATER, state="pending")  # who competes is not to be met there either
    found = [
        (each.slug, Interval(each.start, each.end)) for each in suggestions(asked.occurrences[0], now=NOW)
    ]
    assert found == [(town.room.slug, EVENING.shift(-HOUR)), (guests.slug, EVENING)]


def test_what_the_date_holds_itself_is_free_for_a_suggestion(session: Any, town: Town) -> None:
    town.room.pending_holds = True
    session.flush()
    asked = of_choir(town)
    make_reservation(town.room, EVENING.shift(-2 * HOUR))
    (first, *_) = suggestions(asked.occurrences[0], now=NOW)
    assert first.start == EVENING.end  # beside it, and nearer than before the other reservation


def test_rooms_of_another_kind_are_suggested_only_when_no_other_of_the_same_is_free(
    session: Any, town: Town, guests: Any
) -> None:
    gym = make_room(owner=town.owner, slug="liikuntasali", kind="sports", capacity=20)
    make_room(owner=town.owner, kind="meeting", who_may_book="members")  # closed to the choir
    asked = of_choir(town)
    assert [each.slug for each in suggestions(asked.occurrences[0], now=NOW)] == [town.room.slug, guests.slug]
    make_reservation(guests, EVENING)
    assert [each.slug for each in suggestions(asked.occurrences[0], now=NOW)] == [town.room.slug, gym.slug]


def test_nothing_is_suggested_when_there_is_no_time_to_answer(session: Any, town: Town, guests: Any) -> None:
    (asked,) = of_choir(town).occurrences
    assert suggestions(asked, now=EVENING.start - 2 * HOUR)
    assert suggestions(asked, now=EVENING.start - 1.9 * HOUR) == []


def test_notice_and_length_do_not_stop_a_suggestion_but_hours_do(
    session: Any, town: Town, guests: Any
) -> None:
    town.room.notice_minutes = guests.notice_minutes = 30 * 1440
    closed = make_room(owner=town.owner, hours=every_day(8 * 60, 16 * 60))
    session.flush()
    slugs = [each.slug for each in suggestions(of_choir(town).occurrences[0], now=NOW)]
    assert slugs == [town.room.slug, guests.slug]
    assert closed.slug not in slugs


# Making an offer


def test_a_suggestion_is_one_press_away(session: Any, client: Any, town: Town, guests: Any) -> None:
    asked = of_choir(town, people=10)
    text = opened(client, town.approver, offer_page(asked))
    assert "Ehdota: ti 12.1.2027 klo 18.00–20.00, Vierashuone" in text
    answer = client.submit(
        {"suggestion": "vierashuone 2027-01-12 18:00 20:00", "message": "Salissa on vaalit."},
        having="suggestion",
    )
    assert answer.location.endswith(page_of(asked))
    made = asked.occurrences[0].proposal
    assert (made.room_id, made.message) == (guests.id, "Salissa on vaalit.")
    assert Interval(made.starts_at, made.ends_at) == EVENING
    text = text_of(client.follow(answer))
    assert "Aika on varattuna varaajalle pe 8.1.2027 klo 14.00 asti." in text
    assert "Ehdotettu: ti 12.1.2027 klo 18.00–20.00, Vierashuone." in text


def test_another_time_is_typed(session: Any, client: Any, town: Town) -> None:
    series = of_choir(town, EVENING, EVENING.shift(WEEK))
    opened(client, town.approver, offer_page(series, 1))
    assert client.form(having="date").values["date"] == ["2027-01-19"]
    client.submit({"date": "20.1.2027", "start": "17", "end": "19"}, having="date")
    made = series.occurrences[1].proposal
    assert Interval(made.starts_at, made.ends_at) == EVENING.shift(timedelta(days=8, hours=-1))
    assert series.occurrences[0].proposal is None


def test_who_else_asks_for_it_is_told_before_an_offer_goes(
    session: Any, client: Any, town: Town, guests: Any
) -> None:
    asked = of_choir(town, people=10)
    make_reservation(guests, LATER, state="pending", booker=town.rival, organisation=town.chess_club)
    words = "Samasta ajasta kilpailee myös: Shakkikerho, "
    assert words in opened(client, town.approver, offer_page(asked))
    answer = client.submit({"room": "vierashuone"}, having="date")
    assert (answer.status_code, asked.occurrences[0].proposal) == (409, None)
    assert text_of(answer).count(words) == 2
    answer = client.submit({"seen": "vierashuone 2027-01-12 18:00 20:00", "start": "17:00"}, having="date")
    assert answer.status_code == 409, "another time was seen"
    seen = {"seen": "vierashuone 2027-01-12 18:00 20:00", "start": "18:00"}
    assert client.submit(seen, having="date").status_code == 303
    assert asked.occurrences[0].proposal.room_id == guests.id


@pytest.mark.parametrize(
    ("typed", "status", "sentence"),
    [
        ({"date": "eilen"}, 422, "Kirjoita päivä"),
        ({"start": "20:00", "end": "18:00"}, 422, "Päättyy klo"),
        ({"date": "2026-12-01"}, 422, "Aika on jo mennyt."),
        ({}, 422, "Tätä aikaa pyydettiin."),
        ({"start": "20:00", "end": "22:00"}, 409, "Tila on varattu tähän aikaan."),
        ({"room": "muiden"}, 422, "Tila"),
    ],
)
def test_what_cannot_be_offered_is_said_beside_its_field(
    session: Any, client: Any, town: Town, typed: dict[str, str], status: int, sentence: str
) -> None:
    make_room(slug="muiden")
    make_reservation(town.room, EVENING.shift(2 * HOUR))
    asked = of_choir(town)
    before = rows(session)
    opened(client, town.approver, offer_page(asked))
    answer = client.submit(typed | {"message": "Näin"}, having="date")
    assert answer.status_code == status
    assert sentence in text_of(answer)
    assert client.form(having="date").values["message"][0].strip() == "Näin"
    assert rows(session) == before


def test_what_is_decided_meanwhile_is_offered_nothing(session: Any, client: Any, town: Town) -> None:
    asked = of_choir(town)
    opened(client, town.approver, offer_page(asked))
    asked.occurrences[0].state = "withdrawn"
    answer = client.submit({"start": "20:00", "end": "22:00"}, having="date")
    assert answer.status_code == 303
    assert "Sille ei voi enää ehdottaa toista" in text_of(client.follow(answer))
    assert client.get(f"{page_of(asked)}/offers/987654321987654321").status_code == 404


def test_a_decided_date_has_no_form_and_a_move_is_decided_first(
    session: Any, client: Any, town: Town
) -> None:
    declined = of_choir(town, state="declined")
    moving = of_choir(town, EVENING.shift(WEEK), state="confirmed")
    moved(town, (moving.occurrences[0], LATER.shift(WEEK)))
    client.sign_in(town.approver)
    for made, words in (
        (declined, "Sille ei voi enää ehdottaa toista"),
        (moving, "Vahvista tai hylkää siirto ensin"),
    ):
        answer = client.get(offer_page(made))
        assert (answer.status_code, answer.location) == (303, page_of(made))
        assert words in text_of(client.follow(answer))


def test_an_offer_is_taken_back_on_the_page_of_its_request(session: Any, client: Any, town: Town) -> None:
    asked = of_choir(town)
    made = offered(town, asked)
    text = opened(client, town.approver, page_of(asked))
    assert "Peru ehdotus" in text
    token = client.form(having="page").values["csrf_token"][-1]
    answer = client.post(f"{page_of(asked)}/offers/{made.id}/withdraw", data={"csrf_token": token})
    assert answer.location.endswith(page_of(asked))
    assert (made.state, rows(session)) == ("withdrawn", [])


# Answering


def press(client: Any, person: Any, made: Any, button: str, **sent: str) -> Any:
    """Press one of the buttons about a proposal on the reservation's page."""
    page = f"/reservations/{made.occurrence.reservation.reference}"
    client.sign_in(person)
    address = f"{page}/offers/{made.id}/{button}"
    assert f'formaction="{address}"' in client.get(page).get_data(as_text=True)
    token = client.page.forms[0].values["csrf_token"][-1]
    return client.post(address, data={"csrf_token": token} | sent)


def test_the_booker_accepts(session: Any, client: Any, town: Town, guests: Any) -> None:
    asked = of_choir(town)
    made = offered(town, asked, room=guests)
    answer = press(client, town.booker, made, "accept")
    assert answer.location == f"/reservations/{asked.reference}"
    assert "Ehdotus on hyväksytty, ja varaus on vahvistettu." in text_of(client.follow(answer))
    assert (states(asked), rows(session)) == (["confirmed"], of(guests, LATER))


def test_the_booker_refuses_with_words(session: Any, client: Any, town: Town) -> None:
    made = offered(town, of_choir(town))
    press(client, town.booker, made, "refuse", reason="Liian myöhään")
    assert (made.state, rows(session)) == ("refused", [])


def test_an_answer_after_the_deadline_is_told_where_it_stands(
    session: Any, client: Any, town: Town, frozen: Callable[..., None]
) -> None:
    made = offered(town, of_choir(town))
    text = opened(client, town.booker, f"/reservations/{made.occurrence.reservation.reference}")
    assert "Omistaja ehdottaa: ti 12.1.2027 klo 19.00–21.00, Karelia-sali" in text
    frozen(made.deadline_at)
    answer = press(client, town.booker, made, "accept")
    assert "Ehdotuksen vastausaika on jo ohi." in text_of(client.follow(answer))
    assert made.state == "open"


def test_the_booker_takes_a_move_back(session: Any, client: Any, town: Town) -> None:
    booked = of_choir(town, state="confirmed")
    (move,) = moved(town, (booked.occurrences[0], LATER))
    opened(client, town.approver, page_of(booked))
    token = {"csrf_token": client.form(having="page").values["csrf_token"][-1]}
    address = f"/reservations/{booked.reference}/offers/{move.id}/withdraw"
    assert client.post(address, data=token).status_code == 403
    press(client, town.booker, move, "withdraw")
    assert (move.state, rows(session)) == ("withdrawn", of(town.room, EVENING))


def test_open_proposals_say_what_each_reader_may_do(session: Any, town: Town, guests: Any) -> None:
    asked, rival = of_choir(town), make_reservation(guests, EVENING.shift(WEEK))
    offered(town, asked, room=guests, message="Salissa on vaalit.")
    (detail,) = open_offers(asked, acting(town.booker))
    assert (detail.asked.room, detail.offered.room) == ("Karelia-sali", "Vierashuone")
    assert (detail.message, detail.is_move, detail.asked_is_taken) == ("Salissa on vaalit.", False, False)
    assert (detail.can_answer, detail.can_take_back) == (True, False)
    assert [
        (each.can_answer, each.can_take_back)
        for person in (town.member, town.approver)
        for each in open_offers(asked, acting(person))
    ] == [(False, False), (False, True)]
    assert open_offers(asked, acting(town.rival)) == open_offers(rival, acting(town.booker)) == ()
    make_reservation(town.room)
    assert [each.asked_is_taken for each in open_offers(asked, acting(town.booker))] == [True]


def test_the_last_refusal_of_a_date_is_told_with_its_words(session: Any, client: Any, town: Town) -> None:
    series = of_choir(town, EVENING, EVENING.shift(WEEK))
    made = offered(town, series)
    refuse(series.reference, made.id, actor=acting(town.booker), now=NOW, reason="Liian myöhään")
    client.sign_in(town.approver)
    assert "Varaaja ei hyväksynyt ehdotusta" in text_of(client.get(page_of(series)))
    (refusal,) = last_refusals(series.occurrences).values()
    assert (refusal.offered.start, refusal.at, refusal.reason) == (LATER.start, NOW, "Liian myöhään")
    offered(town, series)
    assert last_refusals(series.occurrences) == {}
