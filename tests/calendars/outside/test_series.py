"""Repeating events: rules, extra and missing dates, changed ones, and rules that would be too much."""

from datetime import UTC, datetime

import pytest

from booking.timetable.interval import Interval
from tests.calendars.outside.writing import calendar, codes, event, reading, spans, walls

TUESDAYS = (
    "DTSTART;TZID=Europe/Helsinki:20270112T180000",
    "DTEND;TZID=Europe/Helsinki:20270112T200000",
    "RRULE:FREQ=WEEKLY;COUNT=4",
)
FOUR = ["12.1. 18:00-20:00", "19.1. 18:00-20:00", "26.1. 18:00-20:00", "2.2. 18:00-20:00"]


def change(recurrence: str, *lines: str, parameter: str = ";TZID=Europe/Helsinki") -> tuple[str, ...]:
    """A changed date of the series."""
    return event(f"RECURRENCE-ID{parameter}:{recurrence}", *lines)


def short(*lines: str) -> list[str]:
    """The dates of one series of half-hours at six, as "12.1."."""
    data = calendar(event("DTSTART;TZID=Europe/Helsinki:20270112T180000", "DURATION:PT30M", *lines))
    found = walls(data)
    assert all(each.endswith(" 18:00-18:30") for each in found)
    return [each.split(" ")[0] for each in found]


@pytest.mark.parametrize(
    ("lines", "dates"),
    [
        (["RRULE:FREQ=DAILY;COUNT=3"], "12.1. 13.1. 14.1."),
        (["RRULE:FREQ=WEEKLY;UNTIL=20270126T160000Z"], "12.1. 19.1. 26.1."),
        (["RRULE:FREQ=WEEKLY;UNTIL=20270126T155959Z"], "12.1. 19.1."),
        (["RRULE:FREQ=WEEKLY;UNTIL=20270126"], "12.1. 19.1. 26.1."),
        (["RRULE:FREQ=WEEKLY;UNTIL=20270126T180000"], "12.1. 19.1. 26.1."),
        (["RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH;WKST=MO;COUNT=4"], "12.1. 14.1. 26.1. 28.1."),
        (["RRULE:FREQ=MONTHLY;BYDAY=2TU;COUNT=3"], "12.1. 9.2. 9.3."),
        (["RRULE:FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=2"], "12.1. 31.1. 28.2."),
        (["RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=2"], "12.1. 29.1. 26.2."),
        (["RRULE:FREQ=YEARLY;BYMONTH=1;BYDAY=2TU;UNTIL=20280201"], "12.1. 11.1."),
        (["RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"], "12.1."),
        (["RRULE:freq=weekly;count=2;x-own=1"], "12.1. 19.1."),
        (["RRULE:FREQ=WEEKLY;COUNT=-1;UNTIL=20270120"], "12.1. 19.1."),
        (["RRULE:FREQ=DAILY;COUNT=2", "RRULE:FREQ=WEEKLY;COUNT=2"], "12.1. 13.1. 19.1."),
        (["RDATE:20270114T160000Z,20270115T180000"], "12.1. 14.1. 15.1."),
        (
            ["RRULE:FREQ=DAILY;COUNT=5", "EXDATE:20270113T160000Z", "EXDATE;VALUE=DATE:20270115"],
            "12.1. 14.1. 16.1.",
        ),
        (["RRULE:FREQ=DAILY;COUNT=2", "EXDATE;TZID=Europe/Helsinki:20270112T180000"], "13.1."),
        (["RRULE:FREQ=WEEKLY;UNTIL=20261231"], ""),
    ],
)
def test_a_series_has_the_dates_of_its_rules(lines: list[str], dates: str) -> None:
    assert short(*lines) == dates.split()


def test_a_date_is_named_by_its_start_and_a_single_event_by_nothing() -> None:
    found = reading(calendar(event(*TUESDAYS), event("DTSTART:20270112", uid="b"))).events
    assert [(each.uid, each.recurrence) for each in found] == [
        ("b", ""),
        ("a", "20270112T160000Z"),
        ("a", "20270119T160000Z"),
        ("a", "20270126T160000Z"),
        ("a", "20270202T160000Z"),
    ]


