"""Sending a series from the request page: what is made of it, and what comes back refused."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from booking.reservations.models import Companion, Occurrence
from booking.reservations.waiting.models import WaitingEntry
from booking.rooms.models import Room
from tests.factories.reservations import EVENING, NOW, make_reservation
from tests.factories.rooms import make_room
from tests.reservations.asking import ADDRESS, FOUR_TUESDAYS, REST, WEEK, focused, made, press, text_of
from tests.reservations.town import Town, of_choir
from tests.support.client import PageClient


@pytest.fixture
def booker(client: PageClient, town: Town, frozen: Any) -> PageClient:
    """The choir's booker at a browser."""
    frozen(NOW)
    client.sign_in(town.booker)
    return client


@pytest.fixture
def guest_room(town: Town) -> Room:
    """Another room of the same owner."""
    return make_room(owner=town.owner, name="Vierashuone", slug="vierashuone", capacity=30)


def test_a_series_is_mended_in_three_ways_and_sent(
    booker: PageClient, session: Any, town: Town, guest_room: Room
) -> None:
    make_reservation(town.room, *(EVENING.shift(n * WEEK) for n in (1, 2, 3)))
    booker.get(ADDRESS, query_string=FOUR_TUESDAYS)
    press(booker, "take", "2027-01-19 time 16:00 18:00", **REST)
    press(booker, "take", "2027-01-26 room vierashuone")
    press(booker, "take", "2027-02-02 skip")
    answer = booker.submit({"accept_terms": "y"}, action=ADDRESS)
    (reservation,) = made(session)
    assert answer.location == f"/reservations/{reservation.reference}?sent=1"
    dates = reservation.occurrences
    assert [each.room.slug for each in dates] == ["karelia-sali", "karelia-sali", "vierashuone"]
    assert [each.is_exception for each in dates] == [False, True, True]
    assert dates[1].starts_at == EVENING.shift(WEEK - timedelta(hours=2)).start
    assert dates[1].slot_starts_at == EVENING.shift(WEEK).start
    assert booker.follow(answer).status_code == 200


def test_sending_with_a_date_in_trouble_shows_what_is_left_to_do(
    booker: PageClient, session: Any, town: Town
) -> None:
    make_reservation(town.room, EVENING.shift(WEEK))
    booker.get(ADDRESS, query_string=FOUR_TUESDAYS)
    answer = booker.submit(REST, action=ADDRESS)
    assert answer.status_code == 409
    assert "<title>Korjattavaa: " in answer.get_data(as_text=True)
    assert focused(answer) == "Pyyntö ei vielä lähtenyt"
    assert "Päivät: 1 päivä ei onnistu. Valitse, mitä sille tehdään." in text_of(answer)
    assert '<a href="#fix">' in answer.get_data(as_text=True)
    assert "Nämä eivät onnistu ti 19.1.2027" in text_of(answer)
    assert booker.form(action=ADDRESS).values["title"] == [REST["title"]]
    assert not made(session)


def test_a_date_taken_in_the_meantime_is_told_and_the_choices_stay(
    booker: PageClient, session: Any, town: Town
) -> None:
    make_reservation(town.room, EVENING.shift(WEEK))
    booker.get(ADDRESS, query_string=FOUR_TUESDAYS)
    press(booker, "take", "2027-01-19 time 16:00 18:00", **REST)
    make_reservation(town.room, EVENING.shift(WEEK - timedelta(hours=3)))
    answer = booker.submit({"accept_terms": "y"}, action=ADDRESS)
    assert answer.status_code == 409
    words = text_of(answer)
    assert "ti 19.1.2027 klo 18.00–20.00 varattu Siirretään klo 16.00–18.00 Peru valinta" in words
    assert booker.form(action=ADDRESS).values["fix"] == ["2027-01-19 time 16:00 18:00"]
    assert not made(session)


