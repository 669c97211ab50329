"""Ways to ask for a series on the request page, and to read what the page says."""

import re
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from booking.reservations.models import Reservation
from tests.support.client import PageClient

WEEK = timedelta(days=7)
DATES = [date(2027, 1, 12) + n * WEEK for n in range(4)]
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
