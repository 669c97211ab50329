"""The price before sending, the price that was promised, and that it stays."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from booking.access.roles import Role
from booking.db import in_transaction
from booking.extensions import db
from booking.reservations.models import Reservation
from booking.reservations.quotes import quote_of
from booking.reservations.service import request_reservation
from booking.reservations.waiting.joining import join
from booking.reservations.waiting.service import request_of
from booking.rooms.models import Room
from booking.rooms.notation import read_prices
from booking.rooms.prices import RoomPriceRow
from booking.timetable.pattern import Pattern
from tests.factories.organisations import make_member, make_organisation
from tests.factories.reservations import EVENING, NOW, make_reservation, request_for
from tests.factories.rooms import make_room, make_space, make_venue
from tests.factories.users import acting
from tests.reservations.asking import text_of
from tests.reservations.mail import mail
from tests.reservations.town import Town
from tests.support.client import PageClient

ADDRESS = "/rooms/karelia-sali/request"
ONCE = {"date": "2027-01-12", "start": "18:00", "end": "20:00", "people": "10"}
REST = {"title": "Harjoitus", "responsible": "Vastuuhenkilö", "contact": "050 1234567", "accept_terms": "y"}


def price(room: Room, text: str) -> None:
    """Give a room these prices, as in a sheet."""
    room.prices.clear()
    db.session.flush()
    room.prices.extend(RoomPriceRow.of(each) for each in read_prices(text))
    db.session.flush()


@pytest.fixture
def booker(client: PageClient, town: Town, frozen: Callable[..., None]) -> PageClient:
    """The choir's booker at a browser, in a town whose room costs groups differently."""
    frozen(NOW)
    price(town.room, "everyone hour 20; association hour 10; everyone/under_18 free")
    client.sign_in(town.booker)
    return client


def ask(town: Town, **changes: Any) -> Reservation:
    """Have the choir's booker ask for the room by the service."""
    values = {"organisation_slug": town.choir.slug} | changes
    return request_reservation(request_for(town.room, **values), actor=acting(town.booker), now=NOW)


def amount(reservation: Reservation) -> int | None:
    found = quote_of(reservation)
    assert found is not None
    return found.cents


def sent(client: PageClient, **changes: Any) -> Reservation:
    """Send the request page's form."""
    answer = client.submit(REST | changes, action=ADDRESS)
    assert answer.status_code == 303, text_of(answer)
    return db.session.query(Reservation).order_by(Reservation.id.desc()).first()


def test_the_choir_sees_the_associations_price_before_sending(booker: PageClient, town: Town) -> None:
    words = text_of(booker.get(ADDRESS, query_string=ONCE))
    assert "Hinta: 20 €" in words
    assert "2 t × 10 €/t, yhdistyksille" in words.replace("\xa0", " ")
    assert "kaikille, alle 18-vuotiaat maksuton" in words
    reservation = sent(booker)
    assert (reservation.price_cents, reservation.price_terms["customer"]) == (2000, "association")
    page = text_of(booker.get(f"/reservations/{reservation.reference}"))
    assert "Hinta 20 € 2 t × 10 €/t" in page.replace("\xa0", " ")


def test_who_books_for_oneself_pays_what_everyone_does(booker: PageClient, town: Town) -> None:
    booker.get(ADDRESS, query_string=ONCE)
    again = booker.submit({"organisation": "", "preview": "1"}, action=ADDRESS)
    assert "Hinta: 40 €" in text_of(again)
    assert sent(booker).price_cents == 4000


def test_who_comes_is_asked_where_the_price_depends_on_it_and_kept(booker: PageClient, town: Town) -> None:
    booker.get(ADDRESS, query_string=ONCE)
    answer = booker.submit({"age": "under_18", "title": ""}, action=ADDRESS)
    assert answer.status_code == 422
    assert "Hinta: maksuton" in text_of(answer)
    assert booker.form(action=ADDRESS).values["age"] == ["under_18"]
    reservation = sent(booker)
    assert (reservation.price_cents, reservation.price_terms["age"]) == (0, "under_18")


def test_nobody_is_asked_who_comes_where_no_price_depends_on_it(booker: PageClient, town: Town) -> None:
    price(town.room, "everyone hour 20")
    booker.get(ADDRESS, query_string=ONCE)
    assert not booker.form(action=ADDRESS).has("age")
    assert "Laske hinta uudelleen" not in text_of(booker.get(ADDRESS, query_string=ONCE))


