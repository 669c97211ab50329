"""What the request page of a series says of other rooms and of other requests."""

from typing import Any

import pytest

from booking.rooms.sheet import everyone_pays
from tests.factories.organisations import make_organisation
from tests.factories.reservations import EVENING, NOW, make_reservation
from tests.factories.rooms import make_room
from tests.reservations.asking import ADDRESS, FOUR_TUESDAYS, REST, WEEK, press, text_of
from tests.reservations.town import Town, of_choir
from tests.support.client import PageClient
from tests.support.statements import statements


@pytest.fixture
def booker(client: PageClient, town: Town, frozen: Any) -> PageClient:
    """The choir's booker at a browser."""
    frozen(NOW)
    client.sign_in(town.booker)
    return client


def test_another_room_says_its_approval_and_price_where_they_differ(booker: PageClient, town: Town) -> None:
    town.room.approval = "at_once"
    make_room(
        owner=town.owner, name="Vierashuone", slug="vierashuone", capacity=30, prices=[everyone_pays(4500)]
    )
    make_reservation(town.room, EVENING.shift(WEEK))
    words = "Vierashuone samaan aikaan: omistaja hyväksyy, 45 €/t"
    answer = booker.get(ADDRESS, query_string=FOUR_TUESDAYS)
    assert words in text_of(answer)
    assert "Varaus vahvistuu heti." in text_of(answer)
    answer = press(booker, "take", "2027-01-19 room vierashuone", **REST)
    assert f"ti 19.1.2027 klo 18.00–20.00: {words}" in text_of(answer)
    assert "Osa päivistä vahvistuu heti, osa tarvitsee omistajan hyväksynnän." in text_of(answer)
    once = FOUR_TUESDAYS | {"date": "2027-01-19", "repeat": "", "count": ""}
    assert ": omistaja hyväksyy, 45 €/t" in text_of(booker.get(ADDRESS, query_string=once))


def test_a_consent_that_is_taken_back_says_why(booker: PageClient, town: Town) -> None:
    make_room(owner=town.owner, name="Vierashuone", slug="vierashuone", capacity=30, terms="Ei kenkiä.")
    make_reservation(town.room, EVENING.shift(WEEK))
    booker.get(ADDRESS, query_string=FOUR_TUESDAYS)
    answer = press(booker, "take", "2027-01-19 room vierashuone", **REST)
    assert "accept_terms" not in booker.form(action=ADDRESS).values
    assert "Hyväksyntä poistettiin, koska mukaan tuli toinen tila." in text_of(answer)
    assert "Hyväksyntä poistettiin" not in text_of(press(booker, "preview"))


def test_a_date_for_which_others_ask_too_says_how_many_and_not_who(booker: PageClient, town: Town) -> None:
    for title in ("Salainen", "Toinen"):
        of_choir(town, EVENING.shift(WEEK), title=title)
    of_choir(town, EVENING.shift(2 * WEEK))
    with statements() as sent:
        answer = booker.get(ADDRESS, query_string=FOUR_TUESDAYS)
    words = text_of(answer)
    assert "ti 19.1.2027 klo 18.00–20.00, vapaana, 2 muuta pyyntöä odottaa" in words
    assert "ti 26.1.2027 klo 18.00–20.00, vapaana, toinen pyyntö odottaa" in words
    assert "ti 2.2.2027 klo 18.00–20.00, vapaa" in words
    assert "2 päivää odottaa jo toinenkin pyyntö." in words
    assert "Salainen" not in words
    assert sum("occurrences.state" in each and "claims" not in each for each in map(str, sent)) == 1


def test_where_requests_do_not_compete_nothing_is_said_of_them(booker: PageClient, town: Town) -> None:
    of_choir(town, EVENING.shift(WEEK))
    town.room.approval = "at_once"
    assert "odottaa" not in text_of(booker.get(ADDRESS, query_string=FOUR_TUESDAYS))


def test_the_receipt_says_first_what_the_dates_have_come_to(booker: PageClient, town: Town) -> None:
    town.room.approval = "at_once"
    make_room(owner=make_organisation(), name="Kirkkosali", slug="kirkkosali", capacity=30)
    make_reservation(town.room, EVENING.shift(WEEK), EVENING.shift(2 * WEEK))
    booker.get(ADDRESS, query_string=FOUR_TUESDAYS)
    press(booker, "take", "2027-01-19 room kirkkosali", **REST)
    press(booker, "take", "2027-01-26 wait")
    answer = booker.submit({"accept_terms": "y"}, action=ADDRESS)
    assert "2 aikaa vahvistettu, 1 odottaa käsittelyä, 1 jonossa." in text_of(booker.follow(answer))
