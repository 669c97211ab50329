"""Sheets as files, and what is wrong with them in words."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.i18n import LANGUAGES, speaking
from booking.rooms.csv_file import guarded, read_table, unguarded, with_comma, write_table
from booking.rooms.fault_sentences import in_words
from booking.rooms.faults import ENGLISH, Fault, Unreadable
from booking.rooms.models import Room, Venue
from booking.rooms.notation import read_number
from booking.rooms.sheet import ALL_COLUMNS
from booking.web.sentences import known_codes

# what forms store: no control characters but new lines, no outer spaces
TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n=+-@'\";,")).map(
    str.strip
)


@given(TEXTS)
def test_a_guarded_cell_says_the_same_and_is_no_formula(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert guarded(text)[:1] not in ("=", "+", "@", "\t", "\r")


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+358 40 123", "'+358 40 123"),
        ("@nimi", "'@nimi"),
        ("-2+3", "'-2+3"),
        ("-12.5", "-12.5"),
        ("'=1", "''=1"),
        ("'sana", "'sana"),
    ],
)
def test_what_a_spreadsheet_would_reckon_is_made_harmless(text: str, cell: str) -> None:
    assert guarded(text) == cell
    assert unguarded(cell) == text


@given(st.lists(st.tuples(TEXTS, TEXTS, TEXTS), max_size=5), st.booleans())
def test_what_is_written_is_read_again(rows: list[tuple[str, str, str]], office: bool) -> None:
    kept = [row for row in rows if any(row)]  # an empty line is no line
    content = write_table(("a", "b", "c"), rows, office=office).encode()
    assert [tuple(row.cells.values()) for row in read_table(content, "abc", "abc")] == kept


def test_an_office_gets_a_mark_semicolons_and_its_own_ends_of_lines() -> None:
    assert write_table(("a", "b"), [("ä;", "1")], office=True) == '\ufeffa;b\r\n"ä;";1\r\n'


def test_only_a_number_gets_a_comma() -> None:
    def is_number(cell: str) -> bool:
        return read_number(cell, 0, 100) == 12.5

    assert with_comma("12.5", is_number) == "12,5"
    assert with_comma("12.5", lambda cell: False) == "12.5"
    assert with_comma("2.tila", is_number) == "2.tila"


def test_every_fault_has_a_sentence_in_each_language(session: Any) -> None:
    assert set(ENGLISH) <= known_codes()
    moment = datetime(2027, 1, 12, 16, tzinfo=UTC)
    taken = {"label": "Kuoro", "start": moment, "end": moment + timedelta(hours=1)}
    for language in LANGUAGES:
        with speaking(language):
            for code, english in ENGLISH.items():
                named = dict.fromkeys(re.findall(r"%\((\w+)\)", english), "x")
                if code == "sheet_too_long":
                    named["most"] = 3  # type: ignore[assignment]
                assert in_words(Fault(1, "", code, taken if code == "sheet_taken" else named))
    with speaking("sv"):
        assert "12" in in_words(Fault(1, "", "sheet_too_long", {"length": 12, "most": 10}))


def test_a_long_cell_is_not_repeated_in_full() -> None:
    assert len(str(Unreadable("sheet_not_slug", text="x" * 5000))) < 200


def test_every_column_of_a_room_is_in_the_sheet() -> None:
    """A column that somebody adds must come along, or be named here with the reason."""
    attributes = {column.attribute for column in ALL_COLUMNS}
    said = {"id", "venue_id", "owner_id", "changed_at"}  # the database's own; venue, owner; feeds' alone
    for model in (Room, Venue):
        assert set(model.__table__.columns.keys()) - attributes <= said
