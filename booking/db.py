"""Transactions and the column types that both databases share."""

import json
import random
import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, TypeVar, cast

from sqlalchemy import (
    JSON,
    BigInteger,
    BindParameter,
    Boolean,
    Connection,
    Dialect,
    Engine,
    FromClause,
    Integer,
    Table,
    TableValuedAlias,
    Text,
    column,
    event,
    insert,
)
from sqlalchemy.dialects.postgresql import ARRAY, TIMESTAMP
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine

from booking.extensions import db

T = TypeVar("T")

BUSY_TIMEOUT_SECONDS = 8  # how long SQLite waits for another writer before it says "locked"
ATTEMPTS = 6
_HOOKS = "booking.at_commit"
_LAST_HOOKS = "booking.last_at_commit"
_NOTES = "booking.notes"
_RETRYABLE_SQLSTATES = frozenset({"40001", "40P01", "55P03"})  # serialisation, deadlock, lock not available


class UTCDateTime(TypeDecorator[datetime]):
    """An aware UTC moment in whole seconds.

    In: aware datetime of any zone; a naive one is refused. Out: aware UTC.
    Stored as integer seconds since 1970 on SQLite (so that arithmetic and order are the database's own)
    and as `timestamptz` on PostgreSQL.
    """

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(TIMESTAMP(timezone=True))
        return dialect.type_descriptor(Integer())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if not isinstance(value, datetime) or value.tzinfo is None:
            raise ValueError(f"an aware datetime is needed, not {value!r}")
        if dialect.name == "postgresql":
            return value.replace(microsecond=0)
        return int(value.timestamp())

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if dialect.name == "postgresql":
            moment: datetime = value
            return moment.astimezone(UTC)
        return datetime.fromtimestamp(value, UTC)


class plus_minutes(FunctionElement[datetime]):  # noqa: N801 - reads as the SQL function it is
    """`plus_minutes(moment, minutes)`: a moment moved by a number of minutes, in SQL."""

    type = UTCDateTime()
    inherit_cache = True


@compiles(plus_minutes, "sqlite")
def _plus_minutes_sqlite(element: plus_minutes, compiler: SQLCompiler, **kw: Any) -> str:
    moment, minutes = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"({moment} + 60 * {minutes})"


@compiles(plus_minutes, "postgresql")
def _plus_minutes_postgresql(element: plus_minutes, compiler: SQLCompiler, **kw: Any) -> str:
    moment, minutes = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"({moment} + {minutes} * INTERVAL '1 minute')"


class Ids(TypeDecorator[list[int]]):
    """Many ids as one parameter: the statement is the same text for one room and for a thousand."""

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(ARRAY(Integer))
        return dialect.type_descriptor(Text())

    def process_bind_param(self, value: list[int] | None, dialect: Dialect) -> Any:
        if value is None or dialect.name == "postgresql":
            return value
        return json.dumps(value)


class among(FunctionElement[bool]):  # noqa: N801 - reads as the SQL function it is
    """`among(column, ids)`: the column's value is one of the ids, a parameter of type `Ids`."""

    type = Boolean()
    inherit_cache = True


@compiles(among, "sqlite")
def _among_sqlite(element: among, compiler: SQLCompiler, **kw: Any) -> str:
    column, ids = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({ids}))"  # noqa: S608 - compiled clauses


@compiles(among, "postgresql")
def _among_postgresql(element: among, compiler: SQLCompiler, **kw: Any) -> str:
    column, ids = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"{column} = ANY({ids})"


class _rows_of(FunctionElement[int]):  # noqa: N801 - reads as the SQL function it is
    """The ids of one parameter as the rows of a table."""

    name = "rows_of"
    inherit_cache = True


@compiles(_rows_of, "sqlite")
def _rows_of_sqlite(element: _rows_of, compiler: SQLCompiler, **kw: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **kw)})"


@compiles(_rows_of, "postgresql")
def _rows_of_postgresql(element: _rows_of, compiler: SQLCompiler, **kw: Any) -> str:
    return f"unnest({compiler.process(element.clauses, **kw)})"


def rows_of(ids: BindParameter[list[int]]) -> TableValuedAlias:
    """Return the ids of a parameter of type `Ids` as a table with the column `value`: to be joined first."""
    # The alias has the column's name, because PostgreSQL names the one column of a function after its alias
    return _rows_of(ids).table_valued(column("value", Integer), name="value")


