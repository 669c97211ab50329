"""Which lines of a sheet are stored already. A sheet makes reservations; it changes none."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from booking.access.actor import Actor
from booking.access.roles import Right
from booking.clock import zone
from booking.extensions import db
from booking.reservations.models import Occurrence
from booking.reservations.sheets.columns import TIMES
from booking.reservations.sheets.dates import SheetDate, dates_of
from booking.reservations.sheets.export import cells_of
from booking.reservations.sheets.lines import Draft, Line
from booking.reservations.sheets.people import chunks
from booking.rooms.catalogue import catalogue
from booking.rooms.faults import Fault, short
from booking.rooms.sheet import Column


class Stored:
    """The reservations whose reference a sheet repeats, as far as they are the sender's to know."""

    def __init__(self, drafts: Sequence[Draft], columns: Sequence[Column], actor: Actor | None) -> None:
        self.faults: list[Fault] = []
        self._columns = columns
        references = {draft.reference for draft in drafts} - {""}
        found = [each for part in chunks(references) for each in dates_of(part)]
        if actor is not None:
            owners = {room.slug: room.owner_id for room in catalogue().by_id.values()}
            found = [each for each in found if actor.has(Right.DECIDE, owners[each.room])]
        self._references = {each.reference for each in found}
        self._dates: dict[tuple[str, str, datetime], list[SheetDate]] = {}
        for each in found:
            self._dates.setdefault((each.reference, each.room, each.starts_at), []).append(each)

    def has(self, draft: Draft) -> bool:
        """Say whether a row's reservation is stored; where it differs, that becomes a fault."""
        if draft.reference not in self._references:
            return False
        line = draft.line
        if line is None:
            return True
        dates = self._dates.get((draft.reference, line.room.slug, line.use.start), [])
        if not dates:
            self.faults.append(Fault(line.number, "reference", "sheet_date_not_stored"))
            return True
        differing = [self._differing(line, date) for date in dates]
        if all(differing):  # a date that was cancelled may have been asked for anew: one of them fits
            names = min(differing, key=len)
            self.faults += [Fault(line.number, name, "sheet_reservation_differs") for name in names]
        return True

    def check_uids(self, drafts: Sequence[Draft]) -> None:
        """Refuse a name in calendars that another date has already, in the sheet or stored."""
        seen: dict[str, int] = {}
        for draft in drafts:
            uid = draft.values.get("uid")
            if uid and seen.setdefault(uid, draft.number) != draft.number:
                self._name_twice(draft, seen[uid])
        stored = {
            uid
            for part in chunks(seen)
            for uid in db.session.scalars(select(Occurrence.uid).where(Occurrence.uid.in_(part)))
        }
        for draft in drafts:
            if draft.values.get("uid") in stored:
                self._name_twice(draft, draft.number)

    def _name_twice(self, draft: Draft, other: int) -> None:
        said = {"text": short(draft.values["uid"]), "line": other}
        self.faults.append(Fault(draft.number, "uid", "sheet_uid_twice", said))

    def _differing(self, line: Line, date: SheetDate) -> list[str]:
        cells = cells_of(date, self._columns, zone())
        differing = [
            column.name
            for column in self._columns
            if column.name in line.values
            and column.name not in TIMES
            and column.cell_of(_said(line, column)) != cells[column.name]
        ]
        return [*differing, "end"] if line.use.end != date.ends_at else differing


def _said(line: Line, column: Column) -> Any:
    value = line.values[column.name]
    # an empty association has a kind too, which nobody writes down
    return "" if column.name == "association_kind" and not line.values.get("association") else value
