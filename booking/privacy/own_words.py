"""What reservations and waiting entries say of a person who goes, and what that person wrote in them."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select, update

from booking.accounts.models import User
from booking.audit.models import AuditEntry
from booking.extensions import db
from booking.privacy.people import holds, is_about
from booking.privacy.traces import REMOVED, Traces
from booking.reservations.models import Occurrence, Reason, Reservation
from booking.reservations.waiting.models import WaitingEntry


def empty_reservations(user: User, known: Traces, *, now: datetime) -> None:
    """Empty what a person booked for themselves, and their name and contact in what others booked.

    An association's reservation belongs to it: its title stays, and its note while it is to come.
    """
    personal = _empty_own(user, known, now)
    if personal:
        _empty_words_of(personal, user.id)
    for entry in db.session.scalars(select(WaitingEntry).where(_concerns(WaitingEntry, user, known))):
        if entry.user_id == user.id and entry.organisation_id is None:
            entry.title = REMOVED
        if entry.user_id == user.id:
            entry.note = ""
        if is_about(known, entry.responsible, entry.contact) or entry.title == REMOVED:
            entry.responsible, entry.contact = REMOVED, ""
    db.session.flush()


def _empty_own(user: User, known: Traces, now: datetime) -> list[int]:
    """Empty the reservations; return the ids of those that were the person's alone."""
    coming = set(
        db.session.scalars(
            select(Occurrence.reservation_id)
            .join(Reservation)
            .where(Reservation.booker_id == user.id, Occurrence.ends_at > now)
        )
    )
    personal = []
    for each in db.session.scalars(select(Reservation).where(_concerns(Reservation, user, known))):
        booked = each.booker_id == user.id and not each.on_behalf
        if booked and each.organisation_id is None:
            personal.append(each.id)
            each.title, each.responsible, each.contact, each.note = REMOVED, REMOVED, "", ""
            continue
        if is_about(known, each.responsible, each.contact):
            each.responsible, each.contact = REMOVED, ""
        if booked and each.id not in coming:
            each.note = ""
    db.session.flush()
    return personal


def _concerns(
    model: type[Reservation] | type[WaitingEntry], user: User, known: Traces
) -> ColumnElement[bool]:
    booker = Reservation.booker_id if model is Reservation else WaitingEntry.user_id
    return or_(booker == user.id, holds(model.responsible, known), holds(model.contact, known))


def _empty_words_of(reservation_ids: Collection[int], user_id: int) -> None:
    """Empty the names of single dates, and the reasons the person gave."""
    db.session.execute(
        update(Occurrence).where(Occurrence.reservation_id.in_(reservation_ids)).values(own_title=None)
    )
    steps = select(AuditEntry.id).where(AuditEntry.actor_id == user_id)
    db.session.execute(
        update(Reason)
        .where(Reason.reservation_id.in_(reservation_ids), Reason.audit_entry_id.in_(steps))
        .values(text=REMOVED)
    )
