"""Load the demonstration into an empty database."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from booking.accounts.models import User
from booking.accounts.service import user_with_email
from booking.clock import zone
from booking.demo.calendars import keep_calendars
from booking.demo.deciding import publish
from booking.demo.directory import fill_directory
from booking.demo.groups import move_groups
from booking.demo.keeping import keep_city
from booking.demo.month import live_through
from booking.demo.people import address, make_people
from booking.demo.photos import hang_photos
from booking.demo.places import load_places
from booking.demo.series import make_breaks
from booking.demo.visit import visit_choir
from booking.extensions import db
from booking.organisations.membership import actor_of
from booking.rooms.models import Room
from booking.timetable.zone import local_date

FOUNDED = timedelta(days=400)  # before today: when everybody got their accounts


class RoomsAreThere(Exception):
    """The database has rooms that are not the demonstration's."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """How much was loaded."""

    rooms: int
    reservations: int


def is_loaded() -> bool:
    """Say whether the demonstration is there."""
    return user_with_email(address("varaaja")) is not None


def load(*, password_hash: str, now: datetime, tick: Callable[[int], None] = lambda _: None) -> Loaded:
    """Make places, people and a month of reservations around `now`, in the caller's transaction.

    `password_hash` is that of all sign-ins; hash it before the transaction begins. `tick` is called as steps
    are done. Raises RoomsAreThere when the database is somebody else's.
    """
    if db.session.scalar(select(Room.id).limit(1)) is not None:
        raise RoomsAreThere
    places = load_places()
    make_people(password_hash, now - FOUNDED)
    fill_directory(now)
    hang_photos(_keeper(), now - FOUNDED)
    keep_city(actor_of(_keeper()), now - FOUNDED, year=local_date(now, zone()).year)
    make_breaks(now)
    publish(now - FOUNDED)
    keep_calendars(actor_of(_keeper()), now)
    move_groups(now)
    visit_choir(now)
    return Loaded(rooms=places.created, reservations=live_through(now, tick))


def _keeper() -> User:
    keeper = user_with_email(address("paattaja"))
    if keeper is None:
        raise LookupError("the demonstration's approver is made before what they keep")
    return keeper
