"""`doctor`: is this installation sound? One plain line for each thing looked at."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from zoneinfo import ZoneInfo

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import SQLAlchemyError

from booking import clock
from booking.accounts.demo import ACCOUNTS
from booking.accounts.models import User
from booking.admin.health import database_revision, newest_revision
from booking.audit.models import AuditEntry
from booking.cli.probe import probe_audit, probe_occupancy
from booking.extensions import db
from booking.outbox.delivery import count_given_up, count_overdue
from booking.outbox.envelope import UnusableAddress, sender
from booking.outbox.post_office import NotDelivered, open_post_office
from booking.paper.engine import is_available
from config import Settings

BUILT = datetime(2026, 1, 1, tzinfo=UTC)  # no clock that is right shows less
MOST_DRIFT = timedelta(seconds=30)
FEWEST_DIFFERENT_LETTERS = 8


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at and what was found. `fault`: the installation must not run like this."""

    subject: str
    text: str
    fault: bool = False
    note: bool = False


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
            yield from _demonstration(settings)
            yield from _second_factors(settings)
            yield from _waiting_mail()
        yield _clock()
    yield _mail(settings)
    yield _paper()


def _configuration(settings: Settings) -> Iterator[Finding]:
    if len(set(settings.secret_key)) < FEWEST_DIFFERENT_LETTERS:
        yield Finding("SECRET_KEY", "is easy to guess; make one with secrets.token_hex(32)", fault=True)
    else:
        yield Finding("SECRET_KEY", "is set")
    if is_public(settings.base_url) and not settings.base_url.startswith("https:"):
        yield Finding("BASE_URL", f"{settings.base_url} is not encrypted; passwords can be read", fault=True)
    else:
        yield Finding("BASE_URL", settings.base_url)
    try:
        sender(settings.mail_from)
    except UnusableAddress:
        yield Finding("MAIL_FROM", f"{settings.mail_from!r} is no address", fault=True)


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
    except NotDelivered as error:
        return Finding("mail", error.reason, fault=True)
    if settings.mail_url:
        return Finding("mail", "the mail server answers")
    public = is_public(settings.base_url)
    return Finding("mail", f"is written to {settings.mail_dir} (MAIL_URL is not set)", note=public)


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


def _demonstration(settings: Settings) -> Iterator[Finding]:
    public = is_public(settings.base_url)
    addresses = [account.email for account in ACCOUNTS]
    accounts = db.session.scalar(
        select(func.count()).select_from(User).where(User.email.in_(addresses), User.closed_at.is_(None))
    )
    if settings.demo:
        yield Finding("DEMO", "is on: anybody may read the mail and sign in", fault=public, note=True)
    elif accounts:
        text = f"{accounts} accounts of the demonstration exist, whose password everyone knows"
        yield Finding("DEMO", text, fault=public, note=True)


def _second_factors(settings: Settings) -> Iterator[Finding]:
    lacking = db.session.scalar(
        select(func.count())
        .select_from(User)
        .where(User.is_admin, User.closed_at.is_(None), User.second_factor_at.is_(None))
    )
    if not lacking:
        yield Finding("second factor", "every administrator has one")
    elif is_public(settings.base_url):
        text = f"{lacking} administrators have none; each is asked to set one up at the next sign-in"
        yield Finding("second factor", text, note=True)


def is_public(base_url: str) -> bool:
    """Say whether an address is one that others can reach: anything but this machine's own."""
    host = base_url.partition("://")[2].rpartition("@")[2].partition("/")[0]
    name = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
    if name == "localhost" or name.endswith(".localhost"):
        return False
    try:
        return not ip_address(name).is_loopback
    except ValueError:
        return True


def _has_tables() -> bool:
    return db.engine.dialect.has_table(db.session.connection(), AuditEntry.__tablename__)


def _first_line(error: SQLAlchemyError) -> str:
    return str(getattr(error, "orig", None) or error).strip().splitlines()[0]
