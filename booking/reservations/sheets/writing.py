"""Write the reservations of a sheet in bulk: a thousand rows a statement."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from re import compile as pattern
from typing import Any, TypeVar

from sqlalchemy import insert, select

from booking.access.actor import Actor
from booking.audit.service import record_all
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


def write_groups(
    groups: Sequence[Group],
    people: People,
    actor: Actor | None,
    now: datetime,
    tick: Callable[[int], None],
) -> dict[int, int]:
    """Write each group as a reservation, claims first; return the dates' ids by their line's number.

    The caller holds the rooms' locks. Raises SlotTaken when the database refuses an overlap.
    """
    claims = _claim([line for group in groups for line in group])
    rooms = {room.slug: room for room in catalogue().by_id.values()}
    reservations = [_reservation(group, people, rooms, actor, now) for group in groups]
    by_reference: dict[str, int] = {}
    for part in _parts(reservations):
        by_reference |= _inserted(Reservation, part, "reference")
    reservation_ids = [by_reference[each["reference"]] for each in reservations]
    lines = [(line, at) for at, group in enumerate(groups) for line in group]
    dates = [
        _date(line, reservation_ids[at], reservations[at], claims.get(line.number), now) for line, at in lines
    ]
    by_uid: dict[str, int] = {}
    for part in _parts(dates):
        by_uid |= _inserted(Occurrence, part, "uid")
        tick(len(part))
    ids = {line.number: by_uid[date["uid"]] for (line, _at), date in zip(lines, dates, strict=True)}
    _tie_companions(groups, reservation_ids)
    _name_callers(groups, reservation_ids, reservations)
    _record(groups, reservation_ids, ids, actor, now)
    _touch(groups, reservations)
    return ids


def _claim(lines: Sequence[Line]) -> dict[int, int]:
    """Take what the lines hold, by space and start; return the claims by the line's number."""
    holding = sorted(
        (line for line in lines if line.holds), key=lambda line: (line.room.space_ids, line.use.start)
    )
    found: dict[int, int] = {}
    for part in _parts(holding):
        holds = [[occupancy.Part(line.room.space_ids, line.claimed)] for line in part]
        made = occupancy.claim_all("occurrence", holds)
        found |= {line.number: claim_id for line, claim_id in zip(part, made, strict=True)}
    return found


def _parts(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    return (rows[first : first + CHUNK] for first in range(0, len(rows), CHUNK))


def _inserted(
    model: type[Reservation] | type[Occurrence], rows: Sequence[dict[str, Any]], name: str
) -> dict[str, int]:
    """Insert a statement's worth of rows and return their ids by the name that each has for itself."""
    # Asked for the ids in the rows' order, SQLite would insert row by row
    db.session.execute(insert(model), rows)
    column = getattr(model, name)
    found = db.session.execute(select(column, model.id).where(column.in_([row[name] for row in rows])))
    return {str(own): int(row_id) for own, row_id in found}


def _reservation(
    group: Group, people: People, rooms: Mapping[str, RoomFacts], actor: Actor | None, now: datetime
) -> dict[str, Any]:
    first, said = group[0], group[0].values
    room = rooms.get(said.get("asked_room") or "", first.room)
    keeps = actor is None and _REFERENCE.fullmatch(said.get("reference", ""))
    created = said.get("created_at") or now
    return {
        "reference": said["reference"] if keeps else new_reference(),
        "room_id": room.id,
        "organisation_id": people.association_of(group),
        "booker_id": people.booker_of(group),
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


def _date(
    line: Line, reservation_id: int, whole: dict[str, Any], claim_id: int | None, now: datetime
) -> dict[str, Any]:
    said = line.values
    created = said.get("date_created_at") or now
    return {
        "reservation_id": reservation_id,
        "room_id": line.room.id,
        "slot_starts_at": said.get("slot_starts_at") or line.use.start,
        "starts_at": line.use.start,
        "ends_at": line.use.end,
        "turnaround_minutes": int(line.turnaround.total_seconds()) // 60,
        "state": line.state.value,
        "claim_id": claim_id,
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


def _name_callers(
    groups: Sequence[Group], ids: Sequence[int], reservations: Sequence[dict[str, Any]]
) -> None:
    """Write who phoned, where the operator's sheet says so."""
    rows = [
        {
            "reservation_id": reservation_id,
            "caller": group[0].values.get("caller", ""),
            "language": group[0].values["caller_language"],
            "created_at": whole["created_at"],
        }
        for group, reservation_id, whole in zip(groups, ids, reservations, strict=True)
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
