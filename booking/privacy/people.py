"""Who a person is in the tables: which reservations are about them, and what they are known by."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Text, bindparam, cast, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, selectinload

from booking.accounts.models import User
from booking.audit.models import AuditEntry
from booking.db import Ids, among
from booking.extensions import db
from booking.organisations.models import Membership
from booking.privacy.letters import addresses_of
from booking.privacy.traces import Traces, emails_in, phones_in
from booking.reservations.contacts.models import ContactView
from booking.reservations.models import Reservation
from booking.reservations.waiting.models import WaitingEntry

MOST_VIEWS: Final = 5000
"""Viewings that are told at once."""


def traces_of(user: User) -> Traces:
    """Return what a person is known by: name, address, and the numbers and addresses typed beside them.

    A number is theirs where they are the responsible person of what they have booked, or where it stands
    beside their own address.
    """
    known = Traces(user.name, (user.email,))
    contacts = [contact for responsible, contact in _typed(user) if is_about(known, responsible, contact)]
    emails = {each for text in contacts for each in emails_in(text)} | addresses_of(user.id)
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


@dataclass(frozen=True, slots=True)
class ContactSeen:
    """Somebody was shown the contact of a reservation. `page` is the code of where."""

    viewer: str
    reference: str
    at: datetime
    page: str


def reservations_of(user: User, known: Traces) -> list[Reservation]:
    """Return what a person has booked or is the responsible person of, the latest first. A few statements.

    Of what others have booked: where their proved address stands beside it, or, since names are not one
    person's alone, their name in an association that they belong or have belonged to.
    """
    places = set(db.session.scalars(select(Membership.organisation_id).where(Membership.user_id == user.id)))
    concerned = or_(
        Reservation.booker_id == user.id,
        holds(Reservation.contact, Traces("", known.emails[:1])),
        holds(Reservation.responsible, Traces(known.name)),
    )
    query = select(Reservation).where(concerned).options(selectinload(Reservation.occurrences))
    return [
        each
        for each in db.session.scalars(query.order_by(Reservation.id.desc()))
        if each.booker_id == user.id
        or Traces("", known.emails[:1]).has_address(each.contact)
        or (known.is_name(each.responsible) and each.organisation_id in places)
    ]


def views_of(reservations: Collection[Reservation], *, limit: int = MOST_VIEWS) -> list[ContactSeen]:
    """Return who was shown the contact of these reservations, the latest first. One statement."""
    rows = db.session.execute(
        select(User.name, Reservation.reference, ContactView.at, ContactView.page)
        .join(ContactView, ContactView.viewer_id == User.id)
        .join(Reservation, Reservation.id == ContactView.reservation_id)
        .where(among(Reservation.id, bindparam("ids", type_=Ids())))
        .order_by(ContactView.id.desc())
        .limit(limit),
        {"ids": sorted(each.id for each in reservations)},
    )
    return [ContactSeen(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class AccountsSeen:
    """An administrator has opened the list of accounts, in which everybody's address stands."""

    viewer: str
    at: datetime


def looks_at_accounts(user: User, *, since: datetime, limit: int = MOST_VIEWS) -> list[AccountsSeen]:
    """Return who has opened the list of accounts since the person has one, after a moment; the latest first.

    `admin.looks` puts it on record, once a day and administrator. One statement.
    """
    rows = db.session.execute(
        select(User.name, AuditEntry.at)
        .join(AuditEntry, AuditEntry.actor_id == User.id)
        .where(
            AuditEntry.subject_kind == "accounts",
            AuditEntry.subject_id == 0,
            AuditEntry.action == "see_accounts",
            AuditEntry.at >= max(since, user.created_at),
            User.id != user.id,
        )
        .order_by(AuditEntry.id.desc())
        .limit(limit)
    )
    return [AccountsSeen(*row) for row in rows]


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
