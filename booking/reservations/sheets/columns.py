"""The columns of the reservations' sheet. One line is one date; dates of one `reference` belong together.

`PLAIN` is what an owner sees and sends; `KEPT` is what only the operator's sheet has besides, so that a
reservation comes back as it was, with its name in calendars.
"""

from functools import partial
from typing import Any, Final

from booking.organisations.models import KINDS
from booking.reservations.behalf.caller import CALLER_LENGTH, LANGUAGES
from booking.reservations.models import PURPOSES, STATES, VISIBILITIES
from booking.reservations.request import LENGTHS
from booking.reservations.sheets import notation
from booking.rooms.faults import Unreadable
from booking.rooms.notation import (
    read_choice,
    read_moment,
    read_slug,
    read_whole,
    read_yes_no,
    write_moment,
    write_yes_no,
)
from booking.rooms.sheet import Column

NEEDED: Final = ("room", "date", "start", "end", "title", "people")
TIMES: Final = ("date", "start", "end_date", "end")
"""The cells of a use: `notation.use_of` reads them together."""
OF_THE_WHOLE: Final = (
    *("association", "association_name", "association_kind", "booker", "booker_name", "purpose"),
    *("visibility", "responsible", "contact", "note", "asked_room", "whole_title", "whole_people"),
    *("terms_version", "price_cents", "price_terms", "pattern", "sent_with", "on_behalf", "caller"),
    *("caller_language", "created_at", "changed_at", "approvers_reminded_at"),
)
"""What all dates of one reservation must say alike."""


def _text(longest: int, cell: str) -> str:
    if len(cell) > longest:
        raise Unreadable("sheet_too_long", length=len(cell), most=longest)
    return cell


def _words(name: str, longest: int, *, needed: bool = False) -> Column:
    return Column(name, name, partial(_text, longest), empty="", needed=needed)


def _choice(name: str, choices: tuple[str, ...], empty: str) -> Column:
    return Column(name, name, partial(read_choice, choices=choices), empty=empty)


def _whole(
    name: str, least: int, most: int = 2_147_483_647, *, empty: Any = None, needed: bool = False
) -> Column:
    return Column(name, name, partial(read_whole, least=least, most=most), empty=empty, needed=needed)


def _flag(name: str) -> Column:
    return Column(name, name, read_yes_no, write_yes_no, empty=False)


def _moment(name: str) -> Column:
    return Column(name, name, read_moment, write_moment)


def _slug(name: str) -> Column:
    return Column(name, name, read_slug, empty="")


PLAIN: Final = (
    _words("reference", 40),
    Column("room", "room", read_slug, needed=True),
    Column("date", "date", notation.read_day, needed=True),
    Column("start", "start", notation.read_clock, needed=True),
    Column("end_date", "end_date", notation.read_day),
    Column("end", "end", notation.read_clock, needed=True),
    _choice("state", STATES, "confirmed"),
    _slug("association"),
    Column("booker", "booker", notation.read_email, empty=""),
    _words("title", LENGTHS["title"], needed=True),
    _choice("purpose", PURPOSES, "other"),
    _whole("people", 1, 1_000_000, needed=True),
    _choice("visibility", VISIBILITIES, "public"),
    _words("responsible", LENGTHS["responsible"]),
    _words("contact", LENGTHS["contact"]),
    _words("note", 20_000),
)
KEPT: Final = (
    _words("association_name", 120),
    _choice("association_kind", KINDS, "association"),
    _words("booker_name", 120),
    _slug("asked_room"),
    _words("whole_title", LENGTHS["title"]),
    _whole("whole_people", 1),
    _words("uid", 300),
    _whole("sequence", 0, empty=0),
    _moment("slot_starts_at"),
    _whole("turnaround_minutes", 0, 1440),
    _flag("pending_holds"),
    _flag("is_exception"),
    _flag("is_dropped"),
    _whole("attendance", 0),
    _whole("terms_version", 1),
    _whole("price_cents", 0),
    Column("price_terms", "price_terms", notation.read_json, notation.write_json),
    Column("pattern", "pattern", notation.read_json, notation.write_json),
    _words("sent_with", 12),
    _flag("on_behalf"),
    _words("caller", CALLER_LENGTH),
    _choice("caller_language", LANGUAGES, ""),
    _moment("created_at"),
    _moment("changed_at"),
    _moment("date_created_at"),
    _moment("date_changed_at"),
    _moment("approvers_reminded_at"),
    _moment("reminded_at"),
)
