"""The rooms that were there before owners had defaults keep all their rules as their own."""

import json
from typing import Any

import flask_migrate
from sqlalchemy import text

from booking.app import create_app
from booking.extensions import db
from booking.rooms.own_rules import RULES
from tests.support.settings import ROOT, settings_for

DIRECTORY = str(ROOT / "migrations")
ROOM = {
    "slug": "sali",
    "name": "Sali",
    "kind": "hall",
    "state": "published",
    "who_may_book": "members",
    "approval": "at_once",
    "grid_minutes": 15,
    "shortest_minutes": 45,
    "longest_minutes": 90,
    "turnaround_minutes": 5,
    "notice_minutes": 0,
    "longest_ahead_months": 3,
    "cancellation_days": 1,
    "terms_version": 1,
}
TEXTS = ("name_sv", "name_en", "description", "terms", "contact", "access_instructions", "source")


def test_a_room_that_was_there_has_all_rules_of_its_own(databases: Any, backend: str, tmp_path: Any) -> None:
    url = databases.empty(backend)
    app = create_app(settings_for(url, tmp_path))
    with app.app_context():
        flask_migrate.upgrade(directory=DIRECTORY, revision="0010")
        columns = [*ROOM, *TEXTS, "sourced_facts"]
        values = ROOM | dict.fromkeys((*TEXTS, "sourced_facts"), "")
        names = ", ".join(columns)
        marks = ", ".join(f":{name}" for name in columns)
        with db.engine.begin() as connection:
            connection.execute(
                text(
                    "INSERT INTO venues (id, slug, name, district, street_address)"
                    " VALUES (1, 'talo', 'Talo', '', '')"
                )
            )
            connection.execute(
                text(
                    "INSERT INTO rooms"
                    f" (id, venue_id, example_facts, pending_holds, open_on_holidays, {names})"
                    f" VALUES (1, 1, '[]', true, false, {marks})"
                ),
                values,
            )
        flask_migrate.upgrade(directory=DIRECTORY, revision="0011")
        with db.engine.connect() as connection:
            row = connection.execute(text("SELECT own_rules, shortest_minutes FROM rooms")).one()
        own = json.loads(row.own_rules) if isinstance(row.own_rules, str) else row.own_rules
        assert (own, row.shortest_minutes) == (list(RULES), 45)
        db.engine.dispose()
    databases.drop(url)
