"""All rooms as frozen facts, read once and kept until one of them changes.

Search asks every room about its rules and hours; reading them from the database each time would cost more
than the search itself. The snapshot is kept by the process under the stamp that the database gives it; the
stamp is read in the caller's own transaction, so nobody ever works with rooms that are not in force. It is
random, not counted: a stamp that was rolled back never names another content.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TypeVar

from sqlalchemy import event, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, UOWTransaction, joinedload, selectinload

from booking.db import Outdated
from booking.extensions import db
from booking.organisations.models import Organisation
from booking.rooms.facts import Catalogue, Feature, Photo, RoomFacts
from booking.rooms.models import (
    OpeningExceptionRow,
    OpeningHoursRow,
    Room,
    RoomFeature,
    SchoolBreak,
    Space,
    Venue,
)
from booking.rooms.own_rules import rules_of
from booking.rooms.photos import RoomPhoto
from booking.rooms.prices import RoomPriceRow
from booking.rooms.pricing import RoomPrice, in_force
from booking.timetable.openings import OpeningException, OpeningHours, Weekly
from booking.timetable.pattern import Break
from booking.versions.models import Version
from booking.versions.service import Scope, current, value_of

T = TypeVar("T")
STAMP = value_of(Scope.CATALOGUE, 0)  # of the rooms in force, as a column of a statement
NAMES = value_of(Scope.NAMES, 0)  # of what organisations are called, likewise
KEPT = 3  # snapshots: the one in force, and those that slower transactions still see
_PART_OF_IT = (
    Room,
    Venue,
    Space,
    RoomFeature,
    OpeningHoursRow,
    OpeningExceptionRow,
    Organisation,
    SchoolBreak,
    RoomPhoto,
    RoomPriceRow,
)
_KNOWN = "booking.catalogue"  # in a session: the transaction that asked, and what it was told
_kept: dict[int, Catalogue] = {}


def catalogue(stamp: int | None = None) -> Catalogue:
    """Return the rooms in force in this transaction: one statement at first, a few after a change.

    `stamp` is theirs (`STAMP`) where the caller has just read it with something else: then none at first.
    """
    session = db.session()
    known = session.info.get(_KNOWN)
    # a savepoint that is rolled back takes its changes of rooms with it
    here = session.get_nested_transaction() or session.get_transaction()
    if known is not None and known[0] is here:
        found: Catalogue = known[1]
        return found
    if stamp is None:
        stamp = current(Scope.CATALOGUE, [0])[0]
    rooms = _kept.get(stamp) or _read_and_keep(stamp)
    session.info[_KNOWN] = (session.get_nested_transaction() or session.get_transaction(), rooms)
    return rooms


def require_current() -> None:
    """Raise Outdated when the rooms have changed since this transaction read them.

    Asked after waiting for a lock: a transaction that waited for a hall's division or for a room's retiring
    would else go on with the rooms as they were. On SQLite a writing transaction is alone.
    """
    session = db.session()
    known = session.info.get(_KNOWN)
    if known is None or db.engine.dialect.name != "postgresql":
        return
    if known[1].stamp != current(Scope.CATALOGUE, [0])[0]:
        raise Outdated


def _read_and_keep(stamp: int) -> Catalogue:
    made = _read(stamp)
    if stamp:  # 0: never stamped, nothing to know it by
        while len(_kept) >= KEPT:
            _kept.pop(next(iter(_kept)), None)
        _kept[stamp] = made
    return made


def stamp_catalogue() -> None:
    """Give the catalogue a new stamp: for bulk changes that pass the session by."""
    db.session().info.pop(_KNOWN, None)
    _stamp(Scope.CATALOGUE)


def _stamp(scope: Scope) -> None:
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    stamp = secrets.randbits(62) or 1
    row = insert(Version).values(scope=scope.value, scope_id=0, value=stamp)
    db.session.execute(
        row.on_conflict_do_update(index_elements=["scope", "scope_id"], set_={"value": stamp}),
        execution_options={"synchronize_session": False},
    )


@event.listens_for(db.session, "after_flush")
def _stamp_after_change(session: Session, context: UOWTransaction) -> None:
    changed = (*session.new, *session.dirty, *session.deleted)
    if any(isinstance(each, _PART_OF_IT) for each in changed):
        stamp_catalogue()
    if any(isinstance(each, Organisation) for each in session.dirty):
        _stamp(Scope.NAMES)


def _read(stamp: int) -> Catalogue:
    rows = db.session.scalars(
        select(Room)
        .options(
            joinedload(Room.venue),
            joinedload(Room.owner),
            selectinload(Room.spaces),
            selectinload(Room.features),
            selectinload(Room.prices),
            selectinload(Room.opening_hours),
            selectinload(Room.opening_exceptions),
        )
        .join(Room.venue)
        .order_by(Venue.name, Room.name, Room.id)
        .execution_options(populate_existing=True)
    ).unique()
    rooms_read = list(rows)
    seen: dict[object, object] = {}
    breaks, photos, prices = _school_breaks(), _photos(), _prices(rooms_read)
    every = tuple(_facts(row, seen, breaks, photos.get(row.id, ()), prices[row.id]) for row in rooms_read)
    rooms = tuple(room for room in every if room.state == "published")
    by_space: dict[int, list[RoomFacts]] = {}
    for room in every:
        for space_id in room.space_ids:
            by_space.setdefault(space_id, []).append(room)
    return Catalogue(
        stamp=stamp,
        rooms=rooms,
        by_slug={room.slug: room for room in rooms},
        by_id={room.id: room for room in every},
        by_space={space_id: tuple(sharing) for space_id, sharing in by_space.items()},
    )


def _school_breaks() -> Mapping[int | None, Sequence[Break]]:
    """Return the breaks by venue; those under None are everywhere."""
    breaks: dict[int | None, list[Break]] = {}
    for row in db.session.scalars(select(SchoolBreak).order_by(SchoolBreak.first_day, SchoolBreak.id)):
        breaks.setdefault(row.venue_id, []).append(Break(row.first_day, row.last_day, row.name))
    return breaks


def _photos() -> Mapping[int, Sequence[Photo]]:
    """Return the photos by room, in their order, without their bytes."""
    photos: dict[int, list[Photo]] = {}
    for row in db.session.scalars(select(RoomPhoto).order_by(RoomPhoto.position, RoomPhoto.id)):
        photos.setdefault(row.room_id, []).append(
            Photo(
                id=row.id,
                alt=row.alt,
                alt_sv=row.alt_sv,
                alt_en=row.alt_en,
                large=row.large,
                large_size=(row.large_width, row.large_height),
                small=row.small,
                small_size=(row.small_width, row.small_height),
            )
        )
    return photos


def _prices(rooms: Sequence[Room]) -> Mapping[int, tuple[RoomPrice, ...]]:
    """Return what each room costs, by id; of a share what it comes to."""
    return in_force(
        {room.id: tuple(row.price for row in room.prices) for room in rooms},
        {room.id: frozenset(space.id for space in room.spaces) for room in rooms},
    )


def _facts(
    room: Room,
    seen: dict[object, object],
    breaks: Mapping[int | None, Sequence[Break]],
    photos: Sequence[Photo],
    prices: tuple[RoomPrice, ...],
) -> RoomFacts:
    """Return the room's facts. Equal rules and equal hours become the same object through `seen`."""
    venue, owner = room.venue, room.owner
    known = venue.latitude is not None and venue.longitude is not None
    return RoomFacts(
        id=room.id,
        slug=room.slug,
        name=room.name,
        name_sv=room.name_sv,
        name_en=room.name_en,
        kind=room.kind,
        state=room.state,
        capacity=room.capacity,
        area_m2=room.area_m2,
        description=room.description,
        terms=room.terms,
        terms_version=room.terms_version,
        contact=room.contact,
        access_instructions=room.access_instructions,
        source=room.source,
        sourced_facts=room.sourced_facts,
        example_facts=frozenset(room.example_facts),
        venue=venue.name,
        district=venue.district,
        street_address=venue.street_address,
        position=(venue.latitude, venue.longitude) if known else None,  # type: ignore[arg-type]
        owner_id=room.owner_id,
        owner_slug=owner.slug if owner else "",
        owner=owner.name if owner else "",
        owner_kind=owner.kind if owner else "",
        space_ids=tuple(sorted(space.id for space in room.spaces)),
        features={each.feature: Feature(each.present, each.checked_on) for each in room.features},
        hours=_same(_hours(room), seen),
        rules=_same(rules_of(room), seen),
        school_breaks=_same((*breaks.get(None, ()), *breaks.get(room.venue_id, ())), seen),
        changed_at=max(filter(None, (room.changed_at, venue.changed_at)), default=None),
        photos=tuple(photos),
        prices=_same(prices, seen),
    )


def _same(value: T, seen: dict[object, object]) -> T:
    found: T = seen.setdefault(value, value)  # type: ignore[assignment]
    return found


def _hours(room: Room) -> OpeningHours:
    weekly = tuple(
        Weekly(row.weekday, row.opens, row.closes, row.valid_from, row.valid_to) for row in room.opening_hours
    )
    return OpeningHours(weekly, _exceptions(room.opening_exceptions), room.open_on_holidays)


def _exceptions(rows: Iterable[OpeningExceptionRow]) -> tuple[OpeningException, ...]:
    by_date: dict[date, list[tuple[int, int]]] = {}
    for row in rows:
        hours = by_date.setdefault(row.on_date, [])
        if row.opens is not None and row.closes is not None:
            hours.append((row.opens, row.closes))
    return tuple(OpeningException(day, tuple(sorted(hours))) for day, hours in sorted(by_date.items()))
