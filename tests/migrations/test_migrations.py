"""Migrations go both ways on both databases, agree with the models, and leave the refusals in place."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import CheckConstraint, Connection, Constraint, create_engine, inspect, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from booking.app import create_app
from booking.extensions import db
from tests.support.settings import ROOT, settings_for

DIRECTORY = str(ROOT / "migrations")
REVISIONS = [each.revision for each in reversed(list(ScriptDirectory(DIRECTORY).walk_revisions()))]
FIRST_WITH_AUDIT, FIRST_WITH_OCCUPANCY = "0001", "0003"


@pytest.fixture
def empty_app(databases: Any, backend: str, tmp_path: Path) -> Iterator[Flask]:
    """The application on a database without any table, in its context."""
    url = databases.empty(backend)
    app = create_app(settings_for(url, tmp_path))
    with app.app_context():
        yield app
        db.engine.dispose()
    databases.drop(url)


@contextmanager
def connected() -> Iterator[Connection]:
    """Open a connection whose work is undone at the end."""
    with db.engine.connect() as connection:
        yield connection
        connection.rollback()


def tables() -> set[str]:
    return set(inspect(db.engine).get_table_names()) - {"alembic_version"}


def upgrade_to(revision: str) -> None:
    flask_migrate.upgrade(directory=DIRECTORY, revision=revision)


def downgrade_to(revision: str) -> None:
    flask_migrate.downgrade(directory=DIRECTORY, revision=revision)


def described() -> dict[str, Any]:
    """Return everything the database says of its tables, functions and triggers, by name."""
    with connected() as connection:
        if connection.dialect.name == "sqlite":
            written = dict(connection.execute(text("SELECT name, sql FROM sqlite_master")).all())
            return {name: in_any_order(sql) for name, sql in written.items()}
        columns = connection.execute(
            text(
                "SELECT table_name || '.' || column_name, data_type || ' ' || is_nullable "
                "FROM information_schema.columns WHERE table_schema = 'public'"
            )
        )
        constraints = connection.execute(
            text(
                "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint "
                "WHERE connamespace = 'public'::regnamespace"
            )
        )
        indexes = connection.execute(
            text("SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'")
        )
        triggers = connection.execute(
            text("SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal")
        )
        functions = connection.execute(
            text(
                "SELECT proname, prosrc FROM pg_proc p WHERE pronamespace = 'public'::regnamespace "
                "AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
            )
        )
        found: dict[str, Any] = {}
        for part in (columns, constraints, indexes, triggers, functions):
            found |= dict(part.all())
        return found


def in_any_order(sql: str | None) -> Any:
    """Return what a CREATE TABLE says, in any order: a column that comes back stands last."""
    if sql is None or not sql.startswith("CREATE TABLE"):
        return sql
    head, _, inside = sql.partition("(")
    parts, depth = [""], 0
    for letter in inside.rstrip().removesuffix(")"):
        depth += (letter == "(") - (letter == ")")
        if letter == "," and not depth:
            parts.append("")
        else:
            parts[-1] += letter
    return head.strip(), sorted(part.strip() for part in parts)


def test_migrations_run_up_down_and_up_again(empty_app: Flask) -> None:
    upgrade_to("head")
    first = described()
    downgrade_to("base")
    assert tables() == set()
    left = {name for name in described() if "alembic_version" not in name}
    assert left == set()
    upgrade_to("head")
    assert described() == first


def test_each_step_down_takes_back_what_its_step_up_did(empty_app: Flask) -> None:
    before = {}
    for revision in REVISIONS:
        upgrade_to(revision)
        before[revision] = described()
    for revision, parent in zip(reversed(REVISIONS), reversed(REVISIONS[:-1]), strict=False):
        downgrade_to(parent)
        assert described() == before[parent], f"the downgrade of {revision} leaves something"


def test_the_models_say_what_the_migrations_made(empty_app: Flask) -> None:
    upgrade_to("head")
    with connected() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = [each for each in compare_metadata(context, db.metadata) if not is_exclusion(each)]
    assert differences == []
    assert tables() == set(db.metadata.tables)


def is_exclusion(difference: Any) -> bool:
    """Say whether it is the index behind PostgreSQL's exclusion constraint: no model names it for both."""
    return difference[0] == "remove_index" and difference[1].name == "ex_occupancy_no_overlap"


def test_the_models_and_the_migrations_name_the_same_checks(empty_app: Flask) -> None:
    upgrade_to("head")
    inspector = inspect(db.engine)
    for name, table in db.metadata.tables.items():
        modelled = {written(each) for each in table.constraints if isinstance(each, CheckConstraint)}
        migrated = {str(each["name"]) for each in inspector.get_check_constraints(name)}
        only_in_database = (
            {f"ck_{name}_times", f"ck_{name}_longest"} if name in ("occupancy", "occurrences") else set()
        )
        assert modelled | (migrated & only_in_database) == migrated, name
        assert only_in_database & migrated or not only_in_database, name
        modelled_keys = {written(each) for each in table.foreign_key_constraints}
        assert modelled_keys == {str(each["name"]) for each in inspector.get_foreign_keys(name)}, name


def written(constraint: Constraint) -> str:
    """Return a constraint's name by the naming convention."""
    return str(db.engine.dialect.identifier_preparer.format_constraint(constraint))


@pytest.mark.parametrize("revision", [each for each in REVISIONS if each >= FIRST_WITH_OCCUPANCY])
def test_after_every_migration_the_database_refuses_overlaps(empty_app: Flask, revision: str) -> None:
    upgrade_to(revision)
    with connected() as connection:
        refuses_overlaps(connection)
        has_its_guards(connection)


