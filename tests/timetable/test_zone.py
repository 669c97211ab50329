"""Wall clock and UTC over every change of the clocks from 2020 to 2035."""

import pickle
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.timetable.zone import (
    HELSINKI,
    MissingTime,
    UnreadableTime,
    day,
    isoformat,
    local_date,
    parse_date,
    parse_time,
    to_utc,
    to_utc_or_after,
    to_wall,
)
from tests.timetable.moments import AUTUMN, DAY, MINUTE, SPRING, any_date, examples, utc, wall

moments = st.datetimes(datetime(2020, 1, 1), datetime(2035, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
near_a_change = st.builds(
    lambda on, minutes: datetime.combine(on, datetime.min.time(), UTC) + minutes * MINUTE,
    st.sampled_from(SPRING + AUTUMN),
    st.integers(-180, 300),
)


def moments_by_wall(on: date) -> dict[datetime, list[datetime]]:
    """Each minute the clocks show on a date and around it, with the moments at which they show it."""
    shown: dict[datetime, list[datetime]] = defaultdict(list)
    start = datetime.combine(on, datetime.min.time(), UTC) - timedelta(hours=6)
    for n in range(36 * 60):
        moment = start + n * MINUTE
        shown[moment.astimezone(HELSINKI).replace(tzinfo=None, fold=0)].append(moment)
    return shown


@pytest.mark.parametrize("on", SPRING + AUTUMN, ids=str)
def test_every_minute_of_a_change_is_what_the_clocks_show(on: date) -> None:
    shown = moments_by_wall(on)
    missing, doubled = [], []
    midnight = datetime.combine(on, datetime.min.time())
    for n in range(24 * 60):
        time = midnight + n * MINUTE
        match shown[time]:
            case []:
                missing.append(time)
                with pytest.raises(MissingTime):
                    to_utc(time, HELSINKI)
                with pytest.raises(MissingTime):
                    to_utc(time, HELSINKI, second=True)
            case [moment]:
                assert to_utc(time, HELSINKI) == to_utc(time, HELSINKI, second=True) == moment
            case [first, second]:
                doubled.append(time)
                assert to_utc(time, HELSINKI) == first
                assert to_utc(time, HELSINKI, second=True) == second
    assert len(missing) == (60 if on in SPRING else 0)
    assert len(doubled) == (60 if on in AUTUMN else 0)


@pytest.mark.parametrize("on", SPRING, ids=str)
def test_a_missing_time_names_the_nearest_times_on_either_side(on: date) -> None:
    midnight = datetime.combine(on, datetime.min.time())
    for minute in (180, 181, 210, 239):
        with pytest.raises(MissingTime) as caught:
            to_utc(midnight + minute * MINUTE, HELSINKI)
        assert caught.value.wall == midnight + minute * MINUTE
        assert caught.value.earlier == midnight + 179 * MINUTE
        assert caught.value.later == midnight + 240 * MINUTE
        # Both are times the clocks do show, a minute apart.
        passed = to_utc(caught.value.later, HELSINKI) - to_utc(caught.value.earlier, HELSINKI)
        assert passed == MINUTE


def test_missing_times_compare_by_what_they_name_and_survive_pickling() -> None:
    one = MissingTime(wall("2027-03-28 03:30"), wall("2027-03-28 02:59"), wall("2027-03-28 04:00"))
    other = MissingTime(wall("2027-03-28 03:31"), wall("2027-03-28 02:59"), wall("2027-03-28 04:00"))
    assert pickle.loads(pickle.dumps(one)) == one
    assert one != other
    assert len({one, other, MissingTime(*one.args)}) == 2
    assert "03:30" in str(one)


def test_a_missing_time_with_seconds_finds_the_same_gap() -> None:
    with pytest.raises(MissingTime) as caught:
        to_utc(wall("2027-03-28 03:59:59.999999"), HELSINKI)
    assert (caught.value.earlier, caught.value.later) == (wall("2027-03-28 02:59"), wall("2027-03-28 04:00"))


def test_the_fold_of_a_naive_time_is_not_looked_at() -> None:
    doubled = wall("2027-10-31 03:30").replace(fold=1)
    assert to_utc(doubled, HELSINKI) == utc("2027-10-31 00:30")
    assert to_utc(doubled, HELSINKI).fold == 0


def test_gaps_of_other_zones_are_found_too() -> None:
    with pytest.raises(MissingTime) as half_hour:
        to_utc(wall("2027-10-03 02:10"), ZoneInfo("Australia/Lord_Howe"))
    assert half_hour.value.earlier == wall("2027-10-03 01:59")
    assert half_hour.value.later == wall("2027-10-03 02:30")


@examples
@given(st.one_of(moments, near_a_change))
def test_a_moment_comes_back_from_the_wall_clock(moment: datetime) -> None:
    local = to_wall(moment, HELSINKI)
    assert to_utc(local.replace(tzinfo=None), HELSINKI, second=bool(local.fold)) == moment
    assert local_date(moment, HELSINKI) == local.date()
    assert parse_time(isoformat(moment, HELSINKI), HELSINKI) == moment.replace(microsecond=0)


@examples
@given(any_date, st.integers(0, 1439))
def test_a_wall_clock_time_comes_back_or_is_missing(on: date, minute: int) -> None:
    time = datetime.combine(on, datetime.min.time()) + minute * MINUTE
    try:
        moment = to_utc(time, HELSINKI)
    except MissingTime:
        assert on in SPRING
        assert 180 <= minute < 240
    else:
        assert moment.tzinfo is UTC
        assert to_wall(moment, HELSINKI).replace(tzinfo=None) == time


def test_naive_and_aware_are_not_mixed_up() -> None:
    with pytest.raises(ValueError, match="naive"):
        to_utc(utc("2027-01-12 18:00"), HELSINKI)
    with pytest.raises(ValueError, match="aware"):
        to_wall(wall("2027-01-12 18:00"), HELSINKI)
    with pytest.raises(ValueError, match="aware"):
        local_date(wall("2027-01-12 18:00"), HELSINKI)


@examples
@given(any_date)
def test_a_day_has_24_hours_but_for_the_two_changes(on: date) -> None:
    hours = 23 if on in SPRING else 25 if on in AUTUMN else 24
    assert day(on, HELSINKI).duration == timedelta(hours=hours)
    assert day(on, HELSINKI).end == day(on + DAY, HELSINKI).start
    assert local_date(day(on, HELSINKI).start, HELSINKI) == on


@pytest.mark.parametrize(("changes", "hours"), [(SPRING, 23), (AUTUMN, 25)], ids=["spring", "autumn"])
def test_every_day_of_a_change_is_an_hour_off(changes: tuple[date, ...], hours: int) -> None:
    assert {day(on, HELSINKI).duration for on in changes} == {timedelta(hours=hours)}


def test_a_day_whose_midnight_is_skipped_begins_when_its_clocks_do() -> None:
    sao_paulo = ZoneInfo("America/Sao_Paulo")
    assert (
        to_wall(day(date(2018, 11, 4), sao_paulo).start, sao_paulo).isoformat() == "2018-11-04T01:00:00-02:00"
    )


def test_an_edge_in_the_gap_moves_to_its_end() -> None:
    assert to_utc_or_after(wall("2027-03-28 03:20"), HELSINKI) == utc("2027-03-28 01:00")
    assert to_utc_or_after(wall("2027-03-28 04:20"), HELSINKI) == utc("2027-03-28 01:20")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2027-01-12T18:00", "2027-01-12 16:00"),
        ("2027-01-12T18:00:30", "2027-01-12 16:00:30"),
        ("2027-06-12T18:00", "2027-06-12 15:00"),
        ("2027-01-12T18:00Z", "2027-01-12 18:00"),
        ("2027-01-12T18:00:00.000Z", "2027-01-12 18:00"),
        ("2027-01-12T18:00:00+02:00", "2027-01-12 16:00"),
        ("2027-01-12T18:00-05:30", "2027-01-12 23:30"),
        ("2027-10-31T03:30", "2027-10-31 00:30"),
        ("2027-10-31T03:30+03:00", "2027-10-31 00:30"),
        ("2027-10-31T03:30+02:00", "2027-10-31 01:30"),
        ("2027-03-28T03:30+02:00", "2027-03-28 01:30"),
        ("2000-01-01T00:00", "1999-12-31 22:00"),
        ("2100-12-31T23:59", "2100-12-31 21:59"),
        ("1999-12-31T23:00Z", None),
        ("2100-12-31T23:00Z", None),
    ],
)
def test_times_of_the_interface_are_read(text: str, moment: str | None) -> None:
    if moment is None:
        with pytest.raises(UnreadableTime):
            parse_time(text, HELSINKI)
    else:
        assert parse_time(text, HELSINKI) == utc(moment)


