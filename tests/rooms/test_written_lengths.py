"""Lengths of time the way people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.rooms.written_lengths import UnreadableLength, read_length, write_length


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
