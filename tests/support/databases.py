"""Migrated databases: one template a run and a kind of database, and as many copies as tests want."""

import itertools
import shutil
from pathlib import Path

import flask_migrate
import psycopg
from sqlalchemy.engine import URL, make_url

from booking.app import create_app
from booking.extensions import db
from tests.support.keeper import ask_for_postgres
from tests.support.rundir import once
from tests.support.settings import ROOT, settings_for

BACKENDS = ("sqlite", "postgresql")


class Databases:
    """The databases of a run, as one of its worker processes sees them."""

    def __init__(self, run_dir: Path, worker: str) -> None:
        self.run_dir = run_dir
        self.worker = worker
        self._numbers = itertools.count(1)

    def empty(self, backend: str) -> str:
        """Return the address of a new database without any table. Drop it with `drop`."""
        name = self._new_name()
        if backend == "sqlite":
            return _sqlite_url(self.run_dir / f"{name}.sqlite")
        self._as_postgres(f'CREATE DATABASE "{name}"')
        return self._postgres_url(name)

    def copy(self, backend: str) -> str:
        """Return the address of a new database with every migration applied. Drop it with `drop`."""
        name = self._new_name()
        if backend == "sqlite":
            template = once(
                self.run_dir / "migrated.sqlite", lambda path: _migrate(_sqlite_url(path), self.run_dir)
            )
            return _sqlite_url(Path(shutil.copyfile(template, self.run_dir / f"{name}.sqlite")))
        once(self.run_dir / "migrated.postgresql", self._make_postgres_template)
        self._as_postgres(f'CREATE DATABASE "{name}" TEMPLATE migrated')
        return self._postgres_url(name)

    def drop(self, url: str) -> None:
        """Remove a database, whoever is still connected to it."""
        address = make_url(url)
        if address.get_backend_name() == "postgresql":
            self._as_postgres(f'DROP DATABASE IF EXISTS "{address.database}" WITH (FORCE)')
            return
        for end in ("", "-wal", "-shm", "-journal"):
            Path(f"{address.database}{end}").unlink(missing_ok=True)

    def _new_name(self) -> str:
        return f"{self.worker}_{next(self._numbers)}"

    def _make_postgres_template(self, path: Path) -> None:
        self._as_postgres("DROP DATABASE IF EXISTS migrated")
        self._as_postgres("CREATE DATABASE migrated")
        _migrate(self._postgres_url("migrated"), self.run_dir)

    def _postgres(self) -> URL:
        return make_url(ask_for_postgres(self.run_dir))

    def _postgres_url(self, name: str) -> str:
        return self._postgres().set(database=name).render_as_string(hide_password=False)

    def _as_postgres(self, statement: str) -> None:
        address = self._postgres()
        with psycopg.connect(
            host=str(address.query["host"]), user=address.username, dbname=address.database, autocommit=True
        ) as connection:
            connection.execute(statement.encode())


def _sqlite_url(path: Path) -> str:
    return f"sqlite:///{path}"


def _migrate(url: str, folder: Path) -> None:
    app = create_app(settings_for(url, folder / "migrating"))
    with app.app_context():
        flask_migrate.upgrade(directory=str(ROOT / "migrations"))
        db.engine.dispose()
