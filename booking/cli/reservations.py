"""`reservations import`, `reservations export`."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import click
from flask.cli import AppGroup

from booking import clock
from booking.cli.progress import progress_bar
from booking.cli.sheets import lines_of, read_sheet_file
from booking.db import in_transaction
from booking.reservations.sheets.dates import dates_in
from booking.reservations.sheets.export import written
from booking.reservations.sheets.importing import Taken, judging, taking
from booking.reservations.sheets.notation import runs_past_midnight
from booking.rooms.steps import finished
from booking.timetable.zone import to_wall

_SHOWN = 50  # dates that a dry run tells

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
        taken = read_sheet_file(file, partial(_look_at if dry_run else _take, tick=bar.update))
    made = "would be made" if dry_run else "made"
    click.echo(
        f"{taken.reservations} reservations with {taken.dates} dates {made},"
        f" {taken.unchanged} dates as they were."
    )


def _look_at(content: bytes, tick: Callable[[int], None]) -> Taken:
    plan = finished(judging(content, actor=None, now=clock.now()), tick)
    for line in plan.lines[:_SHOWN]:
        start, end = to_wall(line.use.start, clock.zone()), to_wall(line.use.end, clock.zone())
        note = ", past midnight" if runs_past_midnight(line.use, clock.zone()) else ""
        click.echo(
            f"line {line.number}: {line.room.slug} {start:%Y-%m-%d %H:%M} - {end:%Y-%m-%d %H:%M}{note}"
        )
    if len(plan.lines) > _SHOWN:
        click.echo(f"and {len(plan.lines) - _SHOWN} more dates")
    return plan.outcome


def _take(content: bytes, tick: Callable[[int], None]) -> Taken:
    work = taking(
        content,
        reader=lambda: None,
        run=lambda write: in_transaction(lambda: write(None)),
        now=clock.now(),
    )
    return finished(work, tick)
