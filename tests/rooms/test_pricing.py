"""What a use costs whom: which rows apply, how they are counted, and that nothing is lost at the edges."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.rooms.notation import read_prices, write_prices
from booking.rooms.pricing import (
    AGES,
    BASES,
    CUSTOMERS,
    FREE,
    SHARE,
    RoomPrice,
    ages_told_apart,
    charge,
    customer_of,
    half_up,
    in_force,
    rows_for,
    shared,
    twice,
)
from booking.timetable.interval import Interval

HELSINKI = ZoneInfo("Europe/Helsinki")
EVENING = Interval(datetime(2027, 1, 12, 16, tzinfo=UTC), datetime(2027, 1, 12, 18, tzinfo=UTC))


def price(text: str) -> RoomPrice:
    (found,) = read_prices(text)
    return found


def cents(text: str, *uses: Interval, customer: str = "association", age: str = "any") -> int | None:
    found = charge(rows_for(read_prices(text), customer, age), uses or [EVENING], HELSINKI)
    return found.cents if found is not None else None


def weekly(first: Interval, number: int) -> list[Interval]:
    return [first.shift(timedelta(weeks=week)) for week in range(number)]


PRICES = st.builds(
    lambda customer, age, basis, amount: RoomPrice(customer, age, basis, 0 if basis == FREE else amount),
    st.sampled_from(CUSTOMERS),
    st.sampled_from(AGES),
    st.sampled_from(BASES),
    st.integers(1, 1_000_000),
)
USES = st.lists(
    st.builds(
        lambda start, minutes: Interval(
            datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=start),
            datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=start + minutes),
        ),
        st.integers(0, 3 * 365 * 24 * 60),
        st.integers(1, 14 * 24 * 60),
    ),
    min_size=1,
    max_size=12,
)


@pytest.mark.parametrize(
    ("rows", "customer", "age", "expected"),
    [
        ("everyone hour 20", "association", "any", 4000),
        ("everyone hour 20; association hour 10", "association", "any", 2000),
        ("everyone hour 20; association hour 10", "person", "any", 4000),
        ("association hour 10", "person", "any", None),
        ("everyone/under_18 free", "association", "any", None),
        ("everyone hour 20; everyone/under_18 free", "association", "under_18", 0),
        ("everyone hour 20; everyone/under_18 free", "association", "over_65", 4000),
        ("everyone/under_18 free; association hour 10", "association", "under_18", 0),
        ("everyone/under_18 hour 12; association hour 10", "association", "under_18", 2000),
        ("everyone/under_18 free; association/under_18 hour 5", "association", "under_18", 1000),
        ("everyone use 50", "company", "any", 5000),
        ("", "association", "any", None),
    ],
)
def test_the_narrowest_row_counts_and_of_equals_the_cheapest(
    rows: str, customer: str, age: str, expected: int | None
) -> None:
    assert cents(rows, customer=customer, age=age) == expected


@pytest.mark.parametrize(
    ("minutes", "rate", "expected"),
    [(30, "10", 500), (1, "10", 17), (1, "0.30", 1), (1, "0.29", 0), (45, "33.33", 2500), (20, "10", 333)],
)
def test_an_hours_price_is_counted_by_minutes_and_rounded_half_up(
    minutes: int, rate: str, expected: int
) -> None:
    use = Interval(EVENING.start, EVENING.start + timedelta(minutes=minutes))
    assert cents(f"everyone hour {rate}", use) == expected


@pytest.mark.parametrize(
    ("start", "wall_hours", "expected"),
    [
        (datetime(2027, 3, 27, 22, tzinfo=UTC), 6, 5000),  # 0:00-6:00 in the night in which 3:00 is skipped
        (datetime(2027, 10, 30, 21, tzinfo=UTC), 6, 7000),  # 0:00-6:00 in the night that has 3:00 twice
    ],
)
def test_hours_are_those_that_pass_in_the_nights_the_clocks_change(
    start: datetime, wall_hours: int, expected: int
) -> None:
    wall = start.astimezone(HELSINKI).replace(tzinfo=None) + timedelta(hours=wall_hours)
    end = wall.replace(tzinfo=HELSINKI).astimezone(UTC)
    assert cents("everyone hour 10", Interval(start, end)) == expected


def test_a_season_is_paid_once_a_season_and_a_use_each_time() -> None:
    autumn = weekly(EVENING, 10)
    assert cents("everyone season 150", *autumn) == 15_000
    assert cents("everyone use 15", *autumn) == 15_000
    assert cents("everyone season 150", EVENING) == 15_000
    into_summer = weekly(EVENING, 25)  # to the end of June
    assert cents("everyone season 150", *into_summer) == 30_000


@pytest.mark.parametrize(("day", "seasons"), [(31, 1), (32, 2)])
def test_a_season_ends_with_may_on_the_wall_clock(day: int, seasons: int) -> None:
    """The first of June begins at 21:00 UTC the day before."""
    last = datetime(2027, 5, 1, 20, 30, tzinfo=UTC) + timedelta(days=day - 1)
    second = Interval(last, last + timedelta(hours=2))
    assert cents("everyone season 150", EVENING, second) == 15_000 * seasons
    late = second.shift(timedelta(minutes=30))
    assert cents("everyone season 150", EVENING, late) == 15_000 * 2


def test_a_seasons_price_caps_what_the_hours_cost() -> None:
    rows = "association season 150; association hour 10"
    assert cents(rows) == 2000
    assert cents(rows, *weekly(EVENING, 10)) == 15_000


@given(st.lists(PRICES, max_size=6), st.sampled_from(CUSTOMERS), st.sampled_from(AGES), USES)
def test_nobody_pays_by_a_row_that_is_not_for_them(
    prices: list[RoomPrice], customer: str, age: str, uses: list[Interval]
) -> None:
    rows = rows_for(prices, customer, age)
    fitting = [p for p in prices if p.customer in ("everyone", customer) and p.age in ("any", age)]
    assert set(rows) <= set(fitting)
    assert bool(rows) == bool(fitting)
    found = charge(rows, uses, HELSINKI)
    if found is not None:
        assert all(found.cents <= charge([row], uses, HELSINKI).cents for row in rows)  # type: ignore[union-attr]
        assert found.cents >= 0
        assert found.row in rows


@given(PRICES, USES)
def test_a_series_costs_what_its_dates_do_except_by_the_season(row: RoomPrice, uses: list[Interval]) -> None:
    whole = charge([row], uses, HELSINKI)
    parts = [charge([row], [use], HELSINKI) for use in uses]
    assert whole is not None
    total = sum(each.cents for each in parts if each is not None)
    assert whole.cents <= total if row.basis == "season" else whole.cents == total


@given(PRICES, USES, st.integers(1, 100))
def test_a_share_is_never_more_than_the_whole(row: RoomPrice, uses: list[Interval], percent: int) -> None:
    whole, part = charge([row], uses, HELSINKI), charge(shared([row], percent), uses, HELSINKI)
    assert whole is not None
    assert part is not None
    assert part.cents <= whole.cents
    assert shared([row], 100) == (row,)


@given(st.integers(0, 10**9), st.integers(1, 10**4))
def test_half_up_is_the_nearest_whole_number(numerator: int, denominator: int) -> None:
    distance = half_up(numerator, denominator) * denominator - numerator
    assert -denominator < 2 * distance <= denominator


def test_shares_are_worked_out_from_the_smallest_whole() -> None:
    hall, half, quarter = frozenset({1, 2, 3, 4}), frozenset({1, 2}), frozenset({1})
    own = {
        9: (price("share 50"),),
        7: (price("share 60"),),
        3: tuple(read_prices("everyone hour 25.01; association free")),
        5: (price("share 40"),),
    }
    found = in_force(own, {3: hall, 7: half, 9: quarter, 5: frozenset({8})})
    assert write_prices(found[7]) == "everyone hour 15.01; association free"
    assert write_prices(found[9]) == "everyone hour 7.51; association free"
    assert found[5] == ()  # a part of nothing


def test_only_ages_that_a_price_names_are_asked_for() -> None:
    assert ages_told_apart(read_prices("everyone hour 1; association hour 2")) == ()
    assert ages_told_apart(read_prices("everyone/over_65 free")) == ("any", "over_65")


def test_a_group_has_one_price_for_single_uses_and_one_for_a_season() -> None:
    rows = [price(each) for each in ("everyone hour 1", "everyone season 1", "everyone use 1", "group use 1")]
    assert twice(rows) == [2]


def test_customers_are_told_by_what_their_organisation_is() -> None:
    kinds = ("", "association", "group", "city", "parish")
    assert [customer_of(kind) for kind in kinds] == ["person", "association", "group", "everyone", "everyone"]


@given(st.lists(PRICES, max_size=8, unique_by=lambda row: row.key))
def test_prices_written_into_a_sheet_are_read_back(prices: list[RoomPrice]) -> None:
    assert read_prices(write_prices(prices)) == prices


@pytest.mark.parametrize(
    "text",
    [
        "everyone", "hour 10", "everyone hour", "everyone free 3", "pupils hour 10", "everyone/young hour 1",
        "everyone week 10", "everyone hour ten", "everyone hour -1", "everyone hour 10; everyone use 5",
        "share 0", "share 101", "share 50; everyone hour 10", "everyone share 50",
    ],
)  # fmt: skip
def test_a_price_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        read_prices(text)


def test_a_share_is_no_price_of_its_own() -> None:
    assert rows_for([RoomPrice("everyone", "any", SHARE, 50)], "association") == ()
