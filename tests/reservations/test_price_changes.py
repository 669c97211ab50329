"""What a move or an edit does to the price, told before anybody accepts or saves it."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from booking.extensions import db
from booking.reservations.models import Reservation
from booking.reservations.proposals import offer
from booking.reservations.service import request_reservation
from booking.rooms.notation import read_prices
from booking.rooms.prices import RoomPriceRow
from booking.timetable.interval import Interval
from booking.timetable.pattern import Pattern
from tests.factories.reservations import EVENING, NOW, request_for
from tests.factories.users import acting
from tests.reservations.asking import text_of
from tests.reservations.town import Town
from tests.support.client import PageClient

LONGER = Interval(EVENING.start, EVENING.end + timedelta(hours=1))
LATER = Interval(EVENING.start + timedelta(days=1), EVENING.end + timedelta(days=1))
CHANGED = "Hinta muuttuu"


@pytest.fixture
def asked(client: PageClient, town: Town, frozen: Callable[..., None]) -> Reservation:
    """The choir asks for two hours at 10 € an hour."""
    frozen(NOW)
    town.room.prices.extend(RoomPriceRow.of(each) for each in read_prices("everyone hour 10"))
    db.session.flush()
    return ask(town)


def ask(town: Town, pattern: Pattern | None = None) -> Reservation:
    wanted = request_for(town.room, organisation_slug=town.choir.slug, pattern=pattern)
    return request_reservation(wanted, actor=acting(town.booker), now=NOW)


@pytest.mark.parametrize(("use", "said"), [(LONGER, f"{CHANGED}: 20 € → 30 €"), (LATER, "")])
def test_an_offer_tells_the_booker_what_the_reservation_will_cost(
    client: PageClient, town: Town, asked: Reservation, use: Interval, said: str
) -> None:
    date = asked.occurrences[0]
    offer(
        asked.reference,
        date.id,
        room_slug=town.room.slug,
        use=use,
        message="",
        actor=acting(town.approver),
        now=NOW,
    )
    client.sign_in(town.booker)
    words = text_of(client.get(f"/reservations/{asked.reference}"))
    assert "Omistaja ehdottaa" in words
    assert said in words
    assert (CHANGED in words) == bool(said)


@pytest.mark.parametrize(("end", "said"), [("21:00", f"{CHANGED}: 20 € → 30 €"), ("20:00", "")])
def test_who_moves_a_reservation_sees_what_it_will_cost(
    client: PageClient, town: Town, asked: Reservation, end: str, said: str
) -> None:
    client.sign_in(town.approver)
    address = f"/desk/reservations/{asked.reference}/move/{asked.occurrences[0].id}"
    query = {"room": town.room.slug, "date": "2027-01-13", "start": "18:00", "end": end}
    words = text_of(client.get(address, query_string=query))
    assert "Aika on vapaa" in words
    assert said in words
    assert (CHANGED in words) == bool(said)


def test_who_edits_a_series_sees_what_all_of_it_will_cost(
    client: PageClient, town: Town, asked: Reservation
) -> None:
    asked.occurrences[0].state = "withdrawn"
    series = ask(town, Pattern("weekly", count=4))
    client.sign_in(town.booker)
    client.get(f"/reservations/{series.reference}/edit?date={series.occurrences[1].id}")
    longer = {"scope": "following", "end": "21:00", "preview": "1"}
    assert "Hinta: 80 € → 110 €" in text_of(client.submit(longer, having="seen"))
    shorter = {"until": "2027-01-26", "end": "20:00"}
    assert "Hinta: 80 € → 60 €" in text_of(client.submit(longer | shorter, having="seen"))
    more = {"until": "2027-02-09", "end": "20:00"}
    assert "Hinta: 80 € → 100 €" in text_of(client.submit(longer | more, having="seen"))
    client.get(f"/reservations/{series.reference}/edit?date={series.occurrences[1].id}")
    other_day = client.submit({"scope": "following", "date": "2027-01-20", "preview": "1"}, having="seen")
    assert "Mitä muuttuu" in text_of(other_day)
    assert "Hinta:" not in text_of(other_day)
