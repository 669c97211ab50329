"""Numbered pages of a list."""

from dataclasses import dataclass

from flask import request


@dataclass(frozen=True, slots=True)
class Page:
    """Page `number` of `pages`, both counted from 1, of a list with `total` lines in all."""

    number: int
    pages: int
    total: int
    size: int

    @property
    def first(self) -> int:
        """How many lines lie before this page: the offset of its first."""
        return (self.number - 1) * self.size

    @property
    def last(self) -> int:
        """The offset after its last line."""
        return self.first + self.size


def page_of(total: int, *, size: int, number: int | None = None) -> Page:
    """Return the asked page of a list (by default `?page=`); beyond an end it is the first or the last."""
    pages = max(1, -(-total // size))
    asked = _asked_number() if number is None else number
    return Page(min(max(1, asked), pages), pages, total, size)


def _asked_number() -> int:
    text = request.args.get("page", "1")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else 1
