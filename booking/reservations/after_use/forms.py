"""The marks of a form: for each date a choice `mark-<id>` and a number `attendance-<id>`."""

import re
from collections.abc import Mapping
from typing import Final

from flask_babel import gettext as _

from booking.reservations.after_use.service import Mark

MOST_MARKS: Final = 400  # of one form; a series of a year has as many dates at the very most
_FIELD = re.compile(r"mark-([0-9]{1,9})")
_GAPS = re.compile(r"\s+")
_NUMBER = re.compile(r"[0-9]{1,6}")


def read_marks(typed: Mapping[str, str]) -> tuple[list[Mark], dict[str, str]]:
    """Return the marks of a form, and a sentence for each field that cannot be read, by its name.

    Where nothing is chosen but a number is written, people came: the date was used.
    """
    marks: list[Mark] = []
    errors: dict[str, str] = {}
    for name in list(typed)[: 2 * MOST_MARKS]:
        found = _FIELD.fullmatch(name)
        if found is None:
            continue
        field = f"attendance-{found[1]}"
        chosen, number = typed[name], _GAPS.sub("", typed.get(field, ""))
        if number and not _NUMBER.fullmatch(number):
            errors[field] = _("Kirjoita luku numeroin, esimerkiksi 12.")
        elif chosen in ("used", "no_show") or number:
            marks.append(Mark(int(found[1]), chosen != "no_show", int(number) if number else None))
    return marks, errors
