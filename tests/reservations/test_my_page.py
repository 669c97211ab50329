"""My own reservations: one line each, a series as a whole, in as many sections as it belongs to."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from booking.extensions import db
from booking.reservations.models import Proposal
from booking.rooms.models import Room
from tests.factories.reservations import EVENING, NOW, make_occurrence
from tests.factories.rooms import make_room
from tests.reservations.series import WEEK, plain, series_of, weekly
from tests.reservations.town import Town, of_choir
from tests.support.statements import statements


@pytest.fixture(autouse=True)
def _january(frozen: Callable[[datetime], None]) -> None:
    frozen(NOW)


def sections(client: Any) -> dict[str, list[str]]:
    """The lines of each section of /my, as their text."""
    text = client.get("/my").text
    found: dict[str, list[str]] = {}
    for part in text.split("<section")[1:]:
        heading = part.partition("<h2>")[2].partition("</h2>")[0]
        lines = part.partition("</section>")[0].split('<li class="listed">')[1:]
        found[heading] = [plain(each) for each in lines]
    return found


def test_a_series_is_one_line_with_its_pattern_its_next_date_and_its_counts(town: Town, client: Any) -> None:
    series_of(town, *["confirmed"] * 17, "pending", "pending", "declined")
    client.sign_in(town.booker)
    told = sections(client)
    assert [len(lines) for lines in told.values()] == [1, 1]
    (coming,) = told["Tulossa"]
    assert coming.startswith("seuraava ti 12.1.2027 klo 18.00–20.00 Kuoroharjoitus Karelia-sali")
    assert "joka tiistai 25.5.2027 asti, klo 18.00–20.00" in coming
    assert "17 vahvistettua, 2 odottaa, 1 hylätty" in coming
    assert coming.endswith("osin vahvistettu")


def test_a_part_confirmed_series_is_in_both_sections_each_with_its_own_next_date(
    town: Town, client: Any
) -> None:
    series_of(town, "confirmed", "pending", "confirmed", "pending")
    client.sign_in(town.member)
    told = sections(client)
    assert list(told) == ["Odottaa käsittelyä", "Tulossa"]
    assert [lines[0].split(" klo ")[0] for lines in told.values()] == [
        "seuraava ti 19.1.2027",
        "seuraava ti 12.1.2027",
    ]


def test_a_series_that_goes_on_is_not_among_the_past_ones(town: Town, client: Any) -> None:
    going_on = series_of(town, "pending", "pending", title="Jatkuva")
    made = make_occurrence(going_on, EVENING.shift(-WEEK - WEEK), state="declined")
    assert made.starts_at < NOW
    over = series_of(town, "used", "no_show", "cancelled", title="Päättynyt")
    client.sign_in(town.booker)
    told = sections(client)
    assert list(told) == ["Odottaa käsittelyä", "Menneet ja päättyneet"]
    (line,) = told["Menneet ja päättyneet"]
    assert line.startswith("viimeinen ti 26.1.2027")
    assert "1 käytetty, 1 käyttämättä jätetty, 1 peruttu" in line
    assert line.endswith("päättynyt")
    assert over.title in line


def test_a_single_reservation_is_told_as_before_and_by_its_own_title(town: Town, client: Any) -> None:
    made = of_choir(town, state="confirmed", title="Harjoitus")
    made.occurrences[0].own_title = "Konsertti"
    client.sign_in(town.booker)
    (line,) = sections(client)["Tulossa"]
    assert line == "ti 12.1.2027 klo 18.00–20.00 Konsertti Karelia-sali · Kuoro Koskisointu vahvistettu"


def test_all_rooms_of_a_series_are_named_the_usual_one_first(town: Town, client: Any) -> None:
    made = series_of(town, "confirmed", "confirmed")
    make_occurrence(made, weekly(2), room=make_room(name="Auditorio", owner=town.owner))
    client.sign_in(town.booker)
    assert "Karelia-sali, Auditorio · Kuoro Koskisointu" in sections(client)["Tulossa"][0]


def test_an_offer_that_awaits_an_answer_is_said_on_the_line(town: Town, client: Any) -> None:
    made = series_of(town, "pending", "pending")
    offered = weekly(0).shift(timedelta(hours=2))
    db.session.add(
        Proposal(
            occurrence=made.occurrences[0],
            side="owner",
            room=town.room,
            starts_at=offered.start,
            ends_at=offered.end,
            turnaround_minutes=0,
            deadline_at=NOW + timedelta(days=4),
            created_by_id=town.approver.id,
            created_at=NOW,
        )
    )
    client.sign_in(town.booker)
    (line,) = sections(client)["Odottaa käsittelyä"]
    assert "Vastaa ehdotukseen, viimeistään pe 8.1.2027 klo 10.00" in line
    assert "2 odottaa" in line


def test_past_ones_come_by_the_page_a_reservation_a_line(town: Town, client: Any) -> None:
    for number in range(12):
        room: Room = make_room()
        series_of(town, "used", "used", "used", title=f"Sarja {number}", room=room)
        of_choir(town, state="declined", title=f"Kerta {number}")
    client.sign_in(town.booker)
    first = sections(client)["Menneet ja päättyneet"]
    second = client.get("/my?page=2").text
    assert len(first) == 20
    assert second.count('<li class="listed">') == 4


def test_the_statements_are_few_however_many_dates_there_are(town: Town, client: Any, app: Any) -> None:
    client.sign_in(town.booker)
    counts = []
    for number in range(1, 3):
        for n in range(number * 2):
            series_of(town, *["pending"] * 10 * number, title=f"Sarja {number} {n}")
        client.get("/my")
        with statements() as sent:
            client.get("/my")
        counts.append(len([each for each in sent if "SAVEPOINT" not in each]))
    assert counts[0] == counts[1]
    assert counts[0] <= 8
