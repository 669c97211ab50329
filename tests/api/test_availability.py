from datetime import date, timedelta

import pytest
from sqlalchemy import event

from booking.extensions import db
from tests.api.calls import codes_of, problem_of
from tests.factories.organisations import make_organisation
from tests.factories.reservations import EVENING, make_reservation
from tests.factories.rooms import every_day, make_divisible_hall, make_room, make_school_break
from tests.factories.users import make_user

TUESDAY = {"start": "2027-01-12T18:00", "end": "2027-01-12T20:00"}


def ask(api, *rooms, **query):
    answer = api.get("/availability", **{**TUESDAY, "room": [room.slug for room in rooms], **query})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return {item["room"]: item for item in answer.get_json()["items"]}


def reasons(item):
    return [each["reason"] for each in item["dates"]]


def test_a_free_room_is_free_and_its_time_carries_the_offset(api):
    room = make_room(approval="at_once")

    found = ask(api(), room)[room.slug]

    assert found == {
        "room": room.slug,
        "free": True,
        "approval": "at_once",
        "dates": [
            {
                "start": "2027-01-12T18:00:00+02:00",
                "end": "2027-01-12T20:00:00+02:00",
                "free": True,
                "reason": None,
            }
        ],
    }


def test_a_room_that_is_not_free_says_whether_it_is_taken_closed_or_against_the_rules(api):
    taken, part, closed, rule = make_room(), make_room(), make_room(hours=every_day(480, 960)), None
    rule = make_room(longest_minutes=60)
    unlisted, by_round = make_room(owner=None), make_room(approval="by_round")
    make_reservation(taken)
    make_reservation(part, EVENING.shift(timedelta(hours=1)))

    found = ask(api(), taken, part, closed, rule, unlisted, by_round)

    assert {slug: reasons(item) for slug, item in found.items()} == {
        taken.slug: ["taken"],
        part.slug: ["taken"],
        closed.slug: ["closed"],
        rule.slug: ["rule"],
        unlisted.slug: ["rule"],
        by_round.slug: ["rule"],
    }
    assert not any(item["free"] for item in found.values())


def test_the_best_room_comes_first(api):
    owner = make_organisation()
    taken = make_room(owner=owner, capacity=12)
    large = make_room(owner=owner, capacity=80)
    fitting = make_room(owner=owner, capacity=15)
    make_reservation(taken)

    answer = api().get("/availability", **TUESDAY, owner=owner.slug, people=12)

    assert [item["room"] for item in answer.get_json()["items"]] == [fitting.slug, large.slug, taken.slug]


def test_half_of_a_hall_is_taken_when_the_whole_is(api):
    half_a, half_b, whole = make_divisible_hall()
    make_reservation(half_a)

    found = ask(api(), half_a, half_b, whole)

    assert {slug: item["free"] for slug, item in found.items()} == {
        half_a.slug: False,
        half_b.slug: True,
        whole.slug: False,
    }


def test_what_is_free_depends_on_who_asks(api):
    room = make_room(who_may_book="associations")

    assert ask(api(), room)[room.slug]["free"] is True
    assert reasons(ask(api(make_user()), room)[room.slug]) == ["rule"]


def test_a_series_is_answered_date_by_date_at_the_same_wall_clock_time(api):
    room = make_room()
    make_reservation(room, EVENING.shift(timedelta(days=7)))

    found = ask(api(), room, repeat="weekly", until="2027-04-06", skip=["2027-01-26"])[room.slug]

    assert found["free"] is False
    assert len(found["dates"]) == 12
    assert [each["start"] for each in found["dates"] if not each["free"]] == ["2027-01-19T18:00:00+02:00"]
    assert found["dates"][-1]["start"] == "2027-04-06T18:00:00+03:00"
    assert "2027-01-26" not in " ".join(each["start"] for each in found["dates"])


def test_a_series_is_free_when_all_its_dates_are_and_such_rooms_come_first(api):
    free, taken = make_room(), make_room()
    make_reservation(taken, EVENING.shift(timedelta(days=14)))

    found = ask(api(), taken, free, repeat="weekly", interval=2, until="2027-02-09")

    assert list(found) == [free.slug, taken.slug]
    assert found[free.slug]["free"] is True
    assert reasons(found[taken.slug]) == [None, "taken", None]


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ({"start": "2027-03-28T03:30", "end": "2027-03-28T05:00"}, ("start", "missing_time")),
        ({"start": "2027-01-12T20:00", "end": "2027-01-12T18:00"}, ("end", "end_before_start")),
        ({"start": "2027-01-12T18:00", "end": "2027-01-12T18:00"}, ("end", "end_before_start")),
        ({"end": "2027-02-12T18:00"}, ("end", "too_long")),
        ({"start": "huomenna"}, ("start", "unreadable_time")),
        ({"start": "9999-01-12T18:00"}, ("start", "unreadable_time")),
        ({"start": ""}, ("start", "field_missing")),
        ({"repeat": "yearly"}, ("repeat", "unknown_choice")),
        ({"repeat": "weekly"}, ("until", "field_missing")),
        ({"until": "2027-02-12"}, ("repeat", "repeat_missing")),
        ({"repeat": "weekly", "until": "2027-01-11"}, ("until", "until_before_start")),
        ({"repeat": "daily", "until": "2099-01-11"}, ("until", "too_many_dates")),
        ({"repeat": "weekly", "until": "2027-02-30"}, ("until", "unreadable_date")),
        ({"repeat": "weekly", "until": "2027-01-12", "skip": "2027-01-12"}, ("skip", "no_dates")),
        (
            {"repeat": "daily", "until": "2027-01-14", "end": "2027-01-13T19:00"},
            ("interval", "overlaps_itself"),
        ),
        ({"repeat": "weekly", "until": "2027-02-12", "interval": 0}, ("interval", "number_out_of_range")),
        ({"repeat": "weekly", "until": "2027-02-12", "count": 2}, ("until", "until_or_count")),
        ({"repeat": "daily", "count": 401}, ("count", "number_out_of_range")),
        ({"repeat": "weekly", "count": 2, "weekday": 7}, ("weekday.0", "number_out_of_range")),
        ({"repeat": "daily", "count": 2, "weekday": 1}, ("weekday", "not_of_frequency")),
        ({"repeat": "weekly", "count": 2, "by": "weekday"}, ("by", "not_of_frequency")),
        ({"repeat": "weekly", "count": 2, "by": "mood"}, ("by", "unknown_choice")),
        ({"repeat": "dates"}, ("dates", "field_missing")),
        ({"repeat": "dates", "dates": "2027-01-19", "interval": 2}, ("interval", "not_of_frequency")),
        ({"count": 2}, ("repeat", "repeat_missing")),
        ({"skip_holidays": "true"}, ("repeat", "repeat_missing")),
        ({"repeat": "weekly", "count": 2, "skip_holidays": "ehkä"}, ("skip_holidays", "not_a_flag")),
    ],
)
def test_a_time_that_cannot_be_is_refused_in_words(api, query, wrong):
    answer = api().get("/availability", **TUESDAY | query)

    assert answer.status_code == 422
    assert codes_of(answer) == {wrong}
    assert problem_of(answer)["detail"]


