"""The page of opening hours, as a keeper meets it."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from booking.access.roles import Role
from booking.rooms.catalogue import catalogue
from booking.rooms.models import Room
from booking.timetable.openings import Weekly
from tests.factories.organisations import make_member, make_organisation
from tests.factories.reservations import EVENING, NOW, make_reservation
from tests.factories.rooms import make_opening_exception, make_room
from tests.support.client import PageClient

ADDRESS = "/desk/rooms/karelia-sali/hours"
WORKDAYS = [(day, 600, 1320) for day in range(5)]


@pytest.fixture
def room(session: Any, frozen: Callable[..., None]) -> Room:
    frozen(NOW)
    owner = make_organisation(kind="city")
    return make_room(
        owner=owner, name="Karelia-sali", slug="karelia-sali", hours=WORKDAYS, open_on_holidays=False
    )


@pytest.fixture
def keeper(client: PageClient, room: Room) -> PageClient:
    assert room.owner is not None
    client.sign_in(make_member(room.owner, Role.APPROVER))
    client.get(ADDRESS)
    return client


def text_of(answer: Any) -> str:
    body = re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True).partition("<main")[2])
    return re.sub(r"\s+", " ", body)


def values(client: PageClient) -> dict[str, str]:
    return {name: each[-1] for name, each in client.form(action=ADDRESS).values.items()}


def hours_now() -> Any:
    return catalogue().room("karelia-sali").hours


def test_the_form_shows_what_is_in_force(keeper: PageClient) -> None:
    found = values(keeper)
    assert [found[f"week-{day}"] for day in range(7)] == ["10–22"] * 5 + ["", ""]
    assert found["holidays"] == "closed"
    assert "Karelia-sali" in keeper.page.title if keeper.page else False


def test_what_is_shown_first_is_then_saved(keeper: PageClient, room: Room) -> None:
    reservation = make_reservation(room, EVENING, title="Kevätkonsertti")
    looked = keeper.submit({"week-1": "10–14, 16–19", "week-5": "18–01", "preview": "1"}, action=ADDRESS)
    told = text_of(looked)
    assert "1 varattu aika jää aukiolon ulkopuolelle" in told
    assert "ti 12.1.2027 klo 18.00–20.00" in told
    assert "Kevätkonsertti" in told
    assert f"/reservations/{reservation.reference}" in looked.get_data(as_text=True)
    assert "18.00–01.00" in told
    assert "seuraavana päivänä" in told
    assert len(hours_now().weekly) == 5, "nothing is saved yet"
    saved = keeper.submit({"save": "1"}, action=ADDRESS)
    assert saved.status_code == 303
    assert "1 varattu aika jäi niiden ulkopuolelle" in text_of(keeper.follow(saved))
    assert Weekly(1, 960, 1140) in hours_now().weekly
    assert Weekly(5, 1080, 1500) in hours_now().weekly
    assert "18.00–01.00" in text_of(keeper.get("/rooms/karelia-sali"))


def test_a_form_that_was_not_looked_at_is_shown_and_not_saved(keeper: PageClient) -> None:
    answer = keeper.submit({"week-0": "8–16", "save": "1"}, action=ADDRESS)
    assert answer.status_code == 409
    assert "Katso muutokset uudelleen" in text_of(answer)
    assert hours_now().weekly[0] == Weekly(0, 600, 1320)
    assert keeper.submit({"save": "1"}, action=ADDRESS).status_code == 303
    assert hours_now().weekly[0] == Weekly(0, 480, 960)


def test_a_change_after_the_preview_is_looked_at_again(keeper: PageClient) -> None:
    keeper.submit({"week-0": "8–16", "preview": "1"}, action=ADDRESS)
    assert keeper.submit({"week-0": "8–17", "save": "1"}, action=ADDRESS).status_code == 409
    assert hours_now().weekly[0] == Weekly(0, 600, 1320)


def test_bad_hours_are_told_at_their_field_and_nothing_typed_is_lost(keeper: PageClient) -> None:
    answer = keeper.submit(
        {"week-0": "aamusta iltaan", "week-1": "10–25", "date-0-hours": "10–12", "preview": "1"},
        action=ADDRESS,
    )
    assert answer.status_code == 422
    told = text_of(answer)
    assert "Tekstiä ”aamusta iltaan” ei voi lukea" in told
    assert "Kellonaikaa 25 ei ole" in told
    found = values(keeper)
    assert (found["week-0"], found["week-1"]) == ("aamusta iltaan", "10–25")
    assert found["date-0-hours"] == "10–12"
    assert 'href="#week-0"' in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"date-0-hours": "10–12"}, "Kirjoita päivä, jota ajat koskevat"),
        ({"date-0-first": "huomenna"}, "Kirjoita päivä muodossa 12.1.2027"),
        ({"date-0-first": "2.2.2027", "date-0-last": "1.2.2027"}, "Viimeisen päivän pitää olla"),
        ({"date-0-first": "1.2.2027", "date-0-last": "2.2.2028"}, "Viimeisen päivän pitää olla"),
        ({"season-0-first": "1.6.2027", "season-0-last": "31.8.2027"}, "ainakin yksi aukiolo"),
        ({"season-0-first": "", "season-0-0": "10-12"}, "Kirjoita kauden ensimmäinen ja viimeinen"),
        (
            {"season-0-first": "31.8.2027", "season-0-last": "1.6.2027", "season-0-0": "10-12"},
            "Kauden viimeinen päivä on ennen ensimmäistä",
        ),
        (
            {
                "season-0-first": "1.6.2027",
                "season-0-last": "31.8.2027",
                "season-0-0": "10-12",
                "season-1-first": "31.8.2027",
                "season-1-last": "1.9.2027",
                "season-1-0": "10-12",
            },
            "Kausi menee päällekkäin kauden 1 kanssa",
        ),
        (
            {"date-0-first": "1.2.2027", "date-0-last": "3.2.2027", "date-1-first": "3.2.2027"},
            "Sama päivä on kahdella rivillä",
        ),
        ({"holidays": "joskus"}, "Valitse jokin vaihtoehdoista"),
    ],
)
def test_dates_and_seasons_that_make_no_sense_are_refused(
    keeper: PageClient, typed: dict[str, str], said: str
) -> None:
    answer = keeper.submit(typed | {"preview": "1"}, action=ADDRESS)
    assert answer.status_code == 422
    assert said in text_of(answer)


def test_dates_and_seasons_are_named_together_with_what_cannot_be_read(keeper: PageClient) -> None:
    typed = {
        "week-0": "aamusta",
        "date-0-hours": "10–12",
        "season-0-first": "kesällä",
        "season-0-last": "31.8.2027",
        "season-0-0": "illasta",
        "season-1-first": "1.6.2027",
        "season-1-last": "1.5.2027",
        "season-1-0": "10–12",
    }
    told = text_of(keeper.submit(typed | {"preview": "1"}, action=ADDRESS))
    for said in (
        "Tekstiä ”aamusta” ei voi lukea",
        "Tekstiä ”illasta” ei voi lukea",
        "Kirjoita päivä, jota ajat koskevat",
        "Kirjoita päivä muodossa 12.1.2027",
        "Kauden viimeinen päivä on ennen ensimmäistä",
    ):
        assert said in told
    # what cannot be read is not said to be missing or to meet anything
    assert "ainakin yksi aukiolo" not in told
    assert "päällekkäin" not in told
    assert "Kirjoita kauden ensimmäinen" not in told


def test_a_season_is_added_filled_in_saved_and_removed(keeper: PageClient) -> None:
    keeper.submit({"add_season": "0"}, action=ADDRESS)
    assert values(keeper)["season-0-0"] == "10–22", "it begins with the usual week"
    keeper.submit(
        {"season-0-first": "1.6.2027", "season-0-last": "31.8.2027", "season-0-0": "10–15", "preview": "1"},
        action=ADDRESS,
    )
    assert keeper.submit({"save": "1"}, action=ADDRESS).status_code == 303
    season = (date(2027, 6, 1), date(2027, 8, 31))
    assert Weekly(0, 600, 900, *season) in hours_now().weekly
    keeper.get(ADDRESS)
    keeper.submit({"remove_season": "0"}, action=ADDRESS)
    keeper.submit({"preview": "1"}, action=ADDRESS)
    keeper.submit({"save": "1"}, action=ADDRESS)
    assert not any(each.is_seasonal for each in hours_now().weekly)


def test_days_in_a_row_are_one_line_and_lines_can_be_removed(keeper: PageClient, room: Room) -> None:
    make_opening_exception(room, date(2026, 12, 24))  # over: it stays though it is not shown
    keeper.submit(
        {"date-0-first": "23.12.2027", "date-0-last": "26.12.2027", "date-0-hours": "", "preview": "1"},
        action=ADDRESS,
    )
    keeper.submit({"save": "1"}, action=ADDRESS)
    assert [each.date.day for each in hours_now().exceptions] == [24, 23, 24, 25, 26]
    keeper.get(ADDRESS)
    found = values(keeper)
    assert (found["date-0-first"], found["date-0-last"]) == ("2027-12-23", "2027-12-26")
    keeper.submit({"remove_date": "0"}, action=ADDRESS)
    keeper.submit({"preview": "1"}, action=ADDRESS)
    keeper.submit({"save": "1"}, action=ADDRESS)
    assert [each.date for each in hours_now().exceptions] == [date(2026, 12, 24)]


def test_monday_is_copied_to_weekdays_and_hours_from_another_room_kept(
    keeper: PageClient, room: Room, session: Any
) -> None:
    other = make_room(owner=room.owner, slug="kirjasto", hours=[(6, 720, 960)])
    strange = make_room(slug="vieras", hours=[(6, 0, 60)])
    keeper.submit({"week-0": "9–15", "copy_monday": "0"}, action=ADDRESS)
    assert [values(keeper)[f"week-{day}"] for day in range(7)] == ["9–15"] * 5 + ["", ""]
    keeper.submit({"other": strange.slug, "copy_room": "0"}, action=ADDRESS)
    assert values(keeper)["week-0"] == "9–15", "another owner's hours are not copied"
    keeper.submit({"other": other.slug, "copy_room": "0"}, action=ADDRESS)
    assert [values(keeper)[f"week-{day}"] for day in range(7)] == [""] * 6 + ["12–16"]
    assert len(hours_now().weekly) == 5


@pytest.mark.parametrize("value", ["", "-1", "x", "99999999999", "7"])
def test_a_button_that_was_tampered_with_changes_nothing(keeper: PageClient, value: str) -> None:
    for name in ("remove_season", "remove_date", "copy_monday", "copy_room"):
        assert keeper.submit({name: value}, action=ADDRESS).status_code == 200
    assert len(hours_now().weekly) == 5


def test_another_owners_approver_is_refused_and_sees_nobody(client: PageClient, room: Room) -> None:
    make_reservation(room, EVENING, responsible="Salainen Vastuu", title="Salainen tilaisuus")
    client.sign_in(make_member(make_organisation(kind="parish"), Role.APPROVER))
    assert client.get(ADDRESS).status_code == 403
    client.get("/privacy")
    token = client.page.forms[0].values["csrf_token"][-1] if client.page else ""
    answer = client.post(ADDRESS, data={"csrf_token": token, "week-0": "1-2", "preview": "1"})
    assert answer.status_code == 403
    assert "Salainen" not in answer.get_data(as_text=True)
