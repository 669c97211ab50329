"""Asking for a series on the request page: see the dates, mend those that do not work."""

from typing import Any

import pytest

from booking.rooms.models import Room
from tests.factories.reservations import EVENING, NOW, make_reservation
from tests.factories.rooms import make_room
from tests.reservations.asking import (
    ADDRESS,
    DATES,
    FOUR_TUESDAYS,
    REST,
    WEEK,
    buttons,
    focused,
    press,
    text_of,
)
from tests.reservations.town import Town
from tests.support.client import PageClient
from tests.support.statements import statements


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


def test_an_address_fills_in_the_series_and_shows_each_date(booker: PageClient, town: Town) -> None:
    make_reservation(town.room, EVENING.shift(WEEK))
    answer = booker.get(ADDRESS, query_string=FOUR_TUESDAYS)
    words = text_of(answer)
    assert "joka tiistai, 4 kertaa" in words
    assert "Nämä eivät onnistu ti 19.1.2027 klo 18.00–20.00 varattu" in words
    assert "3 päivää on vapaana sellaisenaan" in words
    assert all(f"ti {day}.2027 klo 18.00–20.00, vapaa" in words for day in ("12.1", "26.1", "2.2"))
    assert "Lähetä pyyntö 4 päivästä" in words
    assert booker.form(action=ADDRESS).values["repeat"] == ["weekly"]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"repeat": "often"}, "Toistuu: Valitse jokin vaihtoehdoista."),
        ({"repeat": ""}, "Toistuu: Valitse, miten usein tämä toistuu, tai tyhjennä kertojen määrä."),
        ({"count": "0"}, "Montako kertaa: Luvun pitää olla 1–1000."),
        ({"repeat": "dates", "count": "", "dates": "eilen"}, "Muut päivät: Kirjoita päivä muodossa"),
        ({"repeat": "", "count": "", "end": "17:00"}, "Päättyy klo: Loppu on ennen alkua."),
    ],
)
def test_an_address_that_cannot_be_meant_is_answered_beside_its_field(
    booker: PageClient, town: Town, query: dict[str, str], said: str
) -> None:
    for address in (ADDRESS, "/"):
        answer = booker.get(address, query_string=FOUR_TUESDAYS | query)
        assert answer.status_code == 422
        assert said in text_of(answer)
        assert "Vapaa, " not in text_of(answer)
        assert all(value in answer.get_data(as_text=True) for value in query.values())


def test_looking_at_the_dates_asks_for_nothing_else_and_loses_nothing(booker: PageClient, town: Town) -> None:
    booker.get(ADDRESS)
    typed = {"title": "Puoliksi", "note": "Tuomme flyygelin.", "until": "2.2.2027", "repeat": "weekly"}
    times = {"date": "12.1.2027", "start": "18", "end": "20"}
    answer = press(booker, "preview", **typed, **times)
    assert answer.status_code == 200
    assert focused(answer) == "4 päivää"
    sent = booker.form(action=ADDRESS).values
    assert (sent["title"], sent["note"][0].strip()) == (["Puoliksi"], "Tuomme flyygelin.")
    assert 'aria-invalid="true"' not in answer.get_data(as_text=True)


def test_what_says_when_is_asked_for_before_the_dates_are_shown(booker: PageClient, town: Town) -> None:
    booker.get(ADDRESS)
    answer = press(booker, "preview", repeat="weekly", date="12.1.2027", start="18")
    assert answer.status_code == 422
    words = text_of(answer)
    assert "Päättyy klo: Täytä tämä kohta." in words
    assert "Viimeinen päivä: Kerro viimeinen päivä tai kertojen määrä" in words
    assert "Tilaisuus: Täytä" not in words


def test_a_series_without_end_or_without_dates_says_so_beside_its_field(
    booker: PageClient, town: Town
) -> None:
    for typed, said in (
        ({"count": "", "until": "1.1.2027"}, "Viimeinen päivä: Viimeinen päivä on ennen ensimmäistä."),
        ({"count": "401", "repeat": "daily"}, "Montako kertaa: Kertoja on liian monta."),
        ({"count": "1", "skip": "12.1.2027"}, "Toistuu: Yhtään päivää ei jää."),
    ):
        booker.get(ADDRESS, query_string=FOUR_TUESDAYS)
        for name in ("preview", "nothing"):
            answer = press(booker, name, **REST, **typed)
            assert answer.status_code == 422
            assert said in text_of(answer)