@pytest.mark.parametrize(
    ("query", "days"),
    [
        ({"repeat": "weekly", "count": 3, "weekday": [1, 4]}, ["01-12", "01-15", "01-19"]),
        ({"repeat": "monthly", "count": 3}, ["01-12", "02-12", "03-12"]),
        ({"repeat": "monthly", "count": 3, "by": "weekday"}, ["01-12", "02-09", "03-09"]),
        ({"repeat": "monthly", "count": 2, "by": "last_weekday"}, ["01-26", "02-23"]),
        ({"repeat": "dates", "dates": ["2027-02-02", "2027-01-19"]}, ["01-12", "01-19", "02-02"]),
        ({"repeat": "weekly", "until": "2027-01-26", "skip_school_breaks": "true"}, ["01-12", "01-26"]),
        ({"repeat": "weekly", "until": "2027-01-26", "skip_school_breaks": "0"}, ["01-12", "01-19", "01-26"]),
        ({"repeat": "daily", "interval": 73, "count": 2, "skip_holidays": "1"}, ["01-12", "06-07"]),
    ],
)
def test_every_pattern_gives_its_dates(api, query, days):
    room = make_room()
    make_school_break(date(2027, 1, 18), date(2027, 1, 24), venue=room.venue)

    found = ask(api(), room, **query)[room.slug]

    assert [each["start"][5:10] for each in found["dates"]] == days
    assert found["free"] is True


def test_a_room_without_a_date_is_not_free_and_comes_last(api):
    closed, open_then = make_room(), make_room()
    make_school_break(date(2027, 1, 11), date(2027, 1, 31), venue=closed.venue)

    found = ask(api(), closed, open_then, repeat="weekly", count=2, until="", skip_school_breaks="true")
    none = ask(api(), closed, open_then, repeat="weekly", until="2027-01-26", skip_school_breaks="true")

    assert [len(item["dates"]) for item in found.values()] == [2, 2]
    assert {slug: (item["free"], len(item["dates"])) for slug, item in none.items()} == {
        open_then.slug: (True, 3),
        closed.slug: (False, 0),
    }
    assert list(none) == [open_then.slug, closed.slug]


def test_a_series_that_meets_the_missing_hour_names_it(api):
    answer = api().get(
        "/availability", start="2027-03-21T03:30", end="2027-03-21T05:00", repeat="weekly", until="2027-04-04"
    )

    assert codes_of(answer) == {("start", "missing_time")}
    assert problem_of(answer)["code"] == "rule_violation"


def test_the_doubled_hour_is_its_first_unless_an_offset_is_given(api):
    room = make_room()

    first = ask(api(), room, start="2027-10-31T03:30", end="2027-10-31T05:00")[room.slug]
    second = ask(api(), room, start="2027-10-31T03:30+02:00", end="2027-10-31T05:00")[room.slug]

    assert first["dates"][0]["start"] == "2027-10-31T03:30:00+03:00"
    assert second["dates"][0]["start"] == "2027-10-31T03:30:00+02:00"


def test_a_plus_that_nobody_escaped_is_understood(api):
    room = make_room()

    answer = api().send(
        "GET", f"/availability?start=2027-01-12T18:00+02:00&end=2027-01-12T20:00+02:00&room={room.slug}"
    )

    assert answer.get_json()["items"][0]["dates"][0]["start"] == "2027-01-12T18:00:00+02:00"


def test_an_unknown_room_is_a_problem_also_among_known_ones(api):
    answer = api().get("/availability", **TUESDAY, room=[make_room().slug, "ei-ole"])

    assert answer.status_code == 404
    assert problem_of(answer)["code"] == "unknown_room"


@pytest.mark.parametrize("series", [{}, {"repeat": "weekly", "until": "2027-06-01"}])
def test_a_search_asks_the_database_at_most_three_times(api, series):
    asked, visitor = [], api()
    query = TUESDAY | {"room": make_room().slug} | series
    visitor.get("/availability", **query)  # the rooms are in memory from now on

    def note(connection, cursor, statement, *rest):
        if "SAVEPOINT" not in statement:
            asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        visitor.get("/availability", **query)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert 1 <= len(asked) <= 3, asked
