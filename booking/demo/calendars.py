"""Calendars that the demonstration's people keep by a secret address: one in use, one that nobody fetches."""

from datetime import datetime, timedelta

from booking.access.actor import Actor
from booking.calendars.clients import Client
from booking.calendars.service import create
from booking.calendars.use import note_fetch
from booking.demo.people import CITY, organisation

MADE = timedelta(days=60)  # before today
USED, LAST_USED = timedelta(hours=2), timedelta(days=20)


def keep_calendars(actor: Actor, now: datetime) -> None:
    """Make two calendars of the city's approver, in the caller's transaction."""
    rooms = create("approver", organisation(CITY).id, actor=actor, now=now - MADE)
    note_fetch(rooms.id, rooms.generation, Client.APPLE, now=now - USED)
    mine = create("mine", None, actor=actor, now=now - MADE)
    note_fetch(mine.id, mine.generation, Client.GOOGLE, now=now - LAST_USED)
