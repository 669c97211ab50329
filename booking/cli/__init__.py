"""The operator's commands: `flask --app wsgi …`."""

from flask import Flask

from booking.cli.backup import backup
from booking.cli.calendars import calendars
from booking.cli.demo import demo
from booking.cli.doctor import doctor
from booking.cli.people import tokens, users
from booking.cli.reservations import reservations
from booking.cli.rooms import rooms
from booking.cli.school_breaks import school_breaks
from booking.cli.work import jobs


def register_commands(app: Flask) -> None:
    """Add the commands to the application's command line."""
    for command in (
        users,
        tokens,
        rooms,
        reservations,
        school_breaks,
        calendars,
        jobs,
        backup,
        doctor,
        demo,
    ):
        app.cli.add_command(command)