def test_without_a_time_the_rate_is_told_and_an_unknown_price_is_never_free(
    booker: PageClient, town: Town
) -> None:
    assert "Hinta: 10 €/t" in text_of(booker.get(ADDRESS))
    price(town.room, "association season 150; association hour 10")
    assert "Hinta: 150 €/kausi tai 10 €/t" in text_of(booker.get(ADDRESS))
    price(town.room, "company hour 90")
    assert "Hinta: ei tietoa" in text_of(booker.get(ADDRESS, query_string=ONCE))
    reservation = sent(booker)
    assert reservation.price_cents is None
    assert "Hinta ei tietoa" in text_of(booker.get(f"/reservations/{reservation.reference}"))


def test_a_series_tells_its_whole_price_and_how_it_was_counted(booker: PageClient, town: Town) -> None:
    series = ONCE | {"repeat": "weekly", "count": "4"}
    words = text_of(booker.get(ADDRESS, query_string=series)).replace("\xa0", " ")
    assert "Hinta: 80 €" in words
    assert "4 kertaa, yhteensä 8 t × 10 €/t, yhdistyksille" in words
    price(town.room, "association season 50")
    assert "Hinta: 50 €" in text_of(booker.get(ADDRESS, query_string=series))


def comes_back(client: PageClient, said: str, **changes: Any) -> None:
    """Send the form, which is shown again with another price, and nothing is sent."""
    answer = client.submit(REST | changes, action=ADDRESS)
    assert answer.status_code == 422
    assert f"{said} Lähetä uudelleen, jos se sopii." in text_of(answer)
    assert db.session.query(Reservation).count() == 0
    assert client.form(action=ADDRESS).values["title"] == ["Harjoitus"]


def test_a_price_that_the_owner_changes_before_sending_is_shown_first(booker: PageClient, town: Town) -> None:
    booker.get(ADDRESS, query_string=ONCE)
    price(town.room, "everyone hour 99")
    comes_back(booker, "Hinta muuttui: nyt 198 €.")
    assert sent(booker).price_cents == 19_800


@pytest.mark.parametrize(
    ("change", "said", "cents"),
    [
        ({"age": "any"}, "Hinta muuttui: nyt 20 €.", 2000),
        ({"age": "any", "organisation": ""}, "Hinta muuttui: nyt 40 €.", 4000),
        ({"age": "any", "end": "21:00"}, "Hinta muuttui: nyt 30 €.", 3000),
    ],
)
def test_what_changes_the_price_after_it_was_seen_is_shown_first(
    booker: PageClient, town: Town, change: dict[str, str], said: str, cents: int
) -> None:
    town.room.approval = "at_once"
    booker.get(ADDRESS, query_string=ONCE)
    assert "Hinta: maksuton" in text_of(booker.submit({"age": "under_18", "preview": "1"}, action=ADDRESS))
    comes_back(booker, said, **change)
    assert sent(booker).price_cents == cents


def test_another_time_at_the_same_price_is_sent_at_once(booker: PageClient, town: Town) -> None:
    booker.get(ADDRESS, query_string=ONCE)
    assert sent(booker, start="17:00", end="19:00").price_cents == 2000


def test_who_saw_only_a_rate_sees_the_price_before_sending(booker: PageClient, town: Town) -> None:
    booker.get(ADDRESS)
    comes_back(booker, "Hinta on 20 €.", **ONCE)
    assert sent(booker).price_cents == 2000


@pytest.mark.parametrize(("rows", "cents"), [("everyone free", 0), ("company hour 90", None)])
def test_what_is_free_or_not_known_whenever_it_is_needs_no_second_look(
    booker: PageClient, town: Town, rows: str, cents: int | None
) -> None:
    price(town.room, rows)
    booker.get(ADDRESS)
    assert sent(booker, **ONCE).price_cents == cents


def test_a_series_whose_price_changes_is_shown_first(booker: PageClient, town: Town) -> None:
    booker.get(ADDRESS, query_string=ONCE | {"repeat": "weekly", "count": "4"})
    price(town.room, "association hour 11")
    comes_back(booker, "Hinta muuttui: nyt 88 €.")
    assert sent(booker).price_cents == 8800


def test_a_price_that_changes_later_does_not_change_what_was_promised(booker: PageClient, town: Town) -> None:
    reservation = ask(town)
    price(town.room, "everyone hour 99")
    assert (reservation.price_cents, amount(reservation)) == (2000, 2000)
    reservation.occurrences[0].ends_at += timedelta(hours=1)
    assert amount(reservation) == 3000  # a longer use, by the promised price


