"""Fragments of pages that are the same for everybody who asks alike, kept as they were drawn."""

from collections.abc import Callable, Hashable
from typing import Any

from markupsafe import Markup

MOST = 512
_kept: dict[Hashable, Markup] = {}


def kept(key: Hashable | None, draw: Callable[..., Markup], *arguments: Any) -> Markup:
    """Return what the macro `draw` makes of the arguments, drawn once for each key.

    The key must tell apart everything the fragment shows, the language too. None: it is drawn anew.
    """
    if key is None:
        return draw(*arguments)
    found = _kept.get(key)
    if found is None:
        if len(_kept) >= MOST:
            _kept.clear()
        found = _kept[key] = draw(*arguments)
    return found
