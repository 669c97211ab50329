"""Words are found with their dots or without, and a dot that was typed is meant."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.web.plain_letters import says_all
from tests.factories.organisations import make_organisation
from tests.factories.rooms import make_room

WORDS = st.text("aäoöåeébkKÄÖÅ", min_size=1, max_size=12)
PLAIN = str.maketrans("äöåéÄÖÅÉ", "aoaeAOAE")


@given(WORDS, st.integers(0, 11), st.integers(1, 12))
def test_any_part_of_a_word_is_found_as_it_is_and_without_its_marks(word: str, first: int, size: int) -> None:
    part = word[first : first + size]
    for asked in (part, part.upper(), part.translate(PLAIN)):
        assert says_all(word, asked)
        assert says_all(f"{word} ry", f" ry {asked}")


@given(WORDS, WORDS)
def test_nothing_is_found_that_differs_in_more_than_marks(text: str, asked: str) -> None:
    if says_all(text, asked):
        assert asked.translate(PLAIN).casefold() in text.translate(PLAIN).casefold()
        assert asked.casefold() in text.casefold() or asked.translate(PLAIN) == asked


@pytest.mark.parametrize(
    ("text", "asked", "is_found"),
    [
        ("Eläkeläiskerho", "elakelais", True),
        ("Elakelais", "eläkeläis", False),
        ("Åbo Café", "abo cafe", True),
        ("Kuoro", "kuoro jumppa", False),
        ("Kuoro", "", True),
    ],
)
def test_a_mark_that_is_typed_is_meant(text: str, asked: str, is_found: bool) -> None:
    assert says_all(text, asked) is is_found


@pytest.mark.usefixtures("session")
def test_associations_and_rooms_are_found_without_dots(client: Any) -> None:
    make_organisation(name="Imatran Eläkeläiskerho")
    make_room(name="Höyläkerho")
    assert "Eläkeläiskerho" in client.get("/organisations?q=elakelais").text
    assert "Höyläkerho" in client.get("/rooms?q=hoyla").text
    assert "Höyläkerho" not in client.get("/rooms?q=muu").text
