"""Write the reservations of a sheet in bulk: a thousand rows a statement."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from re import compile as pattern
from typing import Any, TypeVar

from sqlalchemy import insert, select
from sqlalchemy.orm import InstrumentedAttribute

from booking.access.actor import Actor
from booking.audit.service import record_all
from booking.db import BulkInsert
from booking.extensions import db
from booking.occupancy import service as occupancy
from booking.occupancy.uids import new_uid
from booking.reservations.behalf.models import Behalf
from booking.reservations.models import Companion, Occurrence, Reservation
from booking.reservations.sheets.lines import Group, Line
from booking.reservations.sheets.people import CHUNK, People
from booking.reservations.writing import new_reference
from booking.rooms.catalogue import catalogue
from booking.rooms.facts import RoomFacts
from booking.versions.service import Scope, touch

T = TypeVar("T")
_REFERENCE = pattern(r"[A-Z0-9]{4,12}")


@dataclass(frozen=True, slots=True)
class Prepared:
    """The rows of some reservations and their dates, in the driver's values but for what only writing gives.

    `created`: when each reservation was. A date comes with its line and with the index of its reservation.
    """

    groups: Sequence[Group]
    created: Sequence[datetime]
    reservations: Sequence[dict[str, Any]]
    dates: Sequence[tuple[Line, int, dict[str, Any]]]
    holding: Sequence[Line]
    into_reservations: BulkInsert
    into_dates: BulkInsert


def prepare(groups: Sequence[Group], actor: Actor | None, now: datetime) -> Prepared:
    """Return what is to be written of each group. Reads the rooms and nothing else."""
    rooms = {room.slug: room for room in catalogue().by_id.values()}
    wholes = [_reservation(group, rooms, actor, now) for group in groups]
    dates = [(line, at, _date(line, wholes[at], now)) for at, group in enumerate(groups) for line in group]
    holding = sorted(
        (line for line, _at, _row in dates if line.holds),
        key=lambda line: (line.room.space_ids, line.use.start),
    )
    into_reservations = BulkInsert(Reservation.__table__, _names(wholes, "organisation_id", "booker_id"))
    into_dates = BulkInsert(
        Occurrence.__table__, _names([row for *_, row in dates], "reservation_id", "claim_id")
    )
    return Prepared(
        groups,
        [each["created_at"] for each in wholes],
        [into_reservations.bound(each) for each in wholes],
        [(line, at, into_dates.bound(row)) for line, at, row in dates],
        holding,
        into_reservations,
        into_dates,
    )


def write_prepared(prepared: Prepared, people: People, actor: Actor | None, now: datetime) -> dict[int, int]:
    """Write each group as a reservation, claims first; return the dates' ids by their line's number.

    The caller holds the rooms' locks and has looked what is free. Raises SlotTaken when the database refuses
    an overlap.
    """
    groups = prepared.groups
    claims = _claim(prepared.holding)
    reservations = [
        row | {"organisation_id": people.association_of(group), "booker_id": people.booker_of(group)}
        for group, row in zip(groups, prepared.reservations, strict=True)
    ]
    by_reference = _inserted(prepared.into_reservations, reservations, Reservation.reference, Reservation.id)
    reservation_ids = [by_reference[each["reference"]] for each in reservations]
    dates = [
        row | {"reservation_id": reservation_ids[at], "claim_id": claims.get(line.number)}
        for line, at, row in prepared.dates
    ]
    by_uid = _inserted(prepared.into_dates, dates, Occurrence.uid, Occurrence.id)
    ids = {line.number: by_uid[row["uid"]] for line, _at, row in prepared.dates}
    _tie_companions(groups, reservation_ids)
    _name_callers(groups, reservation_ids, prepared.created)
    _record(groups, reservation_ids, ids, actor, now)
    _touch(groups, reservations)
    return ids


def _claim(holding: Sequence[Line]) -> dict[int, int]:
    """Take what the lines hold, by space and start; return the claims by the line's number."""
    found: dict[int, int] = {}
    for part in _parts(holding):
        holds = [[occupancy.Part(line.room.space_ids, line.claimed)] for line in part]
        made = occupancy.claim_all("occurrence", holds, has_looked=True)
        found |= {line.number: claim_id for line, claim_id in zip(part, made, strict=True)}
    return found


