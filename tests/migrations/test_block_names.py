"""The dates of closures that were there before feeds told them get a name each, and the closure's moment."""

import re
from typing import Any

import flask_migrate
from sqlalchemy import text

from booking.app import create_app
from booking.extensions import db
from tests.support.settings import ROOT, settings_for

DIRECTORY = str(ROOT / "migrations")
MOMENT = {"sqlite": "{}", "postgresql": "to_timestamp({})"}


def test_a_date_that_was_there_has_a_name_of_its_own(databases: Any, backend: str, tmp_path: Any) -> None:
    url = databases.empty(backend)
    moment = MOMENT[backend].format
    app = create_app(settings_for(url, tmp_path))
    with app.app_context():
        flask_migrate.upgrade(directory=DIRECTORY, revision="0015")
        with db.engine.begin() as connection:
            for statement in (
                "INSERT INTO organisations"
                " (id, slug, name, kind, district, description, language, created_at)"
                f" VALUES (1, 'kaupunki', 'Kaupunki', 'city', '', '', 'fi', {moment(0)})",
                "INSERT INTO users (id, email, name, language, is_admin, created_at)"
                f" VALUES (1, 'joku@example.org', 'Joku', 'fi', false, {moment(0)})",
                "INSERT INTO blocks (id, kind, title, is_public) VALUES (1, 'closure', 'Remontti', false)",
                "INSERT INTO claims (id, kind) VALUES (1, 'block'), (2, 'block')",
                "INSERT INTO block_dates (id, block_id, starts_at, ends_at, claim_id) VALUES"
                f" (1, 1, {moment(1000)}, {moment(2000)}, 1), (2, 1, {moment(3000)}, {moment(4000)}, 2)",
                "INSERT INTO closures (id, block_id, owner_id, plan, created_by_id, created_at)"
                f" VALUES (1, 1, 1, '{{}}', 1, {moment(500)})",
            ):
                connection.execute(text(statement))
        flask_migrate.upgrade(directory=DIRECTORY, revision="0016")
        told = text(
            f"SELECT uid, sequence, created_at = {moment(500)}, changed_at = {moment(500)} FROM block_dates"
        )
        with db.engine.connect() as connection:
            rows = connection.execute(told).all()
        flask_migrate.downgrade(directory=DIRECTORY, revision="0015")
        db.engine.dispose()
    databases.drop(url)
    assert len({row[0] for row in rows}) == 2
    assert all(re.fullmatch(r"[0-9a-f]{32}@localhost", row[0]) for row in rows)
    assert {tuple(map(int, row[1:])) for row in rows} == {(0, 1, 1)}
