"""Prices in the API: of rooms, and what a reservation was promised."""

import pytest

from booking.rooms.notation import read_prices
from tests.api.calls import codes_of
from tests.factories.rooms import make_room
from tests.factories.users import make_user

WISH = {
    "title": "Harjoitus",
    "start": "2027-01-12T18:00",
    "end": "2027-01-12T20:00",
    "people": 5,
    "purpose": "rehearsal",
    "visibility": "public",
}


@pytest.mark.parametrize(
    ("rows", "hour"),
    [
        ("", None),
        ("everyone free", 0),
        ("everyone hour 12.50; association free", 1250),
        ("group use 5", None),
    ],
)
def test_a_room_tells_all_its_prices_and_what_everyone_pays_an_hour(api, rows, hour):
    prices = read_prices(rows)
    room = make_room(prices=prices)
    shown = api().get(f"/rooms/{room.slug}").get_json()
    assert shown["price_cents_per_hour"] == hour
    assert [tuple(each.values()) for each in shown["prices"]] == [
        (each.customer, each.age, each.basis, each.amount) for each in prices
    ]


def test_a_reservation_tells_what_was_promised(api):
    room = make_room(prices=read_prices("person hour 20; person/over_65 use 5"))
    booker = api(make_user())
    made = booker.post("/reservations", WISH | {"room": room.slug}).get_json()
    assert made["price"] == {
        "cents": 4000, "promised_cents": 4000, "basis": "hour", "customer": "person", "age": "any",
    }  # fmt: skip
    later = {"start": "2027-01-13T18:00", "end": "2027-01-13T20:00"}
    old = booker.post("/reservations", WISH | later | {"room": room.slug, "age": "over_65"}).get_json()
    assert (old["price"]["cents"], old["price"]["basis"]) == (500, "use")


def test_an_unknown_age_is_refused(api):
    answer = api(make_user()).post("/reservations", WISH | {"room": make_room().slug, "age": "young"})
    assert answer.status_code == 422
    assert {field for field, _code in codes_of(answer)} == {"age"} or "age" in str(codes_of(answer))
