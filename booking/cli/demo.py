"""`demo load`: the demonstration, and large years for measurements."""

import click
from flask.cli import AppGroup

from booking import clock
from booking.accounts.demo import PASSWORD
from booking.accounts.passwords import hash_password
from booking.cli.progress import progress_bar
from booking.db import in_transaction
from booking.demo.load import Loaded, RoomsAreThere, is_loaded, load
from booking.demo.volume import AlreadyFilled, TooMany, fill
from booking.timetable.zone import local_date

demo = AppGroup("demo", help="Data to try the service with.")
STEPS = 470  # of the demonstration's month, about
USUAL_RESERVATIONS = 10_000
RESERVATIONS_A_ROOM = 1000  # a year: a busy room, about three uses a day


@demo.command("load")
@click.option("--year", type=click.IntRange(2000, 2099), help="The year of the many reservations.")
@click.option("--reservations", type=click.IntRange(1, 5_000_000), help="Add so many reservations in bulk.")
def load_demo(year: int | None, reservations: int | None) -> None:
    """Load Imatra's places, invented associations and a month of reservations around today.

    With --year or --reservations, a reproducible large year as well.
    """
    if is_loaded():
        click.echo("The demo data is loaded already; nothing was changed.")
    else:
        loaded = _load()
        click.echo(f"{loaded.rooms} rooms and {loaded.reservations} reservations.")
    if reservations is not None or year is not None:
        _fill(reservations or USUAL_RESERVATIONS, year or local_date(clock.now(), clock.zone()).year)


def _load() -> Loaded:
    hashed = hash_password(PASSWORD)
    with progress_bar(STEPS, "Reservations") as bar:
        try:
            return in_transaction(lambda: load(password_hash=hashed, now=clock.now(), tick=bar.update))
        except RoomsAreThere:
            raise click.ClickException(
                "The database has rooms that are not the demo's; use an empty one."
            ) from None


def _fill(reservations: int, year: int) -> None:
    rooms = max(30, -(-reservations // RESERVATIONS_A_ROOM))
    with progress_bar(reservations, f"The year {year}") as bar:
        try:
            filled = fill(reservations=reservations, rooms=rooms, years=[year], tick=bar.update)
        except AlreadyFilled:
            message = f"The year {year} has been filled already; nothing was changed."
        except TooMany as error:
            raise click.ClickException(str(error)) from None
        else:
            message = f"{filled.reservations} reservations in {filled.rooms} rooms in {year}."
    click.echo(message)