def test_each_date_in_trouble_has_its_offers_and_one_click_takes_one(
    booker: PageClient, town: Town, guest_room: Room
) -> None:
    make_reservation(town.room, EVENING.shift(WEEK), EVENING.shift(3 * WEEK))
    answer = booker.get(ADDRESS, query_string=FOUR_TUESDAYS)
    first = [
        "2027-01-19 time 16:00 18:00",
        "2027-01-19 room vierashuone",
        "2027-01-19 wait",
        "2027-01-19 skip",
    ]
    assert buttons(answer, "take")[:4] == first
    assert "Siirrä klo 16.00–18.00" in text_of(answer)
    assert "Vierashuone samaan aikaan : ti 19.1.2027" in text_of(answer)
    answer = press(booker, "take", first[0], title="Harjoitus")
    assert focused(answer).startswith("ti 2.2.2027")
    assert booker.form(action=ADDRESS).values["fix"] == [first[0]]
    assert booker.form(action=ADDRESS).values["title"] == ["Harjoitus"]
    assert "Muutetut päivät ti 19.1.2027 klo 18.00–20.00: Siirretään klo 16.00–18.00 Peru valinta" in text_of(
        answer
    )
    answer = press(booker, "take", "2027-02-02 skip")
    assert focused(answer) == "4 päivää"
    assert "Lähetä pyyntö 3 päivästä" in text_of(answer)
    answer = press(booker, "untake", "2027-01-19")
    assert focused(answer).startswith("ti 19.1.2027")
    assert booker.form(action=ADDRESS).values["fix"] == ["2027-02-02 skip"]


def test_one_click_takes_an_offer_for_all_alike(booker: PageClient, town: Town, guest_room: Room) -> None:
    make_reservation(town.room, EVENING, EVENING.shift(WEEK), EVENING.shift(3 * WEEK))
    make_reservation(guest_room, EVENING.shift(3 * WEEK))
    answer = booker.get(ADDRESS, query_string=FOUR_TUESDAYS)
    assert "Kaikkiin 2 samanlaiseen : Vierashuone samaan aikaan" in text_of(answer)
    assert "Kaikkiin 3 samanlaiseen : Jätä pois" in text_of(answer)
    answer = press(booker, "take_all", "2027-01-12 room vierashuone")
    assert booker.form(action=ADDRESS).values["fix"] == [f"{on} room vierashuone" for on in DATES[:2]]
    assert focused(answer).startswith("ti 2.2.2027")


def test_a_date_that_works_can_be_left_out_and_the_list_stays_open(booker: PageClient, town: Town) -> None:
    booker.get(ADDRESS, query_string=FOUR_TUESDAYS)
    answer = press(booker, "leave_out", "2027-01-19")
    assert focused(answer) == "Jätä pois : ti 26.1.2027 klo 18.00–20.00"
    assert '<details class="fold" open>' in answer.get_data(as_text=True)
    assert booker.form(action=ADDRESS).values["fix"] == ["2027-01-19 skip"]
    answer = press(booker, "untake", "2027-01-19")
    assert "fix" not in booker.form(action=ADDRESS).values
    assert "Lähetä pyyntö 4 päivästä" in text_of(answer)


@pytest.mark.parametrize(
    "value", ["", "2027-01-19", "2027-01-19 keep", "2027-02-30 skip", "2027-01-19 room ei-ole"]
)
def test_a_choice_that_cannot_be_read_changes_nothing(booker: PageClient, town: Town, value: str) -> None:
    booker.get(ADDRESS, query_string=FOUR_TUESDAYS)
    for name in ("take", "take_all", "fix"):
        answer = press(booker, name, value, preview="1")
        assert answer.status_code == 200
        assert "fix" not in booker.form(action=ADDRESS).values
        assert "Lähetä pyyntö 4 päivästä" in text_of(answer)


def test_a_year_of_dates_is_a_small_page_and_no_more_statements_than_four(
    booker: PageClient, town: Town, guest_room: Room
) -> None:
    make_reservation(town.room, *(EVENING.shift(n * WEEK) for n in (1, 3, 5, 7, 9, 11)))
    booker.get(ADDRESS)
    counts = []
    for times in ("4", "52"):
        with statements() as sent:
            answer = booker.get(ADDRESS, query_string=FOUR_TUESDAYS | {"count": times})
        counts.append(len(sent))
    assert counts[0] == counts[1]
    assert len(answer.get_data()) < 60_000
    assert "Lähetä pyyntö 52 päivästä" in text_of(answer)
    with statements() as single:
        booker.get(ADDRESS, query_string=FOUR_TUESDAYS | {"repeat": "", "count": ""})
    assert counts[1] == len(single) + 2  # a search is one statement, a preview two, who else asks one


def test_many_dates_in_trouble_get_their_offers_by_and_by(booker: PageClient, town: Town) -> None:
    make_reservation(town.room, *(EVENING.shift(n * WEEK) for n in range(14)))
    answer = booker.get(ADDRESS, query_string=FOUR_TUESDAYS | {"count": "14"})
    assert len({value[:10] for value in buttons(answer, "take")}) == 12
    assert "Loput saavat vaihtoehdot" in text_of(answer)
    answer = press(booker, "take_all", "2027-01-12 skip")
    assert buttons(answer, "take") == []