@pytest.mark.parametrize(
    ("recurrence", "parameter"),
    [
        ("20270119T180000", ";TZID=Europe/Helsinki"),
        ("20270119T160000Z", ""),
        ("20270119T180000", ""),
        ("20270119T160000", ";TZID=GMT Standard Time"),
        ("20270119", ";VALUE=DATE"),
    ],
)
def test_a_moved_date_keeps_its_name_and_leaves_its_old_time_free(recurrence: str, parameter: str) -> None:
    moved = change(recurrence, "DTSTART:20270120T090000", "DURATION:PT45M", parameter=parameter)
    for data in (calendar(event(*TUESDAYS), moved), calendar(moved, event(*TUESDAYS))):
        assert walls(data) == [FOUR[0], "20.1. 09:00-09:45", *FOUR[2:]]
        assert reading(data).events[1].recurrence == "20270119T160000Z"


def test_a_date_that_is_cancelled_free_or_moved_out_of_the_window_is_free() -> None:
    for lines in (
        ("DTSTART:20270119T180000", "DURATION:PT2H", "STATUS:CANCELLED"),
        ("DTSTART:20270119T180000", "DURATION:PT2H", "TRANSP:TRANSPARENT"),
        ("DTSTART:20290119T180000", "DURATION:PT2H"),
    ):
        data = calendar(event(*TUESDAYS), change("20270119T180000", *lines))
        assert walls(data) == [FOUR[0], *FOUR[2:]]
    gone = event(*TUESDAYS, "STATUS:CANCELLED")
    assert walls(calendar(gone)) == []


def test_a_date_is_moved_into_the_window_from_outside_it() -> None:
    for before in ("20261222T180000", "20200107T180000"):
        series = event("DTSTART:20191231T180000", "DURATION:PT2H", "RRULE:FREQ=WEEKLY;UNTIL=20261230")
        moved = change(before, "DTSTART:20270111T080000", "DURATION:PT1H")
        data = calendar(series, moved)
        assert walls(data) == ["11.1. 08:00-09:00"]


def test_one_date_that_is_moved_by_centuries_leaves_the_others_where_they_are() -> None:
    away = change("20270119T180000", "DTSTART:23990119T180000", "DURATION:PT2H")
    assert walls(calendar(event(*TUESDAYS), away)) == [FOUR[0], *FOUR[2:]]
    daily = event("DTSTART:20200101T180000", "DURATION:PT2H", "RRULE:FREQ=DAILY;UNTIL=20270113T160000Z")
    moved = change("20200102T180000", "DTSTART:22000119T180000", "DURATION:PT2H")
    assert walls(calendar(daily, moved))[-1] == "13.1. 18:00-20:00"


def test_this_and_the_following_dates_move_together() -> None:
    moved = event(
        "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Helsinki:20270119T180000",
        "DTSTART;TZID=Europe/Helsinki:20270120T190000",
        "DURATION:PT1H",
        "SUMMARY:Uusi",
    )
    data = calendar(event(*TUESDAYS, "SUMMARY:Vanha"), moved)
    found = reading(data)
    assert spans(found) == [FOUR[0], "20.1. 19:00-20:00", "27.1. 19:00-20:00", "3.2. 19:00-20:00"]
    assert [each.title for each in found.events] == ["Vanha", "Uusi", "Uusi", "Uusi"]
    assert [each.recurrence[:8] for each in found.events] == ["20270112", "20270119", "20270126", "20270202"]
    gone = event(
        "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Helsinki:20270126T180000",
        "DTSTART;TZID=Europe/Helsinki:20270126T180000",
        "STATUS:CANCELLED",
    )
    assert walls(calendar(event(*TUESDAYS), gone)) == FOUR[:2]


def test_a_changed_date_may_stand_alone_and_has_versions_of_its_own() -> None:
    first = change("20270119T180000", "DTSTART:20270120T090000", "DURATION:PT1H", "SEQUENCE:1")
    second = change("20270119T180000", "DTSTART:20270121T090000", "DURATION:PT1H", "SEQUENCE:2")
    for order in ((first, second), (second, first)):
        data = calendar(*order)
        assert walls(data) == ["21.1. 09:00-10:00"]
        assert reading(data).events[0].recurrence == "20270119T160000Z"


def test_an_extra_date_may_have_a_length_of_its_own() -> None:
    lines = ("DTSTART:20270112T180000", "DURATION:PT1H")
    periods = "RDATE;VALUE=PERIOD:20270113T160000Z/PT3H,20270114T160000Z/20270114T163000Z"
    expected = ["12.1. 18:00-19:00", "13.1. 18:00-21:00", "14.1. 18:00-18:30"]
    assert walls(calendar(event(*lines, periods))) == expected


