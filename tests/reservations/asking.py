"""Ways to ask for a series: of the service, and on the request page, whose words are read."""

import re
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from booking.reservations.models import Reservation
from booking.reservations.service import request_reservation
from booking.rooms.models import Room
from booking.timetable.interval import Interval
from booking.timetable.pattern import Pattern
from tests.factories.reservations import EVENING, NOW, request_for
from tests.factories.users import acting
from tests.reservations.town import Town
from tests.support.client import PageClient

WEEK = timedelta(days=7)
FIRST = date(2027, 1, 12)
DATES = [FIRST + n * WEEK for n in range(4)]
WEEKLY = Pattern("weekly", count=4)
ADDRESS = "/rooms/karelia-sali/request"
FOUR_TUESDAYS = {
    "date": "2027-01-12",
    "start": "18:00",
    "end": "20:00",
    "people": "10",
    "repeat": "weekly",
    "count": "4",
}
REST = {
    "title": "Kevätkauden harjoitus",
    "purpose": "rehearsal",
    "contact": "050 000 0000",
    "accept_terms": "y",
}


def asked(town: Town, room: Room | None = None, use: Interval = EVENING, **changes: Any) -> Any:
    """Return the choir's request for a series, by default of four Tuesdays."""
    values = {"organisation_slug": town.choir.slug, "pattern": WEEKLY} | changes
    return request_for(room or town.room, use, **values)


def ask(town: Town, *args: Any, **changes: Any) -> Reservation:
    """Have the choir's booker ask."""
    return request_reservation(asked(town, *args, **changes), actor=acting(town.booker), now=NOW)


def text_of(answer: Any) -> str:
    """Return the page's words, in one line."""
    body = re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True).partition("<main")[2])
    return re.sub(r"\s+", " ", body)


def buttons(answer: Any, name: str) -> list[str]:
    """Return what the buttons of that name send."""
    return re.findall(rf'<button[^>]*name="{name}"\s+value="([^"]*)"', answer.get_data(as_text=True))


def focused(answer: Any) -> str:
    """Return the words where the page's focus is."""
    found = re.findall(
        r"autofocus[^>]*>(.*?)</(?:p|h2|button|div)>", answer.get_data(as_text=True), re.DOTALL
    )
    assert len(found) == 1
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found[0])).strip()


def press(booker: PageClient, name: str, value: str = "1", **typed: Any) -> Any:
    """Press a button of the series' form."""
    return booker.submit({name: value} | typed, action=ADDRESS)


def made(session: Any) -> list[Reservation]:
    taken = session.scalars(
        select(Reservation).where(Reservation.title == REST["title"]).order_by(Reservation.id)
    )
    return list(taken)
