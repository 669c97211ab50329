"""`rooms import`, `rooms export`."""

from pathlib import Path

import click
from flask.cli import AppGroup

from booking.cli.progress import progress_bar
from booking.cli.sheets import lines_of, read_sheet_file
from booking.db import in_transaction, tried
from booking.rooms.exchange import export_rooms, import_rooms

rooms = AppGroup("rooms", help="Rooms as a sheet.")


@rooms.command("export")
def export() -> None:
    """Print every room as CSV."""
    click.echo(export_rooms(), nl=False)


@rooms.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would happen; change nothing.")
def import_file(file: Path, *, dry_run: bool) -> None:
    """Create and change rooms by FILE, a CSV with the columns of `rooms export`: all of it or nothing."""
    with progress_bar(lines_of(file), "rooms") as bar:
        run = tried if dry_run else in_transaction
        outcome = read_sheet_file(file, lambda content: run(lambda: import_rooms(content, tick=bar.update)))
    would = "would be " if dry_run else ""
    click.echo(
        f"{outcome.created} rooms {would}made, {outcome.changed} {would}changed,"
        f" {outcome.unchanged} as they were."
    )