def test_only_the_dates_that_stand_are_counted(booker: PageClient, town: Town) -> None:
    weekly = Pattern(frequency="weekly", count=3)
    reservation = ask(town, pattern=weekly)
    assert (reservation.price_cents, amount(reservation)) == (6000, 6000)
    first, second, third = reservation.occurrences
    first.state, second.state = "declined", "no_show"
    assert amount(reservation) == 4000
    second.state = third.state = "cancelled"
    assert amount(reservation) == 6000  # nothing stands: what was asked for
    assert reservation.price_cents == 6000


def test_dates_in_another_room_are_counted_by_its_price(booker: PageClient, town: Town) -> None:
    reservation = ask(town)
    other = make_room(owner=town.owner, prices=read_prices("everyone use 7"))
    moved = reservation.occurrences[0]
    moved.room_id = other.id
    db.session.flush()
    assert amount(reservation) == 700
    moved.room_id = make_room(owner=town.owner).id
    db.session.flush()
    assert amount(reservation) is None


def test_a_part_of_a_hall_costs_its_share(booker: PageClient, town: Town) -> None:
    venue = make_venue()
    left, right = make_space(venue), make_space(venue)
    make_room(owner=town.owner, spaces=[left, right], prices=read_prices("association hour 25"))
    half = make_room(owner=town.owner, spaces=[left], prices=read_prices("share 60"))
    asked = request_for(half, organisation_slug=town.choir.slug)
    reservation = request_reservation(asked, actor=acting(town.booker), now=NOW)
    assert reservation.price_cents == 3000


def test_the_mail_tells_the_price(booker: PageClient, town: Town, session: Any) -> None:
    ask(town)
    assert "Hinta: 20 € (2\xa0t × 10 €/t, yhdistyksille)" in mail(session, "request_received").body
    town.room.approval = "at_once"
    ask(town, start=EVENING.end, end=EVENING.end + timedelta(hours=3))
    assert "Hinta: 30 €" in mail(session, "confirmed").body


def test_others_are_not_told_the_price(booker: PageClient, town: Town, new_client: Any) -> None:
    reservation = ask(town)
    town.room.approval = "at_once"
    reservation.occurrences[0].state = "confirmed"
    stranger = new_client()
    stranger.sign_in(make_member(make_organisation(), Role.APPROVER))
    page = text_of(stranger.get(f"/reservations/{reservation.reference}"))
    assert "Harjoitus" in page
    assert "20 €" not in page


def test_who_waits_is_asked_who_comes_too(booker: PageClient, town: Town) -> None:
    make_reservation(town.room, EVENING)
    wanted = request_for(town.room, organisation_slug=town.choir.slug, age="under_18")
    entry = in_transaction(lambda: join(wanted, [EVENING], actor=acting(town.booker), now=NOW))
    assert request_of(entry.dates[0]).age == "under_18"
    booker.get("/rooms/karelia-sali/wait", query_string=ONCE)
    assert booker.form(action="/rooms/karelia-sali/wait").has("age")


def test_a_reservation_older_than_prices_says_that_its_price_is_not_known(
    booker: PageClient, town: Town
) -> None:
    old = make_reservation(town.room, booker=town.booker, organisation=town.choir)
    assert quote_of(old) is None
    assert "Hinta ei tietoa" in text_of(booker.get(f"/reservations/{old.reference}"))


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("everyone free; association free", "maksuton"),
        ("everyone hour 10", "10 €/t"),
        ("everyone hour 10.50", "10,50 €/t"),
        ("association hour 10; everyone hour 20", "alkaen 10 €/t"),
        ("association free; everyone use 1200", "maksuton tai 1\xa0200 €/kerta"),
        ("everyone season 120", "120 €/kausi"),
        ("", "hinta: ei tietoa"),
    ],
)
def test_a_list_of_rooms_tells_the_prices_on_one_line(
    booker: PageClient, town: Town, rows: str, said: str
) -> None:
    price(town.room, rows)
    page = booker.get("/rooms").get_data(as_text=True)
    assert f"kokoustila · {said}<" in page


def test_an_address_that_ends_before_it_begins_keeps_its_times_and_says_so(booker: PageClient) -> None:
    answer = booker.get(ADDRESS, query_string=ONCE | {"start": "15:00", "end": "13:00"})
    assert "Päättyy klo: Loppu on ennen alkua." in text_of(answer)
    values = booker.form(action=ADDRESS).values
    assert [values[name] for name in ("date", "start", "end")] == [["2027-01-12"], ["15:00"], ["13:00"]]