def test_whole_days_repeat_by_the_towns_clock() -> None:
    series = event("DTSTART;VALUE=DATE:20270327", "RRULE:FREQ=DAILY;COUNT=4", "EXDATE;VALUE=DATE:20270329")
    moved = change(
        "20270330", "DTSTART;VALUE=DATE:20270402", "DTEND;VALUE=DATE:20270404", parameter=";VALUE=DATE"
    )
    data = calendar(series, moved)
    assert walls(data) == [
        "27.3. 00:00-28.3. 00:00", "28.3. 00:00-29.3. 00:00", "2.4. 00:00-4.4. 00:00"
    ]  # fmt: skip
    assert [each.recurrence for each in reading(data).events] == [
        "20270326T220000Z", "20270327T220000Z", "20270329T210000Z"
    ]  # fmt: skip
    assert walls(data, all_day="skip") == []


@pytest.mark.parametrize("zone", ["Europe/Helsinki", "FLE Standard Time"])
def test_a_series_keeps_its_wall_clock_over_both_clock_changes(zone: str) -> None:
    spring = event(
        f"DTSTART;TZID={zone}:20270326T223000",
        f"DTEND;TZID={zone}:20270327T040000",
        "RRULE:FREQ=DAILY;COUNT=3",
    )
    autumn = event(
        f"DTSTART;TZID={zone}:20271030T033000", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=3", uid="b"
    )
    data = calendar(spring, autumn)
    assert walls(data) == [
        "26.3. 22:30-27.3. 04:00", "27.3. 22:30-28.3. 04:00", "28.3. 22:30-29.3. 04:00",
        "30.10. 03:30-04:30", "31.10. 03:30-03:30", "1.11. 03:30-04:30",
    ]  # fmt: skip
    hours = [(each.end - each.start).total_seconds() / 3600 for each in reading(data).events]
    assert hours == [5.5, 4.5, 5.5, 1, 1, 1]


def test_a_series_in_utc_moves_on_the_towns_clock() -> None:
    data = calendar(event("DTSTART:20270326T160000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=3"))
    assert walls(data) == ["26.3. 18:00-19:00", "27.3. 18:00-19:00", "28.3. 19:00-20:00"]


