"""What stands for a whole series, and what a list of an association's coming dates says of it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from booking.reservations.summary import counts_in_words, look_of
from booking.web.states import state_word
from tests.factories.reservations import NOW, make_occurrence
from tests.factories.rooms import make_room
from tests.reservations.series import plain, series_of, weekly
from tests.reservations.town import Town, of_choir


@pytest.mark.parametrize(
    ("states", "look"),
    [
        ({"pending"}, "pending"),
        ({"confirmed"}, "confirmed"),
        ({"declined"}, "declined"),
        ({"confirmed", "pending"}, "mixed"),
        ({"confirmed", "declined"}, "mixed"),
        ({"confirmed", "expired", "used"}, "mixed"),
        ({"confirmed", "used", "no_show"}, "confirmed"),
        ({"confirmed", "cancelled", "withdrawn"}, "confirmed"),
        ({"pending", "declined", "withdrawn"}, "pending"),
        ({"pending", "used"}, "mixed"),
        ({"used", "no_show"}, "used"),
        ({"used", "cancelled"}, "ended"),
        ({"declined", "withdrawn", "expired"}, "ended"),
    ],
)
def test_what_is_ahead_decides_how_a_series_looks(states: set[str], look: str) -> None:
    assert look_of(states) == look


def test_every_look_has_a_word(app: Any) -> None:
    with app.test_request_context():
        assert [state_word(look) for look in ("mixed", "ended")] == ["osin vahvistettu", "päättynyt"]


def test_dates_are_counted_in_words_what_matters_first(app: Any) -> None:
    with app.test_request_context():
        assert counts_in_words({"declined": 1, "pending": 2, "confirmed": 17}) == (
            "17 vahvistettua, 2 odottaa, 1 hylätty"
        )
        assert counts_in_words({"cancelled": 1, "no_show": 3}) == "3 käyttämättä jätettyä, 1 peruttu"
        assert counts_in_words({}) == ""


@pytest.fixture
def _january(frozen: Callable[[datetime], None]) -> None:
    frozen(NOW)


@pytest.mark.usefixtures("_january")
def test_a_series_is_one_line_on_its_associations_page(town: Town, client: Any) -> None:
    made = series_of(town, "pending", "confirmed", "confirmed", "confirmed", "declined")
    made.occurrences[1].own_title = "Kenraaliharjoitus"
    of_choir(town, weekly(4), state="confirmed", title="Kokous", room=make_room(name="Luokka"))
    secret = of_choir(town, weekly(5), state="confirmed", visibility="private", title="Salattu")
    make_occurrence(secret, weekly(6), own_title="Salaisin")
    text = client.get(f"/organisations/{town.choir.slug}").text
    coming = text.partition(">Tulossa</h2>")[2].partition("</section>")[0]
    lines = [plain(each) for each in coming.split("<li>")[1:]]
    assert lines == [
        "ti 19.1.2027 klo 18.00–20.00 Kenraaliharjoitus Karelia-sali · Kuoro Koskisointu · ja 2 muuta aikaa",
        "ti 9.2.2027 klo 18.00–20.00 Kokous Luokka · Kuoro Koskisointu",
    ]
    assert "Sala" not in text
