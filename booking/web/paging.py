"""Pages of a long list, numbered from 1."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from flask import request

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page:
    """Which page of how many, and how many things there are in all."""

    number: int
    pages: int
    total: int


def asked_page() -> int:
    """Return the `page` of the address; anything that is no page number is the first."""
    text = request.args.get("page", "1")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 7 and int(text) else 1


def page_of(things: Sequence[T], size: int) -> tuple[Sequence[T], Page]:
    """Return the asked page's things and where it stands; past the end it is the last."""
    page = page_numbers(len(things), size)
    first = (page.number - 1) * size
    return things[first : first + size], page


def page_numbers(total: int, size: int) -> Page:
    """Return where the asked page of so many things stands."""
    pages = max(1, -(-total // size))
    return Page(min(asked_page(), pages), pages, total)
