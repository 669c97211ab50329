"""Mail about reservations: composed in the reader's language, in the transaction of what it tells."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flask import current_app, render_template

from booking.access.roles import Right
from booking.accounts.models import User
from booking.availability.alternatives import MOST, Alternative, alternatives
from booking.clock import zone
from booking.i18n import speaking
from booking.organisations.membership import actor_of, people_with
from booking.outbox.message import Message
from booking.outbox.models import OutboxMessage
from booking.outbox.service import post
from booking.reservations.behalf.calls import note_call
from booking.reservations.digest.choice import keep_for_digest
from booking.reservations.enclosures import Enclosure, enclosed
from booking.reservations.models import Occurrence, Reservation
from booking.reservations.quote_words import price_of
from booking.reservations.quotes import quote_of
from booking.reservations.undoing import keeping
from booking.reservations.undoing.keeping import TIME_TO_UNDO
from booking.rooms.catalogue import catalogue
from booking.rooms.labels import room_name
from booking.rooms.rules import cancellation_deadline
from booking.timetable.interval import Interval

WITH_PRICE = frozenset({"request_received", "request_to_decide", "confirmed"})
WITH_ALTERNATIVES = frozenset({"competing_lost", "declined"})
MOST_DATES = 3  # dates of a series that a mail offers alternatives for
MOST_A_DATE = 2

Facts = Callable[[User], Mapping[str, object]]
"""Gives what a template wants besides, called in the reader's language."""


@dataclass(frozen=True, slots=True)
class DateLine:
    """A date as a mail writes it.

    `room` is named where it is another than the first date's, `title` where it is not the reservation's.
    """

    start: datetime
    end: datetime
    room: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Cancelling:
    """The first of a mail's dates that can still be cancelled: its start, and until when."""

    start: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Instead:
    """What is free instead of a date; `date` is None when there is only one."""

    date: DateLine | None
    alternatives: Sequence[Alternative]


def tell_booker(
    kind: str,
    reservation: Reservation,
    occurrences: Sequence[Occurrence] | None = None,
    *,
    now: datetime,
    decision: bool = False,
    reason: str = "",
    facts: Facts = lambda reader: {},
    about: tuple[str, int] | None = None,
) -> None:
    """Post a mail to the booker's side; a `decision` waits until it can no longer be undone.

    The booker hears while they belong to the association, else its managers do. `about`: the kind and id of
    what the mail is taken back by, if not the reservation. Of what was booked on behalf and nobody can be
    written to, staff is to tell by phone.
    """
    readers = bookers_side(reservation)
    if not readers:
        note_call(kind, reservation, occurrences or reservation.occurrences, decision=decision, now=now)
    _post(kind, readers, reservation, occurrences, now, reason, decision=decision, facts=facts, about=about)


def tell_approvers(
    kind: str,
    reservation: Reservation,
    occurrences: Sequence[Occurrence] | None = None,
    *,
    now: datetime,
    reason: str = "",
    facts: Facts = lambda reader: {},
) -> None:
    """Post a mail to every approver of the room's owner; who wants one a day is told by that."""
    owner_id = reservation.room.owner_id
    approvers = people_with(Right.DECIDE, owner_id) if owner_id is not None else []
    chosen = list(occurrences or reservation.occurrences)
    readers = keep_for_digest(kind, approvers, reservation, chosen, now)
    _post(kind, readers, reservation, chosen, now, reason, facts=facts)


def tell_people(
    kind: str,
    readers: Iterable[User],
    reservation: Reservation,
    occurrences: Sequence[Occurrence],
    *,
    now: datetime,
    facts: Facts,
    decision: bool = False,
) -> None:
    """Post a mail to these people. `facts` gives what its template wants besides."""
    _post(kind, readers, reservation, occurrences, now, "", decision=decision, facts=facts)


def bookers_side(reservation: Reservation) -> list[User]:
    """Return who hears of a reservation for the booker: see `tell_booker`. Nobody for a person on the phone.

    Of what staff has booked on an association's behalf all its bookers hear, and of what an administrator has
    who stands in for its managers, these too.
    """
    booker, organisation_id = reservation.booker, reservation.organisation_id
    if reservation.on_behalf:
        return people_with(Right.BOOK, organisation_id) if organisation_id is not None else []
    if organisation_id is None:
        return [booker]
    actor = actor_of(booker)
    sees = booker.closed_at is None and actor.has(Right.SEE, organisation_id)
    if sees and not actor.stands_in(organisation_id):
        return [booker]
    managers = people_with(Right.MANAGE, organisation_id)
    return [booker, *(each for each in managers if each.id != booker.id)] if sees else managers


