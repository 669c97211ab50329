"""`rooms import`, `rooms export`."""

from pathlib import Path

import click
from flask.cli import AppGroup

from booking.cli.sheets import read_sheet_file
from booking.rooms.exchange import export_rooms, import_rooms

rooms = AppGroup("rooms", help="Rooms as a sheet.")


@rooms.command("export")
def export() -> None:
    """Print every room as CSV."""
    click.echo(export_rooms(), nl=False)


@rooms.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_file(file: Path) -> None:
    """Create and change rooms by FILE, a CSV with the columns of `rooms export`: all of it or nothing."""
    outcome = read_sheet_file(file, import_rooms)
    click.echo(f"{outcome.created} rooms made, {outcome.changed} changed, {outcome.unchanged} as they were.")
