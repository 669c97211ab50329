"""PURE: what can be wrong with a sheet. Each fault has a code and its figures.

The command line tells it in English (`str`), a page in its reader's language (`fault_sentences`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

LONGEST_QUOTE: Final = 60  # letters of a cell that a fault repeats

ENGLISH: Final[dict[str, str]] = {
    # a cell
    "sheet_empty": "is empty",
    "sheet_too_long": "has %(length)s letters; %(most)s are the most",
    "sheet_not_slug": "%(text)r must be 1 to 80 of a-z, 0-9 and single hyphens",
    "sheet_not_whole": "%(text)r is not a whole number of at least %(least)s",
    "sheet_not_whole_between": "%(text)r is not a whole number from %(least)s to %(most)s",
    "sheet_not_number": "%(text)r is not a number from %(least)s to %(most)s",
    "sheet_not_price": "%(text)r is not a price in euros like 12 or 12.50",
    "sheet_not_prices": "%(text)r is not a price like everyone hour 20 or association/under_18 free",
    "sheet_price_twice": "%(text)r says what an earlier price of the room says already",
    "sheet_share_alone": "%(text)r: a share of the whole's price stands alone",
    "sheet_prices_differ": "differs from price_eur_per_hour, which is for everyone",
    "sheet_not_yes_no": "%(text)r must be yes or no",
    "sheet_not_choice": "%(text)r must be one of %(choices)s",
    "sheet_feature_twice": "a feature is named twice",
    "sheet_days_backwards": "%(text)r must go from an earlier to a later day of the week",
    "sheet_not_hours": "%(text)r is not hours like 10:00-22:00",
    "sheet_not_season": "%(text)r is not a season like 2027-06-01..2027-08-31",
    "sheet_season_backwards": "%(text)r ends before it begins",
    "sheet_not_date": "%(text)r is not a date like 2027-01-31",
    "sheet_not_moment": "%(text)r is not a moment like 2027-01-12T16:00:00Z",
    # the file
    "sheet_file_empty": "the file is empty",
    "sheet_is_workbook": "is an Excel workbook; save it as CSV UTF-8",
    "sheet_is_of_rooms": "is a sheet of rooms, not of reservations",
    "sheet_is_of_reservations": "is a sheet of reservations, not of rooms",
    "sheet_not_utf8": "is not in UTF-8",
    "sheet_not_text": "is not text",
    "sheet_not_csv": "is not CSV: %(why)s",
    "sheet_cells_differ": "has %(cells)s cells, the header %(columns)s",
    "sheet_column_missing": "this column is missing",
    "sheet_column_unknown": "is no column of this sheet",
    "sheet_column_twice": "this column is there twice",
    "sheet_too_large": "is larger than %(megabytes)s MB",
    "sheet_too_many_lines": "has more than %(most)s lines; divide it",
    # a room
    "sheet_line_twice": "%(text)r is on line %(line)s already",
    "sheet_no_address": "%(text)r gives no address",
    "sheet_venue_differs": "differs from line %(line)s, which has the same venue",
    "sheet_longest_below_shortest": "%(longest)s is less than shortest_minutes, %(shortest)s",
    "sheet_unknown_organisation": "there is no organisation %(text)r",
    "sheet_not_a_part": "%(text)r is no undivided room of the same venue",
    "sheet_slug_of_another": "%(text)r is a room of somebody else",
    "sheet_owner_not_yours": "%(text)r is no organisation whose rooms you keep",
    "sheet_owner_needed": "name the owner: one of your organisations",
    "sheet_venue_shared": "differs from what is stored; the venue has rooms of other owners too",
    "sheet_parts_stay": "what a room consists of cannot be changed once it is there",
}


def register_faults(english: Mapping[str, str]) -> None:
    """Make the faults of another sheet known, by code, as the command line tells them."""
    ENGLISH.update(english)


def short(text: str) -> str:
    """Return what a fault repeats of a cell."""
    return text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE]}…"


def in_english(code: str, params: Mapping[str, Any]) -> str:
    """Return a fault for the command line; what has no code of its own is its own text."""
    wording = ENGLISH.get(code)
    return code if wording is None else wording % params


class Unreadable(ValueError):
    """A cell that cannot be used: a code and its figures. Its text says why in English."""

    def __init__(self, code: str, **params: Any) -> None:
        self.code = code
        self.params = {
            name: short(value) if isinstance(value, str) and name == "text" else value
            for name, value in params.items()
        }
        super().__init__(in_english(code, self.params))


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """What is wrong with one line; without a column, with the line itself."""

    line: int
    column: str
    code: str
    params: dict[str, Any] = field(default_factory=dict, compare=False)

    def __str__(self) -> str:
        between = ": " if self.column else ""
        return f"line {self.line}: {self.column}{between}{in_english(self.code, self.params)}"


class SheetRefused(Exception):
    """A sheet with faults; nothing of it was taken."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults))
        super().__init__("\n".join(str(fault) for fault in self.faults))
