"""Bring the rows of a sheet into the tables: what is new is made, what differs is changed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from booking import clock
from booking.extensions import db
from booking.organisations.models import Organisation
from booking.rooms.faults import Fault, Unreadable, short
from booking.rooms.kept_by import Keeper, Known
from booking.rooms.models import OpeningExceptionRow, OpeningHoursRow, Room, RoomFeature, Space, Venue
from booking.rooms.prices import RoomPriceRow
from booking.rooms.restored_defaults import restore_defaults
from booking.rooms.sheet import (
    ALL_COLUMNS,
    EXCEPTIONS_COLUMN,
    FEATURES_COLUMN,
    HOURS_COLUMN,
    LIST_COLUMNS,
    OWNER_COLUMNS,
    PARTS_COLUMN,
    PRICE_COLUMN,
    PRICES_COLUMN,
    ROOM_COLUMNS,
    VENUE_COLUMNS,
    Column,
    everyone_pays,
    list_of,
    price_for_everyone,
)
from booking.web.slugs import slug_of

WITH_ALL = tuple(
    selectinload(part)
    for part in (
        Room.venue,
        Room.owner,
        Room.spaces,
        Room.features,
        Room.prices,
        Room.opening_hours,
        Room.opening_exceptions,
    )
)
_SHORTEST, _LONGEST = 30, 720  # what the tables take where the sheet is silent


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many rooms were made, changed and left as they were, and which were made or changed."""

    created: int
    changed: int
    unchanged: int
    room_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadRow:
    """What could be read of a row, by column; `bad` are the columns that could not."""

    line: int
    values: dict[str, Any]
    bad: frozenset[str]


@dataclass(frozen=True, slots=True)
class ReadRooms:
    """The rows of a sheet, and the faults that reading it found."""

    rows: Sequence[ReadRow]
    faults: Sequence[Fault]


def read_cells(line: int, cells: dict[str, str]) -> tuple[ReadRow, list[Fault]]:
    """Return what a row says, and the faults of its cells."""
    values: dict[str, Any] = {}
    faults: list[Fault] = []
    for column in ALL_COLUMNS:
        if column.name in cells:
            try:
                values[column.name] = column.value_of(cells[column.name])
            except Unreadable as error:
                faults.append(Fault(line, column.name, error.code, error.params))
    return ReadRow(line, values, frozenset(fault.column for fault in faults)), faults


