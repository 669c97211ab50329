"""The page of an edit of many dates: what was not touched stays, and what goes along is told."""

from datetime import timedelta
from typing import Any

import pytest

from booking.reservations.decisions import cancel, confirm, decline
from booking.reservations.editing.edit import Scope
from booking.reservations.series import segments_of
from booking.timetable.pattern import Pattern
from tests.editing.conftest import EditedTown
from tests.editing.saving import DAY, FOUR_WEEKS, HOUR, LATER, WEEK, evenings, save, uses
from tests.editing.test_pages import address, press
from tests.factories.reservations import EVENING, NOW, make_reservation
from tests.factories.users import acting
from tests.reservations.asking import text_of
from tests.reservations.offering import of, rows
from tests.reservations.town import states
from tests.support.client import PageClient


@pytest.fixture
def booker(client: PageClient, town: EditedTown, frozen: Any) -> PageClient:
    """The choir's booker at a browser."""
    frozen(NOW)
    client.sign_in(town.people.booker)
    return client


def test_another_day_moves_every_date_with_consent_and_keeps_its_name(
    booker: PageClient, town: EditedTown, session: Any
) -> None:
    made = town.confirmed(FOUR_WEEKS)
    cancel(made.reference, [made.occurrences[2].id], "", actor=acting(town.people.booker), now=NOW)
    names = [each.uid for each in made.occurrences]
    booker.get(address(made))
    words = text_of(press(booker, scope="all", date="14.1.2027"))
    assert "ti 12.1.2027 klo 18.00–20.00 → to 14.1.2027 klo 18.00–20.00" in words
    assert ("Perutaan" in words, "Uudet päivät" in words) == (False, False)
    assert press(booker, "save").status_code == 303
    assert (states(made), [each.uid for each in made.occurrences]) == (
        ["confirmed", "confirmed", "cancelled", "confirmed"],
        names,
    )
    assert uses(made.occurrences) == evenings(0, 1, 2, 3)
    held = evenings(0, 1, 3) + evenings(0, 1, 3, later=2 * DAY)
    assert rows(session) == sorted(of(town.people.room, *held))
    assert "Siirtoa on pyydetty: entiset ajat" in booker.get(f"/reservations/{made.reference}").text
    words = text_of(booker.get(address(made)))
    assert "Nyt: ti 12.1.2027 klo 18.00–20.00, Karelia-sali" in words
    assert "Siirtoa on pyydetty: to 14.1.2027 klo 18.00–20.00" in words

    confirm(made.reference, None, actor=acting(town.people.approver), now=NOW)
    assert uses(made.occurrences) == sorted(
        [*evenings(0, 1, 3, later=2 * DAY), *evenings(2)], key=lambda use: use.start
    )
    assert [each.sequence for each in made.occurrences] == [2] * 4
    booker.get(address(made))
    assert "Mikään ei muutu." in text_of(press(booker, scope="all"))
    words = text_of(press(booker, scope="all", until="18.2.2027"))
    assert "to 11.2.2027 klo 18.00–20.00" in words
    assert "28.1.2027 klo 18.00–20.00, Karelia-sali" not in words, "the cancelled week stays cancelled"


def test_a_move_that_is_declined_does_not_come_back_with_another_hour(town: EditedTown, session: Any) -> None:
    made = town.confirmed(FOUR_WEEKS)
    save(town, made, days=2)
    decline(made.reference, None, "Ei käy", actor=acting(town.people.approver), now=NOW)
    save(town, made, times=LATER)
    assert [each.proposal.starts_at for each in made.occurrences] == [
        EVENING.start + n * WEEK + HOUR for n in range(4)
    ]