@pytest.mark.parametrize(
    ("rule", "dates"),
    [
        ("DTSTART:16010102T180000 RRULE:FREQ=WEEKLY", 57),
        ("DTSTART:16010101T180000 RRULE:FREQ=DAILY", 400),
        ("DTSTART:19000101T000000 RRULE:FREQ=HOURLY;INTERVAL=2", 4800),
        ("DTSTART:19000101T180000 RRULE:FREQ=DAILY;COUNT=1000000000", 400),
        ("DTSTART:20260101T180000 RRULE:FREQ=DAILY;COUNT=366", 1),
        ("DTSTART:20260101T180000 RRULE:FREQ=DAILY;COUNT=365", 0),
        ("DTSTART:20200107T180000 RRULE:FREQ=WEEKLY;BYDAY=TU,TH;COUNT=733", 3),
        ("DTSTART:16040229T180000 RRULE:FREQ=YEARLY", 0),
        ("DTSTART:16040112T180000 RRULE:FREQ=YEARLY", 2),
        ("DTSTART:16010101T180000 RRULE:FREQ=MONTHLY;BYMONTHDAY=31", 8),
        ("DTSTART:20270101T000000 RRULE:FREQ=DAILY;BYHOUR=0,6,12,18;BYMINUTE=0,30", 3200),
        ("DTSTART:20270112T180000 RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", 1),
    ],
)
def test_a_rule_from_long_ago_is_counted_from_near(rule: str, dates: int) -> None:
    whole_days = Interval(datetime(2026, 12, 31, 22, tzinfo=UTC), datetime(2028, 2, 4, 22, tzinfo=UTC))
    found = reading(calendar(event(*rule.split(), "DURATION:PT15M")), window=whole_days)
    assert found.problems == []
    assert len(found.events) == dates


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (["RRULE:FREQ=SECONDLY"], "calendar_rule_too_often"),
        (["RRULE:FREQ=MINUTELY;COUNT=3"], "calendar_rule_too_often"),
        (["RRULE:FREQ=HOURLY;BYMINUTE=0,10,20"], "calendar_rule_too_often"),
        (["RRULE:FREQ=YEARLY;BYHOUR=1,2,3,4,5,6,7;BYMINUTE=1,2,3,4,5,6,7"], "calendar_rule_too_often"),
        (["RRULE:FREQ=DAILY;BYSECOND=" + ",".join(map(str, range(60)))], "calendar_rule_too_often"),
        (["RRULE:FREQ=HOURLY;BYMINUTE=0,30"], "calendar_rule_too_often"),
        (["RRULE:FREQ=YEARLY;BYEASTER=0"], "calendar_bad_rule"),
        (["RRULE:FREQ=FORTNIGHTLY"], "calendar_bad_rule"),
        (["RRULE:COUNT=2"], "calendar_bad_rule"),
        (["RRULE:"], "calendar_bad_rule"),
        (["RRULE:FREQ=DAILY;FREQ=DAILY"], "calendar_bad_rule"),
        (["RRULE:FREQ=DAILY;INTERVAL=0"], "calendar_bad_rule"),
        (["RRULE:FREQ=DAILY;COUNT=0"], "calendar_bad_rule"),
        (["RRULE:FREQ=DAILY;COUNT=2;UNTIL=20270201"], "calendar_bad_rule"),
        (["RRULE:FREQ=DAILY;UNTIL=huomenna"], "calendar_bad_time"),
        (["RRULE:FREQ=DAILY;BYHOUR=24"], "calendar_bad_rule"),
        (["RRULE:FREQ=DAILY;BYSETPOS=2;BYHOUR=9"], "calendar_bad_rule"),
        (["RRULE:FREQ=MONTHLY;BYSETPOS=2"], "calendar_bad_rule"),
        (["RRULE:FREQ=WEEKLY;BYDAY=2TU"], "calendar_bad_rule"),
        (["RRULE:FREQ=WEEKLY;BYMONTHDAY=3"], "calendar_bad_rule"),
        (["RRULE:FREQ=MONTHLY;BYDAY=6TU"], "calendar_bad_rule"),
        (["RRULE:FREQ=DAILY;RSCALE=CHINESE"], "calendar_bad_rule"),
        (["EXRULE:FREQ=DAILY"], "calendar_bad_rule"),
        (["RRULE:FREQ=DAILY"] * 6, "calendar_too_many_rules"),
        (["RRULE:FREQ=DAILY", "DURATION:P400D"], "calendar_event_too_long"),
        (["RDATE;VALUE=PERIOD:20270113T160000Z/P400D"], "calendar_event_too_long"),
        (["RDATE:20270113T160000Z,huono"], "calendar_bad_time"),
    ],
)
def test_a_rule_that_is_too_much_or_no_rule_leaves_its_event_out(lines: list[str], code: str) -> None:
    length = [] if any("DURATION" in line for line in lines) else ["DURATION:PT1H"]
    bad = event("DTSTART:20270112T180000", *length, *lines, uid="b")
    found = reading(calendar(bad, event(*TUESDAYS)))
    assert spans(found) == FOUR
    assert [each for _line, each in codes(found.problems)] == [code]


def test_an_old_rule_that_can_only_be_counted_through_is_left_out() -> None:
    for rule in ("FREQ=HOURLY;COUNT=900000000;BYDAY=MO", "FREQ=DAILY;BYMONTH=1;COUNT=900000"):
        data = calendar(
            event("DTSTART:16010101T000000", "DURATION:PT1H", f"RRULE:{rule}"), event(*TUESDAYS, uid="b")
        )
        found = reading(data)
        assert spans(found) == FOUR
        assert codes(found.problems) == [(7, "calendar_rule_too_long")]


def test_more_extra_dates_than_any_room_has_leave_their_event_out() -> None:
    dates = ",".join(
        f"2027{n // 700 % 12 + 1:02}{n // 24 % 28 + 1:02}T{n % 24:02}{n % 60:02}{n % 59:02}"
        for n in range(30_000)
    )
    data = calendar(
        event("DTSTART:20270112T180000", "DURATION:PT1M", f"RDATE:{dates}"), event(*TUESDAYS, uid="b")
    )
    assert [code for _line, code in codes(reading(data).problems)] == ["calendar_rule_too_often"]
