"""Erasure leaves no byte of a person: in the database's files, mail, feeds and backups made after it."""

import shutil
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.engine import make_url

from booking import clock
from booking.access.roles import Role
from booking.app import create_app
from booking.db import in_transaction
from booking.extensions import db
from booking.outbox.delivery import deliver_due
from booking.outbox.message import Message
from booking.outbox.models import OutboxMessage
from booking.outbox.service import post
from booking.privacy.erasure import aftermath, erase
from booking.reservations.models import Occurrence, Reservation
from booking.timetable.interval import Interval
from tests.factories.organisations import make_member, make_organisation
from tests.factories.reservations import EVENING, make_reservation
from tests.factories.rooms import make_room
from tests.factories.users import acting, make_user
from tests.privacy.marked import EMAIL, MARKS, NAME, PHONE, WORD, all_marks, mark_everything
from tests.support.settings import settings_for


@pytest.fixture
def own_app(fresh_database: Any, backend: str, tmp_path: Path) -> Iterator[Flask]:
    """The application on a database of its own, where commits are real."""
    app = create_app(settings_for(fresh_database(backend), tmp_path / "instance"))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def database_bytes(app: Flask) -> bytes:
    """Everything that lies in the database: SQLite's files as they are, of PostgreSQL every table by COPY."""
    url = make_url(app.config["SETTINGS"].database_url)
    if url.get_backend_name() == "sqlite":
        file = Path(str(url.database))
        return b"".join(path.read_bytes() for path in sorted(file.parent.glob(f"{file.name}*")))
    found = []
    with db.engine.connect() as connection:
        cursor = connection.connection.cursor()
        for name in db.metadata.tables:
            with cursor.copy(f"COPY {name} TO STDOUT") as copy:
                found += [bytes(piece) for piece in copy]
    return b"".join(found)


def backup_bytes(app: Flask, file: Path) -> bytes:
    """A backup made by the operator's command, as plain text where it is packed."""
    made = app.test_cli_runner().invoke(args=["backup", str(file), "--overwrite"])
    assert made.exit_code == 0, made.output
    if db.engine.dialect.name == "sqlite":
        return file.read_bytes()
    restore = shutil.which("pg_restore")
    assert restore, "install PostgreSQL's client programs"
    return subprocess.run([restore, "-f", "-", str(file)], capture_output=True, check=True).stdout


def found_in(content: bytes) -> list[bytes]:
    return [mark for mark in all_marks() if mark.lower() in content.lower()]


def moved(use: Interval, by: timedelta) -> Interval:
    return Interval(use.start + by, use.end + by)


def a_marked_person() -> int:
    """Make a person with what people have, and put their marks into every place of the inventory."""
    choir = make_organisation()
    person = make_member(choir, Role.BOOKER, email=EMAIL, name=NAME)
    make_member(choir, Role.MANAGER)
    told = {"responsible": NAME, "contact": f"{PHONE}, {EMAIL}", "note": WORD}
    room = make_room(owner=make_organisation())
    day = timedelta(days=1)
    make_reservation(room, booker=person, title=WORD, **told)
    make_reservation(
        room, moved(EVENING, day), booker=person, organisation=choir, **told | {"note": f"Avaimet: {PHONE}"}
    )
    make_reservation(room, moved(EVENING, 2 * day), organisation=choir, **told | {"note": ""})
    for recipient in (EMAIL, "toinen@example.org"):
        post(
            Message("confirmed", recipient, "fi", f"Vastaa {NAME}", f"Soita {PHONE}.", "user", 1),
            now=clock.now(),
        )
    mark_everything(person.id)
    return person.id


def test_erasure_leaves_no_byte(own_app: Flask, tmp_path: Path) -> None:
    user_id = in_transaction(a_marked_person)
    before = database_bytes(own_app)
    assert [mark for mark in (*MARKS, WORD) if mark.encode() not in before] == []
    deliver_due()
    settings = own_app.config["SETTINGS"]
    assert list(settings.mail_dir.glob("*.eml"))
    figures = select(func.count()).select_from(Occurrence).scalar_subquery()
    dates = db.session.scalar(select(figures))
    db.session.rollback()

    now = clock.now() + timedelta(minutes=1)
    person = acting_as(user_id)
    aftermath(in_transaction(lambda: erase(user_id, actor=person, now=now)), settings)
    db.session.remove()

    assert found_in(database_bytes(own_app)) == []
    assert found_in(backup_bytes(own_app, tmp_path / "kopio")) == []
    mails = b"".join(path.read_bytes() for path in settings.mail_dir.glob("*.eml"))
    assert found_in(mails) == []
    assert db.session.scalar(select(figures)) == dates
    browser = own_app.test_client()
    slug = db.session.scalars(select(Reservation)).first().room.slug
    for address in (f"/calendars/rooms/{slug}.ics", "/calendars/all.ics", f"/rooms/{slug}", "/rooms", "/day"):
        assert found_in(browser.get(address).data) == [], address


def acting_as(user_id: int) -> Any:
    from booking.accounts.models import User

    return acting(db.session.get_one(User, user_id))


def test_the_address_is_free_for_a_new_account(own_app: Flask) -> None:
    user_id = in_transaction(lambda: make_user(email=EMAIL, name=NAME).id)
    person = acting_as(user_id)
    in_transaction(lambda: erase(user_id, actor=person, now=clock.now()))
    in_transaction(lambda: make_user(email=EMAIL, name=NAME).id)
    assert db.session.scalar(select(func.count()).select_from(OutboxMessage)) == 0
