"""Who a person is in the tables: which reservations are about them, and what they are known by."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, Text, cast, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from booking.accounts.models import EmailChange, User
from booking.extensions import db
from booking.privacy.traces import Traces, emails_in, phones_in
from booking.reservations.models import Reservation
from booking.reservations.waiting.models import WaitingEntry


def traces_of(user: User) -> Traces:
    """Return what a person is known by: name, address, and the numbers and addresses typed beside them.

    A number is theirs where they are the responsible person of what they have booked, or where it stands
    beside their own address.
    """
    known = Traces(user.name, (user.email,))
    contacts = [contact for responsible, contact in _typed(user) if is_about(known, responsible, contact)]
    before = select(EmailChange.old_email).where(EmailChange.user_id == user.id)
    emails = {each for text in contacts for each in emails_in(text)} | set(db.session.scalars(before))
    others = select(User.email).where(User.id != user.id, User.email.in_(emails))
    emails -= {user.email, *db.session.scalars(others)}
    phones = {each for text in contacts for each in phones_in(text)}
    return Traces(user.name, (user.email, *sorted(emails)), tuple(sorted(phones)))


def is_about(known: Traces, responsible: str, contact: str) -> bool:
    """Say whether a responsible person's name and contact are those of this person."""
    return known.has_address(contact) or known.is_name(responsible)


def holds(column: InstrumentedAttribute[str] | ColumnElement[str], known: Traces) -> ColumnElement[bool]:
    """Return the condition for a text that may hold a trace: to be looked at more closely."""
    text = cast(column, Text)
    return or_(*(text.ilike(like, escape="\\") for like in known.likes))


def _typed(user: User) -> Iterable[tuple[str, str]]:
    """Return (responsible, contact) of what they have booked or wait for, and of what has their address."""
    for model, booker in ((Reservation, Reservation.booker_id), (WaitingEntry, WaitingEntry.user_id)):
        found = db.session.execute(
            select(model.responsible, model.contact).where(
                or_(
                    booker == user.id,
                    func.lower(model.contact).contains(user.email, autoescape=True),
                    holds(model.responsible, Traces(user.name)),
                ),
                model.contact != "",
            )
        )
        yield from ((responsible, contact) for responsible, contact in found)
