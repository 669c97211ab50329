"""The versions of terms, what was accepted, and from when the key is shown."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from booking.access.roles import Role
from booking.errors import RuleViolation
from booking.reservations.accepted_terms import accepted
from booking.reservations.keys import handovers, seen_from, words_now
from booking.reservations.policy import Sight
from booking.reservations.service import request_reservation
from booking.rooms.terms import terms_of, terms_versions
from booking.timetable.interval import Interval
from tests.factories.organisations import make_member
from tests.factories.reservations import EVENING, NOW, make_reservation, request_for
from tests.factories.rooms import make_room
from tests.factories.users import acting
from tests.reservations.asking import ADDRESS, REST
from tests.reservations.town import Town, of_choir
from tests.support.client import PageClient

HELSINKI = ZoneInfo("Europe/Helsinki")


def keep(client: PageClient, town: Town, text: str) -> str:
    client.sign_in(town.approver)
    client.get("/desk/rooms/karelia-sali/terms")
    answer = client.submit({"terms": text}, having="terms")
    return str(client.follow(answer).get_data(as_text=True))


def test_each_changed_text_is_a_version_and_the_old_ones_can_be_read(client: PageClient, town: Town) -> None:
    assert "versio 2" in keep(client, town, "Siivoa.")  # the room was public without terms: version 1
    assert "versio 3" in keep(client, town, "Siivoa ja lukitse.")
    assert "ennallaan" in keep(client, town, " Siivoa ja lukitse. ")
    assert [(each.version, each.text) for each in terms_versions(town.room.id)] == [
        (3, "Siivoa ja lukitse."),
        (2, "Siivoa."),
    ]
    assert "Siivoa." in client.get("/desk/rooms/karelia-sali/terms").get_data(as_text=True)


def test_the_first_terms_of_a_draft_are_its_first_version(town: Town, session: Any) -> None:
    room = make_room(owner=town.owner, state="draft")
    room.terms = "Siivoa."
    session.flush()
    assert room.terms_version == 1
    room.terms_version = 7
    session.flush()
    room.terms_version = 2  # a sheet of last year
    session.flush()
    assert room.terms_version == 7
    room.terms = "Lukitse."
    session.flush()
    assert [each.version for each in terms_versions(room.id)] == [8, 7, 1]


def test_a_reservation_shows_the_text_it_was_made_under(client: PageClient, town: Town) -> None:
    keep(client, town, "Vanhat ehdot.")
    reservation = of_choir(town, terms_version=2)
    keep(client, town, "Uudet ehdot.")
    assert terms_of(town.room.id, 2) == "Vanhat ehdot."
    client.sign_in(town.booker)
    text = client.get(f"/reservations/{reservation.reference}").get_data(as_text=True)
    assert "Hyväksytyt ehdot, versio 2" in text
    assert "Vanhat ehdot." in text
    assert "Uudet ehdot." not in text
    assert accepted(reservation, Sight.PUBLIC) is None


def test_a_request_under_outdated_terms_shows_the_new_ones_and_asks_again(
    client: PageClient, town: Town, new_client: Any, frozen: Any
) -> None:
    frozen(NOW)
    owner = new_client()
    keep(owner, town, "Vanhat ehdot.")
    client.sign_in(town.booker)
    client.get(f"{ADDRESS}?date=2027-01-12&start=18:00&end=20:00&people=10")
    keep(owner, town, "Uudet ehdot.")
    answer = client.submit(REST, action=ADDRESS)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "voimassa on nyt versio 3" in text
    assert "Uudet ehdot." in text
    assert f'value="{REST["title"]}"' in text
    assert not client.form(action=ADDRESS).values.get("accept_terms")
    assert client.submit({"accept_terms": "y"}, action=ADDRESS).status_code == 303


def test_another_mistake_does_not_let_a_consent_to_old_terms_through(
    client: PageClient, town: Town, new_client: Any, frozen: Any
) -> None:
    frozen(NOW)
    owner = new_client()
    client.sign_in(town.booker)
    client.get(f"{ADDRESS}?date=2027-01-12&start=18:00&end=20:00&people=10")
    keep(owner, town, "Uudet ehdot.")
    client.submit(REST | {"title": ""}, action=ADDRESS)
    assert not client.form(action=ADDRESS).values.get("accept_terms")
    assert client.submit({"title": "Harjoitus"}, action=ADDRESS).status_code == 422


def test_the_service_compares_what_was_shown_and_the_api_accepts_what_is_in_force(town: Town) -> None:
    town.room.terms, town.room.terms_version = "Siivoa.", 4
    actor = acting(town.booker)
    for shown in ({}, {"karelia-sali": 3}):
        with pytest.raises(RuleViolation) as error:
            request_reservation(request_for(town.room, terms_shown=shown), actor=actor, now=NOW)
        assert [(each.code, each.field) for each in error.value.violations] == [
            ("terms_changed", "accept_terms")
        ]
    made = request_reservation(request_for(town.room, terms_shown={"karelia-sali": 4}), actor=actor, now=NOW)
    assert made.terms_version == 4


def test_the_key_is_shown_from_the_same_time_of_the_day_before() -> None:
    def at(*parts: int) -> datetime:
        return datetime(*parts, tzinfo=HELSINKI).astimezone(UTC)

    assert seen_from(at(2027, 1, 12, 18), HELSINKI) == at(2027, 1, 11, 18)
    assert seen_from(at(2027, 10, 31, 18), HELSINKI) == at(2027, 10, 30, 18)  # 25 hours
    assert seen_from(at(2027, 3, 28, 18), HELSINKI) == at(2027, 3, 27, 18)  # 23 hours
    assert seen_from(at(2027, 3, 29, 3, 30), HELSINKI) == at(2027, 3, 28, 4)  # 3:30 is missing that day


@pytest.mark.parametrize(
    ("moment", "seen"),
    [
        (EVENING.start - timedelta(days=1, seconds=1), False),
        (EVENING.start - timedelta(days=1), True),
        (EVENING.end - timedelta(seconds=1), True),
        (EVENING.end, False),
    ],
)
def test_the_key_is_the_bookers_from_a_day_before_until_the_end(
    client: PageClient, town: Town, frozen: Any, moment: datetime, seen: bool
) -> None:
    town.room.access_instructions = "Ovikoodi 1234"
    reservation = of_choir(town, state="confirmed")
    frozen(moment)
    address = f"/reservations/{reservation.reference}"
    for person in (town.booker, town.member):
        client.sign_in(person)
        text = client.get(address).get_data(as_text=True)
        assert ("Ovikoodi 1234" in text) is seen
        assert ("näkyy tässä ma 11.1.2027 klo 18.00 alkaen" in text) is (
            moment < EVENING.start - timedelta(days=1)
        )
    client.sign_in(town.approver)
    assert ("Ovikoodi 1234" in client.get(address).get_data(as_text=True)) is (moment < EVENING.end)
    for stranger in (town.rival, make_member(town.chess_club, Role.APPROVER)):
        client.sign_in(stranger)
        assert "Ovikoodi" not in client.get(address).get_data(as_text=True)


@pytest.mark.parametrize("state", ["pending", "cancelled", "declined", "used"])
def test_no_key_without_a_confirmed_date(town: Town, state: str) -> None:
    town.room.access_instructions = "Ovikoodi 1234"
    reservation = of_choir(town, state=state)
    for person in (town.booker, town.approver):
        assert handovers(reservation, Sight.FULL, acting(person), EVENING.start) == ()


def test_a_series_shows_the_key_of_each_room_at_its_own_time(town: Town, session: Any) -> None:
    week = timedelta(days=7)
    town.room.access_instructions = "Ovikoodi 1234"
    reservation = of_choir(
        town, EVENING, Interval(EVENING.start + week, EVENING.end + week), state="confirmed"
    )
    actor = acting(town.booker)
    assert words_now(reservation, Sight.FULL, actor, EVENING.start) == "Ovikoodi 1234"
    assert words_now(reservation, Sight.FULL, actor, EVENING.end) == ""
    assert words_now(reservation, Sight.FULL, actor, EVENING.end + timedelta(days=6)) == "Ovikoodi 1234"
    assert words_now(reservation, Sight.PUBLIC, actor, EVENING.start) == ""


def test_the_keepers_write_the_key_and_only_they_read_it_at_the_desk(client: PageClient, town: Town) -> None:
    client.sign_in(town.approver)
    client.get("/desk/rooms/karelia-sali/key")
    client.submit({"access_instructions": "Avain on naulassa."}, having="access_instructions")
    assert town.room.access_instructions == "Avain on naulassa."
    make_reservation(town.room)
    assert "naulassa" not in client.get("/rooms/karelia-sali").get_data(as_text=True)
    assert "naulassa" not in client.get("/desk/rooms/karelia-sali/preview").get_data(as_text=True)


def test_a_draft_may_clear_and_rewrite_its_terms_as_often_as_it_likes(
    client: PageClient, town: Town, session: Any
) -> None:
    town.room.state, town.room.published_at = "draft", None
    session.flush()
    for text in ("yksi", "", "kaksi", "", "yksi"):
        keep(client, town, text)
        assert town.room.terms == text
    assert [each.version for each in terms_versions(town.room.id)] == [5, 4, 3, 2, 1]


def test_a_sheets_number_never_clashes_with_a_text_that_comes_after(town: Town, session: Any) -> None:
    room = make_room(owner=town.owner, state="draft")
    room.terms_version = 3
    session.flush()
    room.terms = "Siivoa."
    session.flush()
    room.terms, room.terms_version = "", 4  # the sheet's number is the next one anyway
    session.flush()
    room.terms, room.terms_version = "Lukitse.", 9
    session.flush()
    kept = [(each.version, each.text) for each in terms_versions(room.id)]
    assert len({version for version, _text in kept}) == len(kept)
    assert kept[0] == (room.terms_version, "Lukitse.")


@pytest.mark.parametrize(("page", "field"), [("terms", "terms"), ("key", "access_instructions")])
def test_a_second_tab_is_shown_what_came_meanwhile_and_asked_again(
    client: PageClient, new_client: Any, town: Town, page: str, field: str
) -> None:
    address, other = f"/desk/rooms/karelia-sali/{page}", new_client()
    for tab in (client, other):
        tab.sign_in(town.approver)
        tab.get(address)
    assert other.submit({field: "Toisen teksti."}, having=field).status_code == 303
    answer = client.submit({field: "Oma teksti."}, having=field)
    shown = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "Joku muutti tätä" in shown
    assert "Toisen teksti." in shown
    assert "Oma teksti." in shown
    assert getattr(town.room, field) == "Toisen teksti."
    assert client.submit({}, having=field).status_code == 303
    assert getattr(town.room, field) == "Oma teksti."
