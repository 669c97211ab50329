"""Octets, folds and escapes of single lines."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.ical.lines import clean, colour_value, line, text_value, uri_value

ESCAPES_AND_WIDE = st.text(st.sampled_from("\\;,\nNaä€😀 "), max_size=400)


@given(text=ESCAPES_AND_WIDE, name=st.sampled_from([b"X", b"SUMMARY", b"DESCRIPTION;LANGUAGE=fi"]))
def test_no_line_is_longer_than_75_octets_or_parted_in_a_character_or_an_escape(
    text: str, name: bytes
) -> None:
    pieces = line(name, text_value(text)).removesuffix(b"\r\n").split(b"\r\n")

    assert max(map(len, pieces)) <= 75
    assert all(piece[:1] == b" " for piece in pieces[1:])
    contents = [pieces[0], *(piece[1:] for piece in pieces[1:])]
    assert b"".join(contents) == name + b":" + text_value(text)
    assert all(contents)
    for content in contents:
        content.decode("utf-8")
        # Read from its own start, the piece is whole escapes and plain characters.
        assert re.fullmatch(rb"(\\[\\;,n]|[^\\])*", content), content


@pytest.mark.parametrize(
    ("octets", "lengths"),
    [(73, [75]), (74, [75, 2]), (73 + 74, [75, 75]), (74 + 74, [75, 75, 2])],
    ids=["exactly one line", "one octet more", "exactly two lines", "one octet more again"],
)
def test_a_line_is_folded_only_when_it_must(octets: int, lengths: list[int]) -> None:
    pieces = line(b"X", b"a" * octets).removesuffix(b"\r\n").split(b"\r\n")

    assert list(map(len, pieces)) == lengths


@pytest.mark.parametrize("before", range(66, 74))
def test_a_run_of_escaped_backslashes_is_parted_between_the_pairs(before: int) -> None:
    pieces = line(b"X", b"a" * before + b"\\\\" * 60).split(b"\r\n")

    assert [piece.count(b"\\") % 2 for piece in pieces] == [0] * len(pieces)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a;b,c", b"a\\;b\\,c"),
        ("yksi\nkaksi", b"yksi\\nkaksi"),
        ("C:\\New", b"C:\\\\New"),
        ("C:\\new", b"C:\\\\new"),
        ("\\\\N", b"\\\\\\\\N"),
        ("\\N\\N", b"\\\\N\\\\N"),
        ('klo 18: "sali"', b'klo 18: "sali"'),
        ("", b""),
    ],
)
def test_text_is_escaped_as_the_format_says(text: str, value: bytes) -> None:
    assert text_value(text) == value


@pytest.mark.parametrize("line_break", ["\r\n", "\r", "\n", "\x85", "\u2028", "\u2029"])
def test_every_kind_of_line_break_is_one_escaped_newline(line_break: str) -> None:
    assert text_value(f"yksi{line_break}kaksi{line_break}{line_break}") == b"yksi\\nkaksi\\n\\n"


def test_a_carriage_return_after_a_newline_is_a_line_break_of_its_own() -> None:
    assert text_value("a\n\rb") == b"a\\n\\nb"


@pytest.mark.parametrize(
    "character",
    [*map(chr, (*range(9), 0x0B, 0x0C, 0x1B, 0x1C, 0x7F, 0x80, 0x9F, 0xD800, 0xDFFF))],
)
def test_control_characters_and_half_surrogates_are_dropped(character: str) -> None:
    assert text_value(f"yk{character}si") == b"yksi"


def test_a_tab_keeps_words_apart_as_a_space() -> None:
    assert text_value("klo\t18") == b"klo 18"


@given(st.text(st.characters(), max_size=100))
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "/rooms/sali",
        "https://tilat.example/a b",
        "https://tilat.example/ä",
        "https://tilat.example/\r\nATTENDEE:mailto:x@y.example",
        "https://tilat.example/\n",
        "https:",
    ],
)
def test_an_address_that_is_not_plain_and_absolute_is_refused(uri: str) -> None:
    with pytest.raises(ValueError, match="not an absolute address"):
        uri_value(uri)


def test_an_address_is_written_without_escapes() -> None:
    assert uri_value("https://tilat.example/a;b,c?x=%C3%A4") == b"https://tilat.example/a;b,c?x=%C3%A4"


@pytest.mark.parametrize("name", ["#00ff00", "", "sea green", "teal\n", "rgb(0,0,0)"])
def test_a_colour_that_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="not the name of a CSS3 colour"):
        colour_value(name)


def test_a_colour_is_written_in_small_letters() -> None:
    assert colour_value("DarkSlateBlue") == b"darkslateblue"
