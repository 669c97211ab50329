"""What a test writes is gone after it, on both databases; a fresh database takes real commits."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, text

from booking.db import in_transaction

MARK = "written by a test"


def _marks(connection: Any) -> int:
    found = connection.execute(
        text("SELECT count(*) FROM alembic_version WHERE version_num = :it"), {"it": MARK}
    )
    return int(found.scalar_one())


def _write(connection: Any) -> None:
    connection.execute(text("INSERT INTO alembic_version VALUES (:it)"), {"it": MARK})


@pytest.mark.parametrize("run", ["first", "second"])
def test_what_a_test_commits_is_gone_in_the_next(session: Any, run: str) -> None:
    assert _marks(session) == 0, f"the {run} run found what another left"
    in_transaction(lambda: _write(session))
    session.rollback()
    assert _marks(session) == 1


def test_work_that_fails_leaves_what_was_committed_before(session: Any) -> None:
    def fail() -> None:
        session.execute(text("DELETE FROM alembic_version"))
        assert _marks(session) == 0
        raise LookupError

    in_transaction(lambda: _write(session))
    with pytest.raises(LookupError):
        in_transaction(fail)
    assert _marks(session) == 1


def test_fresh_databases_are_migrated_and_apart(fresh_database: Callable[[str], str], backend: str) -> None:
    def use(connection: Connection) -> None:
        assert connection.execute(text("SELECT count(*) FROM occupancy")).scalar() == 0
        assert _marks(connection) == 0
        _write(connection)

    for url in (fresh_database(backend), fresh_database(backend)):
        engine = create_engine(url)
        with engine.begin() as connection:
            use(connection)
        with engine.connect() as connection:
            assert _marks(connection) == 1
        engine.dispose()