def test_a_rule_that_a_date_breaks_is_said_at_the_date_and_one_of_all_once(
    booker: PageClient, session: Any, town: Town
) -> None:
    town.room.longest_ahead_months = 1
    town.room.capacity = 20
    booker.get(ADDRESS, query_string=FOUR_TUESDAYS | {"count": "6"})
    answer = booker.submit(REST | {"people": "21"}, action=ADDRESS)
    assert answer.status_code == 422
    words = text_of(answer)
    assert words.count("Tilaan mahtuu 20 henkeä") == 3  # above the form, above the dates, at its field
    assert "Henkilöitä: Tilaan mahtuu 20 henkeä" in words
    assert words.count("Varata voi enintään 1 kuukauden") == 2
    assert not made(session)


def test_a_double_click_asks_once_and_another_choice_is_another_request(
    booker: PageClient, session: Any, town: Town
) -> None:
    booker.get(ADDRESS, query_string=FOUR_TUESDAYS)
    press(booker, "take", "2027-01-19 skip", **REST)
    form = dict(booker.form(action=ADDRESS).values) | {"accept_terms": ["y"]}
    first = booker.post(ADDRESS, data=form)
    assert booker.post(ADDRESS, data=form).location == first.location
    other = booker.post(ADDRESS, data=form | {"fix": ["2027-01-26 skip"]})
    assert other.location != first.location
    assert [len(each.occurrences) for each in made(session)] == [3, 3]


def test_another_owners_room_goes_as_a_request_of_its_own_under_its_own_terms(
    booker: PageClient, session: Any, town: Town
) -> None:
    other = make_room(name="Kirkkosali", slug="kirkkosali", capacity=30, terms="Hiljaisuus klo 21.")
    make_reservation(town.room, EVENING.shift(WEEK))
    answer = booker.get(ADDRESS, query_string=FOUR_TUESDAYS)
    assert f"Kirkkosali samaan aikaan, lähtee omana pyyntönään: {other.owner.name}" in text_of(answer)
    answer = press(booker, "take", "2027-01-19 room kirkkosali", **REST)
    assert "Ehdot: Kirkkosali Hiljaisuus klo 21." in text_of(answer)
    assert "accept_terms" not in booker.form(action=ADDRESS).values
    booker.submit({"accept_terms": "y"}, action=ADDRESS)
    main, companion = made(session)
    assert session.get(Companion, companion.id).main_id == main.id
    assert [len(each.occurrences) for each in (main, companion)] == [3, 1]
    again = booker.post(ADDRESS, data=dict(booker.form(action=ADDRESS).values) | {"accept_terms": "y"})
    assert again.location == f"/reservations/{main.reference}?sent=1"
    assert len(made(session)) == 2


def test_a_taken_date_is_waited_for_while_the_others_are_asked_for(
    booker: PageClient, session: Any, town: Town
) -> None:
    make_reservation(town.room, EVENING.shift(WEEK))
    booker.get(ADDRESS, query_string=FOUR_TUESDAYS)
    answer = press(booker, "take", "2027-01-19 wait", **REST)
    assert "Jonotetaan" in text_of(answer)
    answer = booker.submit({"accept_terms": "y"}, action=ADDRESS)
    (reservation,) = made(session)
    (entry,) = session.scalars(select(WaitingEntry))
    assert len(reservation.occurrences) == 3
    assert [each.starts_at for each in entry.dates] == [EVENING.shift(WEEK).start]
    receipt = text_of(booker.follow(answer))
    assert "3 odottaa käsittelyä, 1 jonossa." in receipt
    assert "Ilmoittautuminen jonoon on perillä." in receipt


def test_when_all_dates_are_waited_for_nothing_is_asked_for(
    booker: PageClient, session: Any, town: Town
) -> None:
    make_reservation(town.room, *(EVENING.shift(n * WEEK) for n in range(4)))
    booker.get(ADDRESS, query_string=FOUR_TUESDAYS)
    answer = press(booker, "take_all", "2027-01-12 wait", **REST)
    assert "Ilmoittaudu jonoon" in text_of(answer)
    answer = booker.submit({"accept_terms": "y"}, action=ADDRESS)
    (entry,) = session.scalars(select(WaitingEntry))
    assert answer.location == f"/waiting/{entry.reference}?sent=1"
    assert len(entry.dates) == 4
    assert not made(session)


