"""Bring the rows of a sheet into the tables: what is new is made, what differs is changed."""

from collections.abc import Callable
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
from booking.rooms.notation import slug_of
from booking.rooms.prices import RoomPriceRow
from booking.rooms.restored_defaults import restore_defaults
from booking.rooms.sheet import (
    ALL_COLUMNS,
    EXCEPTIONS_COLUMN,
    FEATURES_COLUMN,
    HOURS_COLUMN,
    LIST_COLUMNS,
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


class Merger:
    """Takes the rows of one sheet. Flushes, never commits; with `faults` the caller rolls back."""

    def __init__(self, keeper: Keeper | None = None, tick: Callable[[int], None] = lambda _: None) -> None:
        self.faults: list[Fault] = []
        self._keeper = keeper
        self._tick = tick
        self._now: datetime = clock.now()
        self._rows: dict[str, tuple[int, dict[str, Any]]] = {}
        self._said_of_venues: dict[str, tuple[int, dict[str, Any]]] = {}
        self._rooms: dict[str, Room] = {}
        self._venues: dict[str, Venue] = {}
        self._owners: dict[str, Organisation] = {}
        self._by_space: dict[int, set[str]] = {}

    def take(self, line: int, cells: dict[str, str]) -> None:
        """Read one row; what is wrong with it becomes faults."""
        values: dict[str, Any] = {}
        before = len(self.faults)
        for column in ALL_COLUMNS:
            if column.name in cells:
                try:
                    values[column.name] = column.value_of(cells[column.name])
                except Unreadable as error:
                    self.faults.append(Fault(line, column.name, error.code, error.params))
        if len(self.faults) > before:
            return
        slug = values["slug"]
        if slug in self._rows:
            said = {"text": slug, "line": self._rows[slug][0]}
            self.faults.append(Fault(line, "slug", "sheet_line_twice", said))
            return
        self._rows[slug] = (line, values)
        self._agree_on_venue(line, values)

    def finish(self) -> Outcome:
        """Make and change rooms unless there are faults; rooms that consist of others come last."""
        if self.faults:
            return Outcome(0, 0, 0)
        counts = {"created": 0, "changed": 0, "unchanged": 0}
        touched: list[str] = []
        self._rooms = {room.slug: room for room in db.session.scalars(select(Room).options(*WITH_ALL))}
        self._venues = {venue.slug: venue for venue in db.session.scalars(select(Venue))}
        self._owners = {each.slug: each for each in db.session.scalars(select(Organisation))}
        for room in self._rooms.values():
            for space in room.spaces:
                self._by_space.setdefault(space.id, set()).add(room.slug)
        self._ask_keeper()
        if self.faults:
            return Outcome(0, 0, 0)
        with db.session.no_autoflush:
            for line, values in sorted(self._rows.values(), key=lambda row: bool(row[1].get("parts"))):
                what = self._merge(line, values)
                counts[what] += 1
                if what != "unchanged":
                    touched.append(values["slug"])
                self._tick(1)
            if not self.faults:
                db.session.flush()
                said = [(self._rooms[slug], values) for slug, (_line, values) in self._rows.items()]
                restore_defaults(said, self._now)
        return Outcome(**counts, room_ids=tuple(self._rooms[slug].id for slug in touched))

    def _ask_keeper(self) -> None:
        """Refuse what an owner's sheet may not touch."""
        if self._keeper is None:
            return
        owners_at: dict[str, set[int | None]] = {}
        for room in self._rooms.values():
            owners_at.setdefault(room.venue.slug, set()).add(room.owner_id)
        known = Known(self._rooms, self._venues, self._owners, owners_at)
        for line, values in self._rows.values():
            self.faults += self._keeper.faults(line, values, known)

    def _agree_on_venue(self, line: int, values: dict[str, Any]) -> None:
        """Every row of a venue must say the same of it."""
        slug = values.get("venue_slug") or slug_of(values["venue"])
        if not slug:
            self.faults.append(Fault(line, "venue", "sheet_no_address", {"text": values["venue"]}))
            return
        values["venue_slug"] = slug
        first_line, first = self._said_of_venues.setdefault(slug, (line, values))
        for column in VENUE_COLUMNS:
            if first.get(column.name) != values.get(column.name):
                self.faults.append(Fault(line, column.name, "sheet_venue_differs", {"line": first_line}))

    def _merge(self, line: int, values: dict[str, Any]) -> str:
        room = self._rooms.get(values["slug"])
        is_new = room is None
        if room is None:
            room = Room(slug=values["slug"], example_facts=[])
            db.session.add(room)
        changed = _assign(room, ROOM_COLUMNS, values)
        changed |= self._set_venue(room, values)
        changed |= self._set_owner(line, room, values)
        self._check_lengths(line, room)
        if is_new:
            self._make_spaces(line, room, values)
            self._rooms[room.slug] = room
        else:
            self._keep_spaces(line, room, values)
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

    def _check_lengths(self, line: int, room: Room) -> None:
        shortest, longest = room.shortest_minutes or _SHORTEST, room.longest_minutes or _LONGEST
        if longest < shortest:
            said = {"longest": longest, "shortest": shortest}
            self.faults.append(Fault(line, "longest_minutes", "sheet_longest_below_shortest", said))

    def _set_venue(self, room: Room, values: dict[str, Any]) -> bool:
        slug = values["venue_slug"]
        if slug not in self._venues:
            self._venues[slug] = Venue(slug=slug)
            db.session.add(self._venues[slug])
        venue = self._venues[slug]
        changed = _assign(venue, VENUE_COLUMNS, values) or room.venue is not venue
        room.venue = venue
        return changed

    def _set_owner(self, line: int, room: Room, values: dict[str, Any]) -> bool:
        if "owner" not in values and "owner_slug" not in values:
            return False
        owner = self._owner(line, values)
        changed = room.owner is not owner
        room.owner = owner
        return changed

    def _owner(self, line: int, values: dict[str, Any]) -> Organisation | None:
        name = values.get("owner", "")
        slug = values.get("owner_slug") or slug_of(name)
        if slug not in self._owners and name and slug:
            kind = values.get("owner_kind", "association")
            self._owners[slug] = Organisation(slug=slug, name=name, kind=kind, created_at=self._now)
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
