"""Reads across all features, for the administrator."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import aliased

from booking.accounts.models import User
from booking.extensions import Model, db
from booking.organisations.models import Membership, MergedOrganisation, Organisation
from booking.outbox.models import OutboxMessage
from booking.reservations.models import Occurrence
from booking.rooms.models import Room


@dataclass(frozen=True, slots=True)
class UserLine:
    """One account. `organisations` is in how many its holder has a role now."""

    id: int
    name: str
    email: str
    language: str
    is_admin: bool
    has_second_factor: bool
    confirmed: bool
    closed: bool
    created_at: datetime
    organisations: int


@dataclass(frozen=True, slots=True)
class OrganisationLine:
    """One organisation. `members` is how many people have a role in it now.

    `into` and `into_slug`: the name and slug of what it has become part of, if it has.
    """

    slug: str
    name: str
    kind: str
    is_archived: bool
    members: int
    into: str | None
    into_slug: str | None


def count(model: type[Model]) -> int:
    """Return how many rows a table has."""
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def count_rooms(state: str) -> int:
    """Return how many rooms are in a state."""
    return db.session.scalar(select(func.count()).select_from(Room).where(Room.state == state)) or 0


def count_coming(state: str, now: datetime) -> int:
    """Return how many dates of reservations that have not ended are in a state."""
    query = select(func.count()).select_from(Occurrence)
    return db.session.scalar(query.where(Occurrence.state == state, Occurrence.ends_at > now)) or 0


def waiting_mails() -> int:
    """Return how many mails have neither gone out nor been given up."""
    query = select(func.count()).select_from(OutboxMessage)
    waiting = query.where(OutboxMessage.delivered_at.is_(None), OutboxMessage.given_up_at.is_(None))
    return db.session.scalar(waiting) or 0


def count_users(wanted: str) -> int:
    """Return how many accounts fit a search by name or address."""
    return db.session.scalar(select(func.count()).select_from(User).where(_fits(wanted))) or 0


def users(wanted: str, *, first: int, size: int) -> list[UserLine]:
    """Return accounts that fit, by name: `size` of them after the `first`."""
    roles = (
        select(func.count(func.distinct(Membership.organisation_id)))
        .where(Membership.user_id == User.id, Membership.ended_at.is_(None))
        .scalar_subquery()
    )
    query = select(User, roles).where(_fits(wanted))
    rows = db.session.execute(query.order_by(func.lower(User.name), User.id).offset(first).limit(size))
    return [
        UserLine(
            user.id,
            user.name,
            user.email,
            user.language,
            user.is_admin,
            user.second_factor_at is not None,
            user.confirmed_at is not None,
            user.closed_at is not None,
            user.created_at,
            organisations,
        )
        for user, organisations in rows
    ]


def organisations(*, first: int, size: int) -> list[OrganisationLine]:
    """Return organisations by name: `size` of them after the `first`."""
    members = (
        select(func.count(func.distinct(Membership.user_id)))
        .where(Membership.organisation_id == Organisation.id, Membership.ended_at.is_(None))
        .scalar_subquery()
    )
    into = aliased(Organisation)
    archived = Organisation.archived_at.is_not(None)
    rows = db.session.execute(
        select(
            Organisation.slug, Organisation.name, Organisation.kind, archived, members, into.name, into.slug
        )
        .outerjoin(MergedOrganisation, MergedOrganisation.organisation_id == Organisation.id)
        .outerjoin(into, into.id == MergedOrganisation.into_id)
        .order_by(func.lower(Organisation.name), Organisation.id)
        .offset(first)
        .limit(size)
    )
    return [OrganisationLine(*row) for row in rows]


def _fits(wanted: str) -> ColumnElement[bool]:
    either = or_(User.name.icontains(wanted, autoescape=True), User.email.icontains(wanted, autoescape=True))
    return either if wanted else true()
