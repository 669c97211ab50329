"""Reads of the record of what was done, for the administrator: newest first, some at a time.

An entry holds ids and codes. Whose and which they are is looked up here, at reading time: who has been erased
since is a person without a name.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Row, Select, select, tuple_

from booking.accounts.models import User
from booking.accounts.service import user_with_email
from booking.admin import audit_details
from booking.admin.audit_concerns import concerning, newest_concerning
from booking.admin.audit_words import KINDS, action_words
from booking.audit.models import AuditEntry
from booking.extensions import db
from booking.organisations.models import Organisation
from booking.privacy.traces import REMOVED
from booking.reservations.models import Reservation
from booking.rooms.models import Room
from booking.web.numbers import read_id

_AT_ONCE: Final = 1000  # entries an export reads at a time


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries are meant; what is None or empty asks for nothing. `since` <= at < `until`, aware UTC."""

    since: datetime | None = None
    until: datetime | None = None
    action: str = ""
    kind: str = ""
    subject_id: int | None = None
    actor_id: int | None = None
    organisation_id: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One entry in words. `subject` is a reference, a slug or a number; `details` say what and how."""

    id: int
    at: datetime
    who: str
    what: str
    kind: str
    subject: str
    details: Sequence[tuple[str, str]]


def entries(wanted: Wanted, *, before: int | None, size: int) -> list[AuditEntry]:
    """Return up to `size` entries, newest first, older than the one with the id `before`.

    One statement, up to three for an organisation, and one for `before`.
    """
    query = _query(replace(wanted, organisation_id=None))
    last = db.session.get(AuditEntry, before) if before is not None else None
    if last is not None:
        query = query.where(tuple_(AuditEntry.at, AuditEntry.id) < (last.at, last.id))
    if wanted.organisation_id is not None:
        return newest_concerning(query, wanted.organisation_id, size)
    return list(db.session.scalars(query.limit(size)))


def all_entries(wanted: Wanted, *, up_to: int) -> Iterator[Row[Any]]:
    """Yield the columns of the entries before the one with the id `up_to`, newest first, some at a time."""
    columns = AuditEntry.__table__.columns
    query, last = _query(wanted).where(AuditEntry.id < up_to).with_only_columns(*columns), None
    while True:
        older = query
        if last is not None:
            older = query.where(tuple_(AuditEntry.at, AuditEntry.id) < (last.at, last.id))
        found = db.session.execute(older.limit(_AT_ONCE)).all()
        yield from found
        if len(found) < _AT_ONCE:
            return
        last = found[-1]


def in_words(found: Sequence[AuditEntry]) -> list[Line]:
    """Return entries as a page tells them. A statement each for people and for three kinds of things."""
    ids: dict[str, set[int]] = {}
    for each in found:
        ids.setdefault(each.subject_kind, set()).add(each.subject_id)
    people = _people({each.actor_id for each in found if each.actor_id is not None} | ids.get("user", set()))
    named: dict[str, Mapping[int, str]] = {
        "user": people,
        "reservation": _named(Reservation.id, Reservation.reference, ids.get("reservation")),
        "room": _named(Room.id, Room.slug, ids.get("room")),
        "organisation": _named(Organisation.id, Organisation.slug, ids.get("organisation")),
    }
    return [
        Line(
            id=each.id,
            at=each.at,
            who=_("järjestelmä")
            if each.actor_id is None
            else people.get(each.actor_id, _("poistettu henkilö")),
            what=action_words(each.subject_kind, each.action),
            kind=str(KINDS.get(each.subject_kind, each.subject_kind)),
            subject=named.get(each.subject_kind, {}).get(each.subject_id, str(each.subject_id)),
            details=audit_details.in_words(each.details),
        )
        for each in found
    ]


def actor_with_email(email: str) -> int | None:
    """Return the id of the person who has an address now."""
    user = user_with_email(email)
    return user.id if user is not None else None


def subject_named(kind: str, name: str) -> int | None:
    """Return the id of a thing: by reference, slug or mail address where its kind has one, else by number."""
    if kind == "user" and "@" in name:
        return actor_with_email(name)
    columns: dict[str, tuple[Any, Any, str]] = {
        "reservation": (Reservation.id, Reservation.reference, name.upper()),
        "room": (Room.id, Room.slug, name.lower()),
        "organisation": (Organisation.id, Organisation.slug, name.lower()),
    }
    if kind in columns:
        number, column, value = columns[kind]
        found: int | None = db.session.scalar(select(number).where(column == value))
        if found is not None:
            return found
    return read_id(name)


def _query(wanted: Wanted) -> Select[AuditEntry]:
    conditions: list[ColumnElement[bool]] = []
    for column, value in (
        (AuditEntry.action, wanted.action),
        (AuditEntry.subject_kind, wanted.kind),
        (AuditEntry.subject_id, wanted.subject_id),
        (AuditEntry.actor_id, wanted.actor_id),
    ):
        if value not in ("", None):
            conditions.append(column == value)
    if wanted.since is not None:
        conditions.append(AuditEntry.at >= wanted.since)
    if wanted.until is not None:
        conditions.append(AuditEntry.at < wanted.until)
    if wanted.organisation_id is not None:
        conditions.append(concerning(wanted.organisation_id))
    return select(AuditEntry).where(*conditions).order_by(AuditEntry.at.desc(), AuditEntry.id.desc())


def _people(ids: set[int]) -> dict[int, str]:
    names = _named(User.id, User.name, ids)
    return {number: _("poistettu henkilö") if name == REMOVED else name for number, name in names.items()}


def _named(number: Any, name: Any, ids: set[int] | None) -> dict[int, str]:
    if not ids:
        return {}
    rows = db.session.execute(select(number, name).where(number.in_(ids)))
    return {row[0]: row[1] for row in rows}
