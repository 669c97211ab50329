"""Erasure leaves no byte of a person: in the database's files, mail, feeds and backups made after it."""

import contextvars
import shutil
import subprocess
import threading
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, func, select
from sqlalchemy.engine import make_url

from booking import clock
from booking.access.roles import Role
from booking.accounts.models import User
from booking.app import create_app
from booking.calendars.service import create as create_calendar
from booking.calendars.service import token_of
from booking.db import Outdated, in_transaction, wipe_log
from booking.extensions import db
from booking.jobs import run_once, standard_jobs
from booking.outbox.delivery import deliver_due
from booking.outbox.message import Message
from booking.outbox.models import OutboxMessage
from booking.outbox.service import post
from booking.privacy import unused
from booking.privacy.erasure import Erased, aftermath, erase
from booking.privacy.unused import WARNING, erase_unused
from booking.reservations.models import Occurrence, Reservation
from booking.timetable.interval import Interval
from tests.factories.organisations import make_member, make_organisation
from tests.factories.reservations import EVENING, make_reservation
from tests.factories.rooms import make_room
from tests.factories.users import acting, make_user
from tests.privacy.marked import EMAIL, MARKS, NAME, PHONE, WORD, found_in, mark_everything
from tests.support.settings import settings_for

DECOMPOSED = unicodedata.normalize("NFD", NAME)
"""The name as some phones type it: letters with their dots after them."""


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


def mail_bytes(folder: Path) -> bytes:
    """Every mail that was written into a file, its words and headers decoded."""
    found = []
    for path in sorted(folder.glob("*.eml")):
        mail = message_from_bytes(path.read_bytes(), policy=default)
        parts = [part.get_content() for part in mail.walk() if not part.is_multipart()]
        found += [str(value) for value in mail.values()]
        found += [part if isinstance(part, str) else part.decode("utf-8", errors="replace") for part in parts]
    return "\n".join(found).replace("\r\n ", "").replace("\n ", "").encode()


def moved(use: Interval, by: timedelta) -> Interval:
    return Interval(use.start + by, use.end + by)


@dataclass(frozen=True)
class Made:
    """Somebody with what people have: their account, their coming association date, and the feeds around."""

    user_id: int
    coming: str
    feeds: tuple[str, ...]
    room: str


def a_marked_person() -> Made:
    """Make a person with what people have, and put their marks into every place of the inventory."""
    choir, owner = make_organisation(), make_organisation()
    person = make_member(choir, Role.BOOKER, email=EMAIL, name=NAME)
    manager, approver = make_member(choir, Role.MANAGER), make_member(owner, Role.APPROVER)
    told = {"responsible": NAME, "contact": f"{PHONE}, {EMAIL}", "note": WORD}
    room = make_room(owner=owner)
    day = timedelta(days=1)
    make_reservation(room, booker=person, title=WORD, **told)
    words = {"title": f"{DECOMPOSED} vetää harjoitukset", "note": f"Avaimet: {PHONE}"}
    coming = make_reservation(room, moved(EVENING, day), booker=person, organisation=choir, **told | words)
    make_reservation(room, moved(EVENING, 2 * day), organisation=choir, **told | {"note": ""})
    for recipient in ("eka@example.org", EMAIL, "toinen@example.org"):  # the first loses its address
        post(
            Message("confirmed", recipient, "fi", f"Vastaa {NAME}", f"Soita {PHONE}.", "user", 1),
            now=clock.now(),
        )
    mark_everything(person.id)
    coming.title, coming.note = words["title"], words["note"]  # no matter which row was marked
    wanted = (("approver", owner.id, approver), ("organisation", choir.id, manager), ("mine", None, person))
    feeds = [create_calendar(kind, where, actor=acting(who), now=clock.now()) for kind, where, who in wanted]
    return Made(person.id, coming.reference, tuple(map(token_of, feeds)), room.slug)


def erased(made: Made) -> Erased:
    now = clock.now() + timedelta(minutes=1)
    person = acting(db.session.get_one(User, made.user_id))
    return in_transaction(lambda: erase(made.user_id, actor=person, now=now))


