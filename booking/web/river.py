"""The river of the day as a drawing: a band in which what is taken lies like stones.

Drawn here and not in a template, because a page of results has twenty of them with some thousand pieces.
Patterns are the layout's (`components/river.html`); positions are percent, so that it fits any width.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Protocol

from markupsafe import Markup, escape

from booking.i18n import gettext as _
from booking.web.filters import Span, local_zone, time_range
from booking.web.states import state_word

HEIGHT = 36
SCALE_HEIGHT = 54
_ALL_CLOSED = '<rect y="4" width="100%" height="28" fill="url(#dots)"/>'


class Stone(Span, Protocol):
    """One stretch of the band and how it looks."""

    @property
    def state(self) -> str:
        """taken, mine, pending, closed or past."""

    @property
    def label(self) -> str:
        """Who and what, as far as the reader may know, or nothing."""


class River(Span, Protocol):
    """A day of one room; free is what no stone covers."""

    @property
    def stones(self) -> Sequence[Stone]:
        """What lies in it, by start, clipped to the band."""

    @property
    def ticks(self) -> Sequence[datetime]:
        """The whole hours that are written beneath."""

    @property
    def chosen(self) -> Span | None:
        """The asked time."""

    @property
    def now(self) -> datetime | None:
        """This moment, when it is inside the band."""

    @property
    def closed(self) -> bool:
        """Nothing is open all day."""


def draw_river(river: River, labels: bool = False, scale: bool = True) -> Markup:
    """Return the band as SVG. `labels` writes titles on the stones, `scale` the hours beneath."""
    inside = (
        '<rect y="4" width="100%" height="28" fill="url(#dots)"/>' if river.closed else _water(river, labels)
    )
    hours = _scale(river.start, river.end, tuple(river.ticks)) if scale else ""
    # every text that a person wrote is escaped where it is put in
    return Markup(  # noqa: S704
        f'<svg class="river" role="img" aria-label="{escape(spoken(river))}" width="100%" '
        f'height="{SCALE_HEIGHT if scale else HEIGHT}">'
        '<rect class="s-line dash" x="0" y="4" width="100%" height="28" stroke-width="1.2"/>'
        f"{inside}{hours}</svg>"
    )


def spoken(river: River) -> str:
    """Return the river in words, for those who do not see it."""
    if river.closed:
        return str(_("Suljettu koko päivän."))
    stones = " ".join(f"{each.label or state_word(each.state)} {time_range(each)}," for each in river.stones)
    rest = _("muuten vapaa.") if river.stones else _("kokonaan vapaa.")
    chosen = _("Valittu aika %(time)s.", time=time_range(river.chosen)) if river.chosen else ""
    return " ".join(part for part in (f"{time_range(river)}:", stones, str(rest), str(chosen)) if part)


def _water(river: River, labels: bool) -> str:
    parts = []
    frame = ""
    if river.chosen:
        place = f'x="{_at(river, river.chosen.start)}" width="{_width(river, river.chosen)}"'
        parts.append(f'<rect class="p-flash" {place} y="4" height="28"/>')
        frame = f'<rect class="s-ink" {place} y="2" height="32" stroke-width="2.5"/>'
    parts += [_stone(river, each, labels) for each in river.stones]
    parts.append(frame)
    if river.now:
        parts.append(
            f'<svg x="{_at(river, river.now)}" y="0" width="1" height="36" overflow="visible">'
            '<rect class="p-ink" x="-3" width="6" height="36"/>'
            '<rect class="p-flash" x="-1.5" width="3" height="36"/></svg>'
        )
    return "".join(parts)


_LOOKS = {
    "pending": '<rect width="100%" height="100%" fill="url(#hatch)"/>'
    '<rect class="s-amber" width="100%" height="100%" stroke-width="3"/>',
    "closed": '<rect width="100%" height="100%" class="p-paper"/>'
    '<rect width="100%" height="100%" fill="url(#dots)"/>',
    "past": '<rect width="100%" height="100%" class="p-mist"/>',
    "taken": '<rect x="1" width="100%" height="100%" class="p-water"/>',
    "mine": '<rect x="1" width="100%" height="100%" class="p-water"/>'
    '<rect width="7" height="100%" class="p-ink"/>',
}
_INK = {"taken": ("on-water", 7), "mine": ("on-water", 12), "pending": ("on-hatch", 7)}
_INK_WHERE_LABELLED = {"closed": ("on-hatch", 7)}  # a closure has words, closing time needs none


def _stone(river: River, stone: Stone, labels: bool) -> str:
    """Return one stone, a clipped little drawing of its own so that a long title stays inside."""
    text = ""
    written = _INK | _INK_WHERE_LABELLED if stone.label else _INK
    if labels and stone.state in written:
        ink, x = written[stone.state]
        word = stone.label or state_word("waiting" if stone.state == "pending" else stone.state)
        text = f'<text class="{ink} label" x="{x}" y="19">{escape(word)}</text>'
    return (
        f'<svg x="{_at(river, stone.start)}" y="4" width="{_width(river, stone)}" height="28">'
        f"{_LOOKS[stone.state]}{text}</svg>"
    )


@lru_cache(maxsize=256)
def _scale(start: datetime, end: datetime, ticks: tuple[datetime, ...]) -> str:
    parts = []
    for tick in ticks:
        place = f"{(tick - start) / (end - start) * 100:.2f}%"
        anchor = "start" if tick == start else "end" if tick == end else "middle"
        parts.append(
            f'<line class="s-line" x1="{place}" x2="{place}" y1="32" y2="37" stroke-width="1"/>'
            f'<text x="{place}" y="51" text-anchor="{anchor}">{tick.astimezone(local_zone()).hour}</text>'
        )
    return "".join(parts)


def _at(river: River, moment: datetime) -> str:
    return f"{(moment - river.start) / (river.end - river.start) * 100:.2f}%"


def _width(river: River, span: Span) -> str:
    return f"{(span.end - span.start) / (river.end - river.start) * 100:.2f}%"
