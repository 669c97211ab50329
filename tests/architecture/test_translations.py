"""Every text is there in Swedish and English, with the same names in it."""

import re
from functools import lru_cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
TRANSLATIONS = ROOT / "booking" / "translations"
KEYWORDS = DEFAULT_KEYWORDS | {"lazy_gettext": None, "_l": None, "lazy_ngettext": (1, 2)}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%(?![(%])")


@lru_cache(maxsize=1)
def texts() -> dict[str | tuple[str, ...], str]:
    """Return every text of the code and the templates with a place where it stands."""
    with (ROOT / "babel.cfg").open() as config:
        methods, options = parse_mapping_cfg(config)
    found: dict[str | tuple[str, ...], str] = {}
    for folder in ("booking", "templates"):
        mapping = [(pattern.removeprefix(f"{folder}/"), method) for pattern, method in methods]
        settings = {pattern.removeprefix(f"{folder}/"): chosen for pattern, chosen in options.items()}
        for name, line, text, _comments, _context in extract_from_dir(
            str(ROOT / folder), mapping, settings, keywords=KEYWORDS
        ):
            found.setdefault(text, f"{folder}/{name}:{line}")
    return found


@lru_cache(maxsize=2)
def catalogue(language: str) -> Catalog:
    """Return the catalogue of a language; an empty one while there is no file."""
    path = TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def forms_of(text: str | tuple[str, ...] | list[str]) -> list[str]:
    """Return a text, or each form of a plural."""
    return [text] if isinstance(text, str) else list(text)


def placeholders(text: str) -> set[str]:
    """Return the names a text is filled in with; a lone per cent sign is one too."""
    return {match[0] for match in PLACEHOLDER.finditer(text)}


def fault_of(text: str | tuple[str, ...], message: Message | None) -> str | None:
    """Say what is wrong with a text's translation."""
    if message is None or not message.string or not all(forms_of(message.string)):
        return "missing"
    if message.fuzzy:
        return "fuzzy"
    wanted = set().union(*(placeholders(form) for form in forms_of(text)))
    given = [placeholders(form) for form in forms_of(message.string)]
    if any(form - wanted for form in given) or set().union(*given) != wanted:
        return "other placeholders"
    return None


def test_there_are_texts_from_code_and_from_templates() -> None:
    places = list(texts().values())
    assert sum(place.startswith("booking/") for place in places) > 100
    assert sum(place.startswith("templates/") for place in places) > 100


def test_texts_are_written_with_named_parameters() -> None:
    nameless = {
        place: text
        for text, place in texts().items()
        if any(found == "%" for form in forms_of(text) for found in placeholders(form))
    }
    assert nameless == {}


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_text_is_translated(language: str) -> None:
    known = catalogue(language)
    faults = {
        (place, fault): text
        for text, place in texts().items()
        if (fault := fault_of(text, known.get(text if isinstance(text, str) else text[0])))
    }
    assert not faults, f"{len(faults)} texts in {language}, the first ones: {list(faults.items())[:20]}"


@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_catalogue_holds_nothing_that_is_not_said(language: str) -> None:
    said = {form for text in texts() for form in forms_of(text)}
    kept = {form for message in catalogue(language) if message.id for form in forms_of(message.id)}
    assert kept - said == set()


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_plural_forms_are_those_of_the_language(language: str) -> None:
    assert catalogue(language).num_plurals == 2


def test_english_signs_in_and_never_logs_in() -> None:
    """One word for one thing; what is logged (written down) is another."""
    other = re.compile(r"\blog(ged|ging)?[ -]?(it )?(in|out|into)\b", re.IGNORECASE)
    said = [form for message in catalogue("en") if message.id for form in forms_of(message.string)]
    assert [text for text in said if other.search(text)] == []
