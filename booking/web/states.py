"""States, never by colour alone: a small drawn stone and a word, in the language spoken now.

States are those of reservations (`lifecycle`) and of time in a room.
"""

from markupsafe import Markup, escape

from booking.i18n import gettext
from booking.i18n import marked as N_  # noqa: N812 - the name by which texts are collected

_WORDS = {
    "pending": N_("odottaa käsittelyä"),
    "confirmed": N_("vahvistettu"),
    "declined": N_("hylätty"),
    "withdrawn": N_("peruttu ennen päätöstä"),
    "expired": N_("vanhentunut"),
    "cancelled": N_("peruttu"),
    "used": N_("käytetty"),
    "no_show": N_("käyttämättä jätetty"),
    "mixed": N_("osin vahvistettu"),
    "ended": N_("päättynyt"),
    "free": N_("vapaa"),
    "taken": N_("varattu"),
    "mine": N_("oma"),
    "closed": N_("suljettu"),
    "past": N_("mennyt"),
    "not_for_you": N_("ei varattavissa"),
    "turnaround": N_("siivous"),
    "chosen": N_("valittu aika"),
    "now": N_("nyt"),
    "waiting": N_("odottaa"),
}


def state_word(state: str) -> str:
    """Return the word of a state, the state itself where none is known."""
    word = _WORDS.get(state)
    return gettext(word) if word is not None else state


def state_chip(state: str, text: str | None = None) -> Markup:
    """Return drawing and word; `text` replaces the word where a whole sentence says more."""
    tone = _TONES.get(state, "calm")
    words = escape(text or state_word(state))
    return Markup(f'<span class="state {tone}">{state_icon(state)}<span>{words}</span></span>')  # noqa: S704 - escaped


def state_icon(state: str) -> Markup:
    """Return the drawing: 14 px, a shape for each kind of state."""
    return _ICONS.get(_SHAPES.get(state, state), _OUTLINE)


_TONES = {
    "confirmed": "good",
    "used": "good",
    "free": "good",
    "pending": "wait",
    "waiting": "wait",
    "mixed": "wait",
    "declined": "bad",
    "cancelled": "bad",
    "no_show": "bad",
}
_SHAPES = {
    "confirmed": "tick",
    "used": "tick",
    "declined": "cross",
    "cancelled": "cross",
    "no_show": "cross",
    "withdrawn": "back",
    "expired": "back",
    "ended": "back",
    "pending": "hatch",
    "waiting": "hatch",
    "mixed": "hatch",
}
_WHOLE = "M0 0h14v14H0z"
_FRAME = "M1 1h12v12H1z"


def _drawing(*pieces: str) -> Markup:
    inside = "".join(pieces)
    return Markup(  # noqa: S704 - our own drawings
        f'<svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">{inside}</svg>'
    )


_OUTLINE = _drawing(f'<path class="s-tone" d="{_FRAME}" stroke-width="1.4"/>')
_ICONS = {
    "tick": _drawing(
        f'<path class="p-tone" d="{_WHOLE}"/>',
        '<path class="s-paper" d="M3 7.2l2.8 2.8L11 4.4" stroke-width="2"/>',
    ),
    "cross": _drawing('<path class="s-tone" d="M2 2l10 10M12 2L2 12" stroke-width="2.4"/>'),
    "back": _drawing('<path class="s-tone" d="M1 7h12" stroke-width="2.4"/>'),
    "hatch": _drawing(f'<path class="s-tone" d="{_FRAME}M1 7l6-6M1 13L13 1M7 13l6-6" stroke-width="1.4"/>'),
    "free": _drawing(f'<path class="s-tone" d="{_FRAME}" stroke-width="1.6" stroke-dasharray="3 2"/>'),
    "taken": _drawing(f'<path class="p-water" d="{_WHOLE}"/>'),
    "mine": _drawing(f'<path class="p-water" d="{_WHOLE}"/>', '<path class="p-ink" d="M0 0h5v14H0z"/>'),
    "chosen": _drawing(
        f'<path class="p-flash" d="{_FRAME}"/>', f'<path class="s-ink" d="{_FRAME}" stroke-width="2"/>'
    ),
    "now": _drawing('<path class="p-ink" d="M5 0h4v14H5z"/>', '<path class="p-flash" d="M6 0h2v14H6z"/>'),
    "closed": _drawing(
        *(f'<circle class="p-line" cx="{x}" cy="{y}" r="1.4"/>' for x in (2, 7, 12) for y in (2, 7, 12))
    ),
    "past": _drawing(
        f'<path class="p-mist" d="{_WHOLE}"/>', '<path class="s-line" d="M0 13h14" stroke-width="1.5"/>'
    ),
}