def _post(
    kind: str,
    readers: Iterable[User],
    reservation: Reservation,
    occurrences: Sequence[Occurrence] | None,
    now: datetime,
    reason: str,
    *,
    decision: bool = False,
    facts: Facts = lambda reader: {},
    about: tuple[str, int] | None = None,
) -> None:
    chosen = list(occurrences or reservation.occurrences)
    for reader in readers:
        with speaking(reader.language):
            enclosure = enclosed(kind, reservation, reader, now)
            more = {**facts(reader), "enclosed": enclosure.words if enclosure else ""}
            message = _compose(kind, reader, reservation, chosen, now, reason, more, decision=decision)
        if about is not None:
            message = replace(message, subject_kind=about[0], subject_id=about[1])
        row = _send(message, enclosure, now, wait_seconds=TIME_TO_UNDO if decision else 0)
        if decision:
            keeping.posted(row.id)


def _send(
    message: Message, enclosure: Enclosure | None, now: datetime, *, wait_seconds: int
) -> OutboxMessage:
    if enclosure is None:
        return post(message, now=now, wait_seconds=wait_seconds)
    whole = replace(message, calendar=enclosure.calendar, filling=enclosure.filling)
    row = post(whole, now=now, wait_seconds=max(wait_seconds, enclosure.wait_seconds))
    enclosure.keep(row)
    return row


def _compose(
    kind: str,
    reader: User,
    reservation: Reservation,
    occurrences: Sequence[Occurrence],
    now: datetime,
    reason: str,
    facts: Mapping[str, object],
    *,
    decision: bool,
) -> Message:
    """Return the mail: the template's first line is the subject, the rest the body."""
    base_url = current_app.config["SETTINGS"].base_url
    room = catalogue().by_id[occurrences[0].room_id]
    by_owner = kind == "cancelled" and decision
    text = render_template(
        f"emails/reservations/{kind}.txt",
        reader=reader,
        reservation=reservation,
        room=room,
        name=room_name(room),
        dates=_lines(occurrences),
        reason=reason,
        price=price_of(quote_of(reservation)) if kind in WITH_PRICE else None,
        by_owner=by_owner,
        cancelling=_cancelling(occurrences, now),
        alternatives=_alternatives(reservation, occurrences, now)
        if by_owner or kind in WITH_ALTERNATIVES
        else (),
        address=f"{base_url}/reservations/{reservation.reference}",
        base_url=base_url,
        **facts,
    )
    subject, _, body = text.strip().partition("\n")
    return Message(
        kind=kind,
        recipient=reader.email,
        language=reader.language,
        subject=subject.strip(),
        body=body.strip() + "\n",
        subject_kind="reservation",
        subject_id=reservation.id,
    )


def _cancelling(occurrences: Sequence[Occurrence], now: datetime) -> Cancelling | None:
    """Return which date can be cancelled first, by the rules of its room; None when no date can any more."""
    rooms, local = catalogue().by_id, zone()
    for each in sorted(occurrences, key=lambda date: (date.starts_at, date.id)):
        until = cancellation_deadline(rooms[each.room_id].rules, each.starts_at, local)
        if until >= now:
            return Cancelling(each.starts_at, until)
    return None


def _lines(occurrences: Sequence[Occurrence]) -> list[DateLine]:
    rooms, first = catalogue().by_id, occurrences[0].room_id
    return [
        DateLine(
            each.starts_at,
            each.ends_at,
            room_name(rooms[each.room_id]) if each.room_id != first else "",
            each.own_title or "",
        )
        for each in occurrences
    ]


def _alternatives(
    reservation: Reservation, occurrences: Sequence[Occurrence], now: datetime
) -> list[Instead]:
    """Return what is free instead, date by date: of a series for its first dates and less for each."""
    rooms, actor = catalogue().by_id, actor_of(reservation.booker)
    several = len(occurrences) > 1
    found = []
    for each, line in list(zip(occurrences, _lines(occurrences), strict=True))[:MOST_DATES]:
        others = alternatives(
            rooms[each.room_id],
            Interval(each.starts_at, each.ends_at),
            people=each.people,
            actor=actor,
            now=now,
        )
        if others:
            found.append(Instead(line if several else None, others[: MOST_A_DATE if several else MOST]))
    return found
