"""The table, and what of the wanted ratios was reached."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

EMPTY = "empty page"
GROWTH = 1.2  # wanted: time at the largest size, as a multiple of that at the smallest
SEARCH = 4.0  # wanted: a search page, as a multiple of an empty page
UNCHANGED = 1.5  # wanted: a 304, likewise
GROWING = (
    "search page, one slot",
    "availability API, one slot",
    "availability API, 20 Tuesdays",
    "52 dates in all rooms",
    "preview of 52 dates",
)


@dataclass(frozen=True, slots=True)
class Measured:
    """The median of one work on one size, in seconds."""

    backend: str
    work: str
    size: int
    seconds: float

    def as_dict(self) -> dict[str, object]:
        """Return the figures as JSON holds them."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Wish:
    """A ratio that is wanted, and the one that was found."""

    text: str
    wanted: float
    found: float

    @property
    def reached(self) -> bool:
        """Whether the found ratio is as small as wanted."""
        return self.found <= self.wanted


def report(measured: Sequence[Measured]) -> str:
    """Return a table of milliseconds, then the wanted ratios."""
    lines = []
    for backend in dict.fromkeys(each.backend for each in measured):
        own = [each for each in measured if each.backend == backend]
        lines += _table(backend, own) + [""] + [_wish_line(wish) for wish in wishes(own)] + [""]
    return "\n".join(lines)


def wishes(own: Sequence[Measured]) -> list[Wish]:
    """Return the wanted ratios within one database's figures."""
    seconds = {(each.work, each.size): each.seconds for each in own}
    sizes = sorted({each.size for each in own})
    first, last = sizes[0], sizes[-1]
    found = [
        Wish(
            f"{work}: {last} against {first} reservations", GROWTH, seconds[work, last] / seconds[work, first]
        )
        for work in GROWING
    ]
    empty = seconds[EMPTY, last]
    found.append(Wish("search page against empty page", SEARCH, seconds[GROWING[0], last] / empty))
    found += [
        Wish(f"{work} against empty page", UNCHANGED, seconds[work, last] / empty)
        for work in dict.fromkeys(each.work for each in own)
        if work.endswith("304")
    ]
    return found


def _table(backend: str, own: Sequence[Measured]) -> list[str]:
    sizes = sorted({each.size for each in own})
    seconds = {(each.work, each.size): each.seconds for each in own}
    head = f"{backend + ', milliseconds':<34}" + "".join(f"{size:>12,}" for size in sizes)
    rows = [
        f"{work:<34}" + "".join(f"{seconds[work, size] * 1000:>12.2f}" for size in sizes)
        for work in dict.fromkeys(each.work for each in own)
    ]
    return [head, "-" * len(head), *rows]


def _wish_line(wish: Wish) -> str:
    verdict = "reached" if wish.reached else "NOT reached"
    return f"{wish.text:<62} wanted {wish.wanted:.1f}, found {wish.found:.2f}: {verdict}"