class Merger:
    """Takes the rows of one sheet. Flushes, never commits; with `faults` the caller rolls back.

    A row with a fault is looked at as far as it can be read, so that one pass names every fault of a sheet.
    """

    def __init__(self, keeper: Keeper | None = None, tick: Callable[[int], None] = lambda _: None) -> None:
        self.faults: list[Fault] = []
        self._keeper = keeper
        self._tick = tick
        self._now: datetime = clock.now()
        self._rows: list[ReadRow] = []
        self._lines: dict[str, int] = {}
        self._first_of_venue: dict[str, ReadRow] = {}
        self._left_out: set[str | None] = (
            set()
        )  # the slugs of rows that cannot be brought in; None: unreadable
        self._rooms: dict[str, Room] = {}
        self._venues: dict[str, Venue] = {}
        self._owners: dict[str, Organisation] = {}
        self._by_space: dict[int, set[str]] = {}

    def take(self, read: ReadRow) -> None:
        """Take one row in; what does not go with the others becomes faults."""
        row = ReadRow(read.line, dict(read.values), read.bad)
        slug = row.values.get("slug")
        if slug is not None and self._lines.setdefault(slug, row.line) != row.line:
            said = {"text": slug, "line": self._lines[slug]}
            self.faults.append(Fault(row.line, "slug", "sheet_line_twice", said))
            return
        self._rows.append(row)
        self._agree_on_venue(row)

    def finish(self, found: Sequence[Fault] = ()) -> Outcome:
        """Make and change rooms; rooms that consist of others come last. With faults nothing is flushed.

        `found`: the faults there are already.
        """
        self.faults += found
        counts = {"created": 0, "changed": 0, "unchanged": 0}
        touched: list[str] = []
        self._rooms = {room.slug: room for room in db.session.scalars(select(Room).options(*WITH_ALL))}
        self._venues = {venue.slug: venue for venue in db.session.scalars(select(Venue))}
        self._owners = {each.slug: each for each in db.session.scalars(select(Organisation))}
        for room in self._rooms.values():
            for space in room.spaces:
                self._by_space.setdefault(space.id, set()).add(room.slug)
        with db.session.no_autoflush:
            for row in sorted(self._let_through(), key=lambda row: bool(row.values.get("parts"))):
                what = self._merge(row)
                counts[what] += 1
                if what != "unchanged":
                    touched.append(row.values["slug"])
                self._tick(1)
            if self.faults:
                return Outcome(0, 0, 0)
            db.session.flush()
            said = [(self._rooms[row.values["slug"]], row.values) for row in self._rows]
            restore_defaults(said, self._now)
        return Outcome(**counts, room_ids=tuple(self._rooms[slug].id for slug in touched))

    def _let_through(self) -> list[ReadRow]:
        """Return the rows that can be brought in: known by slug and venue, and the sender's to touch."""
        owners_at: dict[str, set[int | None]] = {}
        for room in self._rooms.values():
            owners_at.setdefault(room.venue.slug, set()).add(room.owner_id)
        known = Known(self._rooms, self._venues, self._owners, owners_at)
        through = []
        for row in self._rows:
            mine = list(self._keeper.faults(row.line, row.values, row.bad, known)) if self._keeper else []
            self.faults += mine
            if not any(fault.code == "sheet_slug_of_another" for fault in mine):
                self._check_lengths(row, self._rooms.get(row.values.get("slug", "")))
            if not mine and row.values.get("slug") and row.values.get("venue_slug"):
                through.append(row)
                continue
            self._left_out.add(row.values.get("slug"))
            if self._keeper is None and self._says_owner(row):
                self._owner(row.line, row.values)
        return through

    def _agree_on_venue(self, row: ReadRow) -> None:
        """Every row of a venue must say the same of it."""
        values = row.values
        if "venue_slug" in row.bad or not (values.get("venue_slug") or "venue" in values):
            return
        slug = values.get("venue_slug") or slug_of(values["venue"])
        if not slug:
            self.faults.append(Fault(row.line, "venue", "sheet_no_address", {"text": values["venue"]}))
            return
        values["venue_slug"] = slug
        first = self._first_of_venue.setdefault(slug, row)
        for name in (column.name for column in VENUE_COLUMNS):
            if name not in row.bad | first.bad and first.values.get(name) != values.get(name):
                self.faults.append(Fault(row.line, name, "sheet_venue_differs", {"line": first.line}))

    def _merge(self, row: ReadRow) -> str:
        line, values = row.line, row.values
        room = self._rooms.get(values["slug"])
        is_new = room is None
        if room is None:
            room = Room(slug=values["slug"], example_facts=[])
            db.session.add(room)
        changed = _assign(room, ROOM_COLUMNS, values)
        changed |= self._set_venue(room, values)
        changed |= self._set_owner(row, room)
        if is_new:
            self._make_spaces(line, room, values)
            self._rooms[room.slug] = room
        else:
            self._keep_spaces(line, room, values)
        if not row.bad & {PRICE_COLUMN.name, PRICES_COLUMN.name}:
            self._agree_on_prices(line, room, values)
        for column in LIST_COLUMNS:
            if column.name in values and not self.faults:
                changed |= _replace_list(room, column, values[column.name], is_new=is_new)
        return "created" if is_new else "changed" if changed else "unchanged"

    def _agree_on_prices(self, line: int, room: Room, values: dict[str, Any]) -> None:
        """Have `prices` say what `price_eur_per_hour` says, where only that one says something."""
        if PRICE_COLUMN.name not in values:
            return
        cents, prices = values[PRICE_COLUMN.name], values.get(PRICES_COLUMN.name)
        if prices and cents is not None and prices != [everyone_pays(cents)]:
            self.faults.append(Fault(line, PRICES_COLUMN.name, "sheet_prices_differ"))
        if prices or (prices is None and cents == price_for_everyone(list_of(room, PRICES_COLUMN))):
            return  # said in full, or what the shorter column would say of the room now
        values[PRICES_COLUMN.name] = [] if cents is None else [everyone_pays(cents)]

    def _check_lengths(self, row: ReadRow, room: Room | None) -> None:
        names = ("shortest_minutes", "longest_minutes")
        if row.bad.intersection(names):
            return
        shortest, longest = (
            row.values.get(name) or getattr(room, name, None) or default
            for name, default in zip(names, (_SHORTEST, _LONGEST), strict=True)
        )
        if longest < shortest:
            said = {"longest": longest, "shortest": shortest}
            self.faults.append(Fault(row.line, "longest_minutes", "sheet_longest_below_shortest", said))

    def _set_venue(self, room: Room, values: dict[str, Any]) -> bool:
        slug = values["venue_slug"]
        if slug not in self._venues:
            self._venues[slug] = Venue(slug=slug)
            db.session.add(self._venues[slug])
        venue = self._venues[slug]
        changed = _assign(venue, VENUE_COLUMNS, values) or room.venue is not venue
        room.venue = venue
        return changed

    def _set_owner(self, row: ReadRow, room: Room) -> bool:
        if not self._says_owner(row):
            return False
        owner = self._owner(row.line, row.values)
        changed = room.owner is not owner
        room.owner = owner
        return changed

    def _says_owner(self, row: ReadRow) -> bool:
        """Say whether the row tells readably whose the room is."""
        names = {column.name for column in OWNER_COLUMNS}
        return not row.bad & names and not row.values.keys().isdisjoint(("owner", "owner_slug"))

    def _owner(self, line: int, values: dict[str, Any]) -> Organisation | None:
        name = values.get("owner", "")
        slug = values.get("owner_slug") or slug_of(name)
        if slug not in self._owners and name and slug:
            kind = values.get("owner_kind", "association")
            self._owners[slug] = Organisation(
                slug=slug, name=name, kind=kind, created_at=self._now, verified_at=self._now
            )
            db.session.add(self._owners[slug])
        if slug in self._owners:
            return self._owners[slug]
        if name or slug:
            said = {"text": short(slug or name)}
            self.faults.append(Fault(line, "owner", "sheet_unknown_organisation", said))
        return None

    def _make_spaces(self, line: int, room: Room, values: dict[str, Any]) -> None:
        parts = values.get(PARTS_COLUMN.name)
        if not parts:
            room.spaces = [Space(venue=room.venue, name=room.name)]
            return
        if None in self._left_out or self._left_out.intersection(parts):
            return  # a part has faults of its own, which are named
        for slug in parts:
            if slug not in self._rooms or self._rooms[slug].venue is not room.venue:
                self.faults.append(Fault(line, PARTS_COLUMN.name, "sheet_not_a_part", {"text": short(slug)}))
                return
        room.spaces = list(dict.fromkeys(space for slug in parts for space in self._rooms[slug].spaces))

    def _keep_spaces(self, line: int, room: Room, values: dict[str, Any]) -> None:
        """What is booked holds spaces: they stay what they were."""
        parts = values.get(PARTS_COLUMN.name)
        if parts is not None and sorted(parts) != self._parts_now(room):
            self.faults.append(Fault(line, PARTS_COLUMN.name, "sheet_parts_stay"))

    def _parts_now(self, room: Room) -> list[str]:
        own = {space.id for space in room.spaces}
        sharing = set().union(*(self._by_space.get(space_id, set()) for space_id in own))
        return sorted(slug for slug in sharing if {space.id for space in self._rooms[slug].spaces} < own)


