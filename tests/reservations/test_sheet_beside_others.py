"""A large sheet beside everybody else: it is judged without a lock, and written in a moment."""

import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.engine import make_url

from booking.access.roles import Role
from booking.app import create_app
from booking.db import in_transaction
from booking.extensions import db
from booking.occupancy.models import Occupancy
from booking.reservations.models import Occurrence
from booking.reservations.sheets.importing import judging
from booking.rooms.steps import finished
from booking.timetable.interval import Interval
from tests.factories.organisations import make_member, make_organisation
from tests.factories.reservations import EVENING, make_reservation
from tests.factories.rooms import make_room
from tests.factories.users import acting, make_user
from tests.reservations.sheets import HEADER, NOW, sheet, winter
from tests.support.server import ROOT, environment_for
from tests.support.settings import settings_for

LINES = 5000


@pytest.fixture
def real(databases: Any, tmp_path: Path) -> Iterator[Flask]:
    """An application on a SQLite of its own, where what is written is committed."""
    app = create_app(settings_for(databases.copy("sqlite"), tmp_path))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def path_of(app: Flask) -> str:
    return str(make_url(app.config["SETTINGS"].database_url).database)


def test_a_sheet_is_judged_while_another_writes(real: Flask) -> None:
    city = make_organisation(kind="city")
    make_room(owner=city, slug="sali")
    approver = acting(make_member(city, Role.APPROVER))
    db.session.commit()
    with closing(sqlite3.connect(path_of(real), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        plan = finished(judging(sheet(*winter(["sali"], 200)), actor=approver, now=NOW))
        other.execute("ROLLBACK")
    assert plan.outcome.dates == 200


def test_others_book_while_five_thousand_lines_are_brought_in(real: Flask, tmp_path: Path) -> None:
    slugs = [make_room().slug for _ in range(20)]
    elsewhere, owner = make_room(), make_user(email="tuoja@example.org")
    booker = make_user()
    db.session.commit()
    lines = [f"{line},{owner.email}" for line in winter(slugs, LINES)]
    file = tmp_path / "talvi.csv"
    file.write_bytes(sheet(*lines, header=f"{HEADER},booker"))
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "reservations", "import", str(file)]
    environment = environment_for(real.config["SETTINGS"].database_url, tmp_path, "http://localhost")
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as importing:
        made = 0
        while importing.poll() is None:  # "database is locked" would end the test
            use = Interval(EVENING.start + timedelta(days=made), EVENING.end + timedelta(days=made))
            in_transaction(lambda use=use: make_reservation(elsewhere, use, booker=booker))  # type: ignore[misc]
            made += 1
            time.sleep(0.05)
        said = importing.stdout.read() if importing.stdout else ""
    assert f"{LINES} reservations with {LINES} dates made" in said
    assert made > 1
    assert db.session.query(Occurrence).count() == db.session.query(Occupancy).count() == LINES + made
