"""From codes to sentences."""

from typing import Any

import pytest
from flask_babel import lazy_gettext, ngettext

from booking.errors import NotFound, WrongState
from booking.web import sentences
from booking.web.sentences import known_codes, register_sentences, sentence, sentence_of

pytestmark = pytest.mark.usefixtures("session")


@pytest.fixture(autouse=True)
def codes_of_this_test(session: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget after the test what it registers; all features have registered theirs before (`session`)."""
    monkeypatch.setattr(sentences, "_SENTENCES", dict(sentences._SENTENCES))


def test_a_lazy_text_is_filled_in() -> None:
    register_sentences({"test_late": lazy_gettext("Varaa vähintään %(hours)s tuntia ennen.")})
    assert sentence("test_late", {"hours": 2}) == "Varaa vähintään 2 tuntia ennen."


def test_a_function_may_count() -> None:
    def most(num: int) -> str:
        return str(ngettext("Enintään %(num)s varaus.", "Enintään %(num)s varausta.", num))

    register_sentences({"test_most": most})
    assert sentence("test_most", {"num": 1}) == "Enintään 1 varaus."
    assert sentence("test_most", {"num": 3}) == "Enintään 3 varausta."


def test_an_unknown_code_is_never_shown() -> None:
    assert "test_unheard_of" not in sentence("test_unheard_of")


def test_a_code_has_one_sentence() -> None:
    first: Any = lazy_gettext("Yksi.")
    register_sentences({"test_one": first})
    register_sentences({"test_one": first})
    with pytest.raises(ValueError, match="test_one"):
        register_sentences({"test_one": lambda: "Toinen."})


def test_every_error_of_the_foundation_has_a_sentence() -> None:
    assert {"not_found", "forbidden", "wrong_state", "too_many_attempts"} <= known_codes()
    assert sentence_of(WrongState()) != sentence_of(NotFound())
