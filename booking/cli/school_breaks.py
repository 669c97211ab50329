"""`school-breaks import`, `school-breaks export`."""

from pathlib import Path

import click
from flask.cli import AppGroup

from booking.cli.sheets import read_sheet_file
from booking.db import in_transaction
from booking.rooms.school_breaks import export_breaks, import_breaks

school_breaks = AppGroup("school-breaks", help="School breaks as a sheet.")


@school_breaks.command("export")
def export() -> None:
    """Print every school break as CSV."""
    click.echo(export_breaks(), nl=False)


@school_breaks.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_file(file: Path) -> None:
    """Put the breaks of FILE, a CSV with the columns of the export, in the place of those known."""
    breaks = read_sheet_file(file, lambda content: in_transaction(lambda: import_breaks(content)))
    click.echo(f"{breaks} school breaks.")
