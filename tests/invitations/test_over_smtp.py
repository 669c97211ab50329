"""Whole mails as a real mail server gets them: their parts, their calendars, and what is not in them."""

from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import icalendar
import pytest
import vobject
from sqlalchemy import select

from booking.calendars.service import create, renew, token_of
from booking.db import in_transaction
from booking.outbox.delivery import deliver_due
from booking.outbox.models import OutboxMessage
from booking.outbox.post_office import MailServer
from booking.reservations.decisions import cancel
from booking.reservations.models import Reservation
from booking.reservations.service import request_reservation
from booking.timetable.pattern import Pattern
from tests.factories.reservations import EVENING, NOW, request_for
from tests.factories.users import acting
from tests.invitations.inbox import mails_with_calendar
from tests.outbox.mailbox import Mailbox, mail_server
from tests.reservations.town import Town

FROM = "Imatran tilat <tilat@demo.example>"
TITLE = "Ääniä; 100 % \\N iloa, “kuoro” 🎵 " + "pitkä " * 14


def book(town: Town, **changes: Any) -> Reservation:
    """Have the choir book the room, which is free at once."""
    town.room.approval = "at_once"
    values = {"title": TITLE, "note": "Salainen huomautus", "responsible": "Vastuullinen", "people": 7}
    wish = request_for(town.room, organisation_slug=town.choir.slug, **values | changes)
    return in_transaction(lambda: request_reservation(wish, actor=acting(town.booker), now=NOW))


def sent_to(town: Town, box: Mailbox) -> list[EmailMessage]:
    """Deliver what is due and return the mails that the booker got, oldest first."""
    at = NOW + timedelta(days=1)
    with mail_server(box) as address:
        deliver_due(now=lambda: at, post_office=MailServer(f"smtp://{address}", FROM))
    return [each for each in box.mails if each["To"] == town.booker.email]


def shape(mail: EmailMessage) -> Any:
    """The types of a mail's parts, nested as they are."""
    if not mail.is_multipart():
        return mail.get_content_type()
    return mail.get_content_type(), [shape(part) for part in mail.iter_parts()]


def calendars(mail: EmailMessage) -> list[bytes]:
    """The calendar objects of a mail, the one beside the text first."""
    return [
        part.get_payload(decode=True)
        for part in mail.walk()
        if part.get_content_type() in ("text/calendar", "application/ics")
    ]


def test_an_invitation_and_its_cancellation_arrive_whole(session: Any, town: Town) -> None:
    booked = book(town)
    in_transaction(
        lambda: cancel(booked.reference, None, "", actor=acting(town.booker), now=NOW + timedelta(hours=1))
    )
    mails = sent_to(town, Mailbox())
    assert len(mails) == 2
    for mail, method, status in zip(mails, ("REQUEST", "CANCEL"), ("CONFIRMED", "CANCELLED"), strict=True):
        assert shape(mail) == (
            "multipart/mixed",
            [("multipart/alternative", ["text/plain", "text/calendar"]), "application/ics"],
        )
        beside = next(part for part in mail.walk() if part.get_content_type() == "text/calendar")
        assert beside["Content-Type"].params == {"charset": "utf-8", "method": method}
        assert beside.get_content_disposition() is None
        attached = next(part for part in mail.walk() if part.get_content_type() == "application/ics")
        assert attached.get_content_disposition() == "attachment"
        assert attached.get_filename() == attached["Content-Type"].params["name"] == "varaus.ics"
        first, second = calendars(mail)
        assert first == second
        plain = mail.get_body(("plain",))
        assert plain is not None
        assert "varaus.ics" in plain.get_content()
        read = icalendar.Calendar.from_ical(first)
        (event,) = read.walk("VEVENT")
        assert (read["METHOD"], event["STATUS"]) == (method, status)
        assert event["ATTENDEE"] == f"mailto:{town.booker.email}"
        assert (event["ORGANIZER"], event["ORGANIZER"].params["CN"]) == (
            "mailto:tilavaraus@localhost",
            "Imatran kaupunki",
        )
        assert event["UID"] == booked.occurrences[0].uid
        assert (event["DTSTART"].dt, event["DTEND"].dt) == (EVENING.start, EVENING.end)
        assert str(event["SUMMARY"]).startswith(TITLE.strip())
        other = vobject.readOne(first.decode("utf-8"))
        assert other.method.value == method
        assert other.vevent.summary.value == str(event["SUMMARY"])
        assert other.vevent.dtstart.value == EVENING.start


