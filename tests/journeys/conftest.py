"""A served town: the demonstration's places and people, loaded once a run and copied for each module."""

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import make_url

from tests.journeys.demo import load_demo
from tests.support.rundir import once
from tests.support.server import serve


@pytest.fixture(scope="session")
def demo_database(run_dir: Path, databases: Any) -> Callable[[], str]:
    """`demo_database()`: the address of a new SQLite database with the demonstration in it."""

    def make(path: Path) -> None:
        url = databases.copy("sqlite")
        load_demo(url, run_dir / "demo-instance")
        path.unlink(missing_ok=True)
        with sqlite3.connect(str(make_url(url).database)) as loaded:
            loaded.execute("VACUUM INTO ?", (str(path),))
        loaded.close()
        databases.drop(url)

    def copy() -> str:
        template = once(run_dir / "demo.sqlite", make)
        url = str(databases.empty("sqlite"))
        Path(str(make_url(url).database)).write_bytes(template.read_bytes())
        return url

    return copy


@pytest.fixture(scope="module")
def town(
    demo_database: Callable[[], str], databases: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Any]:
    """A server with the demonstration, shared by the tests of a module."""
    url = demo_database()
    with serve(url, tmp_path_factory.mktemp("town"), workers=1, DEMO="1") as server:
        yield server
    databases.drop(url)
