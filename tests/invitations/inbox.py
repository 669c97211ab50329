"""A calendar that mail is applied to, as RFC 5546 has it, and short ways to read what mails bring."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from booking.accounts.models import User
from booking.outbox.models import OutboxMessage
from booking.reservations.lifecycle import HOLDING
from booking.reservations.models import Occurrence, Reservation
from tests.calendars.reading import Event, events, lines

Told = tuple[str, int, str]
"""METHOD, SEQUENCE and STATUS of one event that a mail has brought."""


def mails_with_calendar(session: Any, reader: User) -> list[OutboxMessage]:
    """Return the mails to a person that bring something to the calendar, in the order they are due."""
    return list(
        session.scalars(
            select(OutboxMessage)
            .where(OutboxMessage.recipient == reader.email, OutboxMessage.calendar.is_not(None))
            .order_by(OutboxMessage.next_attempt_at, OutboxMessage.id)
        )
    )


def told(session: Any, reader: User) -> list[Told]:
    """Return all that the person's calendar has been told, event by event."""
    found = []
    for mail in mails_with_calendar(session, reader):
        data = calendar_of(mail)
        assert f"METHOD:{mail.calendar_method}" in lines(data)
        found += [(str(mail.calendar_method), int(each["SEQUENCE"]), each["STATUS"]) for each in events(data)]
    return found


def calendar_of(mail: OutboxMessage) -> bytes:
    return str(mail.calendar).encode("utf-8")


class Inbox:
    """The calendar of one attendee: the newest word on each UID stands, by SEQUENCE and then by DTSTAMP."""

    def __init__(self) -> None:
        self.newest: dict[str, Event] = {}

    def take(self, data: bytes) -> None:
        """Apply one mail. That a SEQUENCE says two different things fails the test."""
        for event in events(data):
            known = self.newest.get(event["UID"])
            if known is not None and _version(known) == _version(event):
                assert known == event, "one version, two stories"
            if known is None or _version(event) > _version(known):
                self.newest[event["UID"]] = event

    @property
    def coming(self) -> dict[str, tuple[str, str, str]]:
        """What the person sees: start, end and what it is, by UID."""
        return {
            uid: (each["DTSTART"], each["DTEND"], each["SUMMARY"])
            for uid, each in self.newest.items()
            if each["STATUS"] == "CONFIRMED"
        }


def _version(event: Event) -> tuple[int, str]:
    return int(event["SEQUENCE"]), event["DTSTAMP"]


def confirmed(*reservations: Reservation) -> dict[str, tuple[datetime, datetime, str]]:
    """Return what a calendar should show of these reservations: start, end and title, by UID."""
    dates: list[Occurrence] = [each for one in reservations for each in one.occurrences]
    return {each.uid: (each.starts_at, each.ends_at, each.title) for each in dates if each.state in HOLDING}
