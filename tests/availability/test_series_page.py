"""The search page answers a series: which rooms suit most dates, what does not work, and the way on."""

import html
import re
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from booking.availability.pattern_form import PatternFields
from booking.timetable.pattern import Pattern
from booking.web.forms import QueryForm
from tests.factories.reservations import EVENING, NOW, make_reservation
from tests.factories.rooms import make_room, make_school_break, make_venue
from tests.factories.users import make_user
from tests.support.client import PageClient

WEEK = timedelta(days=7)
EVENINGS = {"date": "2027-01-12", "start": "18:00", "end": "20:00", "people": "12"}


class Series(PatternFields, QueryForm):
    """What the request page reads."""


@pytest.fixture(autouse=True)
def now(frozen: Any) -> None:
    frozen(NOW)


def ask(client: PageClient, status: int = 200, **query: Any) -> str:
    answer = client.get("/", query_string={**EVENINGS, "repeat": "weekly", **query})
    assert answer.status_code == status
    return " ".join(answer.get_data(as_text=True).split())


def test_rooms_are_ranked_by_the_dates_that_work(client: PageClient, session: Any) -> None:
    some = make_room(capacity=12, name="Osin")
    make_room(capacity=90, name="Aina", approval="at_once")
    make_room(capacity=20, name="Kiinni", hours=[])
    make_reservation(some, EVENING.shift(WEEK), EVENING.shift(2 * WEEK))
    session.commit()

    page = ask(client, until="2027-03-02")

    assert "1 tila sopii kaikkiin 8 päivään" in page
    assert "Klo 18.00–20.00, joka tiistai 2.3.2027 asti. 12 henkilöä." in page
    assert page.index("Aina") < page.index("Osin") < page.index("Kiinni")
    assert "8 / 8 päivää vapaana" in page
    assert "6 / 8 päivää vapaana" in page
    assert "Varattu: ti 19.1., ti 26.1." in page
    assert "8 päivää ei käy, miksi" in page
    assert "Ei vapaana (1), miksi" in page


def test_the_way_on_carries_the_whole_series(client: PageClient, session: Any, app: Any) -> None:
    room = make_room(capacity=20)
    make_reservation(room)
    session.commit()

    page = ask(client, count=6, interval=2, weekday=[1, 3], skip="26.1.2027", skip_holidays="y")

    (address,) = links(page, f"/rooms/{room.slug}/request")
    query = parse_qs(urlsplit(address).query)
    assert {name: query[name] for name in EVENINGS} == {name: [value] for name, value in EVENINGS.items()}
    with app.test_request_context(address):
        form = Series()
        assert form.validate()
        assert form.pattern() == Pattern(
            "weekly",
            2,
            count=6,
            weekdays=frozenset({1, 3}),
            skip=frozenset({date(2027, 1, 26)}),
            skip_holidays=True,
        )


def test_the_form_shows_the_series_that_was_asked_for(client: PageClient, session: Any) -> None:
    make_room(capacity=20)
    session.commit()
    asked: dict[str, Any] = {
        "repeat": "monthly_weekday",
        "count": "6",
        "interval": "2",
        "skip": "9.3.2027",
        "skip_holidays": "y",
    }

    ask(client, **asked)
    shown = client.form(having="repeat").values

    assert {name: shown[name] for name in asked} == {name: [value] for name, value in asked.items()}


def test_dates_beyond_what_any_room_takes_are_told_once_with_the_search_that_ends_in_time(
    client: PageClient, session: Any
) -> None:
    make_room(capacity=20, longest_ahead_months=2, kind="hall")
    make_room(capacity=20, longest_ahead_months=1, kind="hall")
    session.commit()

    page = ask(client, count=10, kind="hall")

    assert "1 päivä on niin kaukana" not in page
    assert (
        "2 päivää on niin kaukana, ettei mitään tilaa voi vielä varata. Varata voi nyt to 4.3.2027 asti."
        in page
    )
    assert "Liian kaukana, varata voi to 4.3.2027 asti: ti 9.3., ti 16.3." in page
    (sooner,) = [link for link in links(page, "/?") if "until=2027-03-04" in link]
    answer = client.get(sooner)
    assert "1 tila sopii kaikkiin 8 päivään" in answer.get_data(as_text=True)
    assert client.form(having="repeat").values["kind"] == ["hall"]


