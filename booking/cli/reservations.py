"""`reservations import`, `reservations export`."""

from pathlib import Path

import click
from flask.cli import AppGroup

from booking import clock
from booking.cli.progress import progress_bar
from booking.cli.sheets import lines_of, read_sheet_file
from booking.reservations.sheets.dates import dates_in
from booking.reservations.sheets.export import written
from booking.reservations.sheets.importing import Taken, import_dates

reservations = AppGroup("reservations", help="Reservations as a sheet.")


@reservations.command("export")
def export() -> None:
    """Print every date of every reservation as CSV, with all that brings it back."""
    click.echo(written(dates_in(None), kept=True), nl=False)


@reservations.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would happen; change nothing.")
def import_file(file: Path, *, dry_run: bool) -> None:
    """Make the reservations of FILE, a CSV as `reservations export` writes it: all of it or nothing."""
    with progress_bar(lines_of(file), "reservations") as bar:

        def take(content: bytes) -> Taken:
            return import_dates(content, actor=None, now=clock.now(), tick=bar.update)

        taken = read_sheet_file(file, take, dry_run=dry_run)
    made = "would be made" if dry_run else "made"
    click.echo(
        f"{taken.reservations} reservations with {taken.dates} dates {made},"
        f" {taken.unchanged} dates as they were."
    )
