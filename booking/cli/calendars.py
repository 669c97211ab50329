"""`calendars sync`: ask for the calendars from outside that are due, without waiting for the worker."""

import click
from flask.cli import AppGroup

from booking.calendars.outside.sync import sync_due

calendars = AppGroup("calendars", help="Calendars from outside that block rooms.")


@calendars.command("sync")
def sync() -> None:
    """Ask for every calendar that is due, and follow what it tells."""
    number = sync_due()
    click.echo(f"asked for: {number}")