def test_after_every_step_back_the_database_refuses_overlaps(empty_app: Flask) -> None:
    upgrade_to("head")
    for parent in reversed([each for each in REVISIONS[:-1] if each >= FIRST_WITH_OCCUPANCY]):
        downgrade_to(parent)
        with connected() as connection:
            refuses_overlaps(connection)


def refuses_overlaps(connection: Connection) -> None:
    """Try to take a space twice, by insert and by update, and with times that are none."""
    if connection.dialect.name == "postgresql":
        moment: Callable[[int], str] = lambda hour: f"'2027-01-12 {hour:02}:00+02'"  # noqa: E731
        odd = ["'infinity'", "NULL"]
    else:
        moment = str
        odd = ["'2027-01-01'", "'abc'", "1.5", "NULL"]
    space, claim = make_space_and_claim(connection)
    take = "INSERT INTO occupancy (space_id, starts_at, ends_at, claim_id) VALUES"
    connection.execute(text(f"{take} ({space}, {moment(10)}, {moment(12)}, {claim})"))
    connection.execute(text(f"{take} ({space}, {moment(12)}, {moment(14)}, {claim})"))
    refused = [
        f"{take} ({space}, {moment(11)}, {moment(12)}, {claim})",
        f"{take} ({space}, {moment(9)}, {moment(15)}, {claim})",
        f"UPDATE occupancy SET ends_at = {moment(13)} WHERE starts_at = {moment(10)}",
        f"UPDATE occupancy SET starts_at = {moment(11)} WHERE starts_at = {moment(12)}",
        f"{take} ({space}, {moment(20)}, {moment(20)}, {claim})",
        *(f"{take} ({space}, {moment(20)}, {each}, {claim})" for each in odd),
    ]
    for statement in refused:
        with pytest.raises((IntegrityError, DBAPIError)), connection.begin_nested():
            connection.execute(text(statement))
    assert connection.scalar(text("SELECT count(*) FROM occupancy")) == 2


def make_space_and_claim(connection: Connection) -> tuple[int, int]:
    """Make a space and a claim with whatever columns their tables have at this revision."""
    for table in ("venues", "spaces", "claims"):
        values: dict[str, Any] = {}
        for column in inspect(connection).get_columns(table):
            if column["name"] == "id" or column["name"].endswith("_id"):
                values[column["name"]] = 1
            elif not column["nullable"] and column["default"] is None:
                values[column["name"]] = (
                    "a" if "CHAR" in str(column["type"]) or "TEXT" in str(column["type"]) else 0
                )
        names = ", ".join(values)
        places = ", ".join(f":{name}" for name in values)
        connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({places})"), values)
    return 1, 1


def has_its_guards(connection: Connection) -> None:
    """Find by name what refuses: the exclusion constraint, or both triggers."""
    if connection.dialect.name == "postgresql":
        found = connection.scalars(
            text(
                "SELECT pg_get_constraintdef(oid) FROM pg_constraint "
                "WHERE conrelid = 'occupancy'::regclass AND contype = 'x' AND convalidated"
            )
        ).all()
        assert found == [
            "EXCLUDE USING gist (space_id WITH =, tstzrange(starts_at, ends_at, '[)'::text) WITH &&)"
        ]
        return
    found = connection.scalars(
        text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'occupancy' ORDER BY name")
    ).all()
    assert found == ["occupancy_no_overlap_insert", "occupancy_no_overlap_update"]


@pytest.mark.parametrize("revision", REVISIONS)
def test_after_every_migration_the_record_is_append_only(empty_app: Flask, revision: str) -> None:
    upgrade_to(revision)
    with connected() as connection:
        refuses_to_forget(connection)


def refuses_to_forget(connection: Connection) -> None:
    """Try to change, replace and remove an entry of the record."""
    columns = "INTO audit_entries (id, at, action, subject_kind, subject_id, details) VALUES"
    at = "now()" if connection.dialect.name == "postgresql" else "1"
    first, second = (f"({number}, {at}, 'confirm', 'reservation', 1, '[]')" for number in (1, 2))
    connection.execute(text(f"INSERT {columns} {first}"))
    refused = [
        "UPDATE audit_entries SET action = 'decline'",
        "UPDATE audit_entries SET actor_id = 1 WHERE id = 1",
        "DELETE FROM audit_entries",
        "DELETE FROM audit_entries WHERE id = 1",
    ]
    if connection.dialect.name == "postgresql":
        refused += [
            "TRUNCATE audit_entries CASCADE",
            f"INSERT {columns} {first} ON CONFLICT (id) DO UPDATE SET action = 'decline'",
        ]
    else:
        refused += [
            f"INSERT OR REPLACE {columns} {first}",
            f"REPLACE {columns} {first}",
            f"INSERT {columns} {first} ON CONFLICT (id) DO UPDATE SET action = 'decline'",
            "UPDATE OR REPLACE audit_entries SET id = 2",
        ]
    for statement in refused:
        with pytest.raises(DBAPIError, match="append-only"), connection.begin_nested():
            connection.execute(text(statement))
    kept = connection.execute(text("SELECT id, action FROM audit_entries")).all()
    assert kept == [(1, "confirm")]
    connection.execute(text(f"INSERT {columns} {second}"))
    assert connection.scalar(text("SELECT count(*) FROM audit_entries")) == 2


def test_the_migrated_template_is_at_the_head(backend: str, fresh_database: Callable[[str], str]) -> None:
    engine = create_engine(fresh_database(backend))
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == REVISIONS[-1]
    engine.dispose()
