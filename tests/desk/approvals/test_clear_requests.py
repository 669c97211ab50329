"""The clear requests of a queue: which are clear, and how they are confirmed together."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from booking.desk.approvals.clearing import confirm_clear
from booking.desk.approvals.groups import queue
from booking.desk.approvals.items import stamp_of
from booking.errors import SlotTaken, WrongState
from booking.reservations.decisions import withdraw
from booking.reservations.questions.service import ask
from booking.timetable.interval import Interval
from tests.desk.approvals.test_deciding_pages import text_of
from tests.factories.reservations import EVENING, NOW, make_reservation
from tests.factories.rooms import make_divisible_hall, make_room
from tests.factories.users import acting
from tests.reservations.offering import HOUR, LATER, WEEK, moved, offered
from tests.reservations.town import Town, of_choir, states

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def today(frozen: Callable[..., None]) -> None:
    """It is NOW."""
    frozen(NOW)


def clear_titles(town: Town) -> set[str]:
    return {item.title for item in queue(acting(town.approver), NOW).clear}


def test_a_request_is_clear_when_nothing_speaks_against_it(session: Any, town: Town) -> None:
    day_only = make_room(owner=town.owner, hours=[(weekday, 8 * 60, 16 * 60) for weekday in range(7)])
    small = make_room(owner=town.owner, capacity=10)
    of_choir(town, EVENING.shift(DAY), title="yksi")
    of_choir(town, *(EVENING.shift(2 * DAY + n * WEEK) for n in range(3)), title="sarja")
    of_choir(town, title="kilpailee")
    make_reservation(town.room, LATER, state="pending", title="kilpailija")
    of_choir(town, EVENING.shift(7 * WEEK), title="varattu")
    make_reservation(town.room, EVENING.shift(7 * WEEK))
    of_choir(town, EVENING, room=day_only, title="suljettu")
    of_choir(town, EVENING, room=small, people=11, title="ahdas")
    of_choir(town, EVENING, EVENING.shift(7 * WEEK), room=make_room(owner=town.owner), title="sarja, vapaa")
    half = of_choir(town, EVENING.shift(8 * WEEK), title="ehdotettu")
    offered(town, half, EVENING.shift(9 * WEEK))
    asked = of_choir(town, EVENING.shift(10 * WEEK), title="kysytty")
    ask(asked.reference, "Montako tuolia?", actor=acting(town.approver), now=NOW)
    booked = of_choir(town, EVENING.shift(11 * WEEK), title="siirtyy", state="confirmed")
    moved(town, (booked.occurrences[0], EVENING.shift(12 * WEEK)))
    assert clear_titles(town) == {"yksi", "sarja", "sarja, vapaa"}


def test_the_edges_of_an_hour_compete_only_when_they_overlap(session: Any, town: Town) -> None:
    of_choir(town, title="ensin")
    after = make_reservation(town.room, EVENING.shift(2 * HOUR), state="pending", title="sitten")
    assert clear_titles(town) == {"ensin", "sitten"}
    after.occurrences[0].starts_at -= timedelta(minutes=1)
    session.flush()
    assert clear_titles(town) == set()


def test_a_room_as_large_as_the_group_is_large_enough(session: Any, town: Town) -> None:
    of_choir(town, people=50, title="täynnä")
    of_choir(town, EVENING.shift(DAY), people=51, title="yli")
    assert clear_titles(town) == {"täynnä"}


def test_a_half_and_the_whole_hall_compete(session: Any, town: Town) -> None:
    half_a, half_b, whole = make_divisible_hall(owner=town.owner)
    for room in (half_a, half_b):
        make_reservation(room, state="pending", title=room.name)
    assert clear_titles(town) == {half_a.name, half_b.name}
    make_reservation(whole, state="pending", title="koko")
    assert clear_titles(town) == set()


def test_a_rival_for_another_owners_room_in_the_same_space_counts_and_is_not_shown(
    session: Any, client: Any, town: Town
) -> None:
    foreign = make_room(spaces=town.room.spaces)
    of_choir(town, title="oma")
    make_reservation(foreign, state="pending", title="vieras", note="salaisuus")
    (group,) = queue(acting(town.approver), NOW).groups
    assert ([item.title for item in group.requests], group.is_clear) == (["oma"], False)
    client.sign_in(town.approver)
    text = text_of(client.get("/approvals"))
    assert "Myös toisen omistajan tilaan on pyyntö" in text
    assert "vieras" not in text
    assert "salaisuus" not in text


# Together


def test_all_ticked_ones_are_confirmed_with_one_button(session: Any, client: Any, town: Town) -> None:
    made = [of_choir(town, EVENING.shift(n * DAY)) for n in range(4)]
    series = of_choir(town, *(EVENING.shift(5 * DAY + n * WEEK) for n in range(3)))
    client.sign_in(town.approver)
    page = client.get("/approvals").get_data(as_text=True)
    ticked = [stamp_of(each) for each in (*made, series)]
    for stamp in ticked:
        assert f'value="{stamp}"' in page
    answer = client.submit({"request": ticked[1:]}, action="/approvals/clear")
    assert (answer.status_code, answer.location) == (303, "/approvals")
    text = text_of(page := client.follow(answer))
    assert "4 pyyntöä vahvistettiin." in text
    assert "Kumoa päätös" in text
    assert page.get_data(as_text=True).count('name="also"') == 3  # one button for all four
    assert [states(each)[0] for each in made] == ["pending", *["confirmed"] * 3]
    assert set(states(series)) == {"confirmed"}


def test_what_came_between_is_told_and_the_others_are_confirmed(
    session: Any, client: Any, town: Town
) -> None:
    free, taken, rivalled, changed, gone = (of_choir(town, EVENING.shift(n * DAY)) for n in range(5))
    client.sign_in(town.approver)
    client.get("/approvals?order=age")
    stamps = [stamp_of(each) for each in (free, taken, rivalled, changed, gone)]
    make_reservation(town.room, EVENING.shift(DAY))
    make_reservation(town.room, EVENING.shift(2 * DAY), state="pending")
    changed.changed_at = NOW + HOUR
    withdraw(gone.reference, None, actor=acting(town.booker), now=NOW)
    answer = client.submit({"request": stamps}, action="/approvals/clear")
    assert answer.location == "/approvals?order=age"
    text = text_of(client.follow(answer))
    assert "Pyyntö on vahvistettu." in text
    assert "Pyyntöä ei vahvistettu: Aika on jo varattu." in text
    assert "Pyyntöä ei vahvistettu: Samaa aikaa on pyytänyt sillä välin joku muukin." in text
    assert "Pyyntöä ei vahvistettu: Varaaja on muuttanut pyyntöä sillä välin." in text
    assert "Pyyntöä ei vahvistettu: Tilanne on jo muuttunut" in text
    assert [states(each)[0] for each in (free, taken, rivalled, changed, gone)] == [
        "confirmed",
        *["pending"] * 3,
        "withdrawn",
    ]


def test_one_of_them_is_confirmed_by_its_own_button(session: Any, client: Any, town: Town) -> None:
    one, other = of_choir(town), of_choir(town, EVENING.shift(DAY))
    client.sign_in(town.approver)
    client.get("/approvals")
    sent = {"only": stamp_of(one), "request": [stamp_of(one), stamp_of(other)]}
    answer = client.submit(sent, action="/approvals/clear")
    assert answer.status_code == 303
    assert (states(one), states(other)) == (["confirmed"], ["pending"])
    assert "Kumoa päätös" in text_of(page := client.follow(answer))
    assert "/undo" in page.get_data(as_text=True)


def test_no_tick_confirms_nothing_and_says_so(session: Any, client: Any, town: Town) -> None:
    request = of_choir(town)
    client.sign_in(town.approver)
    client.get("/approvals")
    answer = client.submit({}, action="/approvals/clear")
    assert "Valitse ainakin yksi pyyntö." in text_of(client.follow(answer))
    assert states(request) == ["pending"]


@pytest.mark.parametrize("sent", ["EIOLE123.1", "x", ".", "EIOLE123"])
def test_an_unknown_request_among_them_does_nothing_at_all(
    session: Any, client: Any, town: Town, sent: str
) -> None:
    request = of_choir(town)
    client.sign_in(town.approver)
    client.get("/approvals")
    answer = client.submit({"request": [stamp_of(request), sent]}, action="/approvals/clear")
    assert (answer.status_code, states(request)) == (404, ["pending"])


def test_a_date_that_has_begun_is_left_and_the_others_are_confirmed(session: Any, town: Town) -> None:
    begun = Interval(NOW - HOUR, NOW + HOUR)
    series = of_choir(town, begun, EVENING)
    confirm_clear(stamp_of(series), actor=acting(town.approver), now=NOW)
    assert states(series) == ["pending", "confirmed"]
    with pytest.raises(WrongState):
        confirm_clear(stamp_of(series), actor=acting(town.approver), now=NOW)


def test_what_somebody_holds_is_refused_by_the_database_too(session: Any, town: Town) -> None:
    request = of_choir(town)
    make_reservation(town.room, LATER)
    with pytest.raises(SlotTaken):
        confirm_clear(stamp_of(request), actor=acting(town.approver), now=NOW)
