"""PURE: the browser somebody uses, in plain words: enough to know one's own phone in a list, no more."""

from collections.abc import Iterable
from typing import Final

# In the order of asking: most browsers also carry the names of others that came before them.
_BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("FxiOS", "Firefox"),
    ("Firefox", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_MACHINES: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "Chromebook"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)


def program_of(user_agent: str) -> str:
    """Return browser and machine of a User-Agent, such as "Firefox, Android"; empty when neither is known.

    Product names are the same in every language.
    """
    found = (_first(_BROWSERS, user_agent), _first(_MACHINES, user_agent))
    return ", ".join(name for name in found if name)


def _first(names: Iterable[tuple[str, str]], user_agent: str) -> str:
    return next((name for mark, name in names if mark in user_agent), "")
