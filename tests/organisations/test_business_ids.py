"""Business IDs: the check digit is looked at, and they are stored in one form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.organisations.business_ids import WEIGHTS, BadBusinessId, check_digit, read_business_id

SEVEN = st.lists(st.integers(0, 9), min_size=7, max_size=7)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("0201256-6", "0201256-6"),  # the city of Helsinki, as ytj.fi tells it
        ("02012566", "0201256-6"),
        ("201256-6", "0201256-6"),  # an old one of six digits
        ("FI02012566", "0201256-6"),
        (" 0201256 – 6 ", "0201256-6"),
    ],
)
def test_it_is_read_as_people_write_it(typed: str, stored: str) -> None:
    assert read_business_id(typed) == stored


@pytest.mark.parametrize(
    "typed", ["", "0201256-7", "201256", "0201256-66", "020125a-6", "٠٢٠١٢٥٦-٦", "-", "1" * 99]
)
def test_anything_else_is_refused(typed: str) -> None:
    with pytest.raises(BadBusinessId):
        read_business_id(typed)


@given(SEVEN)
def test_exactly_one_check_digit_fits_seven_digits_or_none(digits: list[int]) -> None:
    stem = "".join(map(str, digits))
    fitting = []
    for last in range(10):
        try:
            assert read_business_id(f"{stem}-{last}") == f"{stem}-{last}"
        except BadBusinessId:
            continue
        fitting.append(last)
    right = check_digit(digits)
    assert fitting == ([] if right is None else [right])
    if right is not None:  # the sum with the check digit, weighed by one, can be divided by eleven
        assert (sum(w * d for w, d in zip(WEIGHTS, digits, strict=True)) + right) % 11 == 0


@given(SEVEN, st.integers(0, 6), st.integers(1, 9))
def test_a_slip_in_one_digit_is_always_seen(digits: list[int], place: int, by: int) -> None:
    slipped = [(each + by) % 10 if n == place else each for n, each in enumerate(digits)]
    right = check_digit(digits)
    if right is not None:
        with pytest.raises(BadBusinessId):
            read_business_id("".join(map(str, slipped)) + f"-{right}")
