"""School breaks out of a sheet and into one: a venue's own, or everywhere's.

The columns are `venue` (its slug, empty: everywhere), `name`, `first_day` and `last_day` (2027-03-01). What a
sheet says takes the place of all that was known.
"""

import csv
import io
from collections.abc import Sequence
from datetime import date

from sqlalchemy import delete, select

from booking.extensions import db
from booking.rooms.catalogue import stamp_catalogue
from booking.rooms.faults import Fault, SheetRefused
from booking.rooms.models import SchoolBreak, Venue
from booking.timetable.pattern import Break
from booking.timetable.zone import UnreadableTime, parse_date

COLUMNS = ("venue", "name", "first_day", "last_day")
LONGEST_NAME = 60


def export_breaks() -> str:
    """Return every school break as CSV with a header, by first day."""
    output = io.StringIO()
    writer = csv.writer(output, lineterminator="\n")
    writer.writerow(COLUMNS)
    rows = db.session.execute(
        select(Venue.slug, SchoolBreak.name, SchoolBreak.first_day, SchoolBreak.last_day)
        .select_from(SchoolBreak)
        .outerjoin(Venue, Venue.id == SchoolBreak.venue_id)
        .order_by(SchoolBreak.first_day, SchoolBreak.id)
    )
    writer.writerows([venue or "", name, first, last] for venue, name, first, last in rows)
    return output.getvalue()


def import_breaks(content: bytes) -> int:
    """Put a sheet's breaks in the place of all that are known; return how many there are.

    Raises SheetRefused with every fault found; then nothing has changed.
    """
    try:
        lines = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise SheetRefused([Fault(1, "", f"not a CSV in UTF-8: {error}")]) from error
    venues = {venue.slug: venue.id for venue in db.session.scalars(select(Venue))}
    faults: list[Fault] = []
    found: list[tuple[int | None, Break]] = []
    for number, cells in enumerate(lines, start=2):
        try:
            found.append((_venue_id(cells, venues), _break_of(cells)))
        except (KeyError, ValueError) as error:
            faults.append(Fault(number, "", str(error.args[0] if error.args else error)))
    if faults:
        raise SheetRefused(faults)
    replace_breaks(found)
    return len(found)


def replace_breaks(breaks: Sequence[tuple[int | None, Break]]) -> None:
    """Make these, each with its venue's id or None for everywhere, the breaks that are known."""
    db.session.execute(delete(SchoolBreak))
    db.session.add_all(
        SchoolBreak(venue_id=venue_id, name=each.name, first_day=each.first, last_day=each.last)
        for venue_id, each in breaks
    )
    db.session.flush()
    stamp_catalogue()


def _venue_id(cells: dict[str, str | None], venues: dict[str, int]) -> int | None:
    slug = (cells.get("venue") or "").strip()
    if slug and slug not in venues:
        raise ValueError(f"there is no venue {slug!r}")
    return venues.get(slug)


def _break_of(cells: dict[str, str | None]) -> Break:
    name = (cells.get("name") or "").strip()
    if not name or len(name) > LONGEST_NAME:
        raise ValueError(f"name must have 1 to {LONGEST_NAME} characters")
    return Break(_date_of(cells, "first_day"), _date_of(cells, "last_day"), name)


def _date_of(cells: dict[str, str | None], column: str) -> date:
    text = (cells.get(column) or "").strip()
    try:
        return parse_date(text)
    except UnreadableTime:
        raise ValueError(f"{column} must be a date as 2027-03-01, not {text!r}") from None
