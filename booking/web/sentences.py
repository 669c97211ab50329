"""From the code of a refusal to a sentence in the reader's language.

Errors carry codes and figures, never texts. Each feature registers a sentence for each of its codes when it
is imported: either a lazy text with named parameters or a function of them, for plurals and dates.
"""

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext
from flask_babel.speaklater import LazyString

from booking.errors import DomainError, RuleViolation, Violation
from booking.web.filters import date_long

Sentence = Callable[..., str] | Any  # the other kind is flask_babel's untyped LazyString

_SENTENCES: dict[str, Sentence] = {}


def register_sentences(sentences: Mapping[str, Sentence]) -> None:
    """Make a feature's sentences known. A code has one: a second one is a mistake (ValueError)."""
    for code, wording in sentences.items():
        if _SENTENCES.get(code, wording) is not wording:
            raise ValueError(f"the code {code!r} has a sentence already")
        _SENTENCES[code] = wording


def known_codes() -> frozenset[str]:
    """Return the codes that have a sentence."""
    return frozenset(_SENTENCES)


def sentence(code: str, params: Mapping[str, Any] | None = None) -> str:
    """Return the sentence of a code, filled in, in the language spoken now.

    A code nobody has registered gives a general sentence: a person is never shown a code.
    """
    wording = _SENTENCES.get(code)
    if wording is None:
        return str(_("Pyyntöä ei voi toteuttaa."))
    if isinstance(wording, LazyString):
        return str(wording) % dict(params or {})
    return str(wording(**dict(params or {})))


def sentence_for(broken: Violation) -> str:
    """Return the sentence of a broken rule, with the date of the series that breaks it."""
    words = sentence(broken.code, broken.params)
    return f"{date_long(broken.on)}: {words}" if broken.on is not None else words


def minutes_to_wait(seconds: int) -> int:
    """Return whole minutes, rounded up: after them what is throttled is open again."""
    return -(-seconds // 60)


def sentence_of(error: DomainError) -> str:
    """Return the sentence of an error; of broken rules, that of the first."""
    if isinstance(error, RuleViolation) and error.violations:
        return sentence_for(error.violations[0])
    return sentence(error.code, error.params)


register_sentences(
    {
        "not_found": lazy_gettext("Sivua ei ole tai se ei ole sinulle näkyvissä."),
        "forbidden": lazy_gettext("Oikeutesi eivät riitä tähän."),
        "wrong_state": lazy_gettext(
            "Tilanne on jo muuttunut, joten tätä ei voi enää tehdä. Katso nykyinen tilanne."
        ),
        "too_many_attempts": lambda retry_after=60: ngettext(
            "Yrityksiä on liian monta. Yritä uudelleen %(num)s minuutin kuluttua.",
            "Yrityksiä on liian monta. Yritä uudelleen %(num)s minuutin kuluttua.",
            minutes_to_wait(retry_after),
        ),
        "slot_taken": lazy_gettext("Aika on jo varattu."),
        "rule_violation": lazy_gettext("Pyyntö ei ole tilan sääntöjen mukainen."),
        "refused": lazy_gettext("Pyyntöä ei voi toteuttaa."),
    }
)
