"""Mail about reservations: composed in the reader's language, in the transaction of what it tells."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from flask import current_app, render_template

from booking.access.roles import Right
from booking.accounts.models import User
from booking.availability.alternatives import Alternative, alternatives
from booking.i18n import speaking
from booking.organisations.membership import actor_of, people_with
from booking.outbox.message import Message
from booking.outbox.service import post
from booking.reservations.models import Occurrence, Reservation
from booking.rooms.catalogue import catalogue
from booking.rooms.labels import room_name
from booking.rooms.rules import cancellation_deadline
from booking.timetable.interval import Interval

TIME_TO_UNDO = 60  # seconds a decision's mail waits (DOMAIN.md)
WITH_ALTERNATIVES = frozenset({"competing_lost", "declined"})


def tell_booker(
    kind: str,
    reservation: Reservation,
    occurrences: Sequence[Occurrence] | None = None,
    *,
    now: datetime,
    decision: bool = False,
    reason: str = "",
) -> None:
    """Post a mail to the booker's side; a `decision` waits until it can no longer be undone.

    The booker hears while they belong to the association, else its managers do.
    """
    _post(kind, bookers_side(reservation), reservation, occurrences, now, reason, decision=decision)


def tell_approvers(
    kind: str,
    reservation: Reservation,
    occurrences: Sequence[Occurrence] | None = None,
    *,
    now: datetime,
    reason: str = "",
) -> None:
    """Post a mail to every approver of the room's owner."""
    owner_id = reservation.room.owner_id
    approvers = people_with(Right.DECIDE, owner_id) if owner_id is not None else []
    _post(kind, approvers, reservation, occurrences, now, reason)


def tell_people(
    kind: str,
    readers: Iterable[User],
    reservation: Reservation,
    occurrences: Sequence[Occurrence],
    *,
    now: datetime,
    facts: Callable[[User], Mapping[str, object]],
    decision: bool = False,
) -> None:
    """Post a mail to these people. `facts` gives what its template wants besides, in the reader's language."""
    _post(kind, readers, reservation, occurrences, now, "", decision=decision, facts=facts)


def bookers_side(reservation: Reservation) -> list[User]:
    """Return who hears of a reservation for the booker: see `tell_booker`."""
    booker, organisation_id = reservation.booker, reservation.organisation_id
    if organisation_id is None:
        return [booker]
    if booker.closed_at is None and actor_of(booker).has(Right.SEE, organisation_id):
        return [booker]
    return people_with(Right.MANAGE, organisation_id)


def _post(
    kind: str,
    readers: Iterable[User],
    reservation: Reservation,
    occurrences: Sequence[Occurrence] | None,
    now: datetime,
    reason: str,
    *,
    decision: bool = False,
    facts: Callable[[User], Mapping[str, object]] = lambda reader: {},
) -> None:
    chosen = list(occurrences or reservation.occurrences)
    for reader in readers:
        with speaking(reader.language):
            message = _compose(
                kind, reader, reservation, chosen, now, reason, facts(reader), decision=decision
            )
        post(message, now=now, wait_seconds=TIME_TO_UNDO if decision else 0)


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
    deadline = cancellation_deadline(room.rules, occurrences[0].starts_at)
    by_owner = kind == "cancelled" and decision
    text = render_template(
        f"emails/reservations/{kind}.txt",
        reader=reader,
        reservation=reservation,
        room=room,
        name=room_name(room),
        dates=[Interval(each.starts_at, each.ends_at) for each in occurrences],
        reason=reason,
        by_owner=by_owner,
        cancel_by=deadline if deadline >= now else None,
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


def _alternatives(
    reservation: Reservation, occurrences: Sequence[Occurrence], now: datetime
) -> list[Alternative]:
    first = occurrences[0]
    return alternatives(
        catalogue().by_id[first.room_id],
        Interval(first.starts_at, first.ends_at),
        people=reservation.people,
        actor=actor_of(reservation.booker),
        now=now,
    )
