"""The old price of a room becomes a row of its prices, and goes back to where it came from."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import inspect, text

from booking.app import create_app
from booking.extensions import db
from tests.support.settings import ROOT, settings_for

DIRECTORY = str(ROOT / "migrations")
CHOICES = {
    "kind": "meeting",
    "who_may_book": "anyone",
    "approval": "at_once",
    "grid_minutes": 30,
    "state": "published",
    "shortest_minutes": 30,
    "longest_minutes": 60,
}


@pytest.fixture
def before(databases: Any, backend: str, tmp_path: Path) -> Iterator[Flask]:
    """The application on a database as it was before there were prices, in its context."""
    url = databases.empty(backend)
    app = create_app(settings_for(url, tmp_path))
    with app.app_context():
        flask_migrate.upgrade(directory=DIRECTORY, revision="0009")
        yield app
        db.session.remove()
        db.engine.dispose()
    databases.drop(url)


def insert(table: str, **given: Any) -> None:
    """Insert a row; what is not given and must be there is filled in."""
    values = dict(given)
    for column in inspect(db.engine).get_columns(table):
        name = column["name"]
        if name not in values and not column["nullable"] and column["default"] is None:
            kind = str(column["type"])
            plain: Any = "[]" if "JSON" in kind else "a" if "CHAR" in kind or "TEXT" in kind else 0
            values[name] = CHOICES.get(name, False if "BOOL" in kind else plain)
    names, places = ", ".join(values), ", ".join(f":{name}" for name in values)
    db.session.execute(text(f"INSERT INTO {table} ({names}) VALUES ({places})"), values)


def test_prices_survive_the_way_there_and_back(before: Flask) -> None:
    insert("venues", id=1, slug="talo", name="Talo")
    for number, cents in enumerate((None, 0, 1250), start=1):
        insert("rooms", id=number, slug=f"tila-{number}", venue_id=1, price_cents_per_hour=cents)
    db.session.commit()
    flask_migrate.upgrade(directory=DIRECTORY, revision="0010")
    rows = "SELECT room_id, customer, age, basis, amount FROM room_prices ORDER BY room_id"
    assert [tuple(row) for row in db.session.execute(text(rows))] == [
        (2, "everyone", "any", "free", 0),
        (3, "everyone", "any", "hour", 1250),
    ]
    assert "price_cents_per_hour" not in {each["name"] for each in inspect(db.engine).get_columns("rooms")}
    insert("room_prices", id=9, room_id=1, customer="association", age="any", basis="hour", amount=700)
    db.session.commit()
    flask_migrate.downgrade(directory=DIRECTORY, revision="0009")
    found = db.session.execute(text("SELECT price_cents_per_hour FROM rooms ORDER BY id"))
    assert list(found.scalars()) == [None, 0, 1250]