def test_requests_and_rooms_free_at_once_move_at_once(town: EditedTown, session: Any) -> None:
    made = town.ask(FOUR_WEEKS, room_slug="mokki")
    sequences = [each.sequence for each in made.occurrences]
    save(town, made, 1, Scope.FOLLOWING, days=1, times=LATER)
    assert uses(made.occurrences) == evenings(0) + evenings(1, 2, 3, later=DAY + HOUR)
    assert [each.sequence for each in made.occurrences] == [
        sequences[0],
        *(each + 1 for each in sequences[1:]),
    ]
    assert states(made) == ["confirmed"] * 4
    assert len(segments_of(made)) == 2


def test_a_new_end_goes_on_as_the_last_stretch_does(
    booker: PageClient, town: EditedTown, session: Any
) -> None:
    made = town.ask(FOUR_WEEKS)
    save(town, made, 2, Scope.FOLLOWING, times=LATER, title="Konsertti", people=30)
    booker.get(address(made))
    press(booker, scope="all", count="6")
    assert press(booker, "save").status_code == 303
    session.refresh(made)
    assert uses(made.occurrences) == evenings(0, 1) + evenings(2, 3, 4, 5, later=HOUR)
    told = [(each.title, each.people) for each in made.occurrences]
    assert told == [("Harjoitus", 20)] * 2 + [("Konsertti", 30)] * 4
    assert [each.start.hour for each in segments_of(made)] == [18, 19]


@pytest.mark.parametrize(("repeat", "comes"), [("daily", "ke 13.1.2027"), ("monthly_day", "pe 12.2.2027")])
def test_what_the_form_had_filled_in_stands_in_no_ones_way(
    booker: PageClient, town: EditedTown, repeat: str, comes: str
) -> None:
    made = town.ask(FOUR_WEEKS)
    booker.get(address(made))
    answer = press(booker, scope="all", repeat=repeat, count="3")
    assert (answer.status_code, comes in text_of(answer)) == (200, True)


def test_how_many_dates_are_renamed_and_why_nothing_can_be_saved_yet(
    booker: PageClient, town: EditedTown, session: Any
) -> None:
    made = town.confirmed(FOUR_WEEKS)
    save(town, made, 3, Scope.ONE, title="Konsertti")
    booker.get(address(made))
    words = text_of(press(booker, scope="all", title="Kuoro"))
    assert "Nimi muuttuu 3 päivältä. 1 päivä pitää oman nimensä." in words
    make_reservation(town.people.room, EVENING.shift(WEEK + 2 * HOUR))
    words = text_of(press(booker, scope="all", start="19:00", end="21:00"))
    assert "Ratkaise ensin päivät, jotka eivät onnistu." in words


def test_a_date_that_is_too_late_to_move_says_so_before_anything_is_typed(
    booker: PageClient, town: EditedTown, frozen: Any
) -> None:
    made = town.confirmed(FOUR_WEEKS)
    assert "Perumisaika on jo ohi" not in text_of(booker.get(address(made)))
    frozen(EVENING.start - timedelta(days=3))
    assert "Perumisaika on jo ohi" in text_of(booker.get(address(made)))
    assert "Perumisaika on jo ohi" not in text_of(booker.get(address(made, 2)))


def test_days_that_cannot_all_go_along_are_told(booker: PageClient, town: EditedTown) -> None:
    made = town.confirmed(Pattern("daily", count=3))
    booker.get(address(made))
    words = text_of(press(booker, scope="all", date="13.1.2027"))
    assert "Kaikki päivät eivät voi siirtyä" in words
    assert "Perutaan ti 12.1.2027" in words
    assert press(booker, "save").status_code == 303


def test_one_weekday_for_another_asks_for_nothing_anew(booker: PageClient, town: EditedTown) -> None:
    made = town.confirmed(Pattern("weekly", count=3))
    booker.get(address(made))
    words = text_of(press(booker, scope="all", weekday=["2"]))
    assert "ti 26.1.2027 klo 18.00–20.00 → ke 27.1.2027 klo 18.00–20.00" in words
    assert ("Perutaan" in words, "Uudet päivät" in words) == (False, False)
