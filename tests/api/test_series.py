"""A series asked for over the API: what is made, what is refused and how it is told."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from booking.access.roles import Role
from booking.extensions import db
from booking.reservations.models import Companion, Reservation
from tests.api.calls import codes_of, problem_of
from tests.factories.organisations import make_member, make_organisation
from tests.factories.reservations import EVENING, make_reservation
from tests.factories.rooms import make_opening_exception, make_room, make_school_break
from tests.factories.users import make_user
from tests.support.statements import statements

WEEK = timedelta(days=7)


def wish(room, **changes):
    """Return a request for four Tuesdays from 12.1.2027 at 18:00 to 20:00."""
    body = {
        "room": room.slug,
        "title": "Kuoron harjoitus",
        "start": "2027-01-12T18:00",
        "end": "2027-01-12T20:00",
        "people": 12,
        "purpose": "rehearsal",
        "visibility": "public",
        "repeat": "weekly",
        "count": 4,
    }
    return {name: value for name, value in (body | changes).items() if value is not ...}


def count():
    return db.session.scalar(select(func.count(Reservation.id)))


def dates_of(answer):
    return [each["start"][:16] for each in answer.get_json()["occurrences"]]


def test_a_series_is_one_reservation_with_all_its_dates(api):
    answer = api(make_user()).post("/reservations", wish(make_room(approval="at_once")))

    assert answer.status_code == 201
    assert answer.get_json()["state"] == "confirmed"
    assert answer.get_json()["companions"] == []
    assert dates_of(answer) == [f"{date(2027, 1, 12) + n * WEEK}T18:00" for n in range(4)]
    assert count() == 1


@pytest.mark.parametrize(
    ("changes", "days"),
    [
        ({"count": ..., "until": "2027-01-26"}, ["01-12", "01-19", "01-26"]),
        ({"count": ..., "until": "2027-02-08", "interval": 2}, ["01-12", "01-26"]),
        ({"weekday": [1, 3], "count": 3}, ["01-12", "01-14", "01-19"]),
        ({"repeat": "daily", "count": 3, "skip": ["2027-01-13"]}, ["01-12", "01-14"]),
        ({"repeat": "monthly", "count": 2, "by": "weekday"}, ["01-12", "02-09"]),
        (
            {"repeat": "dates", "count": ..., "dates": ["2027-03-01", "2027-02-01"]},
            ["01-12", "02-01", "03-01"],
        ),
        (
            {
                "start": "2027-05-04T18:00",
                "end": "2027-05-04T20:00",
                "weekday": [1, 3],
                "skip_holidays": True,
            },
            ["05-04", "05-11", "05-13", "05-18"],  # 6.5. is Ascension Day
        ),
        ({"skip_school_breaks": True, "count": 2}, ["01-12", "01-26"]),
    ],
)
def test_every_pattern_is_taken(api, changes, days):
    room = make_room()
    make_school_break(date(2027, 1, 18), date(2027, 1, 22))

    answer = api(make_user()).post("/reservations", wish(room, **changes))

    assert answer.status_code == 201
    assert [each[5:10] for each in dates_of(answer)] == days


def test_the_time_of_the_wall_clock_holds_when_the_clocks_change(api):
    body = wish(make_room(), start="2027-03-23T18:00", end="2027-03-23T20:00", count=2)

    answer = api(make_user()).post("/reservations", body)

    starts = [each["start"] for each in answer.get_json()["occurrences"]]
    assert starts == ["2027-03-23T18:00:00+02:00", "2027-03-30T18:00:00+03:00"]


def test_single_dates_go_to_another_time_or_room_instead(api):
    room = make_room()
    garden, church = make_room(owner=room.owner), make_room()
    instead = [
        {"date": "2027-01-19", "start": "17:30", "end": "19:30"},
        {"date": "2027-01-26", "room": garden.slug, "start": None},
        {"date": "2027-02-02", "room": church.slug, "start": "22:00", "end": "01:00"},
    ]
    booker = make_user()

    answer = api(booker).post("/reservations", wish(room, instead=instead))

    made = answer.get_json()
    assert [(each["room"], each["start"][:16]) for each in made["occurrences"]] == [
        (room.slug, "2027-01-12T18:00"),
        (room.slug, "2027-01-19T17:30"),
        (garden.slug, "2027-01-26T18:00"),
    ]
    (companion,) = made["companions"]
    beside = api(booker).get(f"/reservations/{companion}").get_json()
    assert beside["companions"] == [made["reference"]]
    assert [(each["start"][:16], each["end"][:16]) for each in beside["occurrences"]] == [
        ("2027-02-02T22:00", "2027-02-03T01:00")
    ]
    assert db.session.scalar(select(func.count()).select_from(Companion)) == 1


def test_who_may_not_see_all_of_it_is_not_told_what_else_was_sent(api):
    room = make_room(approval="at_once")
    church = make_room(approval="at_once")
    made = api(make_user()).post(
        "/reservations", wish(room, instead=[{"date": "2027-01-19", "room": church.slug}])
    )

    seen = api(make_user()).get(f"/reservations/{made.get_json()['reference']}")

    assert "companions" not in seen.get_json()


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"repeat": ...}, ("repeat", "repeat_missing")),
        (
            {"repeat": ..., "count": ..., "instead": [{"date": "2027-01-19", "room": "x"}]},
            ("repeat", "repeat_missing"),
        ),
        ({"count": ...}, ("until", "field_missing")),
        ({"until": "2027-02-02"}, ("until", "until_or_count")),
        ({"count": ..., "until": "2027-01-11"}, ("until", "until_before_start")),
        ({"repeat": "daily", "count": 401}, ("count", "number_out_of_range")),
        ({"repeat": "yearly"}, ("repeat", "unknown_choice")),
        ({"weekday": [7]}, ("weekday.0", "number_out_of_range")),
        ({"by": "weekday"}, ("by", "not_of_frequency")),
        ({"by": "day"}, ("by", "not_of_frequency")),
        ({"skip": ["12.1.2027"]}, ("skip.0", "unreadable_date")),
        ({"skip_holidays": "yes"}, ("skip_holidays", "not_a_flag")),
        ({"count": 1, "skip": ["2027-01-12"]}, ("fix", "no_dates_left")),
        ({"end": "2027-01-12T17:00"}, ("end", "end_before_start")),
        ({"repeat": "daily", "end": "2027-01-13T19:00"}, ("interval", "overlaps_itself")),
        ({"instead": {}}, ("instead", "not_a_list")),
        ({"instead": ["2027-01-19"]}, ("instead.0", "not_an_object")),
        ({"instead": [{"date": "2027-01-19"}]}, ("instead.0", "nothing_instead")),
        ({"instead": [{"date": "2027-01-19", "start": "17:30"}]}, ("instead.0.end", "field_missing")),
        ({"instead": [{"date": "2027-01-19", "end": "17:30"}]}, ("instead.0.start", "field_missing")),
        (
            {"instead": [{"date": "2027-01-19", "start": "5pm", "end": "19:30"}]},
            ("instead.0.start", "unreadable_clock"),
        ),
        (
            {"instead": [{"date": "2027-01-20", "start": "17:30", "end": "19:30"}]},
            ("instead.0.date", "not_in_series"),
        ),
        ({"instead": [{"date": "2027-01-19", "wait": True}]}, ("instead.0.wait", "unknown_field")),
    ],
)
def test_a_series_that_cannot_be_is_422_and_nothing_is_kept(api, changes, wrong):
    answer = api(make_user()).post("/reservations", wish(make_room(), **changes))

    assert answer.status_code == 422
    assert wrong in codes_of(answer)
    assert count() == 0


def test_a_date_that_is_given_twice_instead_is_named(api):
    twice = {"date": "2027-01-19", "start": "17:30", "end": "19:30"}

    answer = api(make_user()).post("/reservations", wish(make_room(), instead=[twice, twice]))

    (violation,) = problem_of(answer)["violations"]
    assert (violation["code"], violation["field"]) == ("date_twice", "instead.1.date")
    assert violation["date"] == "2027-01-19"


def test_an_unknown_room_instead_is_404(api):
    instead = [{"date": "2027-01-19", "room": "ei-ole"}]

    answer = api(make_user()).post("/reservations", wish(make_room(), instead=instead))

    assert (answer.status_code, problem_of(answer)["code"]) == (404, "unknown_room")


def test_each_broken_rule_names_its_date(api):
    room = make_room(longest_ahead_months=1, capacity=8)
    make_opening_exception(room, date(2027, 1, 19))

    answer = api(make_user()).post("/reservations", wish(room, count=6))

    told = [(each["code"], each.get("date")) for each in problem_of(answer)["violations"]]
    assert told == [
        ("too_many_people", None),
        ("closed_exception", "2027-01-19"),
        ("too_far_ahead", "2027-02-09"),
        ("too_far_ahead", "2027-02-16"),
    ]
    assert "ti 19.1.2027: " in problem_of(answer)["detail"]
    assert count() == 0


def test_what_is_wrong_with_a_date_elsewhere_names_the_date_and_the_field_instead(api):
    room = make_room()
    small = make_room(capacity=8, owner=room.owner)
    closed = make_room(who_may_book="members")
    instead = [
        {"date": "2027-01-19", "room": small.slug},
        {"date": "2027-01-26", "room": closed.slug},
        {"date": "2027-02-02", "start": "18:00", "end": "18:15"},
    ]

    answer = api(make_user()).post("/reservations", wish(room, instead=instead))

    told = [(each["code"], each["field"], each.get("date")) for each in problem_of(answer)["violations"]]
    assert told == [
        ("too_many_people", "instead", "2027-01-19"),
        ("owners_members_only", "instead", "2027-01-26"),
        ("too_short", "instead", "2027-02-02"),
        ("off_grid", "instead", "2027-02-02"),
    ]
    assert count() == 0


def test_a_long_refusal_names_every_date_but_stays_short_in_its_sentence(api):
    answer = api(make_user()).post("/reservations", wish(make_room(shortest_minutes=180), count=52))

    problem = problem_of(answer)
    assert len(problem["violations"]) >= 52
    assert problem["detail"].count("2027") <= 5


def test_taken_dates_are_409_one_conflict_each_in_its_own_room_with_what_would_do(api):
    room = make_room(approval="at_once", turnaround_minutes=30)
    other = make_room(approval="at_once", owner=room.owner, venue=room.venue)
    make_reservation(room, EVENING, EVENING.shift(WEEK))
    make_reservation(other, EVENING.shift(2 * WEEK))
    moved = [{"date": "2027-01-26", "room": other.slug}]

    answer = api(make_user()).post("/reservations", wish(room, instead=moved))

    problem = problem_of(answer)
    assert (answer.status_code, problem["code"]) == (409, "slot_taken")
    assert [(each["room"], each["start"][:10], each["reason"]) for each in problem["conflicts"]] == [
        (room.slug, "2027-01-12", "taken"),
        (room.slug, "2027-01-19", "taken"),
        (other.slug, "2027-01-26", "taken"),
    ]
    offered = {(each["room"], each["start"][:16]) for each in problem["alternatives"]}
    assert {(other.slug, "2027-01-12T18:00"), (other.slug, "2027-01-19T18:00")} <= offered
    assert (room.slug, "2027-01-26T18:00") in offered
    assert (room.slug, "2027-01-12T15:30") in offered or (room.slug, "2027-01-12T20:30") in offered
    assert count() == 2


def test_a_refusal_of_a_year_takes_no_more_statements_than_of_two_dates(api):
    room, program = make_room(approval="at_once"), api(make_user())
    make_reservation(room, *(EVENING.shift(n * WEEK) for n in range(52)))
    program.post("/reservations", wish(room, count=2))
    sizes = []

    for times in (2, 52):
        with statements() as sent:
            answer = program.post("/reservations", wish(room, count=times))
        assert len(problem_of(answer)["conflicts"]) == times
        sizes.append(len(sent))

    assert sizes[0] == sizes[1]


def test_a_series_sent_twice_under_one_key_is_made_once(api):
    booker, body = api(make_user()), wish(make_room(approval="at_once"))

    first = booker.post("/reservations", body, Idempotency_Key="sarja-1")
    again = booker.post("/reservations", body, Idempotency_Key="sarja-1")

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.get_data() == first.get_data()
    assert again.headers["Idempotency-Replayed"] == "true"
    assert count() == 1


def test_a_series_counts_once_in_the_quota(api):
    choir = make_organisation()
    room, booker = make_room(most_active=2), api(make_member(choir, Role.BOOKER))

    made = [
        booker.post(
            "/reservations",
            wish(
                room, organisation=choir.slug, start=f"2027-01-12T{hour}:00", end=f"2027-01-12T{hour + 1}:00"
            ),
        )
        for hour in (12, 14, 16)
    ]

    assert [answer.status_code for answer in made] == [201, 201, 422]
    assert codes_of(made[2]) == {("organisation", "too_many_active")}
