"""`doctor`: is this installation sound? One plain line for each thing looked at."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import SQLAlchemyError

from booking import clock
from booking.admin.health import database_revision, newest_revision
from booking.audit.models import AuditEntry
from booking.cli.finding import Finding, is_public
from booking.cli.probe import probe_audit, probe_occupancy
from booking.cli.safety import examine_accounts, examine_files, examine_libraries, examine_settings
from booking.extensions import db
from booking.outbox.delivery import count_given_up, count_overdue
from booking.outbox.envelope import UnusableAddress, sender
from booking.outbox.post_office import NotDelivered, open_post_office
from booking.paper.engine import is_available
from config import Settings

BUILT = datetime(2026, 1, 1, tzinfo=UTC)  # no clock that is right shows less
MOST_DRIFT = timedelta(seconds=30)


@click.command("doctor")
@with_appcontext
def doctor() -> None:
    """Check configuration, database, constraints, clock and mail; end with 1 on a fault."""
    faults = 0
    for finding in examine():
        mark = "FAULT" if finding.fault else "note" if finding.note else "ok"
        click.echo(f"{mark:<6} {finding.subject}: {finding.text}")
        faults += finding.fault
    if faults:
        raise click.ClickException(f"{faults} fault{'s' if faults > 1 else ''} found.")
    click.echo("No fault found.")


def examine() -> Iterator[Finding]:
    """Look at everything; what needs the database is left out when it cannot be reached."""
    settings: Settings = current_app.config["SETTINGS"]
    yield from _configuration(settings)
    reached = _database()
    yield reached
    if not reached.fault:
        migrations = _migrations()
        yield migrations
        if not migrations.fault:
            yield from _guarded(
                "overlaps", probe_occupancy, "the database refuses two uses of one space at a time"
            )
            yield from _guarded("history", probe_audit, "the database refuses to change what was recorded")
            yield from examine_accounts(settings)
            yield from _waiting_mail()
        yield _clock()
    yield _mail(settings)
    yield _paper()


def _configuration(settings: Settings) -> Iterator[Finding]:
    yield from examine_settings(settings, debug=current_app.debug)
    try:
        sender(settings.mail_from)
    except UnusableAddress:
        yield Finding("MAIL_FROM", f"{settings.mail_from!r} is no address", fault=True)
    yield from examine_files(settings)
    yield from examine_libraries()


def _database() -> Finding:
    backend = db.engine.dialect.name
    try:
        with db.engine.connect() as connection:
            version = connection.exec_driver_sql(
                "SELECT sqlite_version()" if backend == "sqlite" else "SHOW server_version"
            ).scalar_one()
    except SQLAlchemyError as error:
        return Finding("database", f"cannot be reached: {_first_line(error)}", fault=True)
    return Finding("database", f"{backend} {version} answers")


def _migrations() -> Finding:
    at, newest = database_revision(), newest_revision()
    if at != newest:
        return Finding("migrations", f"at {at or 'none'}; run: flask --app wsgi db upgrade", fault=True)
    return Finding("migrations", f"all applied ({at})")


def _guarded(subject: str, probe: Callable[[Connection], list[str]], sound: str) -> Iterator[Finding]:
    try:
        with db.engine.connect().execution_options(writes=True) as connection:
            gaps = probe(connection)
            connection.rollback()
    except SQLAlchemyError as error:
        yield Finding(subject, f"could not be tried: {_first_line(error)}", fault=True)
        return
    for gap in gaps:
        yield Finding(subject, gap, fault=True)
    if not gaps:
        yield Finding(subject, sound)


def _clock() -> Finding:
    now = clock.now()
    zone: ZoneInfo = clock.zone()
    shown = f"{now.astimezone(zone):%Y-%m-%d %H:%M} in {zone.key}"
    if now < BUILT:
        return Finding("clock", f"{shown} is in the past", fault=True)
    if db.engine.dialect.name == "postgresql":
        theirs = db.session.execute(select(func.clock_timestamp())).scalar_one()
        if abs(theirs - datetime.now(UTC)) > MOST_DRIFT:
            return Finding("clock", f"{shown} here, another time on the database's machine", fault=True)
    latest = db.session.scalar(select(func.max(AuditEntry.at))) if _has_tables() else None
    if latest is not None and latest > now + MOST_DRIFT:
        return Finding("clock", f"{shown}, but something was recorded at a later time", note=True)
    return Finding("clock", shown)


def _mail(settings: Settings) -> Finding:
    try:
        with open_post_office(settings) as office:
            office.check()
            readable = office.is_readable_on_the_way
    except NotDelivered as error:
        return Finding("mail", error.reason, fault=True)
    if readable:
        text = "the mail server offers no encryption; links that sign people in can be read on the way"
        return Finding("mail", f"{text}: use smtps://, or a server with STARTTLS", fault=True)
    if settings.mail_url:
        return Finding("mail", "the mail server answers")
    text = f"is written to {settings.mail_dir} (MAIL_URL is not set)"
    if is_public(settings.base_url):
        return Finding("mail", f"{text}: login links and decisions reach nobody", fault=True)
    return Finding("mail", text)


def _paper() -> Finding:
    if is_available():
        return Finding("PDF", "documents on paper can be made")
    return Finding(
        "PDF", "cannot be made: Pango is missing (Debian: apt install libpangoft2-1.0-0)", note=True
    )


def _waiting_mail() -> Iterator[Finding]:
    given_up, overdue = count_given_up(), count_overdue(clock.now())
    if overdue:
        yield Finding(
            "worker", f"{overdue} mails wait for more than ten minutes; is `jobs run` running?", fault=True
        )
    if given_up:
        yield Finding("mail given up", f"{given_up} mails will not arrive", note=True)


def _has_tables() -> bool:
    return db.engine.dialect.has_table(db.session.connection(), AuditEntry.__tablename__)


def _first_line(error: SQLAlchemyError) -> str:
    return str(getattr(error, "orig", None) or error).strip().splitlines()[0]
