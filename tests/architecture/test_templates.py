"""What every template must keep to, also on branches no test happens to render."""

import re
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).parents[2] / "templates"
ALL = sorted(TEMPLATES.rglob("*.html"))
PAGES = [each for each in ALL if 'extends "layouts/' in each.read_text() and each.parent.name != "layouts"]


def name_of(path: Path) -> str:
    return str(path.relative_to(TEMPLATES))


def markup_of(path: Path) -> str:
    """Return a template without its comments."""
    return re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.DOTALL)


def test_there_are_pages() -> None:
    assert len(PAGES) > 15


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_a_page_has_a_title_and_at_least_one_heading(path: Path) -> None:
    text = markup_of(path)
    assert re.search(r"\{%-?\s*block title\s*-?%\}\s*\S", text), "no title"
    included = [
        markup_of(TEMPLATES / each) for each in re.findall(r'(?:include|import|from) "([^"]+)"', text)
    ]
    assert "<h1" in text or any("<h1" in each for each in included), "no h1"


@pytest.mark.parametrize("path", ALL, ids=name_of)
def test_no_style_script_or_event_is_written_into_the_page(path: Path) -> None:
    text = markup_of(path)
    assert not re.search(r"<style\b", text)
    assert not re.search(r"\sstyle\s*=", text)
    assert not re.search(r"<script\b(?![^>]*\bsrc=)", text)
    assert not re.search(r"<[a-z][^>]*\son[a-z]+\s*=", text)
    assert "javascript:" not in text


@pytest.mark.parametrize("path", ALL, ids=name_of)
def test_every_form_that_posts_has_a_token(path: Path) -> None:
    text = markup_of(path)
    for form in re.findall(r"<form\b.*?</form>", text, flags=re.DOTALL):
        if re.search(r'method="post"', form):
            assert "csrf" in form, form[:120]


@pytest.mark.parametrize("path", ALL, ids=name_of)
def test_every_form_in_an_address_keeps_the_language(path: Path) -> None:
    for form in re.findall(r"<form\b.*?</form>", markup_of(path), flags=re.DOTALL):
        if re.search(r'method="get"', form):
            assert "language_field()" in form, form[:120]


@pytest.mark.parametrize("path", ALL, ids=name_of)
def test_nothing_is_let_through_unescaped(path: Path) -> None:
    text = markup_of(path)
    assert not re.search(r"\|\s*safe\b", text)
    assert "autoescape false" not in text


@pytest.mark.parametrize("path", ALL, ids=name_of)
def test_addresses_of_our_own_pages_are_made_not_written(path: Path) -> None:
    written = set(re.findall(r'(?:href|action|src)="(/[^"]*)"', markup_of(path)))
    assert written <= {"/api/docs"}