def test_a_date_that_is_free_by_now_is_not_waited_for(booker: PageClient, session: Any, town: Town) -> None:
    booker.get(ADDRESS, query_string=FOUR_TUESDAYS)
    press(booker, "take", "2027-01-19 wait", **REST)
    answer = booker.submit({"accept_terms": "y"}, action=ADDRESS)
    assert answer.status_code == 422
    assert "Päivät: Aika on vapaa. Jonottaa ei tarvitse" in text_of(answer)
    assert "fix" not in booker.form(action=ADDRESS).values
    booker.submit({"accept_terms": "y"}, action=ADDRESS)
    assert [len(each.occurrences) for each in made(session)] == [4]


def test_leaving_every_date_out_is_no_request(booker: PageClient, session: Any, town: Town) -> None:
    booker.get(ADDRESS, query_string=FOUR_TUESDAYS | {"count": "1"})
    press(booker, "leave_out", "2027-01-12", **REST)
    answer = booker.submit({"accept_terms": "y"}, action=ADDRESS)
    assert answer.status_code == 422
    assert "Päivät: Yhtään päivää ei jää. Peru jokin valinta" in text_of(answer)


def test_a_choice_for_a_date_the_pattern_has_no_more_does_not_count_but_stays(
    booker: PageClient, session: Any, town: Town
) -> None:
    booker.get(ADDRESS, query_string=FOUR_TUESDAYS)
    press(booker, "take", "2027-02-02 skip", **REST)
    answer = press(booker, "preview", count="3")
    assert "Lähetä pyyntö 3 päivästä" in text_of(answer)
    assert booker.form(action=ADDRESS).values["fix"] == ["2027-02-02 skip"]
    booker.submit({"accept_terms": "y"}, action=ADDRESS)
    (reservation,) = made(session)
    assert "skip" not in reservation.pattern["segments"][0]["pattern"]


def test_one_use_that_is_taken_can_be_waited_for_from_the_same_form(
    booker: PageClient, session: Any, town: Town
) -> None:
    make_reservation(town.room)
    once = {name: value for name, value in FOUR_TUESDAYS.items() if name not in ("repeat", "count")}
    answer = booker.get(ADDRESS, query_string=once)
    page = answer.get_data(as_text=True)
    assert '<a href="#join">Ilmoittaudu jonoon lomakkeen lopussa</a>' in page
    assert page.index('formaction="/rooms/karelia-sali/wait"') > page.index('name="accept_terms"')
    answer = booker.post("/rooms/karelia-sali/wait", data=dict(booker.form(action=ADDRESS).values) | REST)
    (entry,) = session.scalars(select(WaitingEntry))
    assert answer.location == f"/waiting/{entry.reference}?sent=1"
    assert session.scalars(select(Occurrence).where(Occurrence.state == "pending")).all() == []


def test_a_free_time_cannot_be_waited_for(booker: PageClient, town: Town) -> None:
    of_choir(town)  # a request that competes holds nothing
    answer = booker.get(ADDRESS, query_string=FOUR_TUESDAYS | {"repeat": "", "count": ""})
    assert "/wait" not in answer.get_data(as_text=True)


def test_dates_that_nobody_has_seen_are_shown_before_anything_is_sent(
    booker: PageClient, session: Any, town: Town
) -> None:
    booker.get(ADDRESS, query_string=FOUR_TUESDAYS | {"repeat": "", "count": ""})
    typed = REST | {"repeat": "weekly", "until": "2.2.2027"}
    answer = booker.submit(typed, action=ADDRESS)
    assert answer.status_code == 200
    assert focused(answer) == "4 päivää"
    assert "Tarkista päivät ja lähetä sitten." in text_of(answer)
    assert booker.form(action=ADDRESS).values["title"] == [REST["title"]]
    answer = booker.submit({"until": "9.2.2027"}, action=ADDRESS)  # other dates than those shown
    assert (answer.status_code, focused(answer)) == (200, "5 päivää")
    assert not made(session)
    assert booker.submit(action=ADDRESS).status_code == 303
    assert [len(each.occurrences) for each in made(session)] == [5]
