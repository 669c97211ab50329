"""PDFs where Pango is and where it is not, and QR codes."""

import importlib
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ImageFile

from booking.paper import engine
from booking.paper.engine import PaperMissing, is_available, pdf_of
from booking.paper.qr import qr_address, qr_svg
from tests.factories.rooms import make_room
from tests.paper.reading import decode, language_of, read_pdf, tags_of, text_of

PAGE = '<!DOCTYPE html><html lang="sv"><title>Ovanför</title><body><h1>Rubrik</h1>{}</body></html>'


@pytest.fixture
def without_pango(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine that has the Python part alone: importing it then fails with OSError."""
    real = importlib.import_module

    def refuse(name: str, *arguments: Any) -> Any:
        if name == "weasyprint":
            raise OSError("cannot load library 'libpango-1.0-0'")
        return real(name, *arguments)

    monkeypatch.setattr(importlib, "import_module", refuse)
    engine._library.cache_clear()
    yield
    engine._library.cache_clear()


def test_a_document_keeps_its_title_language_and_tags() -> None:
    reader = read_pdf(pdf_of(PAGE.format("<p>Text</p>"), "h1 { color: black }"))
    assert language_of(reader) == "sv"
    assert reader.metadata is not None
    assert reader.metadata.title == "Ovanför"
    assert [tag for tag in tags_of(reader) if tag in ("H1", "P")] == ["H1", "P"]


def test_loading_it_leaves_photos_as_strict_as_they_were() -> None:
    engine._library.cache_clear()
    assert is_available()
    assert not ImageFile.LOAD_TRUNCATED_IMAGES


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:1/x.svg", "file:///etc/passwd", "data:text/html,x", "static:css/site.css"]
)
def test_a_document_fetches_nothing(address: str) -> None:
    fetcher = engine._Fetcher(engine._library())
    with pytest.raises(ValueError, match="fetches nothing"):
        fetcher(address)
    assert "Rubrik" in text_of(read_pdf(pdf_of(PAGE.format(f'<img src="{address}" alt="bild">'), "")))


def test_a_drawing_in_the_document_is_shown() -> None:
    page = PAGE.format(f'<img src="{qr_address("https://tilat.example/")}" alt="QR">')
    assert "Figure" in tags_of(read_pdf(pdf_of(page, "")))


def test_without_pango_there_is_no_pdf_but_nothing_breaks(without_pango: None) -> None:
    assert not is_available()
    with pytest.raises(PaperMissing):
        pdf_of(PAGE, "")


@pytest.mark.parametrize(("language", "said"), [("fi", "asenna"), ("sv", "installera"), ("en", "install")])
def test_a_page_says_what_to_install(without_pango: None, client: Any, language: str, said: str) -> None:
    room = make_room()
    for document in ("week", "season", "door"):
        answer = client.get(f"/rooms/{room.slug}/{document}.pdf?lang={language}")
        assert answer.status_code == 503
        assert "libpangoft2" in answer.text
        assert said in answer.text


def test_the_doctor_notes_it_and_finds_no_fault(without_pango: None, app: Any, session: Any) -> None:
    said = app.test_cli_runner().invoke(args=["doctor"]).output
    assert "note   PDF: cannot be made: Pango is missing" in said


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=60))
def test_a_qr_code_says_what_it_was_given(path: str) -> None:
    address = f"https://tilat.example/rooms/{path}"
    assert decode(qr_svg(address)) == address
