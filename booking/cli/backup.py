"""`backup FILE`: a consistent copy of the database while the service runs."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.engine import URL, make_url

from booking.cli.progress import progress_bar

PAGES_A_STEP = 1000  # other writers get their turn between steps


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--overwrite", is_flag=True, help="Replace FILE if it exists.")
@with_appcontext
def backup(file: Path, overwrite: bool) -> None:
    """Copy the database into FILE, whole or not at all.

    Whoever is erased after the copy is still in it: throw copies away after BACKUP_DAYS days (90 if it is not
    set), as the privacy notice promises.
    """
    if file.exists() and not overwrite:
        raise click.ClickException(f"{file} exists already; choose another name or add --overwrite.")
    if not file.absolute().parent.is_dir():
        raise click.ClickException(f"There is no folder {file.absolute().parent}.")
    url = make_url(current_app.config["SETTINGS"].database_url)
    unfinished = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))  # it holds personal data
        if url.get_backend_name() == "sqlite":
            _copy_sqlite(Path(str(url.database)), unfinished)
        else:
            _dump_postgresql(url, unfinished)
        unfinished.replace(file)
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror}") from error
    finally:
        unfinished.unlink(missing_ok=True)
    click.echo(f"{file}: {file.stat().st_size:,} bytes")


def _copy_sqlite(source: Path, target: Path) -> None:
    if not source.exists():
        raise click.ClickException(f"There is no database {source}.")
    try:
        with closing(sqlite3.connect(source)) as original, closing(sqlite3.connect(target)) as copy:
            with progress_bar(1, "Copying") as bar:

                def progress(status: int, remaining: int, total: int) -> None:
                    bar.length = max(total, 1)
                    bar.update(total - remaining - bar.pos)

                original.backup(copy, pages=PAGES_A_STEP, progress=progress)
            # Pages nobody uses may still hold what was erased before deleting overwrote it
            copy.execute("VACUUM")
            # A copy is one file, also where the original has its log beside it
            copy.execute("PRAGMA journal_mode=DELETE")
            (verdict,) = copy.execute("PRAGMA integrity_check(1)").fetchone()
    except sqlite3.Error as error:
        raise click.ClickException(f"The copy failed: {error}") from error
    if verdict != "ok":
        raise click.ClickException(f"The database is damaged: {verdict}")


def _dump_postgresql(url: URL, target: Path) -> None:
    program = shutil.which("pg_dump")
    if program is None:
        raise click.ClickException(
            "pg_dump is not installed here. Install PostgreSQL's client programs (apt-get install"
            " postgresql-client), or back up on the database's own machine."
        )
    address = url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    secret = {"PGPASSWORD": str(url.password)} if url.password is not None else {}
    done = subprocess.run(  # noqa: S603 - the address comes from the operator's own settings
        [program, "--format=custom", f"--file={target}", f"--dbname={address}"],
        env=os.environ | secret,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise click.ClickException(f"pg_dump failed: {done.stderr.strip()}")
