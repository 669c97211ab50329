from datetime import timedelta

import pytest

from booking.access.roles import Role
from tests.api.calls import codes_of, problem_of
from tests.factories.organisations import make_member, make_organisation
from tests.factories.reservations import EVENING, make_reservation
from tests.factories.rooms import (
    every_day,
    make_divisible_hall,
    make_opening_exception,
    make_room,
    make_venue,
)


def slugs(answer):
    return [room["slug"] for room in answer.get_json()["items"]]


def test_rooms_are_listed_for_anyone_with_what_is_not_known_as_null(api):
    room = make_room(owner=None, capacity=None, kind="village", features={"lift": True, "piano": False})

    answer = api().get("/rooms", q=room.name)

    (item,) = answer.get_json()["items"]
    assert item["slug"] == room.slug
    assert (item["owner"], item["capacity"], item["district"]) == (None, None, None)
    assert item["features"] == ["lift"]
    assert item["kind"] == "village"
    assert item["approval"] == "by_approver"
    assert item["bookable"] is False


def test_rooms_are_filtered_by_each_question(api):
    owner = make_organisation()
    venue = make_venue(district="Mansikkala")
    small = make_room(owner=owner, venue=venue, capacity=8, kind="meeting", features={"lift": True})
    large = make_room(owner=owner, capacity=80, kind="hall", features={"lift": False})
    visitor = api()

    assert slugs(visitor.get("/rooms", owner=owner.slug, people=9)) == [large.slug]
    assert slugs(visitor.get("/rooms", owner=owner.slug, kind="meeting")) == [small.slug]
    assert slugs(visitor.get("/rooms", owner=owner.slug, district="Mansikkala")) == [small.slug]
    assert slugs(visitor.get("/rooms", owner=owner.slug, feature=["lift"])) == [small.slug]
    assert slugs(visitor.get("/rooms", owner=owner.slug, feature=["lift", "piano"])) == []
    assert set(slugs(visitor.get("/rooms", owner=owner.slug, people=""))) == {small.slug, large.slug}


def test_following_next_gives_every_room_once(api):
    owner = make_organisation()
    made = {make_room(owner=owner).slug for _ in range(5)}
    visitor, found = api(), []

    answer = visitor.get("/rooms", owner=owner.slug, limit=2)
    while (address := answer.get_json()["next"]) is not None:
        found += slugs(answer)
        answer = visitor.send("GET", address.removeprefix("/api/v1"))
    found += slugs(answer)

    assert len(found) == 5
    assert set(found) == made


def test_a_page_has_a_hundred_rooms_unless_asked_otherwise(api):
    owner = make_organisation()
    for _ in range(101):
        make_room(owner=owner)

    answer = api().get("/rooms", owner=owner.slug)

    assert len(slugs(answer)) == 100
    assert answer.get_json()["next"] is not None


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ({"kind": "castle"}, ("kind", "unknown_choice")),
        ({"people": "many"}, ("people", "not_a_number")),
        ({"people": -1}, ("people", "number_out_of_range")),
        ({"feature": "moat"}, ("feature.0", "unknown_choice")),
        ({"features": "lift"}, ("features", "unknown_field")),
        ({"after": "no-such-room"}, ("after", "unknown_cursor")),
        ({"limit": 501}, ("limit", "number_out_of_range")),
    ],
)
def test_a_question_nobody_understands_is_refused_by_name(api, query, wrong):
    answer = api().get("/rooms", **query)

    assert answer.status_code == 422
    assert codes_of(answer) == {wrong}


def test_a_room_tells_all_that_is_known_and_not_how_to_get_the_key(api):
    room = make_room(
        hours=every_day(600, 1500),
        area_m2=42.5,
        access_instructions="Avain on maton alla.",
        features={"lift": False},
        turnaround_minutes=15,
    )
    make_opening_exception(room, EVENING.start.date())

    answer = api().get(f"/rooms/{room.slug}")

    shown = answer.get_json()
    assert shown["hours"][0] == {
        "weekday": 1,
        "opens": "10:00",
        "closes": "01:00",
        "closes_next_day": True,
        "valid_from": None,
        "valid_to": None,
    }
    assert shown["exceptions"] == [{"date": "2027-01-12", "hours": []}]
    assert shown["known_features"]["lift"]["present"] is False
    assert shown["known_features"]["piano"]["present"] is None
    assert shown["rules"]["turnaround_minutes"] == 15
    assert "maton alla" not in answer.get_data(as_text=True)