def _assign(target: Room | Venue, columns: tuple[Column, ...], values: dict[str, Any]) -> bool:
    """Set what the sheet has; say whether anything differed."""
    changed = False
    for column in columns:
        if column.name in values and getattr(target, column.attribute) != values[column.name]:
            setattr(target, column.attribute, values[column.name])
            changed = True
    return changed


def _replace_list(room: Room, column: Column, wanted: list[Any], *, is_new: bool) -> bool:
    """Put a room's features, hours or exceptions in place of what there is; say whether they differed."""
    if not is_new:
        if column.cell_of(list_of(room, column)) == column.cell_of(wanted):
            return False
        for row in list(getattr(room, column.attribute)):
            db.session.delete(row)
        db.session.flush()
        db.session.expire(room, [column.attribute])
    if column is FEATURES_COLUMN:
        room.features = [
            RoomFeature(feature=each.feature, present=each.present, checked_on=each.checked_on)
            for each in wanted
        ]
    elif column is PRICES_COLUMN:
        room.prices = [RoomPriceRow.of(each) for each in wanted]
    elif column is HOURS_COLUMN:
        room.opening_hours = [
            OpeningHoursRow(
                weekday=each.weekday,
                opens=each.opens,
                closes=each.closes,
                valid_from=each.valid_from,
                valid_to=each.valid_to,
            )
            for each in wanted
        ]
    elif column is EXCEPTIONS_COLUMN:
        room.opening_exceptions = [
            OpeningExceptionRow(on_date=each.on_date, opens=each.opens, closes=each.closes) for each in wanted
        ]
    return True
