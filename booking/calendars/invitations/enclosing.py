"""Enclose in a mail about a reservation what the reader's calendar has to hear.

Everything is read and written in the transaction of what the mail tells, so the calendar object tells of that
moment and of no later one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from math import ceil
from typing import Final

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select

from booking.accounts.models import User
from booking.calendars.events import Manner, calendar_event, place_of, told
from booking.calendars.invitations.feed_address import own_feed
from booking.calendars.invitations.models import SentInvitation
from booking.calendars.invitations.telling import Date, Heard, method_of, to_tell
from booking.calendars.queries import happenings
from booking.extensions import db
from booking.ical.invitation import Method, Party, invitation_bytes
from booking.outbox.envelope import UnusableAddress, address_of, sender
from booking.outbox.message import CalendarPart
from booking.outbox.models import OutboxMessage
from booking.reservations.enclosures import Enclosure, register_encloser
from booking.reservations.lifecycle import HOLDING
from booking.reservations.models import Reservation
from booking.reservations.policy import Sight
from booking.reservations.undoing.keeping import TIME_TO_UNDO
from booking.rooms.catalogue import catalogue
from booking.rooms.facts import RoomFacts
from config import Settings

_ALL_OF_IT: Final = datetime(1980, 1, 1, tzinfo=UTC)  # before any date


@register_encloser
def invitation(reservation: Reservation, reader: User, now: datetime) -> Enclosure | None:
    """Return what has changed about the reservation's dates since the reader's calendar heard of them.

    In the language spoken now; None when nothing has, and for an address that no mail can reach. Three
    statements at most.
    """
    settings: Settings = current_app.config["SETTINGS"]
    try:
        service, to = sender(settings.mail_from), address_of(reader.email).addr_spec
    except UnusableAddress:
        return None
    ids = {each.uid: each.id for each in reservation.occurrences}
    before = _sent(reader, ids)
    dates = _dates(reservation, reader, settings, now)
    news = to_tell(dates, {uid: heard for uid, (heard, _due) in before.items()})
    if not news:
        return None
    single = len(ids) == 1
    method = method_of(news, is_single=single)
    calendar = invitation_bytes(
        method,
        [each.event for each in news],
        organizer=Party(_room(reservation).owner or service.display_name, service.addr_spec),
        attendee=Party(reader.name, to) if single else None,
    )
    words, filling = _words(method, news, reader, settings)

    return Enclosure(
        CalendarPart(method, calendar.decode("utf-8")),
        words,
        filling,
        _wait(before, now),
        partial(_keep, news, ids, reader.id),
    )


def _keep(news: Sequence[Date], ids: Mapping[str, int], reader_id: int, mail: OutboxMessage) -> None:
    """Write down that a mail brings these dates to a reader's calendar. Flushes."""
    for each in news:
        db.session.add(
            SentInvitation(
                mail_id=mail.id,
                user_id=reader_id,
                occurrence_id=ids[each.event.uid],
                sequence=each.event.sequence,
                cancelled=each.cancelled,
                content=each.content,
            )
        )
    db.session.flush()


def _room(reservation: Reservation) -> RoomFacts:
    return catalogue().by_id[reservation.room_id]


def _dates(reservation: Reservation, reader: User, settings: Settings, now: datetime) -> list[Date]:
    """Return the reservation's dates as the reader's own feed tells them. One statement."""
    db.session.flush()
    manner = Manner(reader.language, str(settings.base_url), Sight.FULL, names_organisation=True)
    rooms = catalogue().by_id
    found = []
    for row in happenings(Reservation.id == reservation.id, Sight.FULL, since=_ALL_OF_IT):
        event = calendar_event(told(row, place_of(rooms[row.room_id]), manner, names_room=True))
        event = replace(event, status="CONFIRMED" if row.state in HOLDING else "CANCELLED")
        found.append(Date(event, changed_now=int(row.changed_at.timestamp()) == int(now.timestamp())))
    return found


def _sent(reader: User, ids: Mapping[str, int]) -> dict[str, tuple[Heard, datetime | None]]:
    """Return by UID what the reader was sent last, and when its mail is due if it still is. One statement."""
    uids = {number: uid for uid, number in ids.items()}
    rows = db.session.execute(
        select(SentInvitation, OutboxMessage.next_attempt_at, OutboxMessage.delivered_at)
        .join(OutboxMessage, OutboxMessage.id == SentInvitation.mail_id)
        .where(SentInvitation.user_id == reader.id, SentInvitation.occurrence_id.in_(uids))
        .order_by(SentInvitation.sequence)
    )
    return {
        uids[sent.occurrence_id]: (
            Heard(sent.sequence, sent.cancelled, sent.content),
            due if delivered is None else None,
        )
        for sent, due, delivered in rows
    }


def _wait(before: Mapping[str, tuple[Heard, datetime | None]], now: datetime) -> int:
    """Return the seconds after which the reader's earlier mail about these dates has gone out.

    A calendar that hears of the end before the beginning may keep the beginning. One that cannot be sent is
    not waited for longer than a decision's is.
    """
    waits = [(due - now).total_seconds() for _heard, due in before.values() if due is not None]
    return min(max([0, *map(ceil, waits)]), TIME_TO_UNDO)


def _words(method: Method, news: Sequence[Date], reader: User, settings: Settings) -> tuple[str, str | None]:
    """Return what the mail says of its calendar part, and which secret takes the mark's place, if any."""
    if method == "REQUEST":
        added = _("Kalenterikutsu on liitteenä. Jos kalenteri ei lisää aikaa itse, avaa liite varaus.ics.")
        return str(added), None
    if method == "CANCEL":
        removed = _("Peruutus kalenteriin on liitteenä. Jos kalenteri ei poista aikaa itse, avaa varaus.ics.")
        return str(removed), None
    said = _published(news)
    feed = own_feed(reader)
    if feed is None:
        more = _("Tilattu kalenteri pysyy ajan tasalla itsestään. Tee sen osoite:")
        return f"{said}\n{more}\n{settings.base_url}/calendars", None
    more = _("Tilattu kalenteri pysyy ajan tasalla itsestään. Sen osoite on salainen, vain sinulle:")
    return f"{said}\n{more}\n{feed.mark}", feed.filling


def _published(news: Sequence[Date]) -> str:
    """Return what opening the dates of a series does to the reader's calendar."""
    said = _("Ajat ovat liitteessä varaus.ics. Avaa se, niin ajat tulevat kalenteriin tai muuttuvat siellä.")
    if all(each.cancelled for each in news):
        said = _("Perutut ajat ovat liitteessä varaus.ics. Avaa se, niin ne poistuvat kalenterista.")
    elif any(each.cancelled for each in news):
        said = _(
            "Ajat ovat liitteessä varaus.ics. Avaa se, niin ajat tulevat kalenteriin, muuttuvat siellä tai "
            "poistuvat sieltä."
        )
    return str(said)
