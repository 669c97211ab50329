"""What the page of a refusal is headed, and the way on it offers, where its code has better than the status.

Features register theirs as they do their sentences (`web.sentences`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import lazy_gettext

LINK_OVER: Final = lazy_gettext("Linkki ei enää toimi")


@dataclass(frozen=True, slots=True)
class WayOn:
    """A heading, and a button to an endpoint without arguments; no button where only people can help."""

    heading: Any  # flask_babel's untyped LazyString
    button: Any = None
    endpoint: str = ""


_WAYS_ON: dict[str, WayOn] = {}


def register_ways_on(ways_on: Mapping[str, WayOn]) -> None:
    """Make a feature's ways on known, by the code of the refusal."""
    _WAYS_ON.update(ways_on)


def way_on_of(code: str) -> WayOn | None:
    """Return what is registered for a code."""
    return _WAYS_ON.get(code)