def _parts(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    return (rows[first : first + CHUNK] for first in range(0, len(rows), CHUNK))


def _names(rows: Sequence[dict[str, Any]], *more: str) -> list[str]:
    return [*(rows[0] if rows else ()), *more]


def _inserted(
    into: BulkInsert,
    rows: Sequence[dict[str, Any]],
    own: InstrumentedAttribute[str],
    row_id: InstrumentedAttribute[int],
) -> dict[str, int]:
    """Insert rows and return their ids by the name that each has for itself."""
    found: dict[str, int] = {}
    for part in _parts(rows):
        into.write(part)
        there = select(own, row_id).where(own.in_([row[own.key] for row in part]))
        found |= {str(row[0]): int(row[1]) for row in db.session.execute(there)}
    return found


def _reservation(
    group: Group, rooms: Mapping[str, RoomFacts], actor: Actor | None, now: datetime
) -> dict[str, Any]:
    first, said = group[0], group[0].values
    room = rooms.get(said.get("asked_room") or "", first.room)
    keeps = actor is None and _REFERENCE.fullmatch(said.get("reference", ""))
    created = said.get("created_at") or now
    return {
        "reference": said["reference"] if keeps else new_reference(),
        "room_id": room.id,
        "title": said.get("whole_title") or said["title"],
        "purpose": said["purpose"],
        "visibility": said["visibility"],
        "people": said.get("whole_people") or said["people"],
        "responsible": said["responsible"] or (actor.name if actor else ""),
        "contact": said["contact"],
        "note": said["note"],
        "terms_version": said.get("terms_version") or room.terms_version,
        "price_cents": said.get("price_cents"),
        "price_terms": said.get("price_terms"),
        "pattern": said.get("pattern"),
        "on_behalf": said.get("on_behalf", False),
        "approvers_reminded_at": said.get("approvers_reminded_at"),
        "created_at": created,
        "changed_at": said.get("changed_at") or created,
    }


def _date(line: Line, whole: dict[str, Any], now: datetime) -> dict[str, Any]:
    said = line.values
    created = said.get("date_created_at") or now
    return {
        "room_id": line.room.id,
        "slot_starts_at": said.get("slot_starts_at") or line.use.start,
        "starts_at": line.use.start,
        "ends_at": line.use.end,
        "turnaround_minutes": int(line.turnaround.total_seconds()) // 60,
        "state": line.state.value,
        "uid": said.get("uid") or new_uid(),
        "sequence": said.get("sequence") or 0,
        "pending_holds": line.pending_holds,
        "is_exception": said.get("is_exception", False),
        "is_dropped": said.get("is_dropped", False),
        "own_title": said["title"] if said["title"] != whole["title"] else None,
        "own_people": said["people"] if said["people"] != whole["people"] else None,
        "attendance": said.get("attendance"),
        "reminded_at": said.get("reminded_at"),
        "created_at": created,
        "changed_at": said.get("date_changed_at") or created,
    }


def _tie_companions(groups: Sequence[Group], ids: Sequence[int]) -> None:
    """Tie the requests that were sent together, where the sheet says so and the main one is there."""
    wanted = {
        reservation_id: group[0].values["sent_with"]
        for group, reservation_id in zip(groups, ids, strict=True)
        if group[0].values.get("sent_with")
    }
    if not wanted:
        return
    mains = {
        row.reference: row.id
        for row in db.session.execute(
            select(Reservation.reference, Reservation.id).where(
                Reservation.reference.in_(set(wanted.values()))
            )
        )
    }
    rows = [
        {"reservation_id": reservation_id, "main_id": mains[main]}
        for reservation_id, main in wanted.items()
        if main in mains
    ]
    if rows:
        db.session.execute(insert(Companion), rows)


def _name_callers(groups: Sequence[Group], ids: Sequence[int], created: Sequence[datetime]) -> None:
    """Write who phoned, where the operator's sheet says so."""
    rows = [
        {
            "reservation_id": reservation_id,
            "caller": group[0].values.get("caller", ""),
            "language": group[0].values["caller_language"],
            "created_at": created_at,
        }
        for group, reservation_id, created_at in zip(groups, ids, created, strict=True)
        if group[0].values.get("caller_language")
    ]
    if rows:
        db.session.execute(insert(Behalf), rows)


def _record(
    groups: Sequence[Group],
    reservation_ids: Sequence[int],
    ids: dict[int, int],
    actor: Actor | None,
    now: datetime,
) -> None:
    details = (
        (reservation_id, {"occurrences": [ids[line.number] for line in group]})
        for group, reservation_id in zip(groups, reservation_ids, strict=True)
    )
    record_all("import", "reservation", details, actor_id=actor.user_id if actor else None, now=now)


def _touch(groups: Sequence[Group], reservations: Sequence[dict[str, Any]]) -> None:
    """Raise the versions of every calendar that shows any of it."""
    rooms = catalogue()
    here = {line.room.id: line.room for group in groups for line in group}
    touch(Scope.ROOM, *{other.id for room in here.values() for other in rooms.sharing(room)})
    touch(Scope.USER, *{each["booker_id"] for each in reservations})
    touch(Scope.ORGANISATION, *{each["organisation_id"] for each in reservations} - {None})
    if any(each["visibility"] == "event" for each in reservations):
        touch(Scope.EVENTS, 0)
