"""`rooms import`, `rooms export`."""

from pathlib import Path

import click
from flask.cli import AppGroup

from booking.db import in_transaction
from booking.rooms.exchange import SheetRefused, export_rooms, import_rooms

SHOWN_FAULTS = 20

rooms = AppGroup("rooms", help="Rooms as a sheet.")


@rooms.command("export")
def export() -> None:
    """Print every room as CSV."""
    click.echo(export_rooms(), nl=False)


@rooms.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_file(file: Path) -> None:
    """Create and change rooms by FILE, a CSV with the columns of `rooms export`: all of it or nothing."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror}") from error
    try:
        outcome = in_transaction(lambda: import_rooms(content))
    except SheetRefused as refused:
        shown = [str(fault) for fault in refused.faults[:SHOWN_FAULTS]]
        if len(refused.faults) > SHOWN_FAULTS:
            shown.append(f"and {len(refused.faults) - SHOWN_FAULTS} more")
        raise click.ClickException(f"nothing was imported from {file}:\n" + "\n".join(shown)) from None
    click.echo(f"{outcome.created} rooms made, {outcome.changed} changed, {outcome.unchanged} as they were.")
