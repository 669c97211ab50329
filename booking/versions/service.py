"""Raise and read the counters.

A counter is a row that every writer of its scope locks, so counters are raised last in a transaction and
in one order (decision 6 of the architecture): `touch` only remembers, the commit raises.
"""

from collections.abc import Iterable
from enum import StrEnum

from sqlalchemy import BigInteger, ColumnElement, Select, and_, bindparam, cast, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.expression import SQLColumnExpression

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
    NAMES = "names"
    """What organisations are called (id 0): a name stands in the calendars of all rooms they have booked."""
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


def value_of(scope: Scope, scope_id: SQLColumnExpression[int] | int) -> ColumnElement[int]:
    """Return a thing's counter as a column of a statement: one seek."""
    found = select(Version.value).where(Version.scope == scope.value, Version.scope_id == scope_id)
    return func.coalesce(found.scalar_subquery(), 0)


def sum_of(scope: Scope, ids: Select[int] | None = None) -> ColumnElement[int]:
    """Return the sum of these things' counters, or of a scope's, as a column: it rises whenever one does.

    In: a statement for their ids; they are sought, each by its key.
    """
    if ids is None:
        every = select(func.sum(Version.value)).where(Version.scope == scope.value)
        return _whole(every)
    wanted = ids.subquery()
    some = select(func.sum(Version.value)).join(
        wanted, and_(Version.scope == scope.value, Version.scope_id == wanted.c[0])
    )
    return _whole(some)


def _whole(total: Select[int]) -> ColumnElement[int]:
    """Return a sum as a whole number: PostgreSQL makes a decimal of it."""
    return cast(func.coalesce(total.scalar_subquery(), 0), BigInteger)
