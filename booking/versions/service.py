"""Raise and read the counters.

A counter is a row that every writer of its scope locks, so counters are raised last in a transaction and
in one order (decision 6 of the architecture): `touch` only remembers, the commit raises.
"""

from collections.abc import Iterable
from enum import StrEnum

from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite

from booking.db import at_commit
from booking.extensions import db
from booking.versions.models import Version

# asked by every request: put together once
_CURRENT = select(Version.scope_id, Version.value).where(
    Version.scope == bindparam("scope"), Version.scope_id.in_(bindparam("ids", expanding=True))
)


class Scope(StrEnum):
    """What is counted."""

    CATALOGUE = "catalogue"
    """All rooms with their facts, rules and hours (id 0)."""
    ROOM = "room"
    """What a room's calendar shows."""
    ORGANISATION = "organisation"
    """What an association's calendar shows."""
    USER = "user"
    """A person's memberships and own reservations: what their private calendars may show."""
    EVENTS = "events"
    """What is open to anyone, of all associations and rooms (id 0)."""


def touch(scope: Scope, *scope_ids: int) -> None:
    """Have the counters of these things raised by one when the transaction commits."""
    at_commit(_raise_counters, *((scope.value, scope_id) for scope_id in scope_ids), last=True)


def _raise_counters(touched: list[tuple[str, int]]) -> None:
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    for scope, scope_id in touched:
        row = insert(Version).values(scope=scope, scope_id=scope_id, value=1)
        db.session.execute(
            row.on_conflict_do_update(index_elements=["scope", "scope_id"], set_={"value": Version.value + 1})
        )


def current(scope: Scope, scope_ids: Iterable[int]) -> dict[int, int]:
    """Return each thing's counter; one never touched is 0. One statement."""
    wanted = list(scope_ids)
    rows = db.session.execute(_CURRENT, {"scope": scope.value, "ids": wanted})
    return dict.fromkeys(wanted, 0) | {row.scope_id: row.value for row in rows}


def total(scope: Scope) -> int:
    """Return the sum of a scope's counters: it rises whenever any of them does."""
    value = db.session.scalar(select(func.coalesce(func.sum(Version.value), 0)).where(Version.scope == scope))
    return int(value or 0)