def test_a_half_names_the_whole_it_shares_space_with(api):
    half_a, half_b, whole = make_divisible_hall()

    assert api().get(f"/rooms/{half_a.slug}").get_json()["shares_space_with"] == [whole.slug]
    assert set(api().get(f"/rooms/{whole.slug}").get_json()["shares_space_with"]) == {
        half_a.slug,
        half_b.slug,
    }


@pytest.mark.parametrize("path", ["/rooms/ei-ole", "/rooms/ei-ole/calendar"])
def test_an_unknown_room_is_a_problem(api, path):
    answer = api().get(path)

    assert answer.status_code == 404
    assert problem_of(answer)["code"] == "unknown_room"


def test_a_draft_is_not_shown(api):
    room = make_room(state="draft")

    assert api().get(f"/rooms/{room.slug}").status_code == 404


def test_the_calendar_shows_public_uses_with_their_titles_and_private_ones_as_busy(api):
    room = make_room()
    public = make_reservation(room, organisation=make_organisation(name="Kuoro ry"))
    make_reservation(room, EVENING.shift(timedelta(days=1)), visibility="private", title="Salainen")

    answer = api().get(f"/rooms/{room.slug}/calendar")

    first, second = answer.get_json()["items"]
    assert first["start"] == "2027-01-12T18:00:00+02:00"
    assert first["end"] == "2027-01-12T20:00:00+02:00"
    assert (first["title"], first["reference"]) == (public.title, public.reference)
    assert first["organisation_name"] == "Kuoro ry"
    assert (second["title"], second["reference"], second["organisation_name"]) == (None, None, None)
    assert second["busy"] is True


def test_the_calendar_shows_members_and_approvers_what_is_private(api):
    owner, choir = make_organisation(), make_organisation()
    room = make_room(owner=owner)
    make_reservation(room, visibility="private", title="Salainen", organisation=choir)
    member, approver = make_member(choir), make_member(owner, Role.APPROVER)

    (seen,) = api(member).get(f"/rooms/{room.slug}/calendar").get_json()["items"]
    assert (seen["title"], seen["mine"]) == ("Salainen", True)
    (seen,) = api(approver).get(f"/rooms/{room.slug}/calendar").get_json()["items"]
    assert (seen["title"], seen["mine"]) == ("Salainen", False)


def test_a_competing_request_is_in_the_calendar_of_its_own_people_only(api):
    room = make_room()
    reservation = make_reservation(room, state="pending")

    assert api().get(f"/rooms/{room.slug}/calendar").get_json()["items"] == []
    (seen,) = api(reservation.booker).get(f"/rooms/{room.slug}/calendar").get_json()["items"]
    assert (seen["busy"], seen["state"]) == (False, "pending")


def test_the_whole_halls_use_is_in_the_calendar_of_both_halves(api):
    half_a, half_b, whole = make_divisible_hall()
    make_reservation(whole)

    for room in (half_a, half_b, whole):
        assert len(api().get(f"/rooms/{room.slug}/calendar").get_json()["items"]) == 1


def test_a_date_in_the_calendars_window_is_the_whole_day(api):
    room = make_room()
    make_reservation(room)
    visitor = api()

    def count(**window):
        return len(visitor.get(f"/rooms/{room.slug}/calendar", **window).get_json()["items"])

    assert count(from_="2027-01-12", to="2027-01-12") == 1
    assert count(from_="2027-01-13", to="2027-01-13") == 0
    assert count(from_="2027-01-12T20:00", to="2027-01-13") == 0
    assert count(from_="2027-01-12T19:59", to="2027-01-13") == 1


@pytest.mark.parametrize(
    ("window", "wrong"),
    [
        ({"from_": "2027-01-12", "to": "2027-01-11"}, ("to", "end_before_start")),
        ({"from_": "2027-01-01", "to": "2028-01-03"}, ("to", "window_too_long")),
        ({"from_": "tiistai"}, ("from", "unreadable_time")),
        ({"from_": "2027-02-30"}, ("from", "unreadable_time")),
    ],
)
def test_a_window_that_cannot_be_is_refused(api, window, wrong):
    answer = api().get(f"/rooms/{make_room().slug}/calendar", **window)

    assert answer.status_code == 422
    assert codes_of(answer) == {wrong}


def test_a_year_of_whole_days_may_be_asked_for(api):
    answer = api().get(f"/rooms/{make_room().slug}/calendar", from_="2027-01-01", to="2027-12-31")

    assert answer.status_code == 200
    assert answer.get_json()["end"] == "2028-01-01T00:00:00+02:00"