def test_erasure_leaves_no_byte(own_app: Flask, tmp_path: Path) -> None:
    made = in_transaction(a_marked_person)
    before = database_bytes(own_app)
    assert [mark for mark in (*MARKS, WORD) if mark.encode() not in before] == []
    deliver_due()
    settings = own_app.config["SETTINGS"]
    assert {NAME, EMAIL, PHONE} <= set(found_in(mail_bytes(settings.mail_dir)))
    browser = own_app.test_client()
    secret = [f"/calendars/private/{token}.ics" for token in made.feeds]
    assert [NAME in found_in(unfolded_of(browser, address)) for address in secret] == [True, True, True]
    figures = select(func.count()).select_from(Occurrence).scalar_subquery()
    dates = db.session.scalar(select(figures))
    db.session.rollback()

    aftermath(erased(made), settings)
    db.session.remove()

    assert found_in(database_bytes(own_app)) == []
    assert found_in(backup_bytes(own_app, tmp_path / "kopio")) == []
    assert found_in(mail_bytes(settings.mail_dir)) == []
    assert db.session.scalar(select(figures)) == dates
    coming = db.session.scalars(select(Reservation).where(Reservation.reference == made.coming)).one()
    assert (coming.title, coming.note) == ("(poistettu) vetää harjoitukset", "Avaimet: (poistettu)")
    assert {each.state for each in coming.occurrences} == {"confirmed"}
    assert [fetched(browser, address).status_code for address in secret] == [200, 200, 404]
    open_to_all = ("/calendars/all.ics", f"/rooms/{made.room}", "/rooms", "/day?date=2027-01-13")
    for address in (*secret, f"/calendars/rooms/{made.room}.ics", *open_to_all):
        assert found_in(unfolded_of(browser, address)) == [], address


def work_off(app: Flask, moment: datetime) -> None:
    """Do the worker's erasure of unused accounts, and no other of its jobs."""
    (job,) = [each for each in standard_jobs(threading.Event()) if each.name == "erase unused accounts"]
    assert run_once(app, [replace(job, work=lambda now: job.work(moment))]) == []
    db.session.remove()


def left_unused() -> datetime:
    """Make a marked person who has been warned, and files of mail; return when the worker erases them."""
    made, moment = in_transaction(a_marked_person), EVENING.start.replace(year=EVENING.start.year + 3)
    deliver_due()
    in_transaction(lambda: setattr(db.session.get_one(User, made.user_id), "warned_at", moment - WARNING))
    return moment


def test_the_worker_leaves_no_byte_of_an_unused_account(own_app: Flask) -> None:
    moment, folder = left_unused(), own_app.config["SETTINGS"].mail_dir
    assert {NAME, EMAIL, PHONE} <= set(found_in(mail_bytes(folder)))
    work_off(own_app, moment)
    assert found_in(mail_bytes(folder)) == []
    assert found_in(database_bytes(own_app)) == []


def test_who_came_back_before_the_commit_keeps_their_mail(
    own_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker's first try is undone by another's transaction; in its second nobody is to be erased."""
    moment, folder = left_unused(), own_app.config["SETTINGS"].mail_dir
    before, tries = mail_bytes(folder), []

    def beaten(now: datetime) -> Any:
        looked_at = erase_unused(now) if not tries else []
        tries.append(looked_at)
        if len(tries) == 1:
            raise Outdated
        return looked_at

    monkeypatch.setattr(unused, "erase_unused", beaten)
    work_off(own_app, moment)
    assert [len(each) for each in tries] == [1, 0]
    assert mail_bytes(folder) == before


def unfolded_of(browser: Any, address: str) -> bytes:
    """Return an answer with a calendar's folded lines in one."""
    return bytes(fetched(browser, address).data).replace(b"\r\n ", b"")


def fetched(browser: Any, address: str) -> Any:
    """Fetch an address in a context, and so with a database session, of its own."""
    return contextvars.Context().run(lambda: browser.get(address, buffered=True))


@pytest.fixture
def own_file(fresh_database: Any, tmp_path: Path) -> Iterator[Flask]:
    """The application on an SQLite database of its own: its files are the service's matter."""
    app = create_app(settings_for(fresh_database("sqlite"), tmp_path / "instance"))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize("without", ["secure_delete", "wipe_log"])
def test_what_only_deletes_leaves_bytes_that_are_found(own_file: Flask, without: str) -> None:
    made = in_transaction(a_marked_person)
    if without == "secure_delete":
        db.session.remove()
        db.engine.dispose()
        event.listen(
            db.engine, "connect", lambda connection, _: connection.execute("PRAGMA secure_delete=OFF")
        )
    erased(made)
    db.session.remove()
    if without == "secure_delete":
        wipe_log()
    assert found_in(database_bytes(own_file)) != []


def test_the_address_is_free_for_a_new_account(own_app: Flask) -> None:
    user_id = in_transaction(lambda: make_user(email=EMAIL, name=NAME).id)
    person = acting(db.session.get_one(User, user_id))
    in_transaction(lambda: erase(user_id, actor=person, now=clock.now()))
    in_transaction(lambda: make_user(email=EMAIL, name=NAME).id)
    assert db.session.scalar(select(func.count()).select_from(OutboxMessage)) == 0