def test_a_mail_names_nobody_but_its_reader_and_no_note(session: Any, town: Town) -> None:
    for person in (town.manager, town.approver, town.member):
        person.name, person.wants_invitations = f"Joku {person.id}. ihminen", True
    booked = book(town, pattern=Pattern("weekly", count=3), contact="050 123 4567")
    single = book(town, start=EVENING.end, end=EVENING.end + timedelta(hours=1), contact="050 123 4567")
    in_transaction(lambda: cancel(single.reference, None, "Syy", actor=acting(town.approver), now=NOW))
    assert booked.reference != single.reference
    mails = sent_to(town, Mailbox())
    told = [data for mail in mails for data in calendars(mail)]
    assert len(told) == 5
    others = (town.manager, town.approver, town.member, town.rival)
    for data in told:
        text = data.replace(b"\r\n ", b"").decode("utf-8")
        for word in ("Salainen", "050 123", "Vastuullinen", *(each.email for each in others)):
            assert word not in text
        assert not [each for each in others if each.name in text]


@pytest.mark.parametrize("has_feed", [True, False])
def test_a_series_brings_its_dates_and_the_address_of_ones_own_feed(
    session: Any, town: Town, has_feed: bool
) -> None:
    actor = acting(town.booker)
    feed = in_transaction(lambda: create("mine", None, actor=actor, now=NOW)) if has_feed else None
    secret = token_of(feed) if feed else "ei mitään"
    booked = book(town, pattern=Pattern("weekly", count=3))
    stored = [str(each.__dict__) for each in session.scalars(select(OutboxMessage))]
    assert not [each for each in stored if secret in each], "a stolen database opens no calendar"
    (mail,) = sent_to(town, Mailbox())
    assert shape(mail) == ("multipart/mixed", ["text/plain", "application/ics"])
    plain = mail.get_body(("plain",))
    assert plain is not None
    address = f"http://localhost/calendars/private/{secret}.ics" if has_feed else "http://localhost/calendars"
    assert address in plain.get_content().split()
    (data,) = calendars(mail)
    read = icalendar.Calendar.from_ical(data)
    assert read["METHOD"] == "PUBLISH"
    assert [each["UID"] for each in read.walk("VEVENT")] == [each.uid for each in booked.occurrences]
    assert b"RRULE:FREQ=YEARLY" in data
    assert data.count(b"RRULE") == 2, "of the time zone alone"


def test_every_try_sends_the_same_bytes_though_all_has_changed_since(session: Any, town: Town) -> None:
    actor = acting(town.booker)
    feed = in_transaction(lambda: create("mine", None, actor=actor, now=NOW))
    book(town, pattern=Pattern("weekly", count=3))
    book(town, start=EVENING.end, end=EVENING.end + timedelta(hours=1))
    box = Mailbox()
    box.on_data = "451 4.3.0 Try later"
    tried: list[bytes] = []
    take = box.handle_DATA

    async def keep(server: Any, session: Any, envelope: Any) -> str:
        tried.append(envelope.original_content)
        return await take(server, session, envelope)

    box.handle_DATA = keep  # type: ignore[method-assign]
    sent_to(town, box)
    town.room.name, town.booker.name = "Uusi nimi", "Uusi Nimi"
    in_transaction(lambda: renew(feed.id, actor=actor, now=NOW))
    for mail in mails_with_calendar(session, town.booker):
        mail.next_attempt_at = NOW
    session.commit()
    box.on_data = ""
    sent_to(town, box)
    tries = [data for data in tried if b"varaus.ics" in data]
    assert len(tries) == 4
    assert len(set(tries)) == 2
