"""Hours the way people write them, and the round trip of what is written back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.rooms.written_hours import UnreadableHours, read_day, write_day

H = 60


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("", ()),
        ("  ", ()),
        ("-", ()),
        ("suljettu", ()),
        ("Kiinni", ()),
        ("stängt", ()),
        ("closed", ()),
        ("10-22", ((10 * H, 22 * H),)),
        ("10–22", ((10 * H, 22 * H),)),
        ("10 — 22", ((10 * H, 22 * H),)),
        ("klo 10-22", ((10 * H, 22 * H),)),
        ("kl. 8-klo 16", ((8 * H, 16 * H),)),
        ("10.30-22.15", ((10 * H + 30, 22 * H + 15),)),
        ("10:30–22", ((10 * H + 30, 22 * H),)),
        ("0800-1600", ((8 * H, 16 * H),)),
        ("10–14, 16–20", ((10 * H, 14 * H), (16 * H, 20 * H))),
        ("16-20; 10-14", ((10 * H, 14 * H), (16 * H, 20 * H))),
        ("10-14 ja 16-20", ((10 * H, 14 * H), (16 * H, 20 * H))),
        ("10-14 och 16-20", ((10 * H, 14 * H), (16 * H, 20 * H))),
        ("10-14 / 16-20", ((10 * H, 14 * H), (16 * H, 20 * H))),
        ("10-14,14-18", ((10 * H, 18 * H),)),
        ("18–01", ((18 * H, 25 * H),)),
        ("18-24", ((18 * H, 24 * H),)),
        ("18-0", ((18 * H, 24 * H),)),
        ("18-00.30", ((18 * H, 24 * H + 30),)),
        ("0-24", ((0, 24 * H),)),
        ("24 h", ((0, 24 * H),)),
        ("24-6", ((0, 6 * H),)),
        ("8-8", ((8 * H, 32 * H),)),
        ("00-02, 18-02", ((0, 2 * H), (18 * H, 26 * H))),
    ],
)
def test_hours_are_read_as_people_write_them(text: str, hours: tuple[tuple[int, int], ...]) -> None:
    assert read_day(text) == hours


@pytest.mark.parametrize(
    ("text", "code", "part"),
    [
        ("aina", "hours_unreadable", "aina"),
        ("10", "hours_unreadable", "10"),
        ("10-", "hours_unreadable", "10-"),
        ("10-14-16", "hours_unreadable", "10-14-16"),
        ("10-14, iltaisin", "hours_unreadable", "iltaisin"),
        ("10-25", "hours_no_such_time", "25"),
        ("10-24.30", "hours_no_such_time", "24.30"),
        ("10.75-12", "hours_no_such_time", "10.75"),
        ("10.5-12", "hours_no_such_time", "10.5"),
        ("10..30-12", "hours_no_such_time", "10..30"),
        ("10-14, 12-16", "hours_overlap", "12-16"),
        ("18-02, 20-22", "hours_overnight_overlap", "18-02"),
        ("10-9, 8-12", "hours_overnight_overlap", "10-9"),
        ("16-24, 20-22", "hours_overlap", "20-22"),
        (", ".join(["1-2"] * 13), "hours_too_many", "12"),
    ],
)
def test_what_says_no_hours_is_refused_with_the_piece_at_fault(text: str, code: str, part: str) -> None:
    with pytest.raises(UnreadableHours) as caught:
        read_day(text)
    assert (caught.value.code, caught.value.part) == (code, part)


@st.composite
def days(draw: st.DrawFn) -> tuple[tuple[int, int], ...]:
    """Openings of one day that neither meet nor touch; the last may pass midnight."""
    count = draw(st.integers(0, 4))
    edges = sorted(draw(st.sets(st.integers(0, 1439), min_size=2 * count, max_size=2 * count)))
    spans = list(zip(edges[::2], edges[1::2], strict=True))
    if spans and draw(st.booleans()):
        opens = spans[-1][0]
        spans[-1] = (opens, draw(st.integers(opens + 1, opens + 1440)))
    return tuple(spans)


@given(days(), st.sampled_from(".:"))
def test_what_is_written_is_read_as_it_was(hours: tuple[tuple[int, int], ...], colon: str) -> None:
    assert read_day(write_day(hours, colon)) == hours


@given(st.text(max_size=40))
def test_any_text_gives_hours_or_a_refusal(text: str) -> None:
    try:
        hours = read_day(text)
    except UnreadableHours:
        return
    assert all(0 <= opens < 1440 and opens < closes <= opens + 1440 for opens, closes in hours)
    assert read_day(write_day(hours)) == hours