def test_a_missing_time_of_the_interface_says_so() -> None:
    with pytest.raises(MissingTime):
        parse_time("2027-03-28T03:30", HELSINKI)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tomorrow",
        "2027-01-12",
        "2027-01-12 18:00",
        "2027-01-12T18",
        "2027-01-12T18:00 02:00",
        "2027-01-12T18:00+2",
        "2027-01-12T18:00+24:00",
        "2027-01-12T18:00+02:60",
        "2027-01-12T24:00",
        "2027-01-12T18:60",
        "2027-01-12T18:00:60",
        "2027-01-12T18:00:00.5",
        "2027-02-29T18:00",
        "2027-13-01T18:00",
        "2027-W03-1T18:00",
        "20270112T180000",
        "1999-12-31T18:00",
        "2101-01-01T18:00",
        "0001-01-01T00:00+14:00",
        "9999-12-31T23:59-12:00",
        "2027-01-12T18:00\n",
        "٢٠٢٧-01-12T18:00",
        "2027-01-12T18:00" * 1000,
    ],
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(UnreadableTime) as caught:
        parse_time(text, HELSINKI)
    assert caught.value.text == text
    assert len(str(caught.value)) < 100


@examples
@given(st.text(max_size=30))
def test_no_text_makes_the_readers_fail_otherwise(text: str) -> None:
    for read in (lambda: parse_time(text, HELSINKI), lambda: parse_date(text)):
        with pytest.raises(UnreadableTime):
            read()


@examples
@given(any_date)
def test_dates_are_read_back(on: date) -> None:
    assert parse_date(on.isoformat()) == on


@pytest.mark.parametrize(
    "text", ["2027-02-29", "2027-1-2", "20270102", "1999-12-31", "2101-01-01", "2027-W03", ""]
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(UnreadableTime):
        parse_date(text)


def test_times_are_written_with_their_offset_to_the_second() -> None:
    assert isoformat(utc("2027-01-12 16:00:00.9"), HELSINKI) == "2027-01-12T18:00:00+02:00"
    assert isoformat(utc("2027-10-31 00:30"), HELSINKI) == "2027-10-31T03:30:00+03:00"
    assert isoformat(utc("2027-10-31 01:30"), HELSINKI) == "2027-10-31T03:30:00+02:00"
