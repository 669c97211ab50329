"""Mail that nobody's click causes: before a use, and to approvers whose requests wait for long.

Each function does one small batch in the caller's transaction and returns how much that was; the worker calls
it until nothing is left. What a batch takes is locked and marked, and what another transaction is changing
just now is left to the next run: so several workers never write the same mail twice.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from flask import current_app, render_template
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import joinedload, selectinload

from booking.access.roles import Right
from booking.accounts.models import User
from booking.extensions import db
from booking.i18n import speaking
from booking.organisations.membership import actor_of, people_with
from booking.outbox.message import Message
from booking.outbox.service import post
from booking.reservations import messages, policy
from booking.reservations.changes import room_of
from booking.reservations.digest.choice import at_once, is_urgent
from booking.reservations.giving_back import is_late, link_token
from booking.reservations.lifecycle import State
from booking.reservations.models import Occurrence, Proposal, Reservation
from booking.rooms.labels import room_name
from booking.rooms.models import Room
from booking.timetable.interval import Interval
from booking.web.addresses import outside_url

BEFORE_USE: Final = timedelta(hours=24)
JUST_TOLD: Final = timedelta(hours=3)
"""Who was told so lately that a date is confirmed, or has changed, needs no reminder of it yet."""
LONG_PENDING: Final = timedelta(days=3)
DATES_AT_ONCE: Final = 50
LISTED: Final = 40  # requests told one by one in an approver's mail; of the rest their number


def remind_bookers(*, now: datetime) -> int:
    """Remind the bookers of confirmed dates that begin within 24 hours; return how many dates.

    A date is reminded of once (`reminded_at`); whoever moves it empties that, and then it is anew.
    """
    due = db.session.scalars(
        select(Occurrence)
        .where(
            Occurrence.state == State.CONFIRMED.value,
            Occurrence.starts_at > now,
            Occurrence.starts_at <= now + BEFORE_USE,
            Occurrence.reminded_at.is_(None),
            Occurrence.changed_at <= now - JUST_TOLD,
        )
        .order_by(Occurrence.starts_at, Occurrence.id)
        .limit(DATES_AT_ONCE)
        .options(selectinload(Occurrence.reservation))
        .with_for_update(skip_locked=True, key_share=True)
    ).all()
    for occurrence in due:
        _remind_booker(occurrence, now)
    return len(due)


def remind_approvers(*, now: datetime) -> int:
    """Tell the approvers of one owner which requests have waited for more than three days; return how many.

    Each of them is told one by one mail of all; a request is told of again after three more days.
    """
    query = (
        select(Reservation)
        .join(Room, Room.id == Reservation.room_id)
        .where(_waits_long(now))
        .order_by(Room.owner_id, Reservation.created_at, Reservation.id)
        .options(
            joinedload(Reservation.room),
            selectinload(Reservation.organisation),
            selectinload(Reservation.booker),
            selectinload(Reservation.occurrences),
        )
        .with_for_update(of=Reservation, skip_locked=True, key_share=True)
    )
    first = db.session.scalars(query.limit(1)).first()
    if first is None:
        return 0
    owner_id = first.room.owner_id
    waiting = db.session.scalars(query.where(Room.owner_id == owner_id)).all() if owner_id else [first]
    for reservation in waiting:
        reservation.approvers_reminded_at = now
    approvers = people_with(Right.DECIDE, owner_id) if owner_id else []
    told = at_once(approvers)
    near = [each for each in waiting if any(is_urgent(date, now) for date in each.occurrences)]
    for approver in approvers:  # who is told once a day of all that waits is reminded of what is near
        if listed := waiting if approver in told else near:
            with speaking(approver.language):
                message = _long_wait(approver, owner_id or 0, listed, now)
            post(message, now=now)
    db.session.flush()
    return len(waiting)


def _remind_booker(occurrence: Occurrence, now: datetime) -> None:
    reservation = occurrence.reservation

    def facts(reader: User) -> Mapping[str, object]:
        room = room_of(occurrence.room_id)
        return {
            "title": occurrence.title,
            "how_to_get_in": [line.strip() for line in room.access_instructions.splitlines() if line.strip()],
            "late": is_late(occurrence, now),
            "give_up": _give_up_address(occurrence, reader),
        }

    occurrence.reminded_at = now
    readers = messages.bookers_side(reservation)
    messages.tell_people("reminder", readers, reservation, [occurrence], now=now, facts=facts)


def _give_up_address(occurrence: Occurrence, reader: User) -> str | None:
    """Return the link by which this reader can give the date back; None for one who may only look on."""
    if not reader.is_active:
        return None
    if not policy.acts_for_booker(occurrence.reservation, actor_of(reader), Right.BOOK):
        return None
    token = link_token(occurrence, reader)
    return outside_url("reservations.give_up_link", token=token, lang=reader.language)


def _waits_long(now: datetime) -> ColumnElement[bool]:
    """Return the condition of a request with a date asked for long ago that can still be decided."""
    pending = select(Occurrence.reservation_id).where(
        Occurrence.state == State.PENDING.value,
        Occurrence.starts_at > now,
        Occurrence.created_at < now - LONG_PENDING,
        # One that was offered something else waits for its booker
        Occurrence.id.not_in(select(Proposal.occurrence_id).where(Proposal.state == "open")),
    )
    told = Reservation.approvers_reminded_at
    return Reservation.id.in_(pending) & or_(told.is_(None), told <= now - LONG_PENDING)


def _long_wait(approver: User, owner_id: int, waiting: Sequence[Reservation], now: datetime) -> Message:
    text = render_template(
        "emails/reservations/approver_reminder.txt",
        count=len(waiting),
        requests=[_request(each, now) for each in waiting[:LISTED]],
        more=max(0, len(waiting) - LISTED),
        queue=outside_url("approvals.queue"),
        base_url=current_app.config["SETTINGS"].base_url,
    )
    subject, _, body = text.strip().partition("\n")
    return Message(
        kind="approver_reminder",
        recipient=approver.email,
        language=approver.language,
        subject=subject.strip(),
        body=body.strip() + "\n",
        subject_kind="organisation",
        subject_id=owner_id,
    )


def _request(reservation: Reservation, now: datetime) -> Mapping[str, object]:
    """Return one line of an approver's mail: the next date to decide on, and how many there are besides."""
    open_dates = [
        each
        for each in reservation.occurrences
        if each.state == State.PENDING and each.starts_at > now and each.proposal is None
    ]
    organisation = reservation.organisation
    return {
        "room": room_name(room_of(open_dates[0].room_id)),
        "use": Interval(open_dates[0].starts_at, open_dates[0].ends_at),
        "more": len(open_dates) - 1,
        "who": organisation.name if organisation else reservation.booker.name,
        "title": open_dates[0].title,
        "sent_at": reservation.created_at,
    }