def test_a_date_on_which_the_clocks_skip_the_time_is_told(client: PageClient, session: Any) -> None:
    make_room(capacity=20)
    session.commit()

    page = ask(client, date="2027-03-14", start="03:30", end="05:30", count=4)

    assert "1 tila sopii kaikkiin 3 päivään" in page
    assert "su 28.3.2027 ei ole luvuissa mukana. Tätä kellonaikaa ei ole" in page


def test_each_room_leaves_out_the_breaks_of_its_own_venue(client: PageClient, session: Any) -> None:
    here, there = make_venue(), make_venue()
    make_room(venue=here, capacity=20, name="Koulu")
    make_room(venue=there, capacity=20, name="Kirjasto")
    make_school_break(date(2027, 3, 1), date(2027, 3, 7), venue=here)
    session.commit()

    kept = ask(client, until="2027-03-02")
    left_out = ask(client, until="2027-03-02", skip_school_breaks="y")

    assert "2 tilaa sopii kaikkiin 8 päivään" in kept
    assert "2 tilaa sopii kaikkiin päiviin" in left_out
    assert left_out.index("Koulu") < left_out.index("7 / 7 päivää vapaana") < left_out.index("8 / 8 päivää")


def test_a_room_that_takes_nothing_from_who_asks_says_so_once(client: PageClient, session: Any) -> None:
    make_room(capacity=20, approval="by_round")
    make_room(capacity=20, who_may_book="associations")
    user = make_user()
    session.commit()
    client.sign_in(user)

    page = ask(client, count=3)

    assert "Mikään tila ei ole vapaana" in page
    assert page.count("Tilan vuorot jaetaan hakukierroksella.") == 1
    assert page.count("Vain yhdistyksille ja ryhmille.") == 1
    assert "päivää ei käy" not in page


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"until": "2027-02-02", "count": 3}, "Viimeinen päivä ja kertojen määrä on annettu molemmat."),
        ({"until": "2027-01-11"}, "Viimeinen päivä on ennen ensimmäistä."),
        ({"repeat": "daily", "until": "2029-01-11"}, "Sarjassa voi olla enintään 400 kertaa."),
        ({"repeat": "yearly", "count": 3}, "Valitse jokin vaihtoehdoista."),
        ({"count": 1, "skip": "2027-01-12"}, "Yhtään päivää ei jää."),
        ({"count": 3, "date": "2027-01-03"}, "Aika on jo mennyt."),
        ({"repeat": "daily", "count": 3, "end": "18:00"}, "Loppu on ennen alkua."),
    ],
)
def test_a_series_that_cannot_be_is_told_where_it_was_asked(
    client: PageClient, session: Any, query: dict[str, Any], words: str
) -> None:
    page = ask(client, 422, **query)
    assert words in page
    assert 'id="problems"' in page


@pytest.mark.parametrize(
    ("first", "last"), [("2027-01-12", "31.5.2027"), ("2027-05-11", "31.8.2027"), ("2027-06-01", "31.8.2027")]
)
def test_a_series_without_an_end_is_looked_for_until_the_season_ends(
    client: PageClient, session: Any, first: str, last: str
) -> None:
    make_room(capacity=20)
    session.commit()
    assert f"joka tiistai {last} asti" in ask(client, date=first, until="", count="")
    assert client.form(having="repeat").values["until"] != [""]


def test_once_is_answered_as_before(client: PageClient, session: Any) -> None:
    make_room(capacity=20)
    session.commit()
    assert "1 tila vapaana" in ask(client, repeat="", until="")
    assert "1 tila vapaana" in ask(client, repeat="", until="2027-05-31")  # only suggested, for the season
    assert "tai tyhjennä viimeinen päivä." in ask(client, 422, repeat="", until="2027-03-02")


def links(page: str, path: str) -> list[str]:
    """Return the addresses of a page's links that begin so."""
    return [html.unescape(each) for each in re.findall(r'href="([^"]*)"', page) if each.startswith(path)]