class BulkInsert:
    """Many rows of one table, put into the driver's values by `bound` before the transaction writes them.

    What SQLAlchemy does for each row of an ordinary insert is most of the time that it holds the write lock.
    Python's defaults of columns are not filled in: every column without the database's own is to be named.
    """

    def __init__(self, table: FromClause, names: Sequence[str]) -> None:
        dialect = db.engine.dialect
        columns = table.c
        made = insert(cast(Table, table)).inline().compile(dialect=dialect, column_keys=list(names))
        self._text = str(made)
        self._order = made.positiontup if made.positional else None
        impls = {name: columns[name].type.dialect_impl(dialect).bind_processor(dialect) for name in names}
        self._processors = {name: each for name, each in impls.items() if each is not None}

    def bound(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values of a row, or of some of its columns, as the driver takes them."""
        processors = self._processors
        return {name: processors[name](value) if name in processors else value for name, value in row.items()}

    def write(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert rows whose values are bound, in the transaction of the session."""
        order = self._order
        values: Any = rows if order is None else [tuple(row[name] for name in order) for row in rows]
        db.session.connection().exec_driver_sql(self._text, values)


class Outdated(Exception):
    """Another transaction has changed, since this one read it, what its work rests on. Begun anew it may do.

    `in_transaction` does that; outside it the error is the caller's.
    """


def prepare_engine(engine: Engine) -> None:
    """Set the engine's manners: on SQLite WAL, foreign keys and transactions that we begin ourselves.

    The driver's own transaction handling begins too late (after the first read), which is how two
    writers that both have read end in "database is locked".
    """
    if engine.dialect.name != "sqlite":
        event.listen(engine, "begin", _see_one_moment)
        return

    @event.listens_for(engine, "connect")
    def connect(connection: DBAPIConnection, record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.execute("PRAGMA secure_delete=ON")  # what is deleted is overwritten: erasure leaves no byte
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def wipe_log() -> None:
    """Have SQLite's log forget what is in the database's file by now: called outside of a transaction.

    The log keeps old pages until it begins anew. Where somebody reads at this moment it stays for the next
    time. PostgreSQL's own log is no file of the service's.
    """
    if db.engine.dialect.name != "sqlite":
        return
    with db.engine.connect() as connection:
        cursor = connection.connection.cursor()  # SQLAlchemy's own would begin a transaction
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.close()


def see_one_moment() -> None:
    """Have this transaction, which has read nothing yet, see the database as it is at its first read.

    SQLite does anyway; PostgreSQL would show each statement the moment it is sent.
    """
    db.session.connection(execution_options={"one_moment": True})


def _see_one_moment(connection: Connection) -> None:
    if connection.get_execution_options().get("one_moment", False):
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")


def at_commit(hook: Callable[[list[Any]], None], *items: Any, last: bool = False) -> None:
    """Have `hook` called once with all the sorted items given to it, just before this transaction commits.

    A hook may write, and so give items to others. With `last` it is called after all of those, in the end:
    for row locks that must be taken last and in order, such as the versions' counters.
    """
    kept = db.session().info.setdefault(_LAST_HOOKS if last else _HOOKS, {})
    kept.setdefault(hook, set()).update(items)


def notes() -> dict[str, Any]:
    """Return what this transaction keeps in mind; forgotten when it ends, or begins again."""
    kept: dict[str, Any] = db.session().info.setdefault(_NOTES, {})
    return kept


def _run_hooks(session: Session) -> None:
    while hooks := session.info.pop(_HOOKS, None):
        for hook, items in hooks.items():
            hook(sorted(items))
            session.flush()
    for hook, items in session.info.pop(_LAST_HOOKS, {}).items():
        hook(sorted(items))


def in_transaction(work: Callable[[], T], *, patient: bool = False) -> T:
    """Run `work` in one writing transaction, commit it, and return what it returned.

    What the request has read before is read anew. A deadlock, or `Outdated`, undoes everything and runs
    `work` again, a few times, so it must have no effect outside the database. `patient`: so does a SQLite
    that stays locked; for work that nobody sits and waits for. Any other error undoes everything and is
    raised.
    """
    session = db.session()
    for attempt in range(1, ATTEMPTS + 1):
        session.commit()  # ends what was only read, so that the write lock comes before the first read
        session.expire_all()
        session.info.pop(_HOOKS, None)
        session.info.pop(_LAST_HOOKS, None)
        session.info.pop(_NOTES, None)
        try:
            session.connection(execution_options={"writes": True})
            result = work()
            session.flush()
            _run_hooks(session)
            session.commit()
        except (OperationalError, Outdated) as error:
            session.rollback()
            if attempt == ATTEMPTS or not (is_passing(error) or (patient and is_locked(error))):
                raise
            time.sleep(random.uniform(0.01, 0.05) * 2**attempt)
        except BaseException:
            session.rollback()
            raise
        else:
            return result
        finally:
            session.info.pop(_NOTES, None)
    raise AssertionError("the last attempt returns or raises")


def tried(work: Callable[[], T]) -> T:
    """Run `work` as `in_transaction` does, undo all of it, and return what it returned: a dry run."""
    answers: list[T] = []

    def try_out() -> None:
        answers[:] = [work()]
        raise _Undone

    with suppress(_Undone):
        in_transaction(try_out)
    return answers[0]


class _Undone(Exception):
    """A dry run is over."""


def is_passing(error: OperationalError | Outdated) -> bool:
    """Say whether the same work may succeed when tried at once again: the loser of a deadlock may.

    A locked SQLite may not: it has waited for its time already.
    """
    if isinstance(error, Outdated):
        return True
    return getattr(error.orig, "sqlstate", None) in _RETRYABLE_SQLSTATES


def is_locked(error: OperationalError | Outdated) -> bool:
    """Say whether SQLite gave up because another writer has not ended."""
    code = getattr(getattr(error, "orig", None), "sqlite_errorcode", 0)
    return code & 0xFF == sqlite3.SQLITE_BUSY  # the rest of the bits tell of what kind
