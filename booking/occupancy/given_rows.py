"""Rows that a question brings with it, as a table of its statement: the same text however many they are."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import CTE, Dialect, Integer, Text, bindparam, column, literal_column, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator

from booking.db import UTCDateTime


class _Rows(TypeDecorator[Sequence[tuple[int | datetime, ...]]]):
    """Many rows of whole numbers and aware moments as one parameter, the moments in seconds since 1970."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Sequence[tuple[int | datetime, ...]] | None, dialect: Dialect) -> str:
        return json.dumps([[_plain(each) for each in row] for row in value or ()])


def _plain(cell: int | datetime) -> int:
    if not isinstance(cell, datetime):
        return cell
    if cell.tzinfo is None:
        raise ValueError(f"an aware datetime is needed, not {cell!r}")
    return int(cell.timestamp())


class _each_row(FunctionElement[Any]):  # noqa: N801 - reads as the SQL function it is
    """The rows of one parameter as the rows of a table."""

    name = "each_row"
    inherit_cache = True


@compiles(_each_row, "sqlite")
def _each_row_sqlite(element: _each_row, compiler: SQLCompiler, **kw: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **kw)})"


@compiles(_each_row, "postgresql")
def _each_row_postgresql(element: _each_row, compiler: SQLCompiler, **kw: Any) -> str:
    return f"json_array_elements(CAST({compiler.process(element.clauses, **kw)} AS JSON))"


class _number_at(FunctionElement[int]):  # noqa: N801 - reads as the SQL function it is
    """`_number_at(row, position)`: one whole number of a row."""

    type = Integer()
    inherit_cache = True


class _moment_at(FunctionElement[datetime]):  # noqa: N801 - reads as the SQL function it is
    """`_moment_at(row, position)`: one moment of a row, written in seconds since 1970."""

    type = UTCDateTime()
    inherit_cache = True


@compiles(_number_at, "sqlite")
@compiles(_moment_at, "sqlite")
def _number_at_sqlite(element: FunctionElement[Any], compiler: SQLCompiler, **kw: Any) -> str:
    row, position = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"json_extract({row}, '$[{position}]')"


@compiles(_number_at, "postgresql")
def _number_at_postgresql(element: _number_at, compiler: SQLCompiler, **kw: Any) -> str:
    row, position = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"CAST({row} ->> {position} AS INTEGER)"


@compiles(_moment_at, "postgresql")
def _moment_at_postgresql(element: _moment_at, compiler: SQLCompiler, **kw: Any) -> str:
    row, position = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"to_timestamp(CAST({row} ->> {position} AS BIGINT))"


def table_of(name: str, *, numbers: str, moments: str) -> CTE:
    """Return the rows of the parameter `name` as a table: the columns named in `numbers`, then `moments`.

    The parameter is a list of tuples of whole numbers and aware moments. SQLAlchemy compiles a `VALUES` anew
    each time, which costs more than most questions; a statement with this table is built and compiled once.
    """
    # As in rows_of the alias has the column's name
    table = _each_row(bindparam(name, type_=_Rows)).table_valued(column("value"), name="value")
    kinds = [(key, _number_at) for key in numbers.split()] + [(key, _moment_at) for key in moments.split()]
    cells = [kind(table.c.value, literal_column(str(n))).label(key) for n, (key, kind) in enumerate(kinds)]
    return select(*cells).cte(f"{name}_table").prefix_with("MATERIALIZED")  # the text is read once
