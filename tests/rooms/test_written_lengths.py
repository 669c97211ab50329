"""Lengths of time the way people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.rooms.written_lengths import COUNTED, UnreadableLength, read_count, read_length, write_length


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("30 min", 30),
        ("30min", 30),
        ("2 t", 120),
        ("2h", 120),
        ("1 t 30 min", 90),
        ("1,5 tuntia", 90),
        ("0.25 h", 15),
        ("1 pv", 1440),
        ("2 dygn", 2880),
        ("3 days", 4320),
        ("2 vk", 20160),
        ("1 viikko 1 pv", 11520),
        ("0", 0),
        ("0 min", 0),
        ("2 TUNTIA", 120),
        ("90 min.", 90),
    ],
)
def test_a_length_is_read_as_people_write_it(text: str, minutes: int) -> None:
    assert read_length(text) == minutes


@pytest.mark.parametrize("text", ["", "2", "kaksi tuntia", "2 kk", "2 t 30", "-1 t", "0,01 t", "2 t, 30 min"])
def test_a_text_without_a_unit_or_a_figure_is_refused(text: str) -> None:
    with pytest.raises(UnreadableLength):
        read_length(text)


@given(st.integers(0, 600_000), st.sampled_from(["fi", "sv", "en"]))
def test_what_is_written_is_read_as_it_was(minutes: int, language: str) -> None:
    assert read_length(write_length(minutes, language)) == minutes


@given(st.text(max_size=40))
def test_any_text_gives_minutes_or_a_refusal(text: str) -> None:
    try:
        assert read_length(text) >= 0
    except UnreadableLength:
        return


@pytest.mark.parametrize(
    ("rule", "text", "number"),
    [
        ("cancellation_days", "7", 7),
        ("cancellation_days", "7 päivää", 7),
        ("cancellation_days", "7pv.", 7),
        ("cancellation_days", "7 Dagar", 7),
        ("cancellation_days", "2 weeks", 14),
        ("longest_ahead_months", "12 kk", 12),
        ("longest_ahead_months", "1 år", 12),
        ("longest_ahead_months", "-1", -1),
        ("longest_ahead_months", "− 1", -1),
        ("most_active", "1 200 varausta", 1200),
    ],
)
def test_a_number_is_read_with_its_unit(rule: str, text: str, number: int) -> None:
    assert read_count(text, COUNTED[rule]) == number


@pytest.mark.parametrize("text", ["", "päivää", "7 kk", "7,5", "7 pv 2", "٧", "9" * 10])
def test_a_number_with_another_unit_is_refused(text: str) -> None:
    with pytest.raises(UnreadableLength):
        read_count(text, COUNTED["cancellation_days"])
